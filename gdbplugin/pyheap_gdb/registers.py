# SPDX-License-Identifier: Apache-2.0
"""The registers of an inferior's threads: what a thread is about to use may be only there."""

import gdb

# By GDB's name of the architecture: struct user_regs_struct of the kernel (arch/x86/include/asm/user_64.h,
# arch/arm64/include/uapi/asm/ptrace.h).
ORDER = {
    "i386:x86-64": ("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base ds es fs "
                    "gs").split(),
    "aarch64": ["x%d" % i for i in range(31)] + ["sp", "pc", "cpsr"],
}


def of_threads(inferior):
    """One dict per thread, as libheap.open() takes them; the first thread first."""
    selected, found = gdb.selected_thread(), []
    frame = gdb.selected_frame() if selected is not None else None
    try:
        for thread in sorted(inferior.threads(), key=lambda thread: (_number(thread) != inferior.pid, _number(thread))):
            try:
                thread.switch()
                found.append(_of_frame(gdb.newest_frame(), _number(thread)))
            except gdb.error:
                continue  # it has ended; the others still count
    finally:
        if selected is not None:
            selected.switch()
            frame.select()
    return found


def _number(thread):
    return thread.ptid[1]


def _of_frame(frame, tid):
    names = ORDER.get(frame.architecture().name())
    if names and tid:
        return {"words": [_read(frame, name) for name in names], "tid": tid}
    words = [_read(frame, register.name) for register in frame.architecture().registers("general")]
    return {"words": [word for word in words if word], "stack_pointer": _read(frame, "sp"), "thread_pointer": _read(frame, "fs_base")}


def _read(frame, name):
    """The value; 0 if there is none, or GDB does not know it."""
    try:
        return int(frame.read_register(name)) & 0xFFFFFFFFFFFFFFFF
    except (gdb.error, ValueError):
        return 0
