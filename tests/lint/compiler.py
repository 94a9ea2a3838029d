"""What the rules that need a compiler share: the compile commands, a cache of passed checks by content, a parallel runner."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess

ROOT = pathlib.Path(os.environ.get("RT_SOURCE_DIR") or pathlib.Path(__file__).resolve().parents[2])
BUILD = pathlib.Path(os.environ.get("RT_BUILD_DIR") or ROOT / "build" / "release")
CACHE = pathlib.Path(os.environ.get("RT_DEPS_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "roundtable" / "deps") / "lint"
CACHE_ENTRIES_MAX = 20_000
OUTPUT_CHARACTERS_MAX = 6_000


def sources(suffixes, folders=("src", "tests")):
    """Paths relative to the root."""
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and "node_modules" not in path.parts:
                found.append(str(path.relative_to(ROOT)))
    return found


def compile_flags():
    """Flags of the build for files under src/, from its compile commands, without the files, the compiler and how it makes machine code."""
    commands = json.loads((BUILD / "compile_commands.json").read_text())
    # A module with third-party includes carries extra folders; all of them together serve every file.
    flags, seen = [], set()
    for entry in commands:
        if not entry["file"].startswith(str(ROOT / "src")) or not entry["file"].endswith(".cpp"):
            continue
        words = shlex.split(entry["command"])
        skip = False
        for index, word in enumerate(words):
            if skip:
                skip = False
            elif word in ("-isystem", "-I"):
                pair = (word, words[index + 1])
                skip = True
                if pair not in seen:
                    seen.add(pair)
                    flags += pair
            elif re.match(r"-(D|U|I|std=|f|W|O)", word) and word not in seen:
                seen.add(word)
                flags.append(word)
    assert flags, f"no compile commands in {BUILD}"
    return flags


_INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def digest(path, *salt, folders=("src", "tests")):
    """SHA-256 over a file, every file of the project it includes (however deep), and the salt."""
    seen, queue, total = set(), [ROOT / path], hashlib.sha256()
    while queue:
        current = queue.pop()
        if current in seen or not current.is_file():
            continue
        seen.add(current)
        data = current.read_bytes()
        total.update(str(current.relative_to(ROOT)).encode() + b"\0" + data)
        for target in _INCLUDE.findall(data.decode("utf-8", "replace")):
            queue += [ROOT / folder / target for folder in folders] + [current.parent / target]
    for part in salt:
        total.update(b"\0" + part.encode())
    return total.hexdigest()


def run(command):
    """(passed, output) of a command, run in the root."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL, check=False)
    return done.returncode == 0, done.stdout


def tool_version(tool):
    return run([tool, "--version"])[1]


def unchecked(paths, key_of):
    """{path: its mark file} of the paths whose key did not pass before."""
    CACHE.mkdir(parents=True, exist_ok=True)
    todo = {}
    for path in paths:
        mark = CACHE / key_of(path)
        if mark.exists():
            mark.touch()
        else:
            todo[path] = mark
    marks = sorted(CACHE.iterdir(), key=lambda mark: mark.stat().st_mtime)
    for mark in marks[:max(0, len(marks) - CACHE_ENTRIES_MAX)]:
        mark.unlink(missing_ok=True)
    return todo


def in_parallel(function, items):
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(function, items))


def check_all(paths, key_of, check):
    """Runs check(path) -> (passed, output) for each path whose key did not pass before. Returns [(path, output)] of the failures."""
    todo = unchecked(paths, key_of)

    def one(path):
        passed, output = check(path)
        if passed:
            todo[path].touch()
            return None
        return path, output[:OUTPUT_CHARACTERS_MAX]

    return [failure for failure in in_parallel(one, todo) if failure]


def report(failures):
    return "\n" + "\n\n".join(f"{path}\n{output}" for path, output in failures)
