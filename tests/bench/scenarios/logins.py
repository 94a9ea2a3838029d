"""Password sign-ins beside reads, and checks of access tokens.

Sign-ins hash with bcrypt at the cost of production, on a pool of their own at the lowest priority: what do readers notice, and how near is
their rate to what the machine hashes at all? Tokens: one cheap route that needs one, asked by many people in turn.
"""
import ctypes
import os
import time

from harness import load, product

PEOPLE = 8
PASSWORD = "bench-password-%d"
SIGN_INS_AT_ONCE = 8
READS_RATE = 1000
READS_CONNECTIONS = 64
SECONDS = 10
HASHES = 4
READS_BAR = 2
COST = 12

TOKENS = 2000
TOKEN_CONNECTIONS = 64
TOKEN_SECONDS = 4
ALGORITHMS = ("HS256", "EdDSA")
ALGORITHM_BAR = 0.8


def run(bench, report):
    workers = max(1, (os.cpu_count() or 2) // 2)
    server = product.start(bench, settings={"RT_AUTH_BCRYPT_COST": str(COST), "RT_SERVER_HASH_WORKERS": str(workers)})
    event = product.publish_event(server, "bench-logins")
    people(bench, server)
    alone = reads(bench, server, event)
    sign_ins = start_sign_ins(bench, server)
    beside = reads(bench, server, event)
    done = load.load_result(bench, sign_ins, SECONDS + 60)
    tell_sign_ins(report, workers, alone, beside, done)
    bench.stop(server.process)
    tell_tokens(report, {algorithm: tokens(bench, algorithm) for algorithm in ALGORITHMS})


def people(bench, server):
    product.prepare(bench, server, "people", [
        ("POST", "/auth/register", {}, {"login_name": f"login{n}", "password": PASSWORD % n, "display_name": f"Login {n}", "client": "native"})
        for n in range(PEOPLE)])


def reads(bench, server, event):
    """Figures of open-loop readers of the event."""
    requests = bench.folder / "login-readers"
    path = f"{product.API}/events/{event['slug']}"
    load.write_requests(requests, [load.http_request("GET", path, {"X-Forwarded-For": load.client_address(n)}) for n in range(20000)])
    figures = load.run_load(server.port, requests, connections=READS_CONNECTIONS, rate=READS_RATE, seconds=SECONDS, timeout=5, repeat=True)
    check("event reads", figures, ("200",))
    server.process.check_alive()
    return figures


def start_sign_ins(bench, server):
    requests = bench.folder / "sign-ins"
    load.write_requests(requests, [
        load.http_request("POST", f"{product.API}/auth/login", {"X-Forwarded-For": load.client_address(100_000 + n)},
                          {"login_name": f"login{n % PEOPLE}", "password": PASSWORD % (n % PEOPLE), "client": "native"})
        for n in range(20000)])
    # They begin before the readers and end after them.
    return load.start_load(bench, "sign-ins", server.port, requests, connections=SIGN_INS_AT_ONCE, seconds=SECONDS + 3, timeout=30)


def tell_sign_ins(report, workers, alone, beside, done):
    check("sign-ins", done, ("200",))
    good = done["by_status"]["200"]
    limit = workers / seconds_of_a_hash()
    report.ratio("logins", f"password sign-ins, bcrypt {COST}, {workers} hash worker(s), beside reads", good["count"] / good["last_seconds"],
                 "/s", "bcrypt alone", limit)
    report.ratio("logins", f"p99 of {READS_RATE} reads/s beside sign-ins", beside["latency_ms"]["p99"], "ms", "without",
                 alone["latency_ms"]["p99"], at_most=READS_BAR)


def seconds_of_a_hash():
    """One bcrypt of this cost by the library that hashes for us as well, on one core that does nothing else."""
    crypt = ctypes.CDLL("libcrypt.so.1").crypt
    crypt.restype = ctypes.c_char_p
    crypt.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
    began = time.process_time()
    for _ in range(HASHES):
        if not crypt(b"bench-password", b"$2b$%02d$" % COST + b"a" * 22).startswith(b"$2b$"):
            raise load.machine.BenchError("libcrypt has no bcrypt")
    return (time.process_time() - began) / HASHES


def tokens(bench, algorithm):
    """{"first": checks/s of tokens never seen, "known": of tokens seen before}."""
    server = product.start(bench, data=bench.folder / f"data-{algorithm}", settings={"RT_AUTH_JWT_ALGORITHM": algorithm})
    captains = product.register_captains(bench, server, TOKENS)
    requests = bench.folder / f"tokens-{algorithm}"
    load.write_requests(requests, [
        load.http_request("GET", f"{product.API}/me", {"Authorization": f"Bearer {captain.token}", "X-Forwarded-For": load.client_address(captain.number)})
        for captain in captains])
    rates = {}
    for name, options in (("first", {}), ("known", {"repeat": True})):
        figures = load.run_load(server.port, requests, connections=TOKEN_CONNECTIONS, seconds=TOKEN_SECONDS, **options)
        check(f"{algorithm} tokens", figures, ("200",))
        good = figures["by_status"]["200"]
        rates[name] = good["count"] / good["last_seconds"]
    bench.stop(server.process)
    return rates


def tell_tokens(report, rates):
    for name, text in (("first", "tokens not seen before"), ("known", "tokens seen before")):
        bar = ALGORITHM_BAR if name == "known" else None
        report.ratio("logins", f"GET /me with {text}, EdDSA", rates["EdDSA"][name], "requests/s", "HS256", rates["HS256"][name], at_least=bar)


def check(what, figures, good):
    asked = figures["sent"] + figures["unserved"]
    done = sum(figures["by_status"].get(status, {}).get("count", 0) for status in good)
    # Of a closed loop the last request of each connection may be under way when the time is over.
    if done == 0 or asked - done > SIGN_INS_AT_ONCE + TOKEN_CONNECTIONS:
        raise load.machine.BenchError(f"{what}: {figures['by_status']}, {asked} asked, timeouts {figures['timeouts']}, broken {figures['broken']}")
