"""The source tree as the rules see it: a mapping of path to text, with the helpers that several rules share."""

import os
import pathlib
import re

SKIPPED_FOLDERS = {"build", "node_modules", ".git", "dist", "__pycache__", "_CPack_Packages"}
TEXT_SUFFIXES = {
    ".cpp", ".h", ".def", ".inc", ".in", ".S", ".cmake", ".txt", ".md", ".py", ".sh", ".mjs", ".js", ".ts", ".tsx", ".css", ".html",
    ".json", ".sql", ".toml", ".yml", ".yaml", ".example", ".service", ".socket", ".conf", ".lock", ".table", ".ini", ".cfg", "",
}
TEXT_BYTES_MAX = 2_000_000


def load(root):
    """Every text file under `root` that belongs to the repository, as {relative path: text}."""
    files = {}
    for folder, names, entries in os.walk(root):
        names[:] = sorted(n for n in names if n not in SKIPPED_FOLDERS)
        for entry in sorted(entries):
            path = pathlib.Path(folder, entry)
            if entry == ".git" or path.is_symlink() or path.suffix not in TEXT_SUFFIXES or path.stat().st_size > TEXT_BYTES_MAX:
                continue
            data = path.read_bytes()
            if b"\0" in data or "corpus" in path.parts:
                continue
            files[str(path.relative_to(root))] = data.decode("utf-8", "replace")
    return files


def module_of(path):
    """`src/net/http/head.cpp` -> `net`; None for files that are in no module."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "src" else None


def is_cpp(path):
    return path.endswith((".cpp", ".h"))


def lines(text):
    """(number, line) pairs, from 1."""
    return enumerate(text.split("\n"), 1)


INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')


def includes(text):
    """(line number, delimiter, target) of every include."""
    for number, line in lines(text):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def without_comments(text, keep_strings=True):
    """C++ text with comments (and, if asked, string contents) blanked; line numbers stay."""
    out = []
    i, size = 0, len(text)
    while i < size:
        two = text[i:i + 2]
        if two == "//":
            end = text.find("\n", i)
            i = size if end < 0 else end
        elif two == "/*":
            end = text.find("*/", i + 2)
            end = size if end < 0 else end + 2
            out.append("\n" * text.count("\n", i, end))
            i = end
        elif text[i] == "R" and text[i + 1:i + 2] == '"' and not (i and (text[i - 1].isalnum() or text[i - 1] == "_")):
            bracket = text.find("(", i)
            closing = ")" + text[i + 2:bracket] + '"'
            end = text.find(closing, bracket)
            end = size if end < 0 else end + len(closing)
            out.append(text[i:end] if keep_strings else 'R"()"' + "\n" * text.count("\n", i, end))
            i = end
        elif text[i] == '"' or (text[i] == "'" and not (i and (text[i - 1].isalnum() or text[i - 1] == "_"))):
            quote, end = text[i], i + 1
            while end < size and text[end] != quote and text[end] != "\n":
                end += 2 if text[end] == "\\" else 1
            out.append(text[i:end + 1] if keep_strings else quote + quote)
            i = end + 1
        else:
            out.append(text[i])
            i += 1
    return "".join(out)


STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|R"([^(\s]*)\((.*?)\)\2"', re.S)


def sql_texts(files):
    """(path, first line, text) of everything that looks like SQL: .sql files, and literals of C++ that begin a statement."""
    statement = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|WITH|PRAGMA|BEGIN|SAVEPOINT)\b", re.I)
    for path, text in files.items():
        if path.endswith(".sql"):
            yield path, 1, re.sub(r"--[^\n]*", "", text)
        elif is_cpp(path) and path.startswith("src/"):
            code = without_comments(text)
            for match in STRING.finditer(code):
                # Adjacent literals are one statement; the pieces after the first are checked too, whatever they begin with.
                body = match.group(1) if match.group(1) is not None else match.group(3)
                before = code[:match.start()].rstrip()
                if statement.match(body) or (before.endswith('"') and re.search(r"\b(FROM|WHERE|VALUES|ON CONFLICT|SET|RETURNING)\b", body)):
                    yield path, code.count("\n", 0, match.start()) + 1, body
