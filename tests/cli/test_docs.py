# SPDX-License-Identifier: Apache-2.0
"""What the documents show is what py-heap prints."""

import doctest
import importlib.machinery
import importlib.util
import os
import re
import subprocess
import sys

import pytest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SKIPPED = 77


def text_of(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as stream:
        return stream.read()


@pytest.mark.parametrize("name", ["README.md", "docs/cli.md", "docs/tutorial.md"])
def test_sessions_are_what_py_heap_prints(name, build):
    program = os.path.join(build, "corefile-tools", "py-heap")
    run = subprocess.run([sys.executable, os.path.join(ROOT, "tools", "doc-sessions"), "--check", name], check=False,
                         capture_output=True, text=True, timeout=300, env=dict(os.environ, PYHEAP=program))
    if run.returncode == SKIPPED:
        pytest.skip(run.stderr.strip())
    assert (run.returncode, run.stdout, run.stderr) == (0, "", ""), "run tools/doc-sessions"


@pytest.fixture
def in_sessions_folder(tmp_path, monkeypatch):
    """The working folder has leaky.py and the core.1234 of the sessions."""
    loader = importlib.machinery.SourceFileLoader("doc_sessions", os.path.join(ROOT, "tools", "doc-sessions"))
    sessions = importlib.util.module_from_spec(importlib.util.spec_from_loader("doc_sessions", loader))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(sessions)
    try:
        sessions.make_core(str(tmp_path))
    except SystemExit:
        pytest.skip("the sessions cannot be run here (tools/doc-sessions)")
    monkeypatch.chdir(tmp_path)


def test_python_md_is_what_python_prints(build, in_sessions_folder):
    if os.environ.get("PYHEAP_TEST_BINDING") == "0":
        pytest.skip("a library with a sanitizer cannot be loaded into this Python")
    text = "\n".join(re.findall(r"^```pycon\n(.*?)^```$", text_of("docs/python.md"), flags=re.M | re.S))
    test = doctest.DocTestParser().get_doctest(text, {}, "python.md", "docs/python.md", 0)
    failed, tried = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL).run(test)
    assert tried and not failed


def test_every_command_is_in_cli_md(commands):
    text = text_of("docs/cli.md")
    assert [name for name in commands if "`%s`" % name not in text] == []


def test_links_lead_to_files():
    run = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, check=False, capture_output=True, text=True)
    if run.returncode:
        pytest.skip("not a git checkout")
    for name in run.stdout.split():
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text_of(name)):
            assert os.path.exists(os.path.join(ROOT, os.path.dirname(name), link)), "%s: %s" % (name, link)
