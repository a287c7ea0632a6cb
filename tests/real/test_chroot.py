# SPDX-License-Identifier: Apache-2.0
"""
Pythons whose files have other paths for them than for us: in a chroot, and in a mount namespace of their own.

The kernel's core of a process in a chroot names files as the process does: --sysroot says below which folder they are here. Of a
running process /proc/PID/root leads to them.
"""
import os
import shutil
import stat
import subprocess
import types

import heaps
import interpreters
import pytest
import target
import test_truth
import tolerances

SCALE = 400
COMPARED = "tracked_types", "generations", "types", "garbage", "arenas", "allocated_blocks"


def fetched():
    """The newest fetched release build; its folder is all that it needs"""
    found = [i for i in interpreters.find() if i.debug_dir and not i.debug and not i.allocator and not i.unsupported()]
    if not found:
        pytest.skip("no Pythons from tools/fetch-pythons")
    return found[-1]


def link_or_copy(source, to):
    try:
        os.link(source, to)
    except OSError:
        shutil.copy2(source, to)


def make_root(interpreter, root):
    """A folder to chroot to, with one Python of a suite, the tests' programs and /dev/null; without /proc"""
    suite = os.path.normpath(os.path.join(interpreter.debug_dir, "../../.."))
    python = "python%d.%d" % interpreter.version[:2]
    os.makedirs(os.path.join(root, "usr", "bin"))
    link_or_copy(os.path.join(suite, "usr", "bin", python), os.path.join(root, "usr", "bin", python))
    for name in (python, "x86_64-linux-gnu"):
        shutil.copytree(os.path.join(suite, "usr", "lib", name), os.path.join(root, "usr", "lib", name), symlinks=True,
                        copy_function=link_or_copy)
    shutil.copytree(os.path.join(suite, "usr", "lib64"), os.path.join(root, "usr", "lib64"), symlinks=True)
    os.symlink("usr/lib", os.path.join(root, "lib"))
    os.symlink("usr/lib64", os.path.join(root, "lib64"))
    shutil.copytree(os.path.join(target.HERE, "targets"), os.path.join(root, "targets"))
    for name in ("dev", "told"):
        os.mkdir(os.path.join(root, name))
    for name, minor in (("null", 3), ("zero", 5)):
        os.mknod(os.path.join(root, "dev", name), 0o666 | stat.S_IFCHR, os.makedev(1, minor))
    return "/usr/bin/" + python


class Chrooted(target.Target):
    """The heap program in a chroot, below its folder"""

    def __init__(self, interpreter, root):
        self.interpreter, self.oracle, self.root = interpreter, None, root
        self.python = make_root(interpreter, root)
        target.Program.__init__(self, ["chroot", root, self.python, "/targets/heap_program.py", "/told", str(SCALE)],
                                os.path.join(root, "told"))
        self.listen()

    def remove(self):
        target.Program.remove(self)
        shutil.rmtree(self.root, ignore_errors=True)


@pytest.fixture(scope="module")
def chrooted(tmp_path_factory):
    if os.getuid() != 0 or not shutil.which("chroot"):
        pytest.skip("needs root and chroot")
    interpreter = fetched()
    one = Chrooted(interpreter, str(tmp_path_factory.mktemp("chroot") / "root"))
    tolerances.about["version"] = interpreter.version
    yield one
    one.remove()


def compare_all(one, way, layout, sysroot=None, debug_dir=None):
    heap = heaps.open_heap(one.words(way), layout, debug_dir, sysroot)
    place = types.SimpleNamespace(interpreter=one.interpreter, way=way, layout=layout, account=one.account, heap=heap, target=one)
    try:
        for name in COMPARED:
            getattr(test_truth, "test_" + name)(place)
        return heap.ask("info")
    finally:
        heap.close()


@pytest.mark.parametrize("layout", ["auto", "table"])
def test_live(chrooted, layout):
    said = compare_all(chrooted, "live", layout)
    assert said["complete"] is True and not said["warnings"], said["warnings"]


@pytest.mark.parametrize("layout", ["auto", "table", "dwarf"])
def test_kernel_core(chrooted, layout):
    if target.why_not("kernel"):
        pytest.skip(target.why_not("kernel"))
    said = compare_all(chrooted, "kernel", layout, chrooted.root, chrooted.interpreter.debug_dir)
    assert said["complete"] is True and not said["warnings"], said["warnings"]
    assert said["summary"]["executable"] == chrooted.python, "the core names it as the process saw it"
    assert said["summary"]["python_file"] == chrooted.root + chrooted.python


@pytest.mark.parametrize("sysroot", ["/nonexistent", "/usr"])
def test_kernel_core_with_a_folder_that_is_not_its(chrooted, sysroot):
    """What is named and cannot be used is refused, not passed over"""
    if target.why_not("kernel"):
        pytest.skip(target.why_not("kernel"))
    for command in ("info", "types"):
        status, out, err = heaps.run([command] + chrooted.words("kernel") + ["--sysroot", sysroot])
        assert status == 1 and not out
        assert len(err.splitlines()) == 1 and "--sysroot " + sysroot in err, err


def test_kernel_core_without_its_folder(chrooted):
    if target.why_not("kernel"):
        pytest.skip(target.why_not("kernel"))
    if os.path.exists(chrooted.python):
        pytest.skip("%s is here too" % chrooted.python)
    for command in ("info", "types"):
        status, out, err = heaps.run([command] + chrooted.words("kernel"))
        assert status == 0 and out, "found by its structure: " + err
        files = [line for line in err.splitlines() if "see 'crash'" not in line]
        assert len(files) == 1 and "--sysroot" in files[0], err
        # Without its files, the calls of a process that has crashed are known in part
        assert len(err.splitlines()) - len(files) == (command == "info"), err


def test_mount_namespace(tmp_path):
    """A folder that only the process sees, as in a container: its files are had through /proc/PID"""
    interpreter = fetched()
    if os.getuid() != 0 or not shutil.which("unshare"):
        pytest.skip("needs root and unshare")
    if subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL).returncode:
        pytest.skip("no mount namespaces here")
    suite, inside = os.path.normpath(os.path.join(interpreter.debug_dir, "../../..")), str(tmp_path / "inside")
    os.mkdir(inside)
    code = ("import time; Marker = type('Marker', (), {}); kept = [Marker() for i in range(321)];"
            " open('ready', 'w').close(); time.sleep(600)")
    # "$@" is the loader, which starts Python: see tools/fetch-pythons.
    script = 'mount --bind "$0" "$1" && export PYTHONHOME="$1/usr" && exec "$1/lib64/ld-linux-x86-64.so.2"' \
             ' --library-path "$1/usr/lib/x86_64-linux-gnu" "$1/usr/bin/$2" -c "$3"'
    python = "python%d.%d" % interpreter.version[:2]
    program = target.Program(["unshare", "-m", "sh", "-c", script, suite, inside, python, code], tmp_path)
    try:
        program.wait("ready")
        assert not os.path.exists(os.path.join(inside, "usr")), "the mount is seen here: not a namespace of its own"
        heap = heaps.open_heap(program.words("live"), "auto")
        said = heap.ask("types")
        assert [row["count"] for row in said["rows"] if row["type"] == "__main__.Marker"] == [321]
        assert said["complete"] is True and not said["warnings"], said["warnings"]
        heap.close()
    finally:
        program.remove()
