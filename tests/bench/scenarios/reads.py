"""/livez and a cached event read. nginx, Express and cpp-httplib answer the same bytes; rounds alternate between the servers."""
import itertools
import statistics

from harness import load, machine, peers, product

CONNECTIONS = (64, 1000)
ROUNDS = 5
SECONDS = 2
NGINX_BAR = 0.8
EXPRESS_BAR = 8


def run(bench, report):
    server = product.start(bench)
    event = product.publish_event(server, "bench-read")
    path = f"{product.API}/events/{event['slug']}"
    event_json = server.api.text("GET", path)
    event_file = bench.folder / "event.json"
    event_file.write_text(event_json)
    ours = peers.Peer("roundtable", server.port, server.process, livez="/livez", event=path)
    others = [peers.start_nginx(bench, event_json), peers.start_express(bench, event_file),
              peers.start_stock_httplib(bench, event_file)]
    addresses = itertools.count(0, load.WRK_THREADS * load.ADDRESSES_A_THREAD)
    for what in ("livez", "event"):
        for connections in CONNECTIONS:
            medians = measure([ours, *others], what, connections, addresses)
            tell(report, what, connections, medians)


def measure(servers, what, connections, addresses):
    """The median rate of each server, by name."""
    rates = {server.name: [] for server in servers}
    for _ in range(ROUNDS):
        for server in servers:
            rates[server.name].append(one_run(server, what, connections, addresses))
    return {name: statistics.median(values) for name, values in rates.items()}


def one_run(server, what, connections, addresses):
    if what == "livez":
        figures = load.run_wrk(server.url(server.livez), connections, SECONDS)
    else:
        figures = load.run_wrk(server.url(server.event), connections, SECONDS, addresses_from=next(addresses))
    if server.name == "roundtable" and (figures["bad_status"] or figures["socket_errors"]):
        raise machine.BenchError(f"{what} at {connections} connections: not every answer was good: {figures}")
    server.process.check_alive()
    return figures["rate"]


def tell(report, what, connections, medians):
    name = "/livez" if what == "livez" else "event read"
    text = f"{name}, {connections} connections"
    ours = medians["roundtable"]
    report.ratio("reads", text, ours, "requests/s", "nginx", medians["nginx"], at_least=NGINX_BAR)
    report.ratio("reads", text, ours, "requests/s", "Express", medians["Express"], at_least=EXPRESS_BAR)
    report.ratio("reads", text, ours, "requests/s", "cpp-httplib", medians["cpp-httplib"])
