"""Every header compiles alone, with the warnings of the build. Where a source of the release build includes its header first, the build proves it."""

import pathlib
import re
import tempfile
import unittest

import compiler

CXX = "g++"


def compiles_alone(path, flags):
    absolute = str(compiler.ROOT / path)
    return compiler.run([CXX, "-fsyntax-only", *flags, "-I", str(compiler.ROOT / "tests"), "-x", "c++", "-include", absolute, "/dev/null"])


FIRST_INCLUDE = re.compile(r'\A(?:\s*//.*\n|\s*\n)*#include ("[^"]+"|<[^>]+>)')


def included_first():
    """Headers that a source file under src/ includes before anything else."""
    found = set()
    for path in compiler.sources({".cpp"}, folders=("src",)):
        match = FIRST_INCLUDE.match((compiler.ROOT / path).read_text())
        if match:
            found.add("src/" + match.group(1)[1:-1])
    return found


class Headers(unittest.TestCase):
    def setUp(self):
        self.flags = [flag for flag in compiler.compile_flags() if not flag.startswith("-O")]

    def test_every_header_compiles_alone(self):
        proved = included_first()
        headers = [path for path in compiler.sources({".h"}) if path not in proved]
        self.assertGreater(len(headers), 5)
        self.assertGreater(len(proved), 5)
        salt = ("header", " ".join(self.flags).replace(str(compiler.ROOT), ""), compiler.tool_version(CXX))
        failures = compiler.check_all(headers, lambda p: compiler.digest(p, *salt), lambda p: compiles_alone(p, self.flags))
        self.assertFalse(failures, compiler.report(failures))

    def test_the_check_can_fail(self):
        with tempfile.TemporaryDirectory() as folder:
            header = pathlib.Path(folder, "needs_more.h")
            header.write_text("#pragma once\nnamespace rt { std::string Name(); }\n")
            passed, _ = compiles_alone(str(header), self.flags)
            self.assertFalse(passed)
            header.write_text("#pragma once\n#include <string>\nnamespace rt { std::string Name(); }\n")
            passed, output = compiles_alone(str(header), self.flags)
            self.assertTrue(passed, output)


if __name__ == "__main__":
    unittest.main()
