# SPDX-License-Identifier: Apache-2.0
"""
Tasks of asyncio that wait, have ended, or run; and what asyncio says of them.

    tasks_program.py FOLDER

Written for 3.6: no asyncio.run(), names only where there are any.
"""
import asyncio
import gc
import json
import os
import sys
import threading
import types

EVER = []               # futures that nobody sets
KEPT = []
DECLARED = {}           # id of a task: other tasks that it waits for by what asyncio makes of them


def forever():
    future = asyncio.get_event_loop().create_future()
    EVER.append(future)
    return future


async def innermost(number):
    await forever()
    return number


async def middle(number):
    kept = [number]
    return kept, await innermost(
        number
    )


async def in_chain():
    async with Manager():
        await middle(3)


class Manager:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        pass


async def generate():
    for number in range(3):
        if number == 1:
            await innermost(number)
        yield number


async def in_async_for():
    async for number in generate():
        pass


async def in_async_comprehension():
    return [number async for number in generate()]


@types.coroutine
def old_style():
    yield from forever()


async def in_old_style():
    await old_style()


class Awaitable:
    def __await__(self):
        yield from innermost(7).__await__()


async def in_awaitable():
    await Awaitable()


@types.coroutine
def yields_in_loop():
    """Suspended in a plain yield, with a generator on its stack"""
    for number in (n for n in (None, None)):
        yield number


async def in_plain_yield():
    while True:
        await yields_in_loop()


async def in_sleep():
    await asyncio.sleep(100000)


async def waits_for(task):
    await task


async def gathers(*tasks):
    await asyncio.gather(*tasks)


async def in_wait(*tasks):
    await asyncio.wait(tasks)


async def in_wait_for(task):
    await asyncio.wait_for(task, 100000)


async def in_shield(task):
    await asyncio.shield(task)


async def in_as_completed(*tasks):
    for one in asyncio.as_completed(tasks):
        await one


async def in_group():
    async with asyncio.TaskGroup() as group:
        members = [group.create_task(in_sleep(), name="member %d" % number) for number in range(2)]
        DECLARED[id(asyncio.current_task())] = members
        KEPT.extend(members)


async def in_lock(lock):
    async with lock:
        pass


async def in_queue():
    await asyncio.Queue().get()


async def returns():
    return "result"


async def returns_exception():
    return KeyError("result")


async def raises():
    raise ValueError("raised")


async def never_started():
    pass


class OwnTask(asyncio.tasks._PyTask):
    pass


class DerivedTask(asyncio.Task):
    pass


def awaited(one):
    """What a suspended coroutine or generator waits for, or None"""
    for name in ("cr_await", "gi_yieldfrom", "ag_await"):
        if hasattr(one, name):
            return getattr(one, name)
    for other in gc.get_referents(one):         # async_generator_asend, coroutine_wrapper
        if hasattr(other, "cr_frame") or hasattr(other, "ag_frame") or hasattr(other, "gi_frame"):
            return other
    return None


def frame_of(one):
    for name in ("cr_frame", "gi_frame", "ag_frame"):
        if hasattr(one, name):
            return getattr(one, name)
    return None


def qualname(frame):
    return getattr(frame.f_code, "co_qualname", frame.f_code.co_name)


def calls_of(coroutine):
    """Outermost first"""
    calls = []
    while coroutine is not None:
        frame = frame_of(coroutine)
        if frame is not None:
            calls.append([qualname(frame), frame.f_code.co_filename, frame.f_lineno])
        coroutine = awaited(coroutine)
    return calls


def state_of(task):
    if not task.done():
        return "pending"
    if task.cancelled():
        return "cancelled"
    return "failed" if task.exception() is not None else "finished"


def label(task):
    return task.get_name() if hasattr(task, "get_name") else hex(id(task))


def waited_for(task):
    """Other tasks, itself or by gather()"""
    future = getattr(task, "_fut_waiter", None)
    others = [future] + getattr(future, "_children", [])
    others += [one for one in DECLARED.get(id(task), []) if one is not future]
    return [other for other in others if isinstance(other, (asyncio.Task, asyncio.tasks._PyTask))]


