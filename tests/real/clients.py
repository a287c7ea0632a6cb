# SPDX-License-Identifier: Apache-2.0
"""Clients that ask server_program.py all the time, each on a connection of its own, and note how long answers take."""
import http.client
import threading
import time


class Clients:
    """With: those who ask; then .delays (seconds, of each answer), .lost (what went wrong)"""

    def __init__(self, port, count=4, pause=0.02):
        self.port, self.pause = port, pause
        self.delays, self.lost = [], []
        self.done = threading.Event()
        self.threads = [threading.Thread(target=self.ask, args=(n,)) for n in range(count)]

    def ask(self, number):
        try:
            self.ask_again(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60), number)
        except (OSError, http.client.HTTPException) as error:
            self.lost.append(repr(error))

    def ask_again(self, connection, number):
        while not self.done.wait(self.pause):
            number = number * 31 % 1009 + 1
            begin = time.monotonic()
            connection.request("GET", "/%d" % number)
            answer = connection.getresponse()
            body = answer.read()
            self.delays.append(time.monotonic() - begin)
            if answer.status != 200 or not body.isdigit():
                self.lost.append("%s: %r" % (answer.status, body))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        for thread in self.threads:
            thread.join()
