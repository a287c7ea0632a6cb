# SPDX-License-Identifier: Apache-2.0
"""py-heap-coredump, as the kernel runs it: the core on stdin is kept, whatever becomes of the report."""

import filecmp
import os
import resource
import signal
import stat
import subprocess

import pytest

HOOK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "corefile-tools", "py-heap-coredump")
PROGRAM = "kept = [bytearray(100) for _ in range(1000)]\nprint(1, flush=True)\nimport time; time.sleep(600)\n"


@pytest.fixture
def hook(build, tmp_path):
    """hook(core, words..., path=folders before the build's): how it ended. There is no environment, as where the kernel runs it."""

    def run(core, *words, path="", preexec=None):
        with open(core, "rb") as data:
            return subprocess.run([HOOK, *map(str, words)], stdin=data, capture_output=True, text=True, timeout=120, cwd="/", env={
                "PYHEAP_COREDUMP_PATH": path + os.path.join(build, "corefile-tools") + ":/usr/bin:/bin"}, preexec_fn=preexec)

    return run


def files(folder):
    return sorted(os.listdir(str(folder)))


def test_kept(hook, core, tmp_path):
    folder = tmp_path / "kept"
    run = hook(core, folder, 12, "my prog/../x", 1700)
    assert run.returncode == 0, run.stderr
    name = "core.my_prog_.._x.12.1700"
    assert files(folder) == [name, name + ".md"] and filecmp.cmp(core, str(folder / name), shallow=False)
    assert all(stat.S_IMODE(os.stat(str(folder / one)).st_mode) == 0o600 for one in files(folder))
    assert "bytearray" in (folder / (name + ".md")).read_text()


def test_next(hook, core, tmp_path):
    """Another keeper gets it, too: here the report alone stays"""
    folder, got = tmp_path / "kept", tmp_path / "got"
    assert hook(core, folder, 12, "python3", 1700, "--", "sh", "-c", 'cat >"$0"', got).returncode == 0
    assert files(folder) == ["core.python3.12.1700.md"] and filecmp.cmp(core, str(got), shallow=False)


def test_no_python(hook, tmp_path):
    (tmp_path / "other").write_bytes(b"no core")
    assert hook(tmp_path / "other", tmp_path / "kept", 12, "cat", 1700).returncode == 0
    assert files(tmp_path / "kept") == ["core.cat.12.1700"]


def fake(folder, text):
    folder.mkdir()
    (folder / "py-heap").write_text("#!/bin/sh\n" + text)
    os.chmod(str(folder / "py-heap"), 0o755)
    return str(folder) + ":"


@pytest.mark.parametrize("text", ["sleep 60", "kill -9 $$", "exit 1"])
def test_report_fails(hook, core, tmp_path, text):
    run = hook(core, "--seconds", 1, tmp_path / "kept", 12, "python3", 1700, path=fake(tmp_path / "fake", text))
    assert run.returncode == 0 and filecmp.cmp(core, str(tmp_path / "kept" / "core.python3.12.1700"), shallow=False)
    assert files(tmp_path / "kept") == ["core.python3.12.1700"]


def test_bounds(hook, core, tmp_path):
    """What the report may take is py-heap's to keep"""
    said = tmp_path / "said"
    hook(core, "--max-memory", "2G", tmp_path / "kept", 12, "python3", 1700, path=fake(tmp_path / "fake", 'echo "$@" >%s' % said))
    assert said.read_text().split()[-4:] == ["--max-memory", "2G", "--progress", "off"]


def test_no_room(hook, core, tmp_path):
    """The next keeper gets all of it, and it is said that ours is not whole"""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)       # an error, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))

    got = tmp_path / "got"
    run = hook(core, tmp_path / "kept", 12, "python3", 1700, "--", "sh", "-c", 'wc -c | cat >"$0"', got, preexec=limit)
    assert run.returncode == 1 and int(got.read_text()) == os.path.getsize(core)
    run = hook(core, tmp_path / "kept", 13, "python3", 1700, preexec=limit)
    assert run.returncode == 1


def test_no_folder(hook, core, tmp_path):
    (tmp_path / "file").write_text("")
    got = tmp_path / "got"
    run = hook(core, tmp_path / "file" / "kept", 12, "python3", 1700, "--", "sh", "-c", 'cat >"$0"', got)
    assert run.returncode == 0 and filecmp.cmp(core, str(got), shallow=False)
    assert hook(core, tmp_path / "file" / "kept", 12, "python3", 1700).returncode == 1
    assert hook(core, tmp_path).returncode == 1


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770])
def test_folder_of_others(hook, core, tmp_path, mode):
    """Who can write there could have root follow a link"""
    folder, got = tmp_path / "kept", tmp_path / "got"
    folder.mkdir()
    os.chmod(str(folder), mode)
    assert hook(core, folder, 12, "python3", 1700, "--", "sh", "-c", 'cat >"$0"', got).returncode == 0  # the next one gets it
    assert filecmp.cmp(core, str(got), shallow=False)
    run = hook(core, folder, 12, "python3", 1700)
    assert run.returncode == 1 and files(folder) == []


def test_one_after_the_other(hook, core, tmp_path):
    """Many crash at once: each report may take gigabytes"""
    folder, log = tmp_path / "kept", tmp_path / "log"
    path = fake(tmp_path / "bin", 'echo begin >>%s; sleep 0.3; echo end >>%s\n' % (log, log))
    with open(core, "rb") as data, open(core, "rb") as other:
        runs = [subprocess.Popen([HOOK, str(folder), str(number), "python3", "1700"], stdin=stdin, cwd="/",
                                 env={"PYHEAP_COREDUMP_PATH": path + "/usr/bin:/bin"}) for number, stdin in ((1, data), (2, other))]
        assert [run.wait(60) for run in runs] == [0, 0]
    assert log.read_text().split() == ["begin", "end"] * 2 and len(files(folder)) == 2
