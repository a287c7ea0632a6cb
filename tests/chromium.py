# SPDX-License-Identifier: Apache-2.0
"""Pages in a headless Chromium, by the DevTools protocol over a pipe: nothing listens, and no package is needed."""

import base64
import contextlib
import json
import os
import shutil
import subprocess
import threading

import pytest

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe"]
PATIENCE = 300      # seconds of a browser: one that hangs ends, and so does its test


class Page:
    """One page. What it says on its console, exceptions, and addresses that it asks for are kept."""

    def __init__(self, write, read):
        self._write, self._read, self._number, self._session = write, read, 0, None
        self.said, self.asked, self._loaded = [], [], 0
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def _next(self):
        data = bytearray()
        while True:
            byte = self._read.read(1)
            if not byte:
                raise EOFError("chromium ended")
            if byte == b"\0":
                break
            data += byte
        message = json.loads(data)
        method, about = message.get("method"), message.get("params", {})
        if method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
            self.said.append(about)
        elif method == "Network.requestWillBeSent":
            self.asked.append(about["request"]["url"])
        elif method == "Page.loadEventFired":
            self._loaded += 1
        return message

    def call(self, method, **params):
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._write.write(json.dumps(message).encode() + b"\0")
        self._write.flush()
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def open(self, path, width=1400, height=900, scheme="light"):
        before = self._loaded
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=path.as_uri())
        while self._loaded == before:
            self._next()

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def click(self, selector, x=None, y=None):
        """In the middle of the first such element, or at a place in it"""
        box = self.value("(() => { const at = document.querySelector(%s); at.scrollIntoView({block: 'center', behavior: 'instant'});"
                         " const box = at.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; })()"
                         % json.dumps(selector))
        place = {"x": box[0] + (box[2] / 2 if x is None else x), "y": box[1] + (box[3] / 2 if y is None else y)}
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="none" if kind == "mouseMoved" else "left", clickCount=1, **place)

    def screenshot(self):
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"])


@contextlib.contextmanager
def page(folder):
    """A page of a browser with a profile of its own in @folder; skips where there is none, or none that starts"""
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no chromium (package chromium)")
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    command = ["bash", "-c", 'exec "$@" 3<&%d 4>&%d' % (to_read, from_write), "bash", chromium, "--user-data-dir=%s" % folder, *FLAGS]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          pass_fds=(to_read, from_write)) as process:
        os.close(to_read)
        os.close(from_write)
        with os.fdopen(to_write, "wb") as write, os.fdopen(from_read, "rb") as read:
            watch = threading.Timer(PATIENCE, process.kill)
            watch.start()
            try:
                try:
                    found = Page(write, read)
                except (EOFError, BrokenPipeError):
                    pytest.skip("chromium does not start here")
                yield found
            finally:
                watch.cancel()
                process.kill()
