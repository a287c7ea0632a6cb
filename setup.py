# SPDX-License-Identifier: Apache-2.0
"""The wheel has the library in it: meson builds it in build/pip. All else is in pyproject.toml."""
import os
import shutil
import subprocess

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py
from wheel.bdist_wheel import bdist_wheel

BUILD = os.path.join("build", "pip")


class Build(build_py):
    def run(self):
        super().run()
        if not os.path.exists(os.path.join(BUILD, "build.ninja")):
            subprocess.run(["meson", "setup", BUILD, "-Dtests=false", "-Dbuildtype=release"], check=True)
        subprocess.run(["ninja", "-C", BUILD, "libheap/libheap.so.0.1.0"], check=True)
        shutil.copyfile(os.path.join(BUILD, "libheap", "libheap.so.0.1.0"),
                        os.path.join(self.build_lib, "libheap", "libheap.so.0"))


class Wheel(bdist_wheel):
    def get_tag(self):
        """Any Python 3 on this machine: the library is called by ctypes."""
        return "py3", "none", super().get_tag()[2]


class Native(Distribution):
    def has_ext_modules(self):
        return True


setup(cmdclass={"build_py": Build, "bdist_wheel": Wheel}, distclass=Native)
