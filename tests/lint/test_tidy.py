"""clang-tidy over src/: names, function sizes, mutable globals and the checks of .clang-tidy."""

import collections
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


GROUP_FILES_MAX = 24


def tidy(path, flags):
    return compiler.run([TOOL, "--quiet", f"--config-file={compiler.ROOT}/.clang-tidy", path, "--", "-xc++", *flags, "-Wno-everything"])


def tidy_group(paths, flags):
    """[(paths, output)] of what fails. Files of a module are checked as one translation unit, which parses the library's headers once; a file that hides
    a name of another one does not compile behind it, and is checked alone."""
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
        alone = [path for path in paths if re.search(rf"{re.escape(path)}:\d+:\d+: error: .*clang-diagnostic-error", output)] or paths
        together = [path for path in paths if path not in alone]
        return [failure for group in [together, *([path] for path in alone)] if group for failure in tidy_group(group, flags)]
    return [(paths, output[:compiler.OUTPUT_CHARACTERS_MAX])]


HIDDEN = re.compile(r"^namespace \{$(.*?)^\}  // namespace$", re.M | re.S)
DEFINED = re.compile(
    r"^(?:struct|class|enum class|union) (\w+)|^using (\w+) =|^[\w:<>, ]*\b(k[A-Z]\w*)\s*(?:=|\{|\[)"
    r"|^(?![ #/}])[\w:<>,&*\[\] ]+ [*&]?(\w+)\((?!.*\);$)", re.M)


def names_of(path):
    """Names that a source file defines in its unnamed namespaces."""
    regions = HIDDEN.findall((compiler.ROOT / path).read_text())
    return {name for region in regions for match in DEFINED.findall(region) for name in match if name}


DECLARED_TYPE = re.compile(r"^(?:struct|class|enum class|using) (\w+)", re.M)


def module_of(path):
    return path.split("/")[1]


def declared_types():
    """By module, the names of the types in its headers: a source that hides one of them makes it ambiguous for whoever comes after it."""
    declared = collections.defaultdict(set)
    for path in compiler.sources({".h"}, folders=("src",)):
        declared[module_of(path)] |= set(DECLARED_TYPE.findall((compiler.ROOT / path).read_text()))
    return declared


def groups_of(paths):
    """Paths by module, at most GROUP_FILES_MAX together, files that share a name apart, files that hide a declared type alone."""
    declared, alone = declared_types(), []
    by_module = {}
    for path in sorted(paths):
        groups = by_module.setdefault(module_of(path), [])
        names = names_of(path)
        if names & declared[module_of(path)]:
            alone.append([path])
            continue
        for members, taken in groups:
            if len(members) < GROUP_FILES_MAX and not names & taken:
                members.append(path)
                taken |= names
                break
        else:
            groups.append(([path], names))
    return [members for groups in by_module.values() for members, _ in groups] + alone


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
            self.assertEqual([[paths[0], paths[1], paths[3]]], [group for group, _ in failed])
            self.assertIn("do_it", failed[0][1])

    def test_the_checks_can_fail(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "sample.cpp")
            for what, text in BAD_SAMPLES.items():
                with self.subTest(what):
                    path.write_text(text)
                    self.assertFalse(tidy(str(path), self.flags)[0])


if __name__ == "__main__":
    unittest.main()
