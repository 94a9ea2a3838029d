"""The rules of the tree, one function each: rule(files) -> ["path:line: what is wrong"]. RULES holds each with a sample that breaks it.

A rule reads text only. What needs a compiler is in test_headers.py, test_tidy.py and test_format.py.
"""

import re

from tree import includes, is_cpp, lines, module_of, sql_texts, without_comments

HEADER_LINES_MAX = 200
SOURCE_LINES_MAX = 500

# ---- levels -------------------------------------------------------------------------------------------------------------------

MODULE_LINE = re.compile(r"^rt_module\(([^)]*)\)", re.M)


def module_graph(files):
    """{module: (level, set of modules it may use)} as src/CMakeLists.txt says."""
    graph = {}
    for match in MODULE_LINE.finditer(files["src/CMakeLists.txt"]):
        words = match.group(1).split()
        section, lists = "", {"DEPS": set(), "LEVEL": set(), "THIRD_PARTY": set()}
        for word in words[1:]:
            if word in lists:
                section = word
            else:
                lists[section].add(word)
        graph[words[0]] = (int(lists["LEVEL"].pop()), lists["DEPS"])
    return graph


def levels(files):
    graph = module_graph(files)
    problems = []
    for module, (level, allowed) in graph.items():
        for other in allowed:
            if graph[other][0] >= level:
                problems.append(f"src/CMakeLists.txt:1: {module} (level {level}) lists {other} (level {graph[other][0]})")
    for path, text in files.items():
        module = module_of(path)
        if module is None or not is_cpp(path):
            continue
        if module not in graph:
            problems.append(f"{path}:1: the folder src/{module} is no module of src/CMakeLists.txt")
            continue
        for number, delimiter, target in includes(text):
            other = target.split("/")[0]
            if delimiter == '"' and "/" not in target:
                problems.append(f"{path}:{number}: include \"{target}\" by its path from src/")
            elif delimiter == '"' and other not in graph:
                problems.append(f"{path}:{number}: \"{target}\" belongs to no module")
            elif delimiter == '"' and other != module and other not in graph[module][1]:
                problems.append(f"{path}:{number}: {module} (level {graph[module][0]}) may not include {other}/")
    return problems


# ---- third-party headers ------------------------------------------------------------------------------------------------------

# header prefix: the modules whose .cpp files and *_internal.h may include it
THIRD_PARTY_OWNERS = {
    "openssl/": {"crypto", "net"},
    "crypt.h": {"crypto"},
    "nlohmann/": {"json"},
    "spdlog/": {"log"},
    "fmt/": {"log"},
    "toml.hpp": {"config"},
    "sqlite3.h": {"storage"},
    "lmdb.h": {"storage"},
    "zstd.h": {"storage", "log"},
    "zlib.h": {"log", "mongo", "net"},
    "brotli/": {"net"},
    "httplib.h": {"net"},
    "ares.h": {"net"},
    "utf8proc.h": {"text"},
    "xlsxwriter.h": {"sheet"},
    "minizip/": {"sheet"},
    "expat.h": {"sheet"},
    "doctest/": set(),
}
# The C library and the kernel: no third party.
SYSTEM_HEADER = re.compile(
    r"^((sys|linux|netinet|net|arpa|asm|bits)/\w+\.h|(alloca|assert|dirent|dlfcn|endian|errno|fcntl|fnmatch|glob|grp|ifaddrs|limits|link|locale|malloc|math|netdb|"
    r"poll|pthread|pwd|resolv|sched|semaphore|signal|spawn|stddef|stdint|stdio|stdlib|string|strings|syslog|termios|time|ucontext|unistd|utime|execinfo|"
    r"getopt|emmintrin|immintrin|arm_neon|cpuid|nmmintrin|x86intrin)\.h)$")
# The one file of net that wraps cpp-httplib may include OpenSSL, for its client.
OPENSSL_IN_NET = re.compile(r"^src/net/.*httplib[^/]*\.(cpp|h)$")


