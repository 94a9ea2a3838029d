"""Every C++ file is formatted as .clang-format says (`./dev fmt` does it)."""

import pathlib
import tempfile
import unittest

import compiler

TOOL = "clang-format-14"


def is_formatted(path):
    return compiler.run([TOOL, "--dry-run", "--Werror", "--ferror-limit=3", path])


class Format(unittest.TestCase):
    def test_every_file_is_formatted(self):
        files = compiler.sources({".h", ".cpp"})
        self.assertGreater(len(files), 10)
        salt = ("format", (compiler.ROOT / ".clang-format").read_text(), compiler.tool_version(TOOL))
        failures = compiler.check_all(files, lambda p: compiler.digest(p, *salt, folders=()), is_formatted)
        self.assertFalse(failures, compiler.report(failures))

    def test_the_check_can_fail(self):
        with tempfile.TemporaryDirectory(dir=compiler.ROOT / "tests") as folder:
            path = pathlib.Path(folder, "crooked.cpp")
            path.write_text("int   F( ){return 1 ;}\n")
            self.assertFalse(is_formatted(str(path))[0])


if __name__ == "__main__":
    unittest.main()
