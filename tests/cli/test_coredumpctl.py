# SPDX-License-Identifier: Apache-2.0
"""--coredumpctl MATCH, with a coredumpctl of our own first in the PATH."""

import json
import os
import shutil
import signal
import subprocess
import time

import cores
import pytest

# What systemd 252 writes, with free text that a hostile process might have chosen.
INFO = """\
           PID: 1234 (python3)
           UID: 1000 (user)
        Signal: 6 (ABRT)
  Command Line: python3 -c x
       Storage: /etc/passwd (present)
    Executable: /usr/bin/python3.11
       Storage: %s
  Size on Disk: 1.2M
       Message: Process 1234 (python3) of user 1000 dumped core.
                Storage: /etc/passwd (present)
"""

FAKE = """\
#!/bin/sh
printf '%%s\\n' "$@" >"%(folder)s/words.$5"
test "$SYSTEMD_COLORS" = 0 || exit 9
case $5 in
info) cat "%(folder)s/info"; exec "%(folder)s/then" ;;
dump) exec cat "%(folder)s/journal" ;;
esac
"""


@pytest.fixture(scope="module")
def core(tmp_path_factory):
    return cores.make(str(tmp_path_factory.mktemp("core")))


class Fake:
    """Says that the core is in @storage, then does what @then says."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {"PATH": "%s:%s" % (folder, os.environ["PATH"])}
        self.write("coredumpctl", FAKE % {"folder": folder})
        self.tell("none")

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o755)

    def tell(self, storage, then="exit 0"):
        (self.folder / "info").write_text(INFO % storage if storage else "")
        self.write("then", "#!/bin/sh\n%s\n" % then)

    def words(self, verb):
        return (self.folder / ("words.%s" % verb)).read_text().splitlines()


@pytest.fixture
def fake(tmp_path):
    return Fake(tmp_path)


def answer(run):
    assert run.returncode == 0, run.stderr
    document = json.loads(run.stdout)
    return document["target"].pop("path"), document


def error(run):
    assert run.returncode == 1 and run.stdout == ""
    assert run.stderr.startswith("py-heap: core of '") and len(run.stderr.splitlines()) == 1
    return run.stderr


def test_stored_file(py_heap, core, fake):
    fake.tell("%s (present)" % core)
    path, document = answer(py_heap("types", "--coredumpctl", "python3", "-f", "json", env=fake.environment))
    assert path == core and document == answer(py_heap("types", core, "-f", "json"))[1]
    assert fake.words("info") == ["--no-pager", "--quiet", "-1", "--", "info", "python3"]
    assert not (fake.folder / "words.dump").exists()


def test_address_is_the_first_word(py_heap, core, fake):
    fake.tell(core)
    run = py_heap("object", "--coredumpctl=1234", "0x10", env=fake.environment)
    assert run.stdout == py_heap("object", core, "0x10").stdout
    assert py_heap("object", "--coredumpctl", "1234", env=fake.environment).stderr == "py-heap: object: ADDR is missing\n"


def test_stored_compressed(py_heap, core, fake):
    if not shutil.which("zstd"):
        pytest.skip("no zstd here")
    packed = str(fake.folder / "core.python3.1000.zst")
    subprocess.run(["zstd", "-q", core, "-o", packed], check=True, timeout=60)
    fake.tell("%s (truncated)" % packed)
    run = py_heap("types", "--coredumpctl", "COREDUMP_UNIT=x.service", "-f", "json", env=fake.environment)
    if "was built without" in run.stderr:
        pytest.skip("this build has no libzstd")
    path, document = answer(run)
    assert path == packed and document == answer(py_heap("types", core, "-f", "json"))[1]


def test_stored_in_the_journal(py_heap, core, fake):
    fake.tell("journal")
    (fake.folder / "journal").symlink_to(core)
    path, document = answer(py_heap("types", "--coredumpctl", "/usr/bin/python3", "-f", "json", env=fake.environment))
    assert document == answer(py_heap("types", core, "-f", "json"))[1]
    assert fake.words("dump") == ["--no-pager", "--quiet", "-1", "--", "dump", "/usr/bin/python3"]


def test_no_shell_and_no_options_in_a_match(py_heap, fake):
    for match in ("$(touch x); *", "--output=x", "-1", ""):
        error(py_heap("types", "--coredumpctl=%s" % match, env=fake.environment, cwd=fake.folder))
        assert fake.words("info")[4:] == ["info", match]
    assert not (fake.folder / "x").exists()


def test_next_commands_name_it_as_the_user_did(py_heap, core, fake):
    fake.tell(core)
    plain = py_heap("garbage", core).stdout
    run = py_heap("garbage", "--coredumpctl", "my app", env=fake.environment)
    assert run.stdout == plain.replace(core, "--coredumpctl 'my app'")


@pytest.mark.parametrize("storage, text", [
    ("none", "systemd did not keep its core: see Storage= and ProcessSizeMax= in coredump.conf"),
    ("/no/such/core.zst (missing)", "/no/such/core.zst is gone: systemd removes old cores"),
    ("", "does not say where it is stored"),
])
def test_no_core(py_heap, fake, storage, text):
    fake.tell(storage)
    assert text in error(py_heap("types", "--coredumpctl", "1234", env=fake.environment))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_not_permitted(py_heap, fake):
    path = fake.folder / "core"
    path.touch(0)
    fake.tell("%s (inaccessible)" % path)
    assert "%s: not permitted" % path in error(py_heap("types", "--coredumpctl", "1", env=fake.environment))


def test_no_match(py_heap, fake):
    fake.tell("", "echo Hint >&2; printf 'No match \\033found.\\n' >&2; exit 1")
    assert error(py_heap("types", "--coredumpctl", "zebra", env=fake.environment)) == (
        "py-heap: core of 'zebra': coredumpctl: No match ?found. ('coredumpctl list' shows the cores that you may read)\n")
    fake.tell("", "exit 1")
    assert "coredumpctl: it failed without a message" in error(py_heap("types", "--coredumpctl", "z", env=fake.environment))


def test_no_coredumpctl(py_heap, tmp_path):
    assert "coredumpctl is not installed (package systemd-coredump)" in error(
        py_heap("types", "--coredumpctl", "python3", env={"PATH": str(tmp_path)}))


def test_interrupted(build, fake):
    """^C that a program sends to us alone: coredumpctl is ended with us."""
    fake.tell("none", 'echo $$ >"%s/pid"; exec sleep 600' % fake.folder)
    program = os.path.join(build, "corefile-tools", "py-heap")
    with subprocess.Popen([program, "types", "--coredumpctl", "x"], stderr=subprocess.PIPE, text=True,
                          env=dict(os.environ, **fake.environment)) as run:
        deadline = time.monotonic() + 60
        while not (fake.folder / "pid").exists() or not (fake.folder / "pid").read_text():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        assert run.communicate(timeout=60)[1] == "py-heap: interrupted\n"
    assert run.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int((fake.folder / "pid").read_text()), 0)
