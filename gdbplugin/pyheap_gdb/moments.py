# SPDX-License-Identifier: Apache-2.0
"""Moments that "py-heap snapshot NAME" keeps, for "py-heap diff NAME": cores in files without a name, which are gone when GDB is,
however it ends."""

import os
import re
import tempfile
import time

import gdb

NAME = re.compile("[A-Za-z_][A-Za-z0-9_-]*")

_moments = {}  # by number of the inferior and name


class _Moment:
    def __init__(self, pid, write):
        """@write: called with the path of a file that has no name."""
        self.pid, self.taken = pid, time.strftime("%H:%M:%S")
        self._file = tempfile.TemporaryFile(prefix="py-heap-")
        try:
            write(self.path)
        except BaseException:
            self.close()
            raise

    @property
    def path(self):
        return "/proc/self/fd/%d" % self._file.fileno()

    @property
    def stored(self):
        """Bytes of disk; the file has holes."""
        return os.fstat(self._file.fileno()).st_blocks * 512

    def close(self):
        self._file.close()


def keep(inferior, name, write):
    """A moment of @inferior, instead of an earlier one of that name. Return: bytes that it has on disk."""
    moment = _Moment(inferior.pid, write)
    forget(inferior.num, name)
    _moments[inferior.num, name] = moment
    return moment.stored


def forget(number, name=None):
    """The moment @name of the inferior of that number; None: all of it."""
    for key in [key for key in _moments if key[0] == number and name in (None, key[1])]:
        _moments.pop(key).close()


def paths(inferior):
    """Files of the inferior's moments, by name."""
    return {name: moment.path for (number, name), moment in _moments.items() if number == inferior.num}


def require(inferior, word):
    """Fails if @word can only mean a moment, and @inferior has none of that name."""
    if not NAME.fullmatch(word) or (inferior.num, word) in _moments or os.path.exists(word):
        return
    others = sorted(number for number, name in _moments if name == word)
    if others:
        raise gdb.GdbError("py-heap: '%s' is a moment of inferior %d, and inferior %d is selected: moments of one inferior are compared; "
                           "'inferior %d' selects it" % (word, others[0], inferior.num, others[0]))
    raise gdb.GdbError("py-heap: there is no moment '%s' and no such file: 'py-heap snapshot %s' keeps a moment, 'py-heap snapshot' lists "
                       "them" % (word, word))


def table():
    """The moments that are kept, as text."""
    if not _moments:
        return "No moment is kept: 'py-heap snapshot NAME' keeps one, for 'py-heap diff NAME'.\n"
    lines = ["%-16s %8s %10s  %-8s %10s\n" % ("MOMENT", "INFERIOR", "PID", "TAKEN", "DISK")]
    for (number, name), moment in _moments.items():
        lines.append("%-16s %8d %10s  %-8s %10s\n" % (name, number, moment.pid or "-", moment.taken, bytes_text(moment.stored)))
    return "".join(lines)


def bytes_text(count):
    """1.2 MB, as answers of the library have it."""
    for unit in ("B", "KB", "MB"):
        if count < 1024:
            break
        count /= 1024
    else:
        unit = "GB"
    return "%.1f %s" % (count, unit) if unit != "B" else "%d B" % count


def watch():
    """What was an inferior's goes with it."""
    gdb.events.inferior_deleted.connect(lambda event: forget(event.inferior.num))
