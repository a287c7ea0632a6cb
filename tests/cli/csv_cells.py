# SPDX-License-Identifier: Apache-2.0
"""A cell as export --to csv has it."""

import re


def escaped(found):
    code = ord(found.group())
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(found.group(), ("\\x%02x" if code < 0x100 else "\\u%04x") % code)


def cell_of(value):
    """What spreadsheets would take for a formula has a ' before it; a line is a row"""
    if isinstance(value, str):
        value = re.sub("[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", escaped, value)
    if isinstance(value, str) and value[:1] in tuple("=+-@"):
        return "'" + value
    return "" if value is None else str(value)
