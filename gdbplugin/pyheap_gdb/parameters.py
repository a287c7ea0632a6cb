# SPDX-License-Identifier: Apache-2.0
""""set py-heap ..." and "show py-heap ...": defaults of options, so that they need not be typed again."""

import gdb

DEFAULT_LIMIT = 20  # what the library shows in text by default


NAMES = ("format", "layout", "limit", "values", "threads", "exe", "sysroot", "debug-dir")


class _Prefix(gdb.Command):
    """ "set py-heap", "show py-heap": the latter alone shows all. """

    def __init__(self, verb):
        self.__doc__ = "Defaults of py-heap's options."
        self._verb = verb
        super().__init__(verb + " py-heap", gdb.COMMAND_DATA, gdb.COMPLETE_NONE, True)

    def invoke(self, line, from_tty):
        self.dont_repeat()
        if line or self._verb == "set":
            raise gdb.GdbError("py-heap: the defaults are: %s" % ", ".join(NAMES))
        for name in NAMES:
            gdb.execute("show py-heap " + name)


class _Parameter(gdb.Parameter):
    """One default."""

    def __init__(self, name, kind, what, initial, choices=None):
        self.set_doc = "Set %s." % what
        self.show_doc = "Show %s." % what
        self.__doc__ = "Default of the option --%s of every py-heap command." % name
        extra = [choices] if choices else []
        super().__init__("py-heap " + name, gdb.COMMAND_DATA, kind, *extra)
        self.value = initial
        self._name = name

    def get_set_string(self):
        return ""

    def get_show_string(self, value):
        return "py-heap %s: %s" % (self._name, value or "(default)")


class _Debug(gdb.Parameter):
    """When on, py-heap says when it opens the heap of an inferior and when it closes it again, because memory may have changed."""

    set_doc = "Set debugging of py-heap."
    show_doc = "Show debugging of py-heap."

    def __init__(self):
        super().__init__("debug py-heap", gdb.COMMAND_MAINTENANCE, gdb.PARAM_BOOLEAN)
        self.value = False

    def get_set_string(self):
        return ""

    def get_show_string(self, value):
        return "Debugging of py-heap is %s." % value


class Parameters:
    """The parameters; words() gives them as options, targets() as what opening a heap needs."""

    def __init__(self):
        import libheap
        choices = {option.name: option.choices for option in libheap.commands()[0].options}
        self._prefixes = [_Prefix("set"), _Prefix("show"), _Debug()]
        self._layout = _Parameter("layout", gdb.PARAM_ENUM, "where struct layouts may come from", "auto",
                                  choices["layout"])
        self._format = _Parameter("format", gdb.PARAM_ENUM, "how answers are written", "text", choices["format"])
        self._limit = _Parameter("limit", gdb.PARAM_ZUINTEGER, "how many rows are shown, 0 for all", DEFAULT_LIMIT)
        self._values = _Parameter("values", gdb.PARAM_ENUM, "whether contents are shown: strings, numbers, keys", "on",
                                  ["on", "off"])
        self._threads = _Parameter("threads", gdb.PARAM_ZUINTEGER, "how many processors are used, 0 for all", 0)
        self._files = {
            name.replace("-", "_"): _Parameter(name, gdb.PARAM_OPTIONAL_FILENAME, what, "")
            for name, what in (("exe", "the program's file"), ("sysroot", "the directory prefixed to every path"),
                               ("debug-dir", "the directory of separate debug files"))}

    def words(self):
        words = ["--layout=" + self._layout.value, "--format=" + self._format.value]
        if self._limit.value != DEFAULT_LIMIT:
            words.append("--limit=%d" % self._limit.value)
        if self._values.value == "off":
            words.append("--no-values")
        if self._threads.value:
            words.append("--threads=%d" % self._threads.value)
        return words

    def layout(self):
        return self._layout.value

    def targets(self):
        return {name: parameter.value or None for name, parameter in self._files.items()}