def describe(task):
    coroutine = task.get_coro() if hasattr(task, "get_coro") else task._coro
    stack = task.get_stack()
    # What asyncio.capture_call_graph() goes by (3.14), which does not take tasks written in Python
    awaited_by = list(task._asyncio_awaited_by or ()) if hasattr(task, "_asyncio_awaited_by") else None
    return {"awaited_by": None if awaited_by is None else [label(one) for one in awaited_by],
            "name": task.get_name() if hasattr(task, "get_name") else None, "state": state_of(task),
            "coroutine": coroutine.__qualname__, "calls": calls_of(coroutine)[::-1],
            "outermost": [[qualname(f), f.f_code.co_filename, f.f_lineno] for f in stack],
            "waits_for": [label(other) for other in waited_for(task)], "waits": getattr(task, "_fut_waiter", None) is not None}


def tell(folder, tasks):
    said = {"tasks": {str(id(task)): describe(task) for task in tasks},
            "all": [str(id(task)) for task in (asyncio.all_tasks if hasattr(asyncio, "all_tasks") else
                                               asyncio.Task.all_tasks)(asyncio.get_event_loop())]}
    with open(os.path.join(folder, "tasks.tmp"), "w") as out:
        json.dump(said, out)
    os.rename(os.path.join(folder, "tasks.tmp"), os.path.join(folder, "tasks.json"))


def start(coroutine, name=None):
    loop = asyncio.get_event_loop()
    task = loop.create_task(coroutine)
    if name and hasattr(task, "set_name"):
        task.set_name(name)
    KEPT.append(task)
    return task


def own(coroutine, loop, name):
    """A task written in Python: those have numbers of their own"""
    KEPT.append(OwnTask(coroutine, loop=loop))
    if hasattr(KEPT[-1], "set_name"):
        KEPT[-1].set_name(name)
    return KEPT[-1]


def start_declared(loop):
    """Tasks that wait for others by wait(), wait_for(), shield(), groups; for and by tasks written in Python"""
    for function, count in (in_wait, 2), (in_wait_for, 1), (in_shield, 1), (in_as_completed, 2):
        children = [start(in_sleep(), "%s %d" % (function.__name__, number)) for number in range(count)]
        parent = start(function(*children), function.__name__)
        if function is not in_as_completed or sys.version_info >= (3, 14):       # before, nothing leads from one to the other
            DECLARED[id(parent)] = children
    if hasattr(asyncio, "TaskGroup"):
        start(in_group(), "group")
    for parent in (waits_for, in_wait, in_shield):
        child = own(in_sleep(), loop, "own child of " + parent.__name__)
        DECLARED[id(start(parent(child)))] = [child]
        child = start(in_sleep())
        DECLARED[id(own(parent(child), loop, "own " + parent.__name__))] = [child]


async def main(folder):
    loop = asyncio.get_event_loop()
    lock = asyncio.Lock()
    await lock.acquire()
    first = start(in_chain(), "first")
    for function in (in_async_for, in_async_comprehension, in_old_style, in_awaitable, in_plain_yield, in_sleep, in_queue, returns,
                     returns_exception, raises):
        start(function())
    start(waits_for(first), "waiter")
    start(gathers(first, start(in_sleep(), "child")), "parent")
    start_declared(loop)
    start(in_lock(lock))
    for number in range(3):
        start(in_sleep(), u"caf\u00e9 %d" % number)
    cancelled = start(in_sleep(), "cancelled")
    KEPT.append(DerivedTask(in_chain(), loop=loop))
    KEPT.append(OwnTask(in_chain(), loop=loop))
    KEPT.append(OwnTask(raises(), loop=loop))
    await asyncio.sleep(0)
    cancelled.cancel()
    for turn in range(10):
        await asyncio.sleep(0)
    start(never_started(), "not started")
    me = asyncio.current_task() if hasattr(asyncio, "current_task") else asyncio.Task.current_task()
    gc.collect()
    tell(folder, [task for task in KEPT if task is not me])
    threading.Event().wait()        # this task runs here


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(main(sys.argv[1]))
