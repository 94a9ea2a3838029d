"""Every header compiles alone, with the warnings of the build."""

import pathlib
import tempfile
import unittest

import compiler

CXX = "g++"


def compiles_alone(path, flags):
    absolute = str(compiler.ROOT / path)
    return compiler.run([CXX, "-fsyntax-only", *flags, "-I", str(compiler.ROOT / "tests"), "-x", "c++", "-include", absolute, "/dev/null"])


class Headers(unittest.TestCase):
    def setUp(self):
        self.flags = [flag for flag in compiler.compile_flags() if not flag.startswith("-O")]

    def test_every_header_compiles_alone(self):
        headers = compiler.sources({".h"})
        self.assertGreater(len(headers), 5)
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
