# SPDX-License-Identifier: Apache-2.0
"""
Threads in all kinds of calls, and what sys._current_frames() says of them.

    threads_program.py FOLDER

The thread that writes the account is in it too, but at the line it had then: it rests elsewhere afterwards, in rest().
"""
import json
import os
import sys
import threading
import time

DEEP = 60
WORKERS = []
FOREVER = threading.Lock()
FOREVER.acquire()


def worker(function):
    WORKERS.append(function)
    return function


def decorated(function):
    def wrapper(*words, **named):
        kept = len(words) + len(named)
        return function(*words, **named), kept
    return wrapper


@worker
def in_lock():
    text, numbers = u"text", [1, 2, 3]
    FOREVER.acquire()
    return text, numbers


@worker
def in_sleep():
    seconds = 100000
    time.sleep(seconds)


@worker
def running():
    turns = (None,) * 3
    while turns: pass  # noqa: E701


@worker
def deep(depth=DEEP):
    below = depth - 1
    if below:
        return deep(
            below
        )
    FOREVER.acquire()


def numbers(limit):
    for number in range(limit):
        if number == 2:
            FOREVER.acquire()
        yield number


def doubled(items):
    for item in items:
        yield 2 * item


@worker
def in_generators():
    return sum(doubled(number + 1 for number in numbers(5)))


@worker
def in_finally():
    try:
        kept = "in try"
        raise ValueError(kept)
    except ValueError:
        caught = "in except"
        try:
            caught += "!"
        finally:
            FOREVER.acquire()
    return kept, caught


def waits(number):
    FOREVER.acquire()
    return number


@worker
def in_comprehension():
    before = "before"
    return [
        waits(number)
        for number in range(3)
        if number % 2 == 0
    ], before


@worker
@decorated
def in_decorated(first=1, *rest, **named):
    return waits(
        first
    )


@worker
def in_call_of_many_lines():
    one = 1
    return dict(
        first=one,
        second=max(
            one,
            waits(
                one
            ),
        ),
        third=one,
    )


@worker
def in_closure():
    counted, unset = [0], None

    def inner(argument):
        counted[0] += argument
        FOREVER.acquire()
        return unset2, counted, argument

    inner(5)
    unset2 = unset
    return unset2


class Base(object):
    def __init__(self, value):
        self.value = value
        FOREVER.acquire()


class Derived(Base):
    def __init__(self, value):
        self.other = "other"
        super(Derived, self).__init__(value)


@worker
def in_init():
    return Derived("value")


class Quick(object):
    def __init__(self, value):
        self.value = value
        if value == 99:
            FOREVER.acquire()


@worker
def in_specialized_init():
    for number in range(100):        # until calls of classes are specialized (3.12)
        made = Quick(number)
    return made


@worker
def in_class_body():
    outer = "of the function"

    class Body(object):
        inside = [outer]
        waited = FOREVER.acquire()

    return Body


@worker
def in_exec():
    code = compile("first = 1\n\n\nlock.acquire()\n", "<made>", "exec")
    exec(code, {"lock": FOREVER}, {"name": "separate"})


@worker
def in_lambda():
    (lambda count: [FOREVER, count][0].acquire())(1)


def far_apart():
    """Lines that a byte of difference does not reach, down and up again"""
    source = ("def in_far_lines():\n    first = 1\n%s    second = [\n        first,%s"
              "        waits(%s            first),\n    ]\n    return second\n")
    names = {"waits": waits}
    exec(compile(source % ("\n" * 300, "\n" * 200, "\n" * 150), "<far apart>", "exec"), names)
    return names["in_far_lines"]


worker(far_apart())


@worker
def in_loop_backwards():
    for turn in range(3):
        last = turn
        if last == 2:
            break
    while waits(
            last):
        last += 1


@worker
def in_with():
    with threading.Lock() as entered:
        waits(entered)


def rest():
    FOREVER.acquire()        # rests here


def stack_of(frame):
    """Newest first: function, file, line, and for each local its type and size"""
    told = []
    while frame is not None:
        code = frame.f_code
        names = {} if frame.f_locals is frame.f_globals else frame.f_locals
        told.append([getattr(code, "co_qualname", code.co_name), code.co_filename, frame.f_lineno,
                     {name: [type(value).__name__, sys.getsizeof(value)] for name, value in dict(names).items()}])
        frame = frame.f_back
    return told


def settled():
    """Stacks of all threads that stay as they are"""
    before, same = None, 0
    while same < 5:
        now = {thread: stack_of(frame) for thread, frame in sys._current_frames().items()
               if thread != threading.current_thread().ident}
        same = same + 1 if now == before else 0
        before = now
        time.sleep(0.02)
    return before


def teller(folder):
    stacks = settled()
    me = threading.current_thread()
    said = {"stacks": {str(thread): stack for thread, stack in stacks.items()},
            "names": {str(thread.ident): thread.name for thread in threading.enumerate()},
            "native": {str(thread.ident): getattr(thread, "native_id", None) for thread in threading.enumerate()},
            "teller": me.ident, "file": rest.__code__.co_filename}
    with open(os.path.join(folder, "threads.tmp"), "w") as out:
        json.dump(said, out)
    os.rename(os.path.join(folder, "threads.tmp"), os.path.join(folder, "threads.json"))
    del stacks, said, out, me
    rest()


def main(folder):
    threading.stack_size(512 << 10)
    threads = [threading.Thread(target=function, name=getattr(function, "__name__", None)) for function in WORKERS]
    threads.append(threading.Thread(target=teller, args=(folder,), name="teller"))
    for thread in threads:
        thread.daemon = True
        thread.start()
    while True:
        FOREVER.acquire()


if __name__ == "__main__":
    main(sys.argv[1])
