# SPDX-License-Identifier: Apache-2.0
"""Options of all suites: pytest wants them where it looks first."""


def pytest_addoption(parser):
    parser.addoption("--quick", action="store_true", help="two interpreters, gcore's core only")
    parser.addoption("--scale", type=int, default=4000, help="size of the heap program; 4000 makes 370,000 objects")
    parser.addoption("--keep", metavar="FOLDER", help="keep dumps and accounts there")
