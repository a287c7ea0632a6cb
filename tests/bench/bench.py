#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
bench.py [--python PATH] [--sizes 100k,1M,10M] [--synthetic 75M] [--threads 1,2] [--commands types,gc] [--runs 3]
         [--layout table] [--py-heap PATH]

Builds heaps (heap_of_size.py), dumps them, and measures py-heap on the cores against the interpreter's own gc.collect() on
the same heap; and on cores that no interpreter made (synthetic-core), of any size: --sizes "" --synthetic 75M. Prints
tables for docs/performance.md. Nothing here is a test: numbers are recorded, not asserted.

CPU is user and system time of the process: of figures taken while others work, read those, not the seconds on the wall.
Objects a second are of CPU time. "Beyond the core" is the peak of RssAnon, sampled, which leaves out the pages of the mapped
core; an object is one that `types` counts. Cores are read once before, so that the cache is warm; "load" is how many
processes wanted to run when a size began.
"""
import argparse
import glob
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
COMMANDS = [["types"], ["gc"], ["garbage"], ["cycles"], ["retained"], ["refaudit"], ["why", "--type", "User"]]


class Heap:
    """The running program and its core"""

    def __init__(self, python, size, folder, dump):
        self.folder = folder
        self.process = subprocess.Popen(
            [python, os.path.join(HERE, "heap_of_size.py"), str(size)], cwd=folder, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, universal_newlines=True, preexec_fn=allow_core)
        self.said = self.answer()
        self.core = self.kernel_core() if dump == "kernel" else self.gcore()
        self.collect = self.ask("collect")
        self.process.stdin.close()
        self.process.wait()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("bench: the heap program ended early")
        return json.loads(line)

    def ask(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        return self.answer()

    def kernel_core(self):
        self.ask("core")
        found = glob.glob(os.path.join(self.folder, "core*"))
        if not found:
            raise SystemExit("bench: the kernel left no core here (kernel.core_pattern); try --dump gcore")
        return found[0]

    def gcore(self):
        subprocess.run(["gcore", "-o", os.path.join(self.folder, "core"), str(self.said["pid"])], check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return glob.glob(os.path.join(self.folder, "core.*"))[0]


def allow_core():
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def rss_anon(pid):
    try:
        with open("/proc/%d/status" % pid) as source:
            for line in source:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return 0


def measure(line):
    """One run: CPU seconds, wall seconds, peak anonymous memory, peak memory, the answer"""
    with tempfile.TemporaryFile() as out:
        began = time.monotonic()
        process = subprocess.Popen(line, stdout=out, stdin=subprocess.DEVNULL)
        peak = 0
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            peak = max(peak, rss_anon(process.pid))
            time.sleep(0.002)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status) if hasattr(os, "waitstatus_to_exitcode") else status >> 8
        if process.returncode not in (0, 3):
            raise SystemExit("bench: %s ended with %s" % (" ".join(line), process.returncode))
        out.seek(0)
        answer = json.loads(out.read().decode())
    return usage.ru_utime + usage.ru_stime, wall, peak, usage.ru_maxrss * 1024, answer


def warm(path):
    with open(path, "rb") as source:
        while source.read(1 << 24):
            pass


def number(text):
    return int(float(text[:-1]) * {"k": 1000, "M": 1000000}[text[-1]]) if text[-1] in "kM" else int(text)


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def bench_core(options, core, collect):
    """A row for each command and number of threads; @collect: seconds of gc.collect(), or None"""
    ask = ["-f", "json", "--layout", options.layout]
    row("command", "threads", "CPU s", "wall s", "× gc.collect()", "M objects/s", "beyond the core MB", "bytes/object",
        "peak RSS MB")
    row(*["---"] + ["---:"] * 8)
    warm(core)
    objects = measure([options.py_heap, "types", core] + ask)[4]["summary"]["objects"]
    answers = {}
    for command in COMMANDS:
        if options.commands and command[0] not in options.commands.split(","):
            continue
        for threads in options.threads.split(","):
            line = [options.py_heap] + command + [core] + ask + ["--threads", threads]
            runs = [measure(line) for _ in range(options.runs)]
            cpu, wall = min(r[0] for r in runs), min(r[1] for r in runs)
            anon, rss = max(r[2] for r in runs), max(r[3] for r in runs)
            row("`%s`" % " ".join(command), threads, "%.3f" % cpu, "%.3f" % wall, "%.2f" % (cpu / collect) if collect else "",
                "%.1f" % (objects / cpu / 1e6), "%.0f" % (anon / 1e6), "%.1f" % (anon / objects), "%.0f" % (rss / 1e6))
            answers[command[0]] = runs[0][4]["summary"]
    return answers


def load():
    return "load %.1f" % os.getloadavg()[0]


def bench_size(options, label):
    folder = tempfile.mkdtemp(prefix="py-heap-bench-", dir=options.folder)
    try:
        heap = Heap(options.python, number(label), folder, options.dump)
        own, core_size = heap.collect, os.path.getsize(heap.core)
        print("\n%s, %s: %.2f M tracked objects, %.2f M blocks, core %.2f GB; gc.collect() %.3f s with nothing to collect, %.3f s"
              " with %d objects of garbage; census of types in process %.3f s; %s\n" % (
                  label, heap.said["version"], heap.said["tracked"] / 1e6, heap.said["blocks"] / 1e6, core_size / 1e9,
                  own["nothing"], own["with_garbage"], own["garbage"], heap.said["census"], load()))
        garbage = bench_core(options, heap.core, own["nothing"]).get("garbage")
        if garbage and garbage["objects"] != own["garbage"]:
            print("bench: garbage says %s objects, gc.collect() %s" % (garbage["objects"], own["garbage"]), file=sys.stderr)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check(answers, truth):
    """What is known of a synthetic core, down to the byte"""
    garbage = truth["garbage"]
    whole = {"objects": truth["objects"] - garbage["unreachable"], "bytes": truth["bytes"] - garbage["unreachable_bytes"]}
    expected = {"types": truth, "garbage": garbage, "cycles": truth["cycles"], "refaudit": truth["refaudit"],
                "retained": dict(garbage, **whole)}
    for command, known in expected.items():
        for key, value in answers.get(command, {}).items():
            if key in known and known[key] != value:
                print("bench: %s says %s %s, there are %s" % (command, value, key, known[key]), file=sys.stderr)


def bench_synthetic(options, label):
    folder = tempfile.mkdtemp(prefix="py-heap-bench-", dir=options.folder)
    core, known = os.path.join(folder, "core"), os.path.join(folder, "truth")
    program = options.synthetic_core or os.path.join(os.path.dirname(options.py_heap), "../tests/bench/synthetic-core")
    try:
        began = time.monotonic()
        subprocess.run([program, "--objects", str(number(label)), "--truth", known, core], check=True)
        wrote = time.monotonic() - began
        with open(known) as source:
            truth = json.load(source)
        print("\nsynthetic %s, %s: %.2f M objects, %.2f M tracked, %.2f M blocks, core %.2f GB, written in %.0f s; %s\n" % (
            label, truth["python"], truth["objects"] / 1e6, sum(g["objects"] for g in truth["generations"]) / 1e6,
            truth["arenas"]["blocks_used"] / 1e6, os.path.getsize(core) / 1e9, wrote, load()))
        check(bench_core(options, core, None), truth)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[3])
    parser.add_argument("--python", default=sys.executable, help="interpreter whose heap it is")
    parser.add_argument("--py-heap", default=os.environ.get("PYHEAP", "py-heap"))
    parser.add_argument("--sizes", default="100k,1M,10M")
    parser.add_argument("--runs", type=int, default=3, help="best of N")
    parser.add_argument("--layout", default="auto")
    parser.add_argument("--synthetic", default="", help="sizes of cores that no interpreter made")
    parser.add_argument("--synthetic-core", help="the program that writes them; default: the one of py-heap's build folder")
    parser.add_argument("--commands", help="only these: types,gc")
    parser.add_argument("--threads", default="1,2", help="numbers of threads, as py-heap takes them")
    parser.add_argument("--dump", choices=["kernel", "gcore"], default="kernel")
    parser.add_argument("--folder", help="where cores go while it runs (2 GB for 10M, 5 GB for synthetic 75M)")
    options = parser.parse_args()
    with open("/proc/cpuinfo") as source:
        model = [line.split(":")[1].strip() for line in source if line.startswith("model name")]
    print("%d × %s, layout %s, best of %d" % (len(model), model[0] if model else "?", options.layout, options.runs))
    for label in filter(None, options.sizes.split(",")):
        bench_size(options, label)
    for label in filter(None, options.synthetic.split(",")):
        bench_synthetic(options, label)


main()
