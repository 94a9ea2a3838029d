"""Socket.IO over WebSocket: acknowledgements per CPU-second of the server, memory of idle connections, connecting, latency at a steady rate.

Beside npm's socket.io, one process each, the same answers; rounds alternate. The server runs with --conformance (nobody is asked who he is, no
limits) but with the heartbeats of production. The generator is one thread and has the machine's other core.
"""
import json
import statistics
import threading

from harness import machine, peers, product, tls_sockets
from scenarios import tls

ROUNDS = 3
SECONDS = 3
CLIENTS, WINDOW = 100, 8
IDLE_CLIENTS = 10_000
STEADY_CLIENTS, STEADY_RATE, STEADY_SECONDS = 1_000, 5, 6
NPM_BAR = 5
IDLE_BYTES_BAR = 8 << 10
IDLE_TLS_BYTES_BAR = 24 << 10
STEADY_P99_MS_BAR = 20


def run(bench, report):
    machine.allow_open_files(IDLE_CLIENTS + 1_000)
    servers = [start_ours(bench, bench.folder), start_npm(bench)]
    report_acks(report, servers)
    for server in servers:
        report_idle(bench, report, server)
    for server in servers:
        figures = generate(server, STEADY_CLIENTS, STEADY_SECONDS, "--rate", STEADY_RATE)
        bar = STEADY_P99_MS_BAR if server.name == "roundtable" else None
        report.bound("sockets", f"{server.name}: p99 at {STEADY_CLIENTS} connections x {STEADY_RATE}/s", figures["p99_ms"], "ms", at_most=bar)
    report_idle_tls(bench, report)


def start_ours(bench, folder, *words):
    port = machine.free_port()
    argv = [product.BINARY, "serve", "--conformance", "--data", folder / "data", "--listen", f"127.0.0.1:{port}",
            "--set", "realtime.ping_interval_ms=25001", "--set", "realtime.ping_timeout_ms=20001", *words]
    return peers.Peer("roundtable", port, bench.start("roundtable", argv, folder).wait_for_port(port))


def start_npm(bench):
    port = machine.free_port()
    argv = ["node", peers.npm_folder() / "socketio.mjs", port]
    return peers.Peer("npm socket.io", port, bench.start("socketio", argv, bench.folder, env={"NODE_ENV": "production"}).wait_for_port(port))


def generate(server, connections, seconds, *words):
    argv = [machine.program("bench_socket_clients"), "--port", server.port, "--connections", connections, "--seconds", seconds, *words]
    figures = json.loads(machine.run(argv, seconds + 90))
    if figures["lost"]:
        raise machine.BenchError(f"{server.name} ended {figures['lost']} connections")
    server.process.check_alive()
    return figures


def report_acks(report, servers):
    rates = {server.name: [] for server in servers}
    for _ in range(ROUNDS):
        for server in servers:
            before = server.process.cpu_seconds()
            figures = generate(server, CLIENTS, SECONDS, "--window", WINDOW)
            rates[server.name].append((figures["acks"] / (server.process.cpu_seconds() - before), figures["acks"] / figures["seconds"]))
    for index, what, bar in ((0, "acknowledgements per CPU-second of the server", NPM_BAR), (1, "acknowledgements per second", None)):
        ours, npm = (statistics.median(values[index] for values in rates[server.name]) for server in servers)
        report.ratio("sockets", what, ours, "acks/s", "npm socket.io", npm, at_least=bar)


def report_idle(bench, report, server):
    """Resident memory while many connections are held, beyond what it was with none."""
    connected = bench.folder / f"connected-{server.port}"
    before = server.process.resident_bytes()
    figures = {}
    load = threading.Thread(target=lambda: figures.update(generate(server, IDLE_CLIENTS, 4, "--connected-file", connected)))
    load.start()
    machine.wait_until(connected.exists, "all are connected", 90)
    each = (server.process.resident_bytes() - before) / IDLE_CLIENTS
    load.join()
    bar = IDLE_BYTES_BAR if server.name == "roundtable" else None
    report.bound("sockets", f"{server.name}: memory of one of {IDLE_CLIENTS} idle connections", each, "bytes", at_most=bar)
    report.figure("sockets", f"{server.name}: connections made", IDLE_CLIENTS / figures["connect_seconds"], "1/s")


def report_idle_tls(bench, report):
    folder = bench.subfolder("sockets-tls")
    certificate, key = tls.make_certificate(folder, tls.KINDS["P-256"])
    server = start_ours(bench, folder, "--set", f"server.tls_certificate={certificate}", "--set", f"server.tls_key={key}",
                        "--set", f"server.connections_per_address_max={IDLE_CLIENTS + 1_000}")  # all of them come from one address
    before = server.process.resident_bytes()
    with tls_sockets.connected(server.port, IDLE_CLIENTS):
        each = (server.process.resident_bytes() - before) / IDLE_CLIENTS
    report.bound("sockets", f"memory of one of {IDLE_CLIENTS} idle connections over TLS", each, "bytes", at_most=IDLE_TLS_BYTES_BAR)