def third_party(files):
    problems = []
    for path, text in files.items():
        module = module_of(path)
        if not is_cpp(path) or not path.startswith("src/"):
            continue
        for number, delimiter, target in includes(text):
            known = any(target.startswith(prefix) for prefix in THIRD_PARTY_OWNERS)
            if delimiter == "<" and re.search(r"[./]", target) and not known and not SYSTEM_HEADER.match(target):
                problems.append(f"{path}:{number}: <{target}> is in no row of THIRD_PARTY_OWNERS")
            for prefix, owners in THIRD_PARTY_OWNERS.items():
                if not (target.startswith(prefix) if prefix.endswith("/") else target == prefix):
                    continue
                if module not in owners:
                    problems.append(f"{path}:{number}: <{target}> belongs to {', '.join(sorted(owners)) or 'the tests'}")
                elif prefix == "openssl/" and module == "net" and not OPENSSL_IN_NET.match(path):
                    problems.append(f"{path}:{number}: <{target}> is for crypto, and for the one file of net that wraps httplib")
                elif path.endswith(".h") and not path.endswith("_internal.h"):
                    problems.append(f"{path}:{number}: <{target}> in a public header")
    return problems


# ---- standard headers ---------------------------------------------------------------------------------------------------------

# The headers of rt_precompile (cmake/RtCompiler.cmake), without which a file would only compile where they are precompiled: what each is included for.
PRECOMPILED = {header: re.compile(rf"std::(?:{names})") for header, names in {
    "algorithm": r"(?:(?:all|any|none)_of|(?:stable_)?sort|find(?:_if)?|count(?:_if)?|copy(?:_n|_if)?|transform|min|max|clamp|unique|remove_if|reverse|(?:lower|upper)_bound"
                 r"|(?:min|max)_element|fill|equal|search|replace|rotate|nth_element|for_each|shuffle|set_(?:difference|intersection)|includes)\(",
    "array": r"(?:array|to_array)\b", "atomic": r"(?:atomic|memory_order)", "chrono": r"chrono::", "condition_variable": r"condition_variable", "cstdint": r"u?int\d+_t",
    "deque": r"deque\b", "functional": r"(?:function|hash)\b", "map": r"(?:multi)?map\b", "memory": r"(?:unique_ptr|shared_ptr|weak_ptr|make_unique|make_shared)\b",
    "mutex": r"(?:mutex|lock_guard|unique_lock|scoped_lock|once_flag)\b", "optional": r"(?:optional|nullopt)\b", "set": r"(?:multi)?set\b", "span": r"(?:span|as_bytes)\b",
    "string": r"(?:string|to_string)\b", "string_view": r"string_view\b", "thread": r"(?:thread\b|this_thread)", "unordered_map": r"unordered_map\b",
    "utility": r"(?:move|pair|exchange|forward|swap|as_const)\b", "variant": r"(?:variant|visit|get_if|holds_alternative|monostate)\b", "vector": r"vector\b",
}.items()}


def standard_headers(files):
    """Every file of src/ reaches the standard headers of what it uses by its own includes and those of our headers."""
    reached = {}

    def reach(path):
        if path not in reached:
            reached[path] = set()
            for _, delimiter, target in includes(files[path]):
                reached[path] |= {target} if delimiter == "<" else reach(f"src/{target}") if f"src/{target}" in files else set()
        return reached[path]

    problems = []
    for path, text in files.items():
        if not is_cpp(path) or not path.startswith("src/"):
            continue
        code = without_comments(text, keep_strings=False)
        for header, names in PRECOMPILED.items():
            used = header not in reach(path) and names.search(code)
            if used:
                problems.append(f"{path}:{code.count(chr(10), 0, used.start()) + 1}: {used[0]} without <{header}>")
    return problems


# ---- banned ---------------------------------------------------------------------------------------------------------------------

