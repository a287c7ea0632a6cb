# SPDX-License-Identifier: Apache-2.0
"""Messages of Protocol Buffers, read without what wrote them: https://protobuf.dev/programming-guides/encoding/"""


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7f) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(data):
    """(field, value) of a message, in its order: numbers, and bytes"""
    at, found = 0, []
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
            assert len(value) == size
        else:
            raise ValueError("a field of type %d at %d" % (kind, at))
        found.append((tag >> 3, value))
    return found


def packed(data):
    at, found = 0, []
    while at < len(data):
        value, at = varint(data, at)
        found.append(value)
    return found


def all_of(message, field):
    return [value for number, value in message if number == field]


def one_of(message, field, default=0):
    """The last, as the format wants it"""
    return ([default] + all_of(message, field))[-1]
