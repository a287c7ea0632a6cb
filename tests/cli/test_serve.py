# SPDX-License-Identifier: Apache-2.0
"""py-heap serve: commands as tools of the Model Context Protocol."""

import json
import os
import subprocess

import pytest

PROGRAM = """
import time
class Kept:
    def __init__(self, number):
        self.number = number
        self.text = "a secret that nobody is told %d" % number
kept = [Kept(i) for i in range(2000)]
print(1, flush=True)
time.sleep(600)
"""
SECRET = "nobody is told"


class Client:
    def __init__(self, build, *words):
        self._process = subprocess.Popen([os.path.join(build, "corefile-tools", "py-heap"), "serve", *words], text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         env=dict(os.environ, PYHEAP_CACHE="off", DEBUGINFOD_URLS=""))
        self._next = 0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def line(self, text):
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def ask(self, method, **params):
        self._next += 1
        answer = self.line(json.dumps({"jsonrpc": "2.0", "id": self._next, "method": method, "params": params}))
        assert answer.pop("jsonrpc") == "2.0" and answer.pop("id") == self._next
        return answer

    def call(self, name, **arguments):
        result = self.ask("tools/call", name=name, arguments=arguments)["result"]
        (content,) = result["content"]
        assert content["type"] == "text"
        return result["isError"], content["text"]

    def end(self):
        self._process.stdin.close()
        return self._process.wait(60)


@pytest.fixture
def client(build, core):
    with Client(build, core) as one:
        yield one


def test_introduction(client):
    for asked, said in (("2024-11-05", "2024-11-05"), ("1999-01-01", "2025-06-18")):
        result = client.ask("initialize", protocolVersion=asked, capabilities={}, clientInfo={"name": "t", "version": "1"})["result"]
        assert result["protocolVersion"] == said and result["serverInfo"]["name"] == "py-heap" and "tools" in result["capabilities"]
    assert client.ask("ping") == {"result": {}}
    assert client.end() == 0


def test_tools(client, commands):
    tools = {tool["name"]: tool for tool in client.ask("tools/list")["result"]["tools"]}
    assert set(commands) - set(tools) == {"report", "export", "snapshot", "capture", "fleet", "diff"} and set(tools) < set(commands)
    for tool in tools.values():
        schema = tool["inputSchema"]
        assert schema["type"] == "object"
        assert not {"output", "pid", "exe", "values", "format", "since", "parent"} & set(schema["properties"])
        assert set(schema["required"]) <= set(schema["properties"]) and tool["annotations"]["readOnlyHint"] is True
    assert tools["object"]["inputSchema"]["required"] == ["addresses"]
    assert tools["types"]["inputSchema"]["properties"]["tracked"]["type"] == "boolean"


def test_answers(client, py_heap, core):
    """As the commands give them, but for what to type next and contents"""
    for name, arguments, words in (("types", {"limit": 5}, ["-n", "5"]), ("gc", {}, []), ("cycles", {"sort": "-bytes"}, ["--sort=-bytes"]),
                                   ("why", {"type": "__main__.Kept"}, ["--type", "__main__.Kept"])):
        failed, text = client.call(name, **arguments)
        alone = py_heap(name, core, "--no-values", *words)
        assert not failed and text.split("\nNext: ")[0] == (alone.stderr + alone.stdout).split("\nNext: ")[0]
    failed, text = client.call("find", type="__main__.Kept", limit=1)
    address = text.split("\n")[4].split()[0]
    failed, text = client.call("object", addresses=[address])
    assert not failed and address in text and "Kept" in text


def test_contents_are_hidden(client, build, core):
    assert SECRET not in client.call("find", type="str", limit=0)[1]
    assert SECRET not in client.call("find", value=SECRET)[1]
    with Client(build, core, "--values") as trusted:
        assert SECRET in trusted.call("find", value=SECRET)[1]


def test_pages(client, py_heap, core):
    whole = py_heap("find", core, "--no-values", "--type", "__main__.Kept", "-n", "0").stdout
    text, page = "", 0
    while True:
        page += 1
        failed, part = client.call("find", type="__main__.Kept", limit=0, page=page)
        assert not failed and len(part) < 21000
        part, end = part.rstrip("\n").rsplit("\n", 1)
        text += part
        if end == "(page %d of %d)" % (page, page):
            break
    assert page > 2 and text.split() == whole.split()
    assert client.call("find", type="__main__.Kept", limit=0, page=page + 1)[0]


def test_what_is_wrong(client):
    assert client.line("nonsense")["error"]["code"] == -32700
    assert client.line("[1]")["error"]["code"] == -32600
    assert client.ask("wrong")["error"]["code"] == -32601
    for name in ("wrong", "report", "fleet"):
        assert client.ask("tools/call", name=name, arguments={})["error"]["code"] == -32602
    for arguments in ({"wrong": 1}, {"limit": "many"}, {"limit": [1]}, {"tracked": "yes"}, {"page": 0}, {"output": "x"}, {"pid": "1"},
                      {"addresses": "0x10"}, {"addresses": ["0x10"]}):
        failed, text = client.call("types", **arguments)
        assert failed and text, arguments
    assert client.call("object", addresses=["0x10"])[0] and client.call("object")[0]
    assert not client.call("gc")[0], "all that ended nothing"


def test_no_target(py_heap):
    run = py_heap("serve", input="")
    assert run.returncode == 2 and run.stderr.count("\n") == 1
