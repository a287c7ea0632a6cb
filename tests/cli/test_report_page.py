# SPDX-License-Identifier: Apache-2.0
"""report -o F.html: one page that needs nothing else, and that a hostile heap cannot get into. A browser opens it where there is one."""

import base64
import hashlib
import html.parser
import json
import re

import chromium
import node_packages
import pytest

SECRET = "hunter2"
SECTIONS = ["info", "verdict", "memory", "types", "holders", "arenas", "garbage", "cycles", "threads", "complete"]
SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"

PROGRAM = """
import gc, time

class Session(object):
    def __init__(self, number):
        self.password, self.parts = "%(secret)s-%%d" %% number, [bytearray(300) for _ in range(3)]

CACHE = {"%(secret)s key %%d" %% i: Session(i) for i in range(3000)}
Odd = type("%(script)s", (), {"__slots__": ("held",)})
odd = [Odd() for i in range(40000)]
gc.disable()
for i in range(2000):
    lost = Odd()
    lost.held = lost
del lost
print(1, flush=True)
time.sleep(600)
""" % {"secret": SECRET, "script": SCRIPT}


class Page(html.parser.HTMLParser):
    """Elements as a browser sees them: tags with their attributes, texts of scripts, rows of tables by section"""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.scripts, self.tables, self.section, self.texts = [], [], {}, None, []
        self.cell = self.script = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "section":
            self.section = attributes["id"]
        elif tag == "table":
            self.tables.setdefault(self.section, []).append([])
        elif tag == "tr":
            self.tables[self.section][-1].append([])
        elif tag in ("td", "th"):
            self.cell = ""
        elif tag == "script":
            self.script = (attributes, [])

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.tables[self.section][-1][-1].append(self.cell)
            self.cell = None
        elif tag == "script":
            self.scripts.append((self.script[0], "".join(self.script[1])))
            self.script = None

    def handle_data(self, data):
        if self.script:
            self.script[1].append(data)
        elif self.cell is not None:
            self.cell += data
        self.texts.append(data)


