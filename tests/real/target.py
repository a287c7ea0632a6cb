# SPDX-License-Identifier: Apache-2.0
"""A running heap program, its own account of itself, and its dumps."""
import collections
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
WAYS = "live", "gcore", "kernel"
PERMANENT = 3
STACK_MIN = 256 << 10        # bytes of a thread's stack in these programs, at least
PATIENCE = 300               # seconds for a program to fill its heap; a debug build on a busy machine takes 60


class Account:
    """account.json, saved.json, collectable.txt and mallocstats.txt of account.py"""

    def __init__(self, folder):
        with open(os.path.join(folder, "account.json")) as source:
            said = json.load(source)
        self.said = said
        names = said["types"]
        self.type_of = {a: names[t] for a, t in zip(said["address"], said["type"])}
        self.size_of = dict(zip(said["address"], said["size"]))
        self.generation_of = {a: g for a, g in zip(said["address"], said["generation"]) if g >= 0}
        self.referents = {int(a): r for a, r in said["referents"].items()}
        self.native = {int(a): r for a, r in said["native"].items()}
        self.blocks = said["allocated_blocks"]
        with open(os.path.join(folder, "saved.json")) as source:
            saved = json.load(source)
        self.saved = {a: name for a, name in saved["saved"]}
        self.collected_count = saved["count"]
        with open(os.path.join(folder, "collectable.txt")) as source:
            printed = source.read()
        self.collectable = self.read_collectable(printed)
        self.uncollectable = set(int(a, 16) for a in re.findall(r"^gc: uncollectable <.* (0x[0-9a-f]+)>$", printed, re.M))
        if said["hexversion"] < 0x03080000:
            self.tell_generations(printed)
        with open(os.path.join(folder, "mallocstats.txt")) as source:
            self.stats = source.read()

    def read_collectable(self, printed):
        """What the collector itself names unreachable, before finalizers run"""
        addresses = re.findall(r"^gc: (?:un)?collectable <.* (0x[0-9a-f]+)>$", printed, re.M)
        return {int(address, 16): self.type_of[int(address, 16)] for address in addresses}

    def tell_generations(self, printed):
        """gc.get_objects() takes no generation up to 3.7: it lists the youngest first, and the collector prints counts"""
        _, middle, old = re.search(r"^gc: objects in each generation: (\d+) (\d+) (\d+)", printed, re.M).groups()
        listed = self.said["listed"]
        for generation, members in ((2, listed[-int(old):]), (1, listed[-int(old) - int(middle):-int(old)])):
            self.generation_of.update(dict.fromkeys(members, generation))

    def tracked(self, generation=None):
        """address -> type name of tracked objects"""
        return {a: self.type_of[a] for a, g in self.generation_of.items() if generation in (None, g)}

    def size_classes(self):
        """size -> (pools, blocks in use, free blocks), from the table that sys._debugmallocstats() prints"""
        rows = re.findall(r"^ *(\d+) +(\d+) +(\d+) +(\d+) +(\d+)$", self.stats, re.M)
        return {int(size): (int(pools), int(used), int(free)) for _, size, pools, used, free in rows}

    def stat(self, label):
        """The number of a line like '# arenas allocated current  =  1,234'"""
        match = re.search(r"^# %s += +([\d,]+)$" % re.escape(label), self.stats, re.M)
        return int(match.group(1).replace(",", "")) if match else None

    def free_pools(self):
        return int(re.search(r"^(\d+) unused pools", self.stats, re.M).group(1))

    def module_ranges(self):
        """Memory of mapped files, their .bss included: objects there are static"""
        ranges, last = [], None
        for line in self.said["maps"].splitlines():
            fields = line.split(None, 5)
            start, end = (int(x, 16) for x in fields[0].split("-"))
            path = fields[5] if len(fields) > 5 else ""
            if path.startswith("/"):
                ranges.append((start, end))
                last = end
            elif not path and start == last:
                ranges.append((start, end))
                last = None
        return ranges


class Oracle:
    """A forked child of the program that says what lies at an address"""

    def __init__(self, folder):
        self.folder = folder
        self.ask_pipe = open(os.path.join(folder, "ask.ready"), "w")
        self.answers = open(os.path.join(folder, "answers"))

    def last_words(self):
        """What faulthandler wrote"""
        with open(os.path.join(self.folder, "crashed")) as source:
            return source.read()

    def ask(self, addresses):
        """[[refcount, type name or None, sizeof or None], ...]"""
        told = []
        for start in range(0, len(addresses), 2000):
            self.ask_pipe.write(json.dumps(addresses[start:start + 2000]) + "\n")
            self.ask_pipe.flush()
            line = self.answers.readline()
            assert line, "the oracle died: " + self.last_words()
            told += json.loads(line)
        return told


