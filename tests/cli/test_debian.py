# SPDX-License-Identifier: Apache-2.0
"""Debian's packages: built, installed into a clean copy of this system, and found there by GDB, Python, man and shells."""

import os
import shutil
import subprocess

import pytest
from sleepers import asleep

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
PACKAGES = ["libheap-dev", "libheap0", "py-heap", "python3-libheap"]
CLEAN = {name: value for name, value in os.environ.items()
         if not name.startswith(("PYTHON", "LIBHEAP", "PYHEAP", "LD_", "CC", "CFLAGS"))}
CLEAN["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"

# A copy of the whole system, where what is written goes to memory; it is gone with the mount namespace.
CHROOT = """
set -eu
mount -t tmpfs none /mnt
mkdir /mnt/written /mnt/work /mnt/system
mount -t overlay -o lowerdir=/,upperdir=/mnt/written,workdir=/mnt/work overlay /mnt/system
for folder in /proc /dev; do mount --rbind $folder /mnt/system$folder; done
mkdir -p /mnt/system/packages
cp "$1"/*.deb /mnt/system/packages
exec chroot /mnt/system sh -c "$2" sh "$3"
"""
# Images of containers tell dpkg to leave documentation out.
ASK = r"""
set -eu
dpkg --path-include='/usr/share/man/*' --path-include='/usr/share/doc/*' -i /packages/*.deb >/dev/null
cd /tmp
python3 -c 'import libheap, sys; print("python:", libheap.open(int(sys.argv[1])).types["dict"].name)' "$1"
echo "gdb: $(gdb -batch -p "$1" -ex 'py-heap types -n 1 -f csv' 2>/dev/null | grep -c '^dict,\|^str,\|^function,\|^tuple,\|^code,')"
echo "gdb's python: $(gdb -batch -ex 'python import libheap; print(libheap.__version__)' 2>&1 | tail -n 1)"
echo "shell: $(py-heap types -p "$1" -n 0 -f csv | grep -c '^dict,')"
for source in $(find /usr/share/doc/libheap-dev/examples -name '*.c'); do
    cc -o example "$source" $(pkg-config --cflags --libs libheap)
    echo "example: $source"
done
./example "$1" x y >/dev/null 2>&1 || ./example "$1" >/dev/null
for page in man1/py-heap.1 man1/py-heap-why.1 man3/libheap.3; do ls /usr/share/man/$page.gz; done
if command -v fish >/dev/null; then echo "fish: $(fish -c 'complete -C "py-heap refe"' | cut -f 1)"; fi
if command -v zsh >/dev/null; then echo "zsh: $(zsh -fc 'autoload -Uz compinit; compinit -D; echo $_comps[py-heap]')"; fi
ls /usr/share/bash-completion/completions/py-heap
dpkg -r py-heap python3-libheap libheap-dev libheap0 >/dev/null
! command -v py-heap
! test -e /usr/lib/python3/dist-packages/libheap
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The folder of the packages of this checkout"""
    if not shutil.which("dpkg-buildpackage") or not shutil.which("dh"):
        pytest.skip("no dpkg-buildpackage and dh (packages dpkg-dev, debhelper)")
    if not os.environ.get("CI") and not os.environ.get("PYHEAP_TEST_DEBIAN"):
        pytest.skip("takes a minute: set PYHEAP_TEST_DEBIAN=1")
    folder = tmp_path_factory.mktemp("debian")
    source = folder / "source"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(os.path.join(ROOT, name), source / name, follow_symlinks=False)
    done = subprocess.run(["dpkg-buildpackage", "-b", "-us", "-uc", "-d"], cwd=source, capture_output=True, text=True, timeout=900,
                          env=dict(CLEAN, DEB_BUILD_OPTIONS="nocheck noautodbgsym parallel=2"))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


def test_packages(packages):
    found = sorted(path.name.split("_")[0] for path in packages.glob("*.deb"))
    assert found == PACKAGES
    assert {path.name.split("_")[1] for path in packages.glob("*.deb")} == {"0.1.0"}


def test_installed(packages):
    if os.getuid() != 0 or subprocess.run(["unshare", "-m", "sh", "-c", "mount -t tmpfs none /mnt && mkdir /mnt/a /mnt/b /mnt/c && mount"
                                           " -t overlay -o lowerdir=/,upperdir=/mnt/a,workdir=/mnt/b overlay /mnt/c"],
                                          capture_output=True).returncode:
        pytest.skip("needs root, mount namespaces and overlays")
    with asleep() as process:
        done = subprocess.run(["unshare", "-m", "sh", "-c", CHROOT, "sh", packages, ASK, str(process.pid)], capture_output=True,
                              text=True, env=CLEAN, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines() if ": " in line)
    assert said.pop("example").endswith(".c") and done.stdout.count("example: ") >= 9
    expected = {"python": "dict", "gdb": "1", "gdb's python": "0.1.0", "shell": "1", "fish": "referrers", "zsh": "_py-heap"}
    assert said == {name: expected[name] for name in said} and {"python", "gdb", "shell"} <= set(said)
    assert "/usr/share/man/man3/libheap.3.gz" in done.stdout
