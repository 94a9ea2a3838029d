"""The two load generators: wrk for reads, bench_load for everything whose requests differ from each other."""
import json

from harness import machine

ADDRESSES_A_THREAD = 8000
WRK_THREADS = 2


def http_request(method, path, headers=None, body=None):
    """The bytes of one request; `body` is a JSON value or None."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench.test"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    payload = b""
    if body is not None:
        payload = json.dumps(body, ensure_ascii=False).encode()
        lines.append("Content-Type: application/json")
    if body is not None or method in ("POST", "PUT", "PATCH"):
        lines.append(f"Content-Length: {len(payload)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + payload


def client_address(number):
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def write_requests(path, requests):
    with open(path, "wb") as out:
        for request in requests:
            out.write(b"%d\n" % len(request))
            out.write(request)


def read_answers(path):
    """[(status, JSON value or None)] in the order of the requests."""
    data = path.read_bytes()
    answers, at = [], 0
    while at < len(data):
        line_end = data.index(b"\n", at)
        status, length = map(int, data[at:line_end].split())
        body = data[line_end + 1:line_end + 1 + length]
        answers.append((status, json.loads(body) if body[:1] in (b"{", b"[") else None))
        at = line_end + 1 + length
    return answers


def start_load(bench, name, port, requests_path, **options):
    """Starts bench_load beside other work; load_result() waits for it."""
    return bench.start(name, load_argv(port, requests_path, **options), bench.folder)


def load_argv(port, requests_path, *, connections, seconds, rate=0, timeout=10, sources=1, repeat=False, answers=None,
              until_gone=False):
    argv = [machine.program("bench_load"), "--port", port, "--requests", requests_path, "--connections", connections,
            "--seconds", seconds, "--rate", rate, "--timeout", timeout, "--sources", sources]
    if repeat:
        argv.append("--repeat")
    if until_gone:
        argv.append("--until-gone")
    if answers:
        argv += ["--answers", answers]
    return argv


def load_result(bench, process, seconds):
    process.popen.wait(seconds)
    text = process.log_path.read_text()
    bench.stop(process)
    if process.popen.returncode != 0:
        raise machine.BenchError(f"{process.name}: {text.strip()[-400:]}")
    process.log_path.unlink()
    return json.loads(text.splitlines()[-1])


def run_load(port, requests_path, **options):
    limit = options["seconds"] + options.get("timeout", 10) + 30
    return json.loads(machine.run(load_argv(port, requests_path, **options), limit).splitlines()[-1])


def run_wrk(url, connections, seconds, addresses_from=None):
    """One run of wrk; with `addresses_from` each request names another client address, counted from that number."""
    script = "report.lua" if addresses_from is None else "many_addresses.lua"
    argv = ["wrk", "-t", WRK_THREADS, "-c", connections, "-d", f"{seconds}s", "--timeout", "5s", "-s",
            machine.BENCH_FOLDER / "wrk" / script, url]
    if addresses_from is not None:
        argv += ["--", addresses_from, ADDRESSES_A_THREAD]
    text = machine.run(argv, seconds + 30)
    line = next(line for line in text.splitlines() if line.startswith("BENCH "))
    figures = json.loads(line[len("BENCH "):])
    figures["rate"] = figures["requests"] / figures["seconds"]
    return figures
