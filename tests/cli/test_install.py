# SPDX-License-Identifier: Apache-2.0
"""Installed, it is found: by pip and by meson, each in a place of its own, by Python, GDB, pkg-config, man and shells."""

import json
import os
import shutil
import subprocess

import pytest
from sleepers import asleep

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
PIP_BUILD = os.path.join(ROOT, "build", "pip")  # setup.py builds there
PYTHON = "/usr/bin/python3"  # what Debian's packages are for
CLEAN = {name: value for name, value in os.environ.items()
         if not name.startswith(("PYTHON", "LIBHEAP", "PYHEAP", "LD_"))}
COUNT = "import libheap, sys; print(sum(row['count'] for row in libheap.open(int(sys.argv[1])).types().rows))"

# In a copy of the whole system, where what is written goes to memory: nothing of it is left when the mount namespace ends.
ENTER = """
set -eu
mount -t tmpfs none /mnt
mkdir /mnt/written /mnt/work /mnt/system
mount -t overlay -o lowerdir=/,upperdir=/mnt/written,workdir=/mnt/work overlay /mnt/system
for folder in /proc /dev "$1" "$2"; do
    mkdir -p "/mnt/system$folder"
    mount --rbind "$folder" "/mnt/system$folder"
done
script=$3
shift 3
exec chroot /mnt/system sh -c "$script" sh "$@"
"""
INSTALL = """
set -eu
prefix=$1
meson install -C "$2" --no-rebuild --quiet
ldconfig
cd /tmp
echo "python: $(%(python)s -c "$4" "$5")"
echo "shell: $("$prefix/bin/py-heap" types -p "$5" -f json -n 0 -q | tr -d '\\n')"
echo "gdb: $(gdb -batch -ex 'help py-heap types' 2>&1 | grep -c '^Usage: py-heap types')"
echo "gdb's python: $(gdb -batch -ex 'python import libheap; print(libheap.__version__)' 2>&1 | tail -n 1)"
for source in "$3"/examples/*.c "$3"/examples/questions/*.c; do
    # shellcheck disable=SC2046
    cc -o example "$source" $(pkg-config --cflags --libs libheap)
    ldd example | grep -q "$prefix/lib.*libheap.so.0\\|=> /lib/.*libheap.so.0" && echo "example: $(basename "$source")"
done
./example "$5" >/dev/null
ls "$prefix/share/man/man1/py-heap.1" "$prefix/share/man/man1/py-heap-types.1" "$prefix/share/man/man3/libheap.3"
ls "$prefix/share/bash-completion/completions/py-heap" "$prefix"/share/zsh/*/_py-heap \\
    "$prefix/share/fish/vendor_completions.d/py-heap.fish"
""" % {"python": PYTHON}


@pytest.fixture(scope="module")
def pip(tmp_path_factory):
    """The folder into which pip installed the binding of this checkout"""
    if subprocess.run([PYTHON, "-c", "import setuptools, wheel, pip"], capture_output=True).returncode:
        pytest.skip("no pip, setuptools and wheel for %s (packages python3-pip, python3-setuptools, python3-wheel)" % PYTHON)
    folder = tmp_path_factory.mktemp("pip")
    subprocess.run([PYTHON, "-m", "pip", "install", "-q", "--no-build-isolation", "--no-deps", "--no-index", "--target", folder, ROOT],
                   check=True, env=CLEAN, cwd=folder, timeout=600)
    return folder


def total(py_heap, pid):
    return sum(row["count"] for row in json.loads(py_heap("types", "-p", pid, "-f", "json", "-n", "0").stdout)["rows"])


def test_pip(pip, py_heap):
    with asleep() as sleeper:
        done = subprocess.run([PYTHON, "-c", COUNT, str(sleeper.pid)], check=True, capture_output=True, text=True, cwd="/",
                              env=dict(CLEAN, PYTHONPATH=str(pip)))
        assert int(done.stdout) == total(py_heap, sleeper.pid)
    assert {"libheap.so.0", "py.typed", "_questions.pyi"} <= set(os.listdir(os.path.join(pip, "libheap")))
    assert os.path.isdir(os.path.join(pip, "libheap-%s.dist-info" % py_heap("--version").stdout.split()[-1]))


@pytest.mark.parametrize("prefix", ["/usr/local", "/usr"])
def test_meson(pip, py_heap, prefix, tmp_path):
    if os.getuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        pytest.skip("needs root and mount namespaces")
    for tool in ("gdb", "pkg-config", "meson"):
        if not shutil.which(tool):
            pytest.skip("no " + tool)
    subprocess.run(["meson", "configure", PIP_BUILD, "-Dprefix=" + prefix, "-Dsysconfdir=/etc"], check=True)
    subprocess.run(["ninja", "-C", PIP_BUILD], check=True, stdout=subprocess.DEVNULL)
    with asleep() as sleeper:
        done = subprocess.run(["unshare", "-m", "sh", "-c", ENTER, "sh", ROOT, tmp_path, INSTALL, prefix, PIP_BUILD, ROOT, COUNT,
                               str(sleeper.pid)], capture_output=True, text=True, env=CLEAN, timeout=300)
        expected = total(py_heap, sleeper.pid)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    said = [line.split(": ", 1) for line in done.stdout.splitlines() if ": " in line]
    assert ["python", str(expected)] in said
    assert sum(row["count"] for row in json.loads(dict(said)["shell"])["rows"]) == expected
    assert ["gdb", "1"] in said and ["gdb's python", "0.1.0"] in said
    assert len([line for line in said if line[0] == "example"]) >= 9
