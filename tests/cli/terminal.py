# SPDX-License-Identifier: Apache-2.0
"""What py-heap writes to a terminal."""

import os
import pty
import select
import subprocess
import termios
import time


def on_terminal(build, words, columns=60, **environment):
    program = os.path.join(build, "corefile-tools", "py-heap")
    environment = dict(os.environ, COLUMNS=str(columns), TERM="xterm", **environment)
    main, other = pty.openpty()
    with subprocess.Popen([program, *map(str, words)], stdout=other, stderr=subprocess.DEVNULL, env=environment):
        os.close(other)
        text = b""
        try:
            while True:
                text += os.read(main, 65536)
        except OSError:  # the other end is closed
            pass
    os.close(main)
    return text.decode()


class Typing:
    """A program on a terminal of 80 columns, and the keys that somebody types"""

    def __init__(self, words, **environment):
        self._main, other = pty.openpty()
        self._process = subprocess.Popen([*map(str, words)], stdin=other, stdout=other, stderr=other, start_new_session=True,
                                         env=dict(os.environ, COLUMNS="80", TERM="xterm", **environment))
        os.close(other)
        self._text = ""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._process.kill()
        self._process.wait()
        os.close(self._main)

    def keys(self, text, seconds=60):
        """Once the program reads keys, not lines: it does so shortly after its prompt is there"""
        end = time.monotonic() + seconds
        while termios.tcgetattr(self._main)[3] & termios.ICANON:
            assert time.monotonic() < end, "it does not read keys"
            time.sleep(0.01)
        os.write(self._main, text.encode())

    def until(self, text, seconds=60):
        """Until it is there, after what was waited for before"""
        end = time.monotonic() + seconds
        while text not in self._text:
            ready = select.select([self._main], [], [], max(0, end - time.monotonic()))[0]
            assert ready, "no %r in %r" % (text, self._text)
            self._text += os.read(self._main, 65536).decode(errors="replace")
        self._text = self._text.split(text, 1)[1]

    def wait(self, seconds=60):
        """Exit status"""
        return self._process.wait(seconds)
