"""Makes real images: the settings are put into the root tree, the maker runs inside of it, the settings are taken away again."""

import os
import shutil
import subprocess
from contextlib import contextmanager


class MakerTrouble(Exception):
    """No image was made; says what the maker said."""


# What each maker is told besides the settings of a combination.
MAKERS = {
    "initramfs-tools": ("mkinitramfs -o {image} {kernel}", {}),
    "dracut": ("dracut --force --hostonly --no-hostonly-cmdline --kver {kernel} {image}", {}),
    "dracut-generic": ("dracut --force --no-hostonly --kver {kernel} {image}", {}),
    "dracut-uefi": ("dracut --force --hostonly --no-hostonly-cmdline --uefi --kernel-cmdline '{line}' --kernel-image /boot/vmlinuz-{kernel} --kver {kernel} {image}", {}),
    "mkinitcpio": ("mkinitcpio -k {kernel} -g {image}", {}),
}
AWAY = ".passthru-away"
DRACUT = {"etc/dracut.conf.d/machine.conf": 'add_drivers+=" nvme ext4 "\nfilesystems+=" ext4 "\nomit_dracutmodules+=" network network-legacy kernel-network-modules "\n'}


@contextmanager
def settings(root, files):
    """Files of a combination, below the root; what begins with #! may be run."""
    made = []
    try:
        for path, content in files.items():
            place = os.path.join(root, path)
            parents = []
            parent = os.path.dirname(place)
            while not os.path.isdir(parent):
                parents.append(parent)
                parent = os.path.dirname(parent)
            for parent in reversed(parents):
                os.mkdir(parent)
                made.append(parent)
            if os.path.exists(place):
                os.rename(place, place + AWAY)
            made.append(place)
            with open(place, "w") as file:
                file.write(content)
            os.chmod(place, 0o755 if content.startswith("#!") else 0o644)
        yield
    finally:
        for place in reversed(made):
            if os.path.isdir(place):
                shutil.rmtree(place)
                continue
            os.remove(place)
            if os.path.exists(place + AWAY):
                os.rename(place + AWAY, place)


def make(root, maker, kernel, image, files, line=""):
    """image: a path inside of the root; line: the command line that goes into a unified kernel image."""
    command, own = MAKERS[maker]
    own = {**own, **(DRACUT if maker.startswith("dracut") else {})}
    with settings(root, {**own, **files}):
        inside(root, command.format(image="/" + image, kernel=kernel, line=line))


def inside(root, command):
    """In a mount namespace of its own, where the tree has what dracut looks for before it makes an image for this host."""
    mounts = "".join(f"mount {options} '{root}/{place}' && " for place, options in
                     (("proc", "-t proc proc"), ("sys", "-t sysfs sys"), ("run", "-t tmpfs run"), ("dev", "--rbind /dev")))
    script = f"{mounts}exec chroot '{root}' /bin/bash -c \"$1\""
    done = subprocess.run(["unshare", "--mount", "--propagation", "private", "bash", "-c", script, "inside", command],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=600,
                          env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": "/root"})
    if done.returncode != 0:
        raise MakerTrouble(f"{command}: {done.returncode}\n{done.stdout[-3000:]}")
    return done.stdout
