"""TLS handshakes, full and resumed, beside nginx with the same certificate and settings; rounds alternate between the servers.

The client of a handshake works harder than the server of one (P-256) and shares the machine with it, so the rate alone would measure the
generator. What is held against the bar is the number of connections per CPU-second of the server.
"""
import json
import shutil
import statistics

from harness import machine, peers, product

KINDS = {"P-256": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "RSA 2048": ("rsa:2048",)}
ROUNDS = 3
SECONDS = 3
THREADS = 8
NGINX_BAR = 0.8


def run(bench, report):
    for number, (kind, key) in enumerate(KINDS.items()):
        folder = bench.subfolder(f"tls-{number}")
        certificate, key_file = make_certificate(folder, key)
        servers = [start_ours(bench, folder, certificate, key_file), start_nginx(bench, folder, certificate, key_file)]
        for how, words in (("full", ()), ("resumed", ("--resume",))):
            tell(report, f"{kind}, {how}", measure(servers, how, words))
        for server in servers:
            bench.stop(server.process)


def make_certificate(folder, key):
    certificate, key_file = folder / "server.crt", folder / "server.key"
    machine.run(["openssl", "req", "-x509", "-newkey", *key, "-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2",
                 "-keyout", key_file, "-out", certificate])
    key_file.chmod(0o644)  # of this bench alone
    return certificate, key_file


def start_ours(bench, folder, certificate, key_file):
    port = machine.free_port()
    argv = [product.BINARY, "serve", "--data", folder / "data", "--listen", f"127.0.0.1:{port}", "--set", f"server.tls_certificate={certificate}",
            "--set", f"server.tls_key={key_file}"]
    return peers.Peer("roundtable", port, bench.start("roundtable", argv, folder).wait_for_port(port))


def start_nginx(bench, folder, certificate, key_file):
    port = machine.free_port()
    text = (machine.BENCH_FOLDER / "peers" / "nginx-tls.conf.in").read_text()
    for name, value in {"@PORT@": port, "@CERTIFICATE@": certificate, "@KEY@": key_file}.items():
        text = text.replace(name, str(value))
    (folder / "nginx.conf").write_text(text)
    argv = [shutil.which("nginx") or "/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    return peers.Peer("nginx", port, bench.start("nginx-tls", argv, folder).wait_for_port(port))


def measure(servers, how, words):
    """{name: (connections/s, connections per CPU-second of the server)}, medians."""
    rounds = {server.name: [] for server in servers}
    for _ in range(ROUNDS):
        for server in servers:
            before = server.process.cpu_seconds()
            out = json.loads(machine.run([machine.program("bench_tls_handshakes"), "--port", server.port, "--threads", THREADS, "--seconds", SECONDS,
                                          *words]))
            spent = server.process.cpu_seconds() - before
            done = out["full"] + out["resumed"]
            # The first visit of each thread has no ticket yet.
            if out["failed"] or done == 0 or (how == "full" and out["resumed"]) or (how == "resumed" and out["full"] > THREADS):
                raise machine.BenchError(f"{server.name}, {how}: {out}")
            rounds[server.name].append((done / out["seconds"], done / spent))
            server.process.check_alive()
    return {name: tuple(statistics.median(column) for column in zip(*rows)) for name, rows in rounds.items()}


def tell(report, what, medians):
    ours, theirs = medians["roundtable"], medians["nginx"]
    report.ratio("tls", f"{what}, with the client on the same cores", ours[0], "handshakes/s", "nginx", theirs[0])
    report.ratio("tls", what, ours[1], "handshakes/CPU-s", "nginx", theirs[1], at_least=NGINX_BAR)
