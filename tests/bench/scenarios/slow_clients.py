"""500 clients that send a head or a body, or read an answer, a few bytes a second. What do the others notice?

The others read the event open-loop at a fixed rate, so a stall shows in their p99; a probe asks /livez twenty times a second.
"""
import pathlib
import time

from harness import load, machine, peers, product

SLOW = {"head": 170, "body": 165, "read": 165}
OTHERS_RATE = 2000
OTHERS_CONNECTIONS = 64
SECONDS = 12  # longer than the head deadline, so that ended slow clients come back while it is measured
PROBE_RATE = 20
PROBE_TIMEOUT = 2


def run(bench, report):
    server = product.start(bench)
    event = product.publish_event(server, "bench-slow")
    path = f"{product.API}/events/{event['slug']}"
    ours = peers.Peer("roundtable", server.port, server.process, event=path)
    alone, _ = others_notice(bench, ours, slow=None)
    beside, probe = others_notice(bench, ours, slow={"read": f"{product.API}/openapi.json", "body": f"{product.API}/auth/login"})
    tell(report, alone, beside, probe)
    bench.stop(server.process)

    event_file = bench.folder / "event.json"
    event_file.write_text("{}")
    stock = peers.start_stock_httplib(bench, event_file)
    _, stock_probe = others_notice(bench, stock, slow={"read": "/large", "body": "/echo"}, seconds=5)
    answered = stock_probe["by_status"].get("200", {}).get("count", 0)
    report.figure("slow", "cpp-httplib's own server in their place: /livez answered in time",
                  100 * answered / (stock_probe["sent"] + stock_probe["unserved"]), "%")


def others_notice(bench, server, slow, seconds=SECONDS):
    """Figures of the open-loop readers and of the /livez probe, beside slow clients or without them."""
    readers, probes = bench.folder / "readers", bench.folder / "probes"
    load.write_requests(readers, [load.http_request("GET", server.event, {"X-Forwarded-For": load.client_address(n)})
                                  for n in range(20000)])
    load.write_requests(probes, [load.http_request("GET", server.livez)])
    slow_process = start_slow(bench, server, slow, seconds) if slow else None
    probe = load.start_load(bench, "probe", server.port, probes, connections=4, rate=PROBE_RATE, seconds=seconds,
                            timeout=PROBE_TIMEOUT, repeat=True)
    others = load.run_load(server.port, readers, connections=OTHERS_CONNECTIONS, rate=OTHERS_RATE, seconds=seconds,
                           timeout=5, repeat=True)
    probe_figures = load.load_result(bench, probe, seconds + 30)
    if slow_process:
        slow_process.popen.terminate()
        slow_process.popen.wait(10)
        bench.stop(slow_process)
    server.process.check_alive()
    return others, probe_figures


def start_slow(bench, server, slow, seconds):
    argv = [machine.program("bench_slow_clients"), "--port", server.port, "--seconds", seconds + 20]
    for kind, count in SLOW.items():
        argv += [f"--{kind}", count]
    argv += ["--read-path", slow["read"], "--body-path", slow["body"]]
    process = bench.start("slow-clients", argv, bench.folder)
    machine.wait_until(lambda: process.check_alive() and open_sockets(process) >= sum(SLOW.values()), "the slow clients connect")
    time.sleep(1.5)  # each sends its first bytes within a second
    return process


def open_sockets(process):
    return len(list(pathlib.Path(f"/proc/{process.popen.pid}/fd").iterdir())) - 3


def tell(report, alone, beside, probe):
    for figures, name in ((alone, "without slow clients"), (beside, "beside 500 slow clients")):
        asked = figures["sent"] + figures["unserved"]
        bad = asked - figures["by_status"].get("200", {}).get("count", 0)
        if bad:
            raise machine.BenchError(f"{name}: {bad} of {asked} event reads were not answered with 200")
    report.ratio("slow", "p99 of others beside 500 slow clients", beside["latency_ms"]["p99"], "ms", "without",
                 alone["latency_ms"]["p99"], at_most=2)
    answered = probe["by_status"].get("200", {}).get("count", 0)
    report.bound("slow", "/livez not answered within 2 s", probe["sent"] + probe["unserved"] - answered, "requests", at_most=0)
    report.figure("slow", "/livez p99 beside 500 slow clients", probe["latency_ms"]["p99"], "ms")
