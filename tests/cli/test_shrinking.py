# SPDX-License-Identifier: Apache-2.0
"""A core or a program that becomes shorter while it is read: one clear line, never a signal, never another answer."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from cores import make

TRIES = 40
KEPT = 20480  # bytes that are left of a file


@pytest.fixture(scope="module")
def core(tmp_path_factory):
    return make(tmp_path_factory.mktemp("shrinking"))


def maps_file(process, path):
    try:
        with open("/proc/%d/maps" % process.pid) as maps:
            return any(line.rstrip("\n").endswith(str(path)) for line in maps)
    except OSError:
        return False


def caught_reading(build, words, path):
    """py-heap, stopped as soon as it maps @path; it may have finished before that is seen"""
    program = os.path.join(build, "corefile-tools", "py-heap")
    process = subprocess.Popen([program, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env=dict(os.environ, PYHEAP_CACHE="off", DEBUGINFOD_URLS=""))
    while not maps_file(process, path) and process.poll() is None:
        pass
    process.send_signal(signal.SIGSTOP)
    while process.poll() is None:
        with open("/proc/%d/stat" % process.pid) as stat:
            if stat.read().rsplit(")", 1)[1].split()[0] in "TZ":
                break
        time.sleep(0.001)
    return process


def test_core_that_is_written_to(build, core, tmp_path):
    """The bytes stay as they were, so the answer is the whole one, with a warning that it may not be"""
    path = shutil.copy(core, tmp_path / "core")
    seen = []
    for _ in range(TRIES):
        process = caught_reading(build, ["types", path, "-f", "json"], path)
        with open(path, "r+b") as file:
            byte = file.read(1)
            file.seek(0)
            file.write(byte)
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=120)
        answer = json.loads(out)
        seen = [warning["code"] for warning in answer["warnings"]]
        assert process.returncode == 0 and ("changed" in seen) == (not answer["complete"])
        if "changed" in seen:
            return
    pytest.fail("never warned: %s" % seen)


def answers_while_shrinking(build, words, original, path):
    """(exit status, stdout, stderr) of runs during which @path, a copy of @original, becomes short"""
    for _ in range(TRIES):
        shutil.copy(original, path)
        process = caught_reading(build, words, path)
        os.truncate(path, KEPT)
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=120)
        yield process.returncode, out, err


def check(build, words, original, path):
    told = 0
    for status, out, err in answers_while_shrinking(build, words, original, path):
        assert status in (0, 1), (status, err)
        if status == 1:
            assert out == "" and len(err.splitlines()) == 1, err
            told += "py-heap: read %s: the file was truncated while it was read" % path in err
        if told == 2:
            return
    pytest.fail("never seen in %d runs" % TRIES)


@pytest.mark.parametrize("command", ["types", "refaudit"])
def test_core(build, core, tmp_path, command):
    path = tmp_path / "shrinking core"
    check(build, [command, path], core, path)


def test_compressed_core(build, core, tmp_path):
    whole = tmp_path / "whole.gz"
    with open(whole, "wb") as out:
        subprocess.run(["gzip", "-1", "-c", core], stdout=out, check=True)
    path = tmp_path / "core.gz"
    check(build, ["types", path], whole, path)


def test_program(build, core, tmp_path):
    path = tmp_path / "python"
    check(build, ["types", core, "--exe", path], os.path.realpath(sys.executable), path)
