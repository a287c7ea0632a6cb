# SPDX-License-Identifier: Apache-2.0
"""Small programs of tests/real/targets that give an account of one thing, each run by every interpreter."""
import json
import os
import tempfile

import interpreters
import pytest
import sleepers
import target


def parametrize(metafunc, indirect=False):
    """'interpreter', where a test has it: each one found, with its own allocator"""
    if "interpreter" not in metafunc.fixturenames:
        return
    found = interpreters.find()
    if metafunc.config.getoption("--quick"):
        found = interpreters.quick(found)
    places = []
    for one in found:
        reason = one.unsupported() or target.why_not("live")
        marks = [pytest.mark.skip(reason=reason)] if reason else []
        if not one.allocator:
            places.append(pytest.param(one, marks=marks, id=one.name))
    metafunc.parametrize("interpreter", places, scope="module", indirect=indirect)


def start(interpreter, name, account=None, environment=()):
    """The program once it has come to rest; its account is a file of JSON"""
    folder = tempfile.mkdtemp(prefix="py-heap-%s-" % name)
    source = os.path.join(target.HERE, "targets", name + "_program.py")
    program = target.Program([interpreter.path, source, folder], folder, environment)
    program.wait("ready", *([account] if account else []))
    sleepers.wait_until_asleep(program.pid)
    if account:
        program.account = json.loads(program.said(account))
    return program


def fixture(name, account):
    """A fixture for start(), of one program an interpreter"""
    @pytest.fixture(scope="module")
    def program(interpreter):
        one = start(interpreter, name, account)
        yield one
        one.remove()
    return program


def dumped(program, way):
    """How to name it to py-heap"""
    if target.why_not(way):
        pytest.skip(target.why_not(way))
    return program.words(way)
