/* What a virtual machine monitor does with a VFIO group, without the virtual machine. Prints "held" and stays until it is killed.
 *
 *   vfio-hold viable N             prints whether the kernel would let the group be used: 1, 0, or "held" by somebody else
 *   vfio-hold group N              has the group open
 *   vfio-hold type1 N ADDRESS...   container, IOMMU, group and devices
 *   vfio-hold noiommu N ADDRESS... the same without an IOMMU
 *   vfio-hold fault N ADDRESS      type1, and makes the device, an NVMe controller, read memory that nobody has mapped for it
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

static void attach(int group, int iommu)
{
	int container = ok(open("/dev/vfio/vfio", O_RDWR), "/dev/vfio/vfio");

	ok(ioctl(group, VFIO_GROUP_SET_CONTAINER, &container), "VFIO_GROUP_SET_CONTAINER");
	ok(ioctl(container, VFIO_SET_IOMMU, iommu), "VFIO_SET_IOMMU");
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
	if (strcmp(mode, "group"))
		attach(group, without_iommu ? VFIO_NOIOMMU_IOMMU : VFIO_TYPE1v2_IOMMU);
	for (int i = 3; i < count; i++) {
		int device = ok(ioctl(group, VFIO_GROUP_GET_DEVICE_FD, words[i]), words[i]);

		if (!strcmp(mode, "fault"))
			read_what_is_not_mapped(device);
	}
	puts("held");
	fflush(stdout);
	for (;;)
		pause();
}
