"""clang-tidy over src/: names, function sizes, mutable globals and the checks of .clang-tidy."""

import pathlib
import re
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


GROUP_FILES_MAX = 14


def tidy(path, flags):
    return compiler.run([TOOL, "--quiet", f"--config-file={compiler.ROOT}/.clang-tidy", path, "--", "-xc++", *flags, "-Wno-everything"])


def tidy_group(paths, flags):
    """[(paths, output)] of what fails. Files of a module are checked as one translation unit, which parses the library's headers once; two files that
    define the same name in their unnamed namespaces do not go together, so a group that does not compile is halved."""
    if len(paths) == 1:
        passed, output = tidy(paths[0], flags)
    else:
        with tempfile.NamedTemporaryFile("w", suffix=".cpp") as unit:
            unit.write("".join(f'#include "{compiler.ROOT / path}"\n' for path in paths))
            unit.flush()
            passed, output = tidy(unit.name, flags)
    if passed:
        return []
    if len(paths) > 1 and "clang-diagnostic-error" in output:
        middle = len(paths) // 2
        return tidy_group(paths[:middle], flags) + tidy_group(paths[middle:], flags)
    return [(paths, output[:compiler.OUTPUT_CHARACTERS_MAX])]


DEFINED = re.compile(
    r"^(?:struct|class|enum class|using|union) (\w+)|\b(k[A-Z]\w*)\s*(?:=|\{|\[)|^[\w:<>,&*\[\] ]+ [*&]?(\w+)\((?!.*\);$)", re.M)


def names_of(path):
    """Names that a source file may define for itself alone."""
    return {name for match in DEFINED.findall((compiler.ROOT / path).read_text()) for name in match if name}


def groups_of(paths):
    """Paths by module folder, at most GROUP_FILES_MAX together, files that share a name apart."""
    by_folder = {}
    for path in sorted(paths):
        groups = by_folder.setdefault("/".join(path.split("/")[:-1]), [])
        names = names_of(path)
        for members, taken in groups:
            if len(members) < GROUP_FILES_MAX and not names & taken:
                members.append(path)
                taken |= names
                break
        else:
            groups.append(([path], names))
    return [members for groups in by_folder.values() for members, _ in groups]


class Tidy(unittest.TestCase):
    def setUp(self):
        self.flags = [flag for flag in compiler.compile_flags() if flag not in GCC_ONLY and not flag.startswith(("-W", "-O"))]

    def test_sources(self):
        files = compiler.sources({".cpp"}, folders=("src",))
        self.assertGreater(len(files), 5)
        salt = ("tidy", (compiler.ROOT / ".clang-tidy").read_text(), " ".join(self.flags).replace(str(compiler.ROOT), ""), compiler.tool_version(TOOL))
        todo = compiler.unchecked(files, lambda p: compiler.digest(p, *salt))

        def check(group):
            failures = tidy_group(group, self.flags)
            failed = {path for paths, _ in failures for path in paths}
            for path in group:
                if path not in failed:
                    todo[path].touch()
            return failures

        failures = [(" ".join(paths), output) for found in compiler.in_parallel(check, groups_of(todo)) for paths, output in found]
        self.assertFalse(failures, compiler.report(failures))

    def test_a_group_finds_what_one_file_hides(self):
        with tempfile.TemporaryDirectory() as folder:
            names = ["same", "other", "same", "bad"]
            paths = [str(pathlib.Path(folder, f"{index}.cpp")) for index in range(len(names))]
            for path, name in zip(paths, names):
                text = "int do_it(int x);\nint do_it(int x) { return x; }\n" if name == "bad" else f"namespace {{ constexpr int kA_{name} = 1; }}\n".replace("_", "")
                pathlib.Path(path).write_text(text)
            failed = tidy_group(paths, self.flags)
            self.assertEqual([paths[2:]], [group for group, _ in failed])

    def test_the_checks_can_fail(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "sample.cpp")
            for what, text in BAD_SAMPLES.items():
                with self.subTest(what):
                    path.write_text(text)
                    self.assertFalse(tidy(str(path), self.flags)[0])


if __name__ == "__main__":
    unittest.main()
