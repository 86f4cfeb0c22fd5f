/* What a virtual machine monitor does with a VFIO group, without the virtual machine. Prints "held" and stays until it is killed.
 *
 *   vfio-hold viable N             prints whether the kernel would let the group be used: 1, 0, or "held" by somebody else
 *   vfio-hold group N              has the group open
 *   vfio-hold type1 N ADDRESS...   container, IOMMU, group and devices
 *   vfio-hold noiommu N ADDRESS... the same without an IOMMU
 *   vfio-hold fault N ADDRESS      type1, and makes the device, an NVMe controller, read memory that nobody has mapped for it
 *   vfio-hold reset N ADDRESS N... type1, and asks for VFIO's hot reset of the device with these groups and no others; before "held" it
 *                                  prints "hits ADDRESS..." as the kernel lists them, or why it lists none, and "reset" or why not
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>

static int ok(int result, const char *what)
{
	if (result < 0) {
		printf("vfio-hold: %s: %s\n", what, strerror(errno));
		exit(1);
	}
	return result;
}

static int group_flags(int group)
{
	struct vfio_group_status status = { .argsz = sizeof status };

	ok(ioctl(group, VFIO_GROUP_GET_STATUS, &status), "VFIO_GROUP_GET_STATUS");
	return status.flags;
}

static int attach(int group, int iommu)
{
	int container = ok(open("/dev/vfio/vfio", O_RDWR), "/dev/vfio/vfio");

	ok(ioctl(group, VFIO_GROUP_SET_CONTAINER, &container), "VFIO_GROUP_SET_CONTAINER");
	ok(ioctl(container, VFIO_SET_IOMMU, iommu), "VFIO_SET_IOMMU");
	return container;
}

static struct vfio_region_info region(int device, int index)
{
	struct vfio_region_info info = { .argsz = sizeof info, .index = index };

	ok(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info), "VFIO_DEVICE_GET_REGION_INFO");
	return info;
}

static void enable_bus_master(int device)
{
	off_t command = region(device, VFIO_PCI_CONFIG_REGION_INDEX).offset + PCI_COMMAND;
	uint16_t value = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;

	ok(pwrite(device, &value, sizeof value, command), "command register");
}

/* NVM Express 1.4, 3.1: queues at addresses without a mapping, enabled, and the doorbell that makes it fetch a command. */
static void read_what_is_not_mapped(int device)
{
	struct vfio_region_info bar = region(device, VFIO_PCI_BAR0_REGION_INDEX);
	volatile uint32_t *registers = mmap(NULL, bar.size, PROT_READ | PROT_WRITE, MAP_SHARED, device, bar.offset);

	if (registers == MAP_FAILED)
		ok(-1, "mmap");
	enable_bus_master(device);
	registers[0x24 / 4] = 0x000f000f;	/* AQA: 16 entries each */
	registers[0x28 / 4] = 0x00100000;	/* ASQ */
	registers[0x2c / 4] = 0;
	registers[0x30 / 4] = 0x00200000;	/* ACQ */
	registers[0x34 / 4] = 0;
	registers[0x14 / 4] = 0x00460001;	/* CC: entry sizes, EN */
	for (int tries = 0; !(registers[0x1c / 4] & 1) && tries < 100; tries++)
		usleep(100000);			/* CSTS.RDY */
	registers[0x1000 / 4] = 1;		/* SQ0TDBL */
}

static int open_group(const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "/dev/vfio/%s", name);
	return ok(open(path, O_RDWR), path);
}

static void list_what_a_reset_hits(int device)
{
	static union {
		struct vfio_pci_hot_reset_info info;
		char room[sizeof(struct vfio_pci_hot_reset_info) + 64 * sizeof(struct vfio_pci_dependent_device)];
	} answer;

	answer.info.argsz = sizeof answer;
	if (ioctl(device, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, &answer) < 0) {
		printf("hits: %s\n", strerror(errno));
		return;
	}
	printf("hits");
	for (unsigned i = 0; i < answer.info.count; i++) {
		struct vfio_pci_dependent_device *it = &answer.info.devices[i];

		printf(" %04x:%02x:%02x.%x", it->segment, it->bus, it->devfn >> 3, it->devfn & 7);
	}
	puts("");
}

/* The first group has the device; a monitor passes all that it has open. */
static void reset_card(int device, int container, int first, char **others, int count)
{
	static union {
		struct vfio_pci_hot_reset reset;
		char room[sizeof(struct vfio_pci_hot_reset) + 16 * sizeof(int32_t)];
	} request;

	request.reset.argsz = sizeof request;
	request.reset.group_fds[request.reset.count++] = first;
	for (int i = 0; i < count && request.reset.count < 16; i++) {
		int group = open_group(others[i]);

		ok(ioctl(group, VFIO_GROUP_SET_CONTAINER, &container), "VFIO_GROUP_SET_CONTAINER");
		request.reset.group_fds[request.reset.count++] = group;
	}
	puts(ioctl(device, VFIO_DEVICE_PCI_HOT_RESET, &request) < 0 ? strerror(errno) : "reset");
}

int main(int count, char **words)
{
	if (count < 3)
		return 2;
	const char *mode = words[1];
	int without_iommu = !strcmp(mode, "noiommu");
	char path[64];

	snprintf(path, sizeof path, "/dev/vfio/%s%s", without_iommu ? "noiommu-" : "", words[2]);
	int group = open(path, O_RDWR);
	if (!strcmp(mode, "viable")) {
		puts(group < 0 && errno == EBUSY ? "held" : group_flags(ok(group, path)) & VFIO_GROUP_FLAGS_VIABLE ? "1" : "0");
		return 0;
	}
	ok(group, path);
	int container = -1;

	if (strcmp(mode, "group"))
		container = attach(group, without_iommu ? VFIO_NOIOMMU_IOMMU : VFIO_TYPE1v2_IOMMU);
	int is_reset = !strcmp(mode, "reset");

	for (int i = 3; i < (is_reset ? 4 : count); i++) {
		int device = ok(ioctl(group, VFIO_GROUP_GET_DEVICE_FD, words[i]), words[i]);

		if (!strcmp(mode, "fault"))
			read_what_is_not_mapped(device);
		if (is_reset) {
			list_what_a_reset_hits(device);
			reset_card(device, container, group, words + 4, count - 4);
		}
	}
	puts("held");
	fflush(stdout);
	for (;;)
		pause();
}
