"""clang-tidy over src/: names, function sizes, mutable globals and the checks of .clang-tidy."""

import pathlib
import tempfile
import unittest

import compiler

TOOL = "clang-tidy-14"
# What only GCC knows, and warnings that are the build's business.
GCC_ONLY = ("-Wno-restrict", "-Wno-stringop-overflow", "-Wno-stringop-overread", "-Wno-maybe-uninitialized", "-Werror")

BAD_SAMPLES = {
    "a function in snake case": "namespace rt { int do_it(); }\n",
    "a type in snake case": "namespace rt { class my_type { public: int Get() const; }; }\n",
    "a member without its underscore": "namespace rt { class A { int value = 0; public: int Get() const { return value; } }; }\n",
    "a constant without k": "namespace rt { constexpr int limit = 3; }\n",
    "a mutable global": "namespace rt { int counter = 0; }\n",
    "a function of 80 lines": "namespace rt { int F(int x) {\n" + "    x += 1;\n" * 80 + "    return x;\n} }\n",
}


def tidy(path, flags):
    return compiler.run([TOOL, "--quiet", f"--config-file={compiler.ROOT}/.clang-tidy", path, "--", "-xc++", *flags, "-Wno-everything"])


class Tidy(unittest.TestCase):
    def setUp(self):
        self.flags = [flag for flag in compiler.compile_flags() if flag not in GCC_ONLY and not flag.startswith(("-W", "-O"))]

    def test_sources(self):
        files = compiler.sources({".cpp"}, folders=("src",))
        self.assertGreater(len(files), 5)
        salt = ("tidy", (compiler.ROOT / ".clang-tidy").read_text(), " ".join(self.flags).replace(str(compiler.ROOT), ""), compiler.tool_version(TOOL))
        failures = compiler.check_all(files, lambda p: compiler.digest(p, *salt), lambda p: tidy(p, self.flags))
        self.assertFalse(failures, compiler.report(failures))

    def test_the_checks_can_fail(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "sample.cpp")
            for what, text in BAD_SAMPLES.items():
                with self.subTest(what):
                    path.write_text(text)
                    self.assertFalse(tidy(str(path), self.flags)[0])


if __name__ == "__main__":
    unittest.main()