class Program:
    """A process and its dumps, made when first wanted: live ones while it runs; the kernel's core ends it"""

    def __init__(self, command, folder, environment=(), cwd=None, preexec=None):
        self.folder, self.command = str(folder), list(command)
        environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LD_", "ASAN", "UBSAN"))}
        # Each malloc arena of a thread reserves 64 MB, which gcore writes out.
        environ.update(PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", MALLOC_ARENA_MAX="2")
        environ.update(environment)
        self.process = subprocess.Popen(
            self.command, cwd=cwd or self.folder, env=environ, stdin=subprocess.DEVNULL,
            stdout=open(os.path.join(self.folder, "out"), "w"), stderr=open(os.path.join(self.folder, "err"), "w"),
            preexec_fn=preexec or allow_core)
        self.pid = self.process.pid
        self.cores = {}
        self.lost = False           # gcore left memory out: stacks behind guard pages that MADV_GUARD_INSTALL made (glibc 2.42)

    def said(self, name):
        path = os.path.join(self.folder, name)
        return open(path).read() if os.path.exists(path) else ""

    def wait(self, *names, patience=PATIENCE):
        """Until the program has written these files"""
        deadline = time.monotonic() + patience
        while not all(os.path.exists(os.path.join(self.folder, name)) for name in names):
            if self.process.poll() is not None or self.said("failed") or time.monotonic() > deadline:
                self.end()
                raise RuntimeError("%s gave no account of itself: %s%s" % (
                    self.command[0], self.said("err"), self.said("failed")))
            time.sleep(0.02)

    def words(self, way):
        """How to name it to py-heap: ["-p", pid] or [core]"""
        if way == "live":
            if self.process.poll() is not None:
                raise RuntimeError("asked for the live process after it was killed for its core")
            return ["-p", str(self.pid)]
        if way not in self.cores:
            self.cores[way] = getattr(self, "dump_" + way)()
        return [self.cores[way]]

    def dump_gcore(self):
        prefix = os.path.join(self.folder, "gcore")
        done = subprocess.run(["gcore", "-o", prefix, str(self.pid)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, timeout=PATIENCE)
        path = "%s.%d" % (prefix, self.pid)
        if not os.path.exists(path):
            raise RuntimeError("gcore made no core: %s" % done.stdout.decode()[-500:])
        sections = re.findall(r"Memory read failed for corefile section, (\d+) bytes", done.stdout.decode())
        self.lost = any(int(size) > STACK_MIN for size in sections)         # smaller ones: [vvar]
        return path

    def dump_kernel(self):
        folder = os.readlink("/proc/%d/cwd" % self.pid)
        self.process.send_signal(signal.SIGABRT)
        self.process.wait()
        path = os.path.join(folder, core_name(self.pid))
        if not os.path.exists(path):
            raise RuntimeError("the kernel wrote no core at %s" % path)
        return path

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def remove(self):
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)


class Target(Program):
    """The heap program and its account"""

    def __init__(self, interpreter, folder, scale, *words, environment=()):
        self.interpreter, self.oracle = interpreter, None
        program = os.path.join(HERE, "targets", "heap_program.py")
        environ = dict(environment, **({"PYTHONMALLOC": interpreter.allocator} if interpreter.allocator else {}))
        Program.__init__(self, [interpreter.path, program, str(folder), str(scale)] + list(words), folder, environ)
        self.listen()

    def listen(self):
        self.wait("account.json", "saved.json", "ask.ready")
        self.account = Account(self.folder)
        self.oracle = Oracle(self.folder)

    def end(self):
        self.oracle = None               # its pipes close, which ends the child
        Program.end(self)


def allow_core():
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def core_name(pid):
    """File name of a kernel core in the process's folder, None where cores go elsewhere"""
    with open("/proc/sys/kernel/core_pattern") as source:
        pattern = source.read().strip()
    with open("/proc/sys/kernel/core_uses_pid") as source:
        uses_pid = source.read().strip() != "0"
    if pattern.startswith(("|", "/")) or re.search("%[^p]", pattern):
        return None
    return pattern.replace("%p", str(pid)) + (".%d" % pid if uses_pid and "%p" not in pattern else "")


def why_not(way):
    """Why dumps of a kind cannot be made here, or None"""
    if way == "kernel":
        if core_name(1) is None:
            return "kernel.core_pattern sends cores elsewhere"
        if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
            return "RLIMIT_CORE's hard limit is 0"
    if way == "gcore" and not shutil.which("gcore"):
        return "no gcore (package gdb)"
    return None


def count_by_type(addresses):
    return collections.Counter(addresses.values())
