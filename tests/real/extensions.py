# SPDX-License-Identifier: Apache-2.0
"""Extension modules of tests/real/targets, compiled for each interpreter"""
import os
import subprocess

import target

ASK = "import sysconfig; print(sysconfig.get_paths()['include'])"


def build(interpreter, name, folder):
    """Compile targets/NAME.c into the folder, with the interpreter's own headers; None where it has none"""
    include = subprocess.run([interpreter.path, "-c", ASK], stdout=subprocess.PIPE, check=True).stdout.decode().strip()
    if not os.path.exists(os.path.join(include, "Python.h")):
        return None
    debug = ["-DPy_DEBUG"] if interpreter.version[0] == 2 and interpreter.debug else []
    source = os.path.join(target.HERE, "targets", name + ".c")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-w", "-I", include] + debug +
                   [source, "-o", os.path.join(folder, name + ".so")], check=True)
    return folder
