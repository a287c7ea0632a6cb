# SPDX-License-Identifier: Apache-2.0
"""Debian's packages for windows, without a display, and for the system. See packages.py."""
import os

from packages import uses


@uses
def gi():
    import gi
    from gi.repository import GLib, GObject

    class Thing(GObject.Object):
        number = GObject.Property(type=int)

    kept = [Thing(number=n) for n in range(20)]
    kept[0].connect("notify::number", lambda *some: None)
    return gi, kept, GLib.Variant("a{sv}", {"a": GLib.Variant("i", 1)}), GLib.MainLoop()


@uses
def pyqt5():
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PyQt5 import QtCore, QtWidgets
    app = QtWidgets.QApplication(["population"])
    window = QtWidgets.QWidget()
    layout = QtWidgets.QVBoxLayout(window)
    for n in range(9):
        button = QtWidgets.QPushButton("button %d" % n)
        button.clicked.connect(lambda: window.close())
        layout.addWidget(button)
    return app, window, QtCore.QTimer()


@uses
def tk():
    import tkinter
    one = tkinter.Tcl()
    return one, one.eval("set a 5"), one.createcommand("f", lambda: 1)


@uses
def pygame():
    os.environ.update(SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="dummy")
    import pygame
    pygame.display.init()
    return [pygame.Surface((8, 8)) for _ in range(9)], [pygame.Rect(n, n, 2, 2) for n in range(20)], pygame.math.Vector2(1, 2)


@uses
def cairo():
    import cairo
    surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, 16, 16)
    context = cairo.Context(surface)
    context.arc(8, 8, 4, 0, 6)
    context.fill()
    return surface, context, context.copy_path()


@uses
def system():
    import bitarray
    import click
    import lz4.frame
    import psutil
    import pycurl
    import rich.table
    import setproctitle
    import zstandard
    table = rich.table.Table("a", "b")
    table.add_row("1", "2")
    return (bitarray.bitarray(100), click.command()(lambda: None), lz4.frame.compress(b"a" * 999), psutil.Process().memory_info(),
            pycurl.Curl(), table, setproctitle.getproctitle(), zstandard.ZstdCompressor().compress(b"a" * 999))


@uses
def containers():
    import dbus
    import multidict
    import zope.interface

    class Interface(zope.interface.Interface):
        attribute = zope.interface.Attribute("some")

    @zope.interface.implementer(Interface)
    class Made:
        pass

    many = multidict.CIMultiDict([("k%d" % n, n) for n in range(20)] + [("K1", 2)])
    return [Made() for _ in range(9)], many, many.keys(), dbus.Dictionary({"a": dbus.Int32(1)}, signature="sv")
