# SPDX-License-Identifier: Apache-2.0
"""What py-heap writes to a terminal."""

import os
import pty
import subprocess


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