@pytest.fixture(scope="module")
def report(py_heap, core, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")

    def make(name, *words):
        run = py_heap("report", core, "-o", folder / name, "-f", "json", *words)
        assert (run.returncode, run.stderr) == (0, ""), run.stderr
        answer = json.loads(run.stdout)
        assert answer["complete"] and [row["section"] for row in answer["rows"]] == SECTIONS[:-1]
        return folder / name

    return make


@pytest.fixture(scope="module")
def page(report):
    return Page(report("heap.html").read_text(encoding="utf-8"))


def data_of(page, section):
    found, = [text for attributes, text in page.scripts if attributes.get("id") == section + "-data"]
    return json.loads(found)


def test_sections_are_tables(page, py_heap, core):
    assert [attributes["id"] for tag, attributes in page.tags if tag == "section"] == SECTIONS
    assert [attributes["href"] for tag, attributes in page.tags if tag == "a"] == ["#" + name for name in SECTIONS]
    assert set(page.tables) == set(SECTIONS[:-1])
    types = page.tables["types"][-1]
    rows = json.loads(py_heap("types", core, "-n", "25", "-f", "json").stdout)["rows"]
    assert [row[0] for row in types[1:]] == [row["type"] for row in rows]
    assert [row[1] for row in types[1:]] == ["{:,}".format(row["count"]) for row in rows]
    verdict = page.tables["verdict"][-1]
    assert any("CACHE" in cell for row in verdict for cell in row) and any("py-heap retained" in cell for row in verdict for cell in row)


def test_nothing_is_loaded(page, report):
    assert not [tag for tag, attributes in page.tags if {"src", "srcset", "data", "action", "poster"} & set(attributes)]
    assert not {"link", "iframe", "object", "embed", "base", "form", "img"} & {tag for tag, _ in page.tags}
    assert all(attributes["href"].startswith("#") for _, attributes in page.tags if "href" in attributes)
    text = report("heap.html").read_text(encoding="utf-8")
    assert not re.search(r"@import|url\(\s*['\"]?(?!#)[a-z]", text.split("<script", 1)[0])
    assert len(text.encode()) < 2000000


def test_only_its_own_script_may_run(page):
    policy, = [attributes["content"] for tag, attributes in page.tags if attributes.get("http-equiv") == "Content-Security-Policy"]
    run, = [text for attributes, text in page.scripts if "type" not in attributes]
    digest = base64.b64encode(hashlib.sha256(run.encode()).digest()).decode()
    assert "default-src 'none'" in policy and re.findall("script-src ([^;]*)", policy) == ["'sha256-%s'" % digest]
    assert all(attributes["type"] == "application/json" for attributes, _ in page.scripts[:-1]) and len(page.scripts) == 4
    assert "Apache License" in run and "Copyright 2010-2026 Mike Bostock" in run


def test_hostile_names_are_texts(page, report):
    assert any(row[0] == "__main__." + SCRIPT for row in page.tables["types"][-1])
    assert SCRIPT not in report("heap.html").read_text(encoding="utf-8")
    assert any(SCRIPT in cycle["shape"] for cycle in data_of(page, "cycles"))
    assert not [attributes for _, attributes in page.tags if any(name.startswith("on") for name in attributes)]


def walk(node):
    yield node
    for below in node[4] if len(node) > 4 else []:
        yield from walk(below)


def test_sums_of_the_tree(page, py_heap, core):
    tree = data_of(page, "holders")
    summary = json.loads(py_heap("retained", core, "-n", "1", "-f", "json").stdout)["summary"]
    types = json.loads(py_heap("types", core, "-f", "json", "-n", "0").stdout)
    assert (tree[2], tree[3]) == (types["summary"]["bytes"], types["summary"]["objects"])
    assert tree[2] == sum(node[2] for node in tree[4]) and tree[3] == sum(node[3] for node in tree[4])
    assert [node[3] for node in tree[4] if node[0].endswith(" unreachable")] == [summary["unreachable"]]
    nodes = list(walk(tree))
    for _, _, retained, objects, *below in nodes[1:]:
        for node in below:
            assert sum(each[2] for each in node) < retained and sum(each[3] for each in node) < objects
    session, = [node for node in nodes if node[:2] == ["3,000", "__main__.Session"]]
    retained = json.loads(py_heap("retained", core, "--by-type", "-n", "0", "-f", "json").stdout)["rows"]
    assert session[2] == [row["retained"] for row in retained if row["type"] == "__main__.Session"][0]
    assert 10 < len(nodes) <= 4001


def test_arenas_are_those_of_the_map(page, py_heap, core):
    arenas = data_of(page, "arenas")
    rows = json.loads(py_heap("arenas", core, "--map", "-n", "0", "-f", "json").stdout)["rows"]
    assert (arenas["arenas"], arenas["together"]) == (len(rows), 1) and len(rows) <= 64
    assert arenas["rows"] == [[row["address"], row["map"]] for row in rows]


def test_cycles_are_the_commands(page, py_heap, core):
    rows = json.loads(py_heap("cycles", core, "-n", "10", "-f", "json").stdout)["rows"]
    assert [{key: value for key, value in row.items() if key != "number"} for row in data_of(page, "cycles")] == rows


def test_no_contents_and_the_same_bytes(report):
    hidden = report("heap.html").read_bytes()
    assert SECRET.encode() not in hidden
    assert report("again.html").read_bytes() == hidden == report("threads.html", "--threads", "1").read_bytes()
    assert "It has contents" in report("shown.html", "--values").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium.page(tmp_path_factory.mktemp("profile")) as found:
        yield found


PATH = "[...document.querySelectorAll('.path button')].map((step) => step.textContent)"
ROWS = "[...document.querySelectorAll('#%s tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))"


@pytest.mark.parametrize("width", [390, 1400, 3000])
def test_pictures_are_drawn(browser, report, page, width):
    browser.said.clear()
    browser.asked.clear()
    browser.open(report("heap.html"), width)
    count = "document.querySelectorAll('#%s').length"
    assert browser.value(count % "treemap svg path") > 10 and browser.value(count % "icicle svg rect") > 10
    browser.value("new Promise((drawn) => setTimeout(drawn, 0))")
    assert browser.value(count % "heat svg path") >= sum(
        len(marks.replace(" ", "")) for _, marks in data_of(page, "arenas")["rows"])
    assert "CACHE" in browser.value("document.querySelector('#icicle').textContent")
    assert browser.value(count % "cycle-pictures svg") == len(data_of(page, "cycles"))
    assert browser.value("document.documentElement.scrollWidth <= innerWidth")
    assert len(browser.screenshot()) > 10000
    assert (browser.said, browser.asked) == ([], [report("heap.html").as_uri()])


def test_names_are_texts_in_pictures(browser, report):
    """Hovering and clicking shows them; none becomes an element"""
    browser.open(report("heap.html"))
    for place in ("icicle", "types", "cycle-pictures"):
        assert "alert(1)" in browser.value("document.getElementById('%s').textContent" % place)
    for x in range(20, 600, 60):
        browser.click("#treemap", x, 60)
        browser.click("#icicle", x, 30)
    assert browser.value("document.querySelectorAll('img, main script:not([type]), [onerror]').length") == 0 and browser.said == []


def test_clicks_go_in_and_back(browser, report):
    browser.open(report("heap.html"))
    top = browser.value(ROWS % "treemap-table")
    assert browser.value(PATH) == ["all objects"] and [row[0] for row in top if "__main__" in row[0]]
    browser.click("#treemap", 40, 12)  # the title of the first area, which is the heaviest that has something below it
    path = browser.value(PATH)
    assert len(path) == 2 and path[1] in [row[0] for row in top]
    assert browser.value(ROWS % "treemap-table") != top
    browser.click("#treemap-table button")
    assert len(browser.value(PATH)) == 3
    browser.click(".path button")
    assert browser.value(PATH) == ["all objects"] and browser.value(ROWS % "treemap-table") == top
    wide = "document.querySelectorAll('#icicle rect[width]').length"
    before = browser.value(wide)
    browser.click("#icicle g.go:nth-child(3)")
    assert browser.value(wide) != before


def test_colours_follow_the_system(browser, report):
    paper = []
    for scheme in ("light", "dark"):
        browser.open(report("heap.html"), scheme=scheme)
        paper.append(browser.value("getComputedStyle(document.documentElement).backgroundColor"))
    assert paper == ["rgb(255, 255, 255)", "rgb(20, 24, 28)"]


AXE = ("axe.run(document).then((found) => ({passes: found.passes.length, unsure: found.incomplete.map((rule) => rule.id), "
       "violations: found.violations.flatMap((rule) => rule.nodes.map((node) => [rule.id, node.target.join(' '), node.failureSummary]))}))")


@pytest.mark.parametrize("width, scheme", [(390, "light"), (1400, "light"), (1400, "dark")])
def test_accessible(browser, report, width, scheme):
    """By axe-core, at the beginning and one level into the tree. Which colour is behind a text it cannot always say: not on a gradient, so
    that cells with bars have bars of their whole width here, and not in pictures"""
    with open(node_packages.path("node_modules", "axe-core", "axe.min.js"), encoding="utf-8") as stream:
        axe = stream.read()
    browser.open(report("heap.html"), width, scheme=scheme)
    browser.value("document.styleSheets[0].insertRule('td.bar.bar { background: var(--bar) }')")
    browser.value("new Promise((drawn) => setTimeout(drawn, 0))")
    browser.value(axe + "; 0")
    for selector in (None, "#treemap-table button"):
        if selector:
            browser.click(selector)
        found = browser.value(AXE)
        assert found["passes"] > 30 and found["violations"] == [] and set(found["unsure"]) <= {"color-contrast"}
