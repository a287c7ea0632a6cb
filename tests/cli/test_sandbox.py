# SPDX-License-Identifier: Apache-2.0
"""
Rights that py-heap gives up: the system calls that commands make are those of docs/security.md, and so is the list in the program.
What the kernel then refuses is tests/unit/command/test_confine.c's.
"""

import os
import re
import shutil
import subprocess

import postgres
import pytest
from sleepers import asleep

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PROGRAM = "import threading\nkept = [object() for _ in range(1000)]\nprint(1, flush=True)\nimport time; time.sleep(600)\n"
OWN_LINES = (
    "leaks", "types --limit 3", "garbage", "retained", "memory", "threads", "refaudit", "why --type object", "report -o %s/r.html",
    "export --to sqlite -o %s/h.db", "export --to csv -o %s/h", "orphans", "arenas --classes", "cycles", "waste", "crash", "verify",
    "info -v",
    "snapshot -o %s/s.zst")


def documented():
    """{group: {system call}}"""
    with open(os.path.join(ROOT, "docs", "security.md")) as text:
        section = text.read().split("### System calls")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (\w[^|]*) \| ([^|]*) \|$", section, re.M)
    return {name: set(re.sub(r"\([^)]*\)|,", "", calls).split()) for name, calls in rows}


def test_documented():
    with open(os.path.join(ROOT, "libheap", "util", "calls.c")) as text:
        source = text.read()
    lists = dict(re.findall(r"const char \*const (\w+)\[\] = \{(.*?)NULL\}", source, re.S))
    parts = set(re.findall(r'\{"(\w+)", \d, ', source))
    groups = documented()
    named = {name: set(re.findall(r'"(\w+)"', text)) for name, text in lists.items()}
    for name, group in ("network", "network"), ("connected", "a server"), ("process", "a running process"):
        assert named[name] == groups.pop(group)
    assert groups.pop("signals") == {"kill", "tgkill"}
    assert groups.pop("by argument") == parts
    assert named["always"] == set().union(*groups.values())


@pytest.fixture(scope="module")
def confined(py_heap, core):
    if not shutil.which("strace"):
        pytest.skip("no strace")
    told = py_heap("info", core, "-v").stderr
    if "sandbox: " not in told or "(seccomp)" not in told:
        pytest.skip("all rights are kept: %s" % told.partition("sandbox: ")[2].partition("\n")[0])
    return core


def traced(build, folder, line):
    """What strace writes before the filter holds, and after, of all threads"""
    log = folder / "strace"
    environment = dict(os.environ, PYHEAP_CACHE="off", DEBUGINFOD_URLS="")
    run = subprocess.run(["strace", "-f", "-qq", "-e", "signal=none", "-o", str(log),
                          os.path.join(build, "corefile-tools", "py-heap")] + [str(word) for word in line],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, timeout=300)
    assert run.returncode in (0, 3), run.stderr
    lines = log.read_text(errors="replace").splitlines()
    first = next(i for i, text in enumerate(lines) if " seccomp(SECCOMP_SET_MODE_FILTER" in text and text.endswith("= 0"))
    return lines[:first], lines[first + 1:]


def calls_in(lines):
    """{(system call, the error's name)}"""
    return {(found.group(1), found.group(2)) for found in (
        re.match(r"\d+ +(?:<\.\.\. )?(\w+)(?:\(| resumed).*?(?:= -1 (E\w+).*)?$", text) for text in lines) if found}


def calls(build, folder, line):
    """Once the filter holds"""
    return calls_in(traced(build, folder, line)[1])


@pytest.mark.parametrize("line", OWN_LINES)
def test_core(build, confined, tmp_path, line):
    words = [word % tmp_path if "%s" in word else word for word in line.split()]
    found = calls(build, tmp_path, words[:1] + [confined] + words[1:])
    groups = documented()
    allowed = groups["files"] | groups["memory"] | groups["threads, time, who we are"] | groups["signals"] | groups["by argument"]
    assert len(found) > 5 and {name for name, _ in found} <= allowed
    assert not {name for name, error in found if error in ("ENOSYS", "EACCES")}


def test_live(build, confined, tmp_path):
    groups = documented()
    with asleep() as process:
        found = calls(build, tmp_path, ["leaks", "-p", process.pid])
    assert {name for name, _ in found} <= set().union(*groups.values()) - groups["network"]
    assert ("ptrace", None) in found and not {name for name, error in found if error == "ENOSYS"}


@pytest.fixture(scope="module")
def server():
    with postgres.running() as made:
        yield made


@pytest.mark.parametrize("line", ["export TARGET --to URL", "export -p PID --to URL", "fleet add TARGET --db DB --to URL"])
def test_server(build, confined, server, tmp_path, line):
    """The connection is made before; then there is sending and receiving on it, and nothing else of the network"""
    with asleep() as process:
        words = {"TARGET": confined, "PID": process.pid, "DB": tmp_path / "fleet.db", "URL": server.url(server.database())}
        before, after = traced(build, tmp_path, [words.get(word, word) for word in line.split()])
    connected = {re.search(r"connect\((\d+),", text).group(1) for text in before if " connect(" in text and text.endswith("= 0")}
    groups, found = documented(), calls_in(after)
    beyond = {name for name, _ in found} & (groups["network"] | groups["a server"])
    refused = {name for name, error in found if error in ("ENOSYS", "EACCES")}
    assert beyond == groups["a server"] and refused <= {"fchown"}  # SQLite of root, which does without
    used = {found.group(1) for found in (re.match(r"\d+ +(?:sendto|recvfrom)\((\d+),", text) for text in after) if found}
    assert len(connected) == 1 and used == connected and not [text for text in after if "sa_family" in text]


def test_server_is_said(py_heap, confined, server):
    told = py_heap("export", confined, "--to", server.url(server.database()), "-v").stderr
    assert "; no system calls but those of a list, and of the network the connection to the server alone (seccomp)" in told


def test_memory(py_heap, confined):
    run = py_heap("retained", confined, "--max-memory", "2M")
    assert (run.returncode, run.stdout) == (1, "") and run.stderr.splitlines()[-2:] == [
        "py-heap: out of memory", "py-heap: it may take 2 MB (--max-memory)"]
    assert py_heap("retained", confined, "--max-memory", "1.5G").returncode == 0
    assert "memory: at most 1536 MB" in py_heap("info", confined, "--max-memory", "1.5G", "-v").stderr


def test_kept(py_heap, core, tmp_path):
    """Without, and where nothing can be written"""
    assert "all rights are kept: --no-sandbox" in py_heap("info", core, "-v", "--no-sandbox").stderr
    assert "all rights are kept: PYHEAP_SANDBOX=off" in py_heap("info", core, "-v", env={"PYHEAP_SANDBOX": "off"}).stderr
