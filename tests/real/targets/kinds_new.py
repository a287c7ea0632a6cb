# SPDX-License-Identifier: Apache-2.0
"""What later Pythons added. Source of newer syntax is text, compiled where the interpreter is new enough."""
import sys

from keep import kind

ASYNC = '''
import asyncio, types

async def coroutine(held):
    local = [held]
    await pause()
    return local

@types.coroutine
def pause():
    yield

async def sleeper(i):
    kept = {"task": i}
    await asyncio.Event().wait()
    return kept

async def agen(values):
    for one in values:
        yield one, values

def made(n):
    fresh = [coroutine([i]) for i in range(n // 100)]
    suspended = [coroutine([i]) for i in range(n // 100)]
    for c in suspended:
        c.send(None)
    gens = [agen([i]) for i in range(n // 100)]
    started = [agen([i]) for i in range(20)]
    steps = [g.__anext__() for g in started]
    for s in steps[:10]:
        try:
            s.send(None)
        except StopIteration:
            pass
    waits = [coroutine([1]).__await__(), coroutine([2]).__await__()]
    waits[0].send(None)
    loop = asyncio.new_event_loop()
    tasks = [loop.create_task(sleeper(i)) for i in range(40)]
    loop.run_until_complete(asyncio.sleep(0))
    futures = [loop.create_future() for _ in range(20)]
    futures[0].add_done_callback(futures.append)
    futures[1].set_result([1])
    loop.call_later(1000, print, [1])
    return fresh, suspended, gens, started, steps, waits, loop, tasks, futures
'''

TYPING = '''
import dataclasses, enum, typing, contextvars, types

@dataclasses.dataclass
class Data:
    number: int
    items: list = dataclasses.field(default_factory=list)

@dataclasses.dataclass(frozen=True)
class Frozen:
    number: int

class Colour(enum.Enum):
    RED = 1
    GREEN = [2]

class Flag(enum.IntFlag):
    A = 1
    B = 2

def annotated(a: int, b: "text" = [], *, c: typing.List[int] = None) -> typing.Optional[dict]:
    return a

VARIABLE = contextvars.ContextVar("VARIABLE", default=[])

def made(n):
    annotated.__annotations__
    contexts = []
    for i in range(60):
        context = contextvars.copy_context()
        for j in range(i % 40):
            context.run(contextvars.ContextVar("v%d" % j).set, [j])
        contexts.append(context)
    token = VARIABLE.set({"token": 1})
    return ([Data(i) for i in range(n // 4)], [Frozen(i) for i in range(50)], list(Colour), Flag.A | Flag.B, annotated, contexts,
            token, [types.MappingProxyType({"a": [i]}) for i in range(60)], types.SimpleNamespace(a=[1], b=2),
            typing.List[int], typing.Dict[str, typing.List[int]], typing.TypeVar("T"), typing.Union[int, str])
'''

NEWER = [
    ((3, 8), "def made(n):\n    def f(a, /, b, *, c=[]):\n        return (y := a)\n    return f, f.__kwdefaults__\n"),
    ((3, 9), "import zoneinfo\ndef made(n):\n    return [list[int], dict[str, list[int]], zoneinfo.ZoneInfo]\n"),
    ((3, 10), "def made(n):\n    match [n, 1]:\n        case [a, b]:\n            return [int | str, [a], zip([1], [2], strict=True)]\n"),
    ((3, 11), "def made(n):\n    made = []\n    for i in range(40):\n        try:\n"
              "            raise ExceptionGroup('g', [ValueError(i), KeyError([i])])\n"
              "        except* ValueError as error:\n            error.add_note('a note')\n            made.append(error)\n"
              "        except* KeyError as error:\n            made.append(error)\n    return made\n"),
    ((3, 12), "type Alias[T] = list[T]\nclass Generic[T, *Ts, **P]:\n"
              "    def method[U: int](self, a: T, b: U) -> Alias[U]:\n        self.a = a\n        return b\n"
              "def made(n):\n    g = Generic[int, str, [int]]()\n    g.method(1, 2)\n"
              "    return [g, Alias, Alias.__value__, Generic.__type_params__, f'{n:{8}}']\n"),
    ((3, 13), "class D[T = int]:\n    def __init__(self):\n        self.a, self.b = [1], [2]\n"
              "def made(n):\n    return [D() for _ in range(n // 10)], [D().__dict__ for _ in range(40)]\n"),
    ((3, 14), "from string.templatelib import Template\ndef made(n):\n    a = [n]\n"
              "    return [t'template {a} {n!r:>{n}}' for _ in range(20)]\n"),
]


def run(source, name, n):
    namespace = {"__name__": name}
    exec(compile(source, name + ".py", "exec"), namespace)
    return namespace["made"](n), namespace


@kind
def asynchronous(n):
    return run(ASYNC, "made_async", n) if sys.version_info >= (3, 7) else None


@kind
def typed(n):
    return run(TYPING, "made_typing", n) if sys.version_info >= (3, 7) else None


@kind
def newer(n):
    return [run(source, "made_%d_%d" % since, n) for since, source in NEWER if sys.version_info >= since]