# (pattern, paths it is allowed in, what to do instead); applied to src/ without comments and strings
BANNED_CALLS = [
    (r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|strncpy|strncat)\s*\(", r"", "use std::string or std::format-like helpers"),
    (r"\b(atoi|atol|atoll|atof|strtol|strtoll|strtoul|strtoull|strtod)\s*\(", r"^src/base/", "use base/parse.h"),
    (r"\bstd::(stoi|stol|stoll|stoul|stoull|stof|stod)\b", r"", "use base/parse.h"),
    (r"\b(std::)?s?rand\s*\(|\bstd::random_device\b|\bstd::mt19937", r"^src/(base|crypto)/", "take an rt::base::Random"),
    (r"\b(std::)?system\s*\(|\bpopen\s*\(|\bv?fork\s*\(", r"^src/os/", "no processes are started"),
    (r"\b(localtime|gmtime|asctime|ctime|mktime|localtime_r)\s*\(", r"^src/base/clock", "use base/clock.h"),
    (r"\bsystem_clock::now\b|\bsteady_clock::now\b|\bclock_gettime\s*\(|\bgettimeofday\s*\(|(?<![\w.>:])time\s*\(\s*(nullptr|NULL|0)\s*\)",
     r"^src/(base/clock|os/)", "take a Clock"),
    (r"\bsleep_for\b|\bsleep_until\b|(?<![\w.>:])(u|nano)?sleep\s*\(", r"", "wait on a condition with a deadline"),
    (r"\b(secure_)?getenv\s*\(|\bsetenv\s*\(|\bputenv\s*\(", r"^src/(os/|config/|cli/output)", "options come through config/; cli/output reads the language of the terminal"),
    (r"\bstd::(cout|cerr|clog|cin)\b|(?<![\w:])(std::)?(printf|puts|putchar)\s*\(", r"^src/(cli/|main\.cpp|base/check|os/terminal)", "use Log"),
    (r"\bstd::endl\b", r"", "use '\\n'"),
    (r"(?<![\w.>:])(std::)?(exit|_exit|_Exit|quick_exit|abort|terminate)\s*\(", r"^src/(base/check|main\.cpp|os/)", "return an error; RT_CHECK for broken invariants"),
    (r"\bassert\s*\(", r"", "use RT_CHECK"),
    (r"\bstd::(regex|async|auto_ptr)\b|<regex>", r"", "too slow, or no bound on threads"),
    (r"\.detach\s*\(\s*\)", r"", "every thread is joined by its owner"),
    (r"\bthread_local\b", r"^src/(base|os|log|crypto)/", "state belongs to an object"),
    (r"(?<![\w.>:])(std::)?(malloc|calloc|realloc|free)\s*\(", r"^src/(storage|crypto)/", "use containers and unique_ptr"),
    (r"(?<![\w.>:])(std::)?signal\s*\(|\bsigaction\s*\(", r"^src/os/", "signals are os/'s"),
    (r"\bdlopen\s*\(|\bgetpwnam\s*\(|\bgetpwuid\s*\(|\bgetgrnam\s*\(|\bgethostbyname\s*\(", r"", "not in a static binary (see os/)"),
    (r"\busing\s+namespace\b(?!\s+std::(string_view_|chrono_)?literals)", r"", "name what is used"),
    (r"\bgoto\b", r"", "no goto"),
    (r"(?<![\w.>:])(std::)?rename\s*\(|(?<![\w.>:])::?f(data)?sync\s*\(", r"^src/(os|storage)/", "files are replaced through os/"),
    (r"\bthrow\b(?!\s*\()", r"", "errors are values"),
    (r"\bdynamic_cast\s*<", r"", "say it in the interface"),
]


def banned_calls(files):
    problems = []
    rows = [(re.compile(pattern), re.compile(allowed) if allowed else None, advice) for pattern, allowed, advice in BANNED_CALLS]
    for path, text in files.items():
        if not is_cpp(path) or not path.startswith("src/"):
            continue
        code = without_comments(text, keep_strings=False)
        for number, line in lines(code):
            for pattern, allowed, advice in rows:
                match = pattern.search(line)
                if match and not (allowed and allowed.search(path)):
                    problems.append(f"{path}:{number}: `{match.group(0).strip()}` is banned: {advice}")
    return problems


# Assembled from pieces, so that this file does not name what it bans.
HOSTS = [".".join(parts) for parts in (
    ("registry", "npmjs"), ("npmjs", "org"), ("deb", "debian", "org"), ("security", "debian", "org"), ("snapshot", "debian"),
    ("npmmirror", "com"), ("registry", "yarnpkg"), ("pypi", "org"), ("pythonhosted", "org"), ("crates", "io"), ("proxy", "golang"),
    ("docker", "io"), ("ghcr", "io"), ("quay", "io"), ("nodesource", "com"), ("mirrors", "aliyun"), ("mirrors", "tuna"), ("mirrors", "ustc"),
    ("conan", "io"), ("archive", "ubuntu"),
)]


def hosts(files):
    problems = []
    for path, text in files.items():
        for number, line in lines(text):
            for host in HOSTS:
                if host in line.lower():
                    problems.append(f"{path}:{number}: names the registry or mirror {host}")
    return problems


UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")


def unfinished(files):
    return [
        f"{path}:{number}: unfinished work ({match.group(0)})"
        for path, text in files.items() if not path.endswith("package-lock.json")
        for number, line in lines(text) for match in [UNFINISHED.search(line)] if match
    ]


BANNER = re.compile(r"^\s*(//|/\*|\*)\s*[-=*/#~+]{8,}")
DEAD_CODE = re.compile(r"^\s*//\s*((if|for|while) \(.*[{;]|return .*;|[\w:<>]+(\.|->|::)\w+\(.*\);|\w+ = .*;|#include.*|[{}])\s*$")


def comments(files):
    problems = []
    for path, text in files.items():
        if not is_cpp(path):
            continue
        for number, line in lines(text):
            if BANNER.match(line):
                problems.append(f"{path}:{number}: a banner comment")
            if DEAD_CODE.match(line) and line.rstrip().endswith((";", "{", "}")):
                problems.append(f"{path}:{number}: code in a comment")
    return problems


# ---- sizes and form -----------------------------------------------------------------------------------------------------------


def sizes(files):
    problems = []
    for path, text in files.items():
        if not is_cpp(path):
            continue
        count = text.count("\n")
        limit = HEADER_LINES_MAX if path.endswith(".h") else SOURCE_LINES_MAX
        if count >= limit:
            problems.append(f"{path}:{count}: {count} lines, allowed are fewer than {limit}")
        if path == "src/main.cpp" and count >= 100:
            problems.append(f"{path}:{count}: main.cpp stays under 100 lines")
    return problems


def form(files):
    problems = []
    for path, text in files.items():
        if path.endswith("package-lock.json"):
            continue
        if text and not text.endswith("\n"):
            problems.append(f"{path}:{text.count(chr(10)) + 1}: no newline at the end of the file")
        for number, line in lines(text):
            if line.endswith(("\r", " ", "\t")):
                problems.append(f"{path}:{number}: white space at the end of the line")
            if re.match(r"^(<{7}|>{7})( |$)", line):
                problems.append(f"{path}:{number}: a conflict marker")
        if path.endswith(".h"):
            if "#pragma once" not in text:
                problems.append(f"{path}:1: no #pragma once")
            module = module_of(path)
            if module and "#define" not in text and not re.search(rf"namespace rt(::{module}\b|\b)", text):
                problems.append(f"{path}:1: declares nothing in namespace rt::{module}")
    return problems


# ---- purity, globals ------------------------------------------------------------------------------------------------------------

IMPURE_INCLUDES = re.compile(
    r"^(thread|mutex|shared_mutex|condition_variable|atomic|future|iostream|fstream|filesystem|cstdio|ctime|unistd\.h|sys/.*|fcntl\.h|"
    r"(json|storage|net|os|log|config|crypto|ops|auth|notify|realtime|app|cli)/.*|base/(log|metrics)\.h)$")
IMPURE_WORDS = re.compile(r"\b(SystemClock|ManualClock|Clock\s*[&*]|system_clock|steady_clock|std::random_device|fopen|getenv)")


def domain_purity(files):
    problems = []
    for path, text in files.items():
        if not is_cpp(path) or not re.match(r"^src/\w+/domain/", path):
            continue
        for number, _, target in includes(text):
            if IMPURE_INCLUDES.match(target) and not re.match(r"^\w+/domain/", target):
                problems.append(f"{path}:{number}: a domain is pure: no {target}")
        for number, line in lines(without_comments(text, keep_strings=False)):
            match = IMPURE_WORDS.search(line)
            if match:
                problems.append(f"{path}:{number}: a domain is pure: no {match.group(0)}; time, randomness and limits are arguments")
    return problems


# A definition at namespace scope (column 0 or inside an anonymous namespace, never indented in this style).
GLOBAL = re.compile(
    r"^(static |inline |thread_local )*(?!const\b|constexpr\b|constinit const\b|return\b|using\b|namespace\b|class\b|struct\b|enum\b|template\b|"
    r"extern \"C\"|typedef\b|friend\b|case\b|delete\b|throw\b|goto\b|else\b|static_assert\b|concept\b)"
    r"[A-Za-z_][\w:<>,*& ]*[\w>*&] (?P<name>[a-z_]\w*)(\[[^\]]*\])*( = [^=].*|\{.*\})?;$")


def mutable_globals(files):
    problems = []
    for path, text in files.items():
        if not is_cpp(path) or not path.startswith("src/"):
            continue
        for number, line in lines(without_comments(text, keep_strings=False)):
            match = GLOBAL.match(line.rstrip())
            if match and " const " not in f" {line}" and "constexpr" not in line:
                problems.append(f"{path}:{number}: `{match.group('name')}` is a mutable global")
            if re.match(r"^\s+static (?!const|constexpr|inline constexpr|_)(?!.*\()[\w:<>,*& ]+ \w+( = .*|\{.*\})?;$", line.rstrip()):
                problems.append(f"{path}:{number}: a mutable static")
    return problems


# ---- SQL ------------------------------------------------------------------------------------------------------------------------

SQL_NEVER = re.compile(r"\b(DEFERR(ABLE|ED)|OR\s+ROLLBACK|OR\s+FAIL)\b", re.I)
# What PostgreSQL does not accept in DML; storage/ itself may.
SQL_SUBSET = re.compile(
    r"\bINSERT\s+OR\b|\bUPDATE\s+OR\b|\bREPLACE\s+INTO\b|\b(julianday|strftime|unixepoch|datetime|json_extract|ifnull|typeof|randomblob|random|"
    r"last_insert_rowid|changes|total_changes|glob|iif|printf|group_concat|hex|unhex|zeroblob|instr)\s*\(|\bGLOB\b|\browid\b|\bINDEXED\s+BY\b|"
    r"\bLIMIT\s+\S+\s*,|\bIS\s+NOT\s+\?|`|\bPRAGMA\b", re.I)


def sql(files):
    problems = []
    for path, first, text in sql_texts(files):
        # The store itself, and the doctor, which examines the engine that is there.
        in_storage = path.startswith(("src/storage/", "src/app/doctor"))
        for match in SQL_NEVER.finditer(text):
            # `BEGIN DEFERRED` is a kind of transaction, not of constraint.
            if match.group(0).upper() == "DEFERRED" and text[:match.start()].upper().rstrip().endswith("BEGIN"):
                continue
            number = first + text.count("\n", 0, match.start())
            problems.append(f"{path}:{number}: `{match.group(0)}`: one closure could undo the writer's whole batch")
        if in_storage or path.endswith(".sql"):
            continue
        for match in SQL_SUBSET.finditer(text):
            number = first + text.count("\n", 0, match.start())
            problems.append(f"{path}:{number}: `{match.group(0)}` is not in the subset that PostgreSQL accepts too")
    return problems


# ---- tree -----------------------------------------------------------------------------------------------------------------------

TOP_LEVEL = {
    "CMakeLists.txt", "src", "web", "config.toml.example", "systemd", "tests", "packaging", "README.md", "LICENSE", "CMakePresets.json", "dev",
    ".ci", ".github", ".clang-format", ".clang-tidy", "cmake", ".gitignore", "docs", "CHANGELOG.md", ".gitattributes",
}


def layout(files):
    names = sorted({path.split("/")[0] for path in files})
    return [f"{name}:1: not a name of the top level (see TOP_LEVEL)" for name in names if name not in TOP_LEVEL]


def lock_files(files):
    problems = []
    for path, text in files.items():
        if path.endswith("package-lock.json"):
            problems += [f"{path}:{n}: the lock file names an address" for n, line in lines(text) if '"resolved"' in line]
    return problems


GRAPH = "rt_module(base LEVEL 0)\nrt_module(os LEVEL 1 DEPS base)\nrt_module(json LEVEL 1 DEPS base THIRD_PARTY json)\nrt_module(net LEVEL 2 DEPS base os json)\n"

# name: (rule, files that break it, files that keep it)
RULES = {
    "levels": (levels, [
        {"src/CMakeLists.txt": GRAPH, "src/os/a.cpp": '#include "net/b.h"\n'},
        {"src/CMakeLists.txt": GRAPH, "src/os/a.cpp": '#include "json/b.h"\n'},
        {"src/CMakeLists.txt": GRAPH, "src/os/a.cpp": '#include "b.h"\n'},
        {"src/CMakeLists.txt": GRAPH, "src/extra/a.cpp": "\n"},
        {"src/CMakeLists.txt": GRAPH + "rt_module(low LEVEL 1 DEPS net)\n"},
    ], [{"src/CMakeLists.txt": GRAPH, "src/net/a.cpp": '#include "json/b.h"\n#include "net/c.h"\n#include <vector>\n'}]),
    "third_party": (third_party, [
        {"src/storage/a.cpp": "#include <nlohmann/json.hpp>\n"},
        {"src/json/a.h": "#include <nlohmann/json.hpp>\n"},
        {"src/net/tls.cpp": "#include <openssl/ssl.h>\n"},
        {"src/auth/a.cpp": "#include <sqlite3.h>\n"},
        {"src/auth/a.cpp": "#include <boost/asio.hpp>\n"},
    ], [{"src/json/a.cpp": "#include <nlohmann/json.hpp>\n", "src/json/a_internal.h": "#include <nlohmann/json.hpp>\n",
         "src/net/httplib_engine.cpp": "#include <openssl/ssl.h>\n"}]),
    "standard_headers": (standard_headers, [{"src/net/a.cpp": "std::vector<int> a;\n"}, {"src/net/a.cpp": '#include "net/a.h"\nint a = std::max(1, 2);\n', "src/net/a.h": "#include <vector>\n"}],
                         [{"src/net/a.cpp": '#include "net/a.h"\nstd::vector<int> a;  // std::map\n', "src/net/a.h": "#include <vector>\n"}]),
    "banned_calls": (banned_calls, [
        {"src/net/a.cpp": "int x = atoi(text);\n"},
        {"src/net/a.cpp": "std::this_thread::sleep_for(1s);\n"},
        {"src/net/a.cpp": "auto t = std::chrono::system_clock::now();\n"},
        {"src/net/a.cpp": "throw std::runtime_error(text);\n"},
        {"src/net/a.cpp": "time_t now = time(nullptr);\n"},
        {"src/net/a.cpp": "std::exit(1);\n"},
        {"src/net/a.cpp": "worker.detach();\n"},
    ], [{"src/net/a.cpp": '// atoi(x)\nconst char* s = "atoi(x)";\nrow.time(0);\nexit_code(3);\n', "src/cli/a.cpp": "std::printf(text);\n"}]),
    "hosts": (hosts, [{"web/.npmrc": "registry=https://" + HOSTS[0] + ".org\n"}], [{"README.md": "https://example.org\n"}]),
    "unfinished": (unfinished, [{"src/net/a.cpp": "// TO" + "DO later\n"}], [{"src/net/a.cpp": "// done\n"}]),
    "comments": (comments, [
        {"src/net/a.cpp": "// ==========\n"}, {"src/net/a.cpp": "    // return Send(x);\n"}, {"src/net/a.cpp": "// queue.push(x);\n"},
    ], [{"src/net/a.cpp": "// Why: the queue is full.\n// see RFC 9112, 3.2;\n"}]),
    "sizes": (sizes, [{"src/net/a.h": "\n" * HEADER_LINES_MAX}, {"src/net/a.cpp": "\n" * SOURCE_LINES_MAX}],
              [{"src/net/a.h": "\n" * (HEADER_LINES_MAX - 1), "src/net/a.cpp": "\n" * (SOURCE_LINES_MAX - 1)}]),
    "form": (form, [
        {"src/net/a.cpp": "int x;"}, {"src/net/a.cpp": "int x; \n"}, {"src/net/a.cpp": "<" * 7 + " main\n"},
        {"src/net/a.h": "namespace rt::net {}\n"}, {"src/net/a.h": "#pragma once\nnamespace other {}\n"},
    ], [{"src/net/a.h": "#pragma once\nnamespace rt::net {}\n"}]),
    "domain_purity": (domain_purity, [
        {"src/avalon/domain/a.cpp": "#include <thread>\n"}, {"src/avalon/domain/a.cpp": '#include "json/json.h"\n'},
        {"src/avalon/domain/a.cpp": "void F(const Clock& clock);\n"},
    ], [{"src/avalon/domain/a.cpp": "#include <vector>\nvoid F(Time now);\n", "src/auth/domain/a.cpp": '#include "auth/domain/a.h"\n', "src/avalon/room.cpp": "#include <thread>\n"}]),
    "mutable_globals": (mutable_globals, [
        {"src/net/a.cpp": "int counter = 0;\n"}, {"src/net/a.cpp": "static std::vector<int> cache;\n"},
        {"src/net/a.cpp": "std::atomic<bool> g_stop{false};\n"}, {"src/net/a.cpp": "void F() {\n    static int calls = 0;\n}\n"},
    ], [{"src/net/a.cpp": "constexpr int kSize = 3;\nconst int kOther = 4;\nvoid F() {\n    static const int kX = 3;\n    int y = 0;\n}\n",
         "src/net/a.h": "class Reactor;\nusing Id = int;\nstruct A {\n    int b = 0;\n};\n"}]),
    "sql": (sql, [
        {"src/auth/migrations/1.sql": "CREATE TABLE a (b REFERENCES c DEFERRABLE INITIALLY DEFERRED);\n"},
        {"src/auth/a.cpp": 'Run("INSERT OR ROLLBACK INTO a VALUES (1)");\n'},
        {"src/auth/a.cpp": 'Run("INSERT OR IGNORE INTO a VALUES (1)");\n'},
        {"src/auth/a.cpp": "Run(\"SELECT strftime('%s', x) FROM a\");\n"},
        {"src/auth/a.cpp": 'Run("SELECT a FROM b "\n    "WHERE rowid = 3");\n'},
    ], [{"src/auth/a.cpp": 'Run("INSERT INTO a (b) VALUES ($1) ON CONFLICT (b) DO UPDATE SET b = $1 RETURNING b");\nRun("select a group");\n',
         "src/storage/a.cpp": 'Run("PRAGMA journal_mode");\nRun("BEGIN DEFERRED");\n'}]),
    "layout": (layout, [{"scratch/a.txt": "\n"}], [{"src/a.txt": "\n", "README.md": "\n"}]),
    "lock_files": (lock_files, [{"web/package-lock.json": '"resolved": "x"\n'}], [{"web/package-lock.json": '"version": "1"\n'}]),
}
