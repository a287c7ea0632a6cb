# SPDX-License-Identifier: Apache-2.0
"""Several inferiors: the heap that is asked is the selected one's."""

import json

from gdbs import stages

FORKS = """
class Parent: pass
class Child: pass
ours = [Parent() for _ in range(10)]
stop()
if os.fork() == 0:
    ours += [Child() for _ in range(20)]
    stop()
else:
    ours += [Parent() for _ in range(5)]
    stop()
"""
TYPES = "py-heap types -f json"


def counts(done):
    """Of each answer, how many objects there are of the two classes"""
    answers = [{row["type"]: row["count"] for row in json.loads(part)["rows"]} for part in done.parts if part.startswith("{")]
    return [(types.get("__main__.Parent", 0), types.get("__main__.Child", 0)) for types in answers]


def test_a_forked_child(gdb):
    """The child alone, which GDB follows"""
    with stages(FORKS) as process:
        done = gdb("continue", "set follow-fork-mode child", TYPES, "continue", TYPES, "kill", pid=process.pid)
    assert counts(done) == [(10, 0), (10, 20)], done.stderr


def test_parent_and_child(gdb):
    """Both are held, and selecting one or the other does not open its heap again"""
    with stages(FORKS) as process:
        done = gdb("continue", "set detach-on-fork off", "set schedule-multiple on", "continue", "continue", "set debug py-heap on",
                   "inferior 1", TYPES, "inferior 2", TYPES, "inferior 1", TYPES, "kill inferiors 2", pid=process.pid)
    assert counts(done) == [(15, 0), (10, 20), (15, 0)], done.stdout + done.stderr
    assert done.stderr.count("[py-heap] opened") == 2
