"""Durable registrations on one event until its quota is out.

One registration is one POST `submit` by the captain of a READY team, with bearer token and Idempotency-Key, free, without review.
Accounts and teams are preparation. Every captain has his own address, named by a trusted proxy; limits stay on.
"""
import statistics

from harness import load, machine, postgres, product

TEAMS = 12000  # on each event; the places are fewer
PLACES = 10000
CONNECTIONS = 256
CLOSED_RUNS = 3
OPEN_RUNS = 3
BARE_BATCHES = (128, 256)
CLOSED_BAR = 0.5
P99_BAR_MS = 50
RUN_SECONDS_MAX = 40
POSTGRES_TEAMS, POSTGRES_PLACES = 6000, 5000


def run(bench, report):
    server = product.start(bench)
    captains = product.register_captains(bench, server, TEAMS)
    rates, bare_rates, shares = [], [], []
    for number in range(CLOSED_RUNS):
        event, figures, copies = one_event(bench, server, captains, f"bench-rush-{number}", rate=0, copies=True)
        rates.append(success_rate(figures))
        shares.append(figures["cpu_seconds"] / figures["seconds"])
        bare_rates.append(max(bare_loop(bench, copies, batch, report if number == 0 else None) for batch in BARE_BATCHES))
    rate, bare_rate = statistics.median(rates), statistics.median(bare_rates)
    report.ratio("registrations", f"closed loop, {CONNECTIONS} connections", rate, "/s", "bare SQLite loop", bare_rate,
                 at_least=CLOSED_BAR)
    report.figure("registrations", "the load generator's own share of one core", 100 * statistics.median(shares), "%")

    latencies = []
    for number in range(OPEN_RUNS):  # a disk that stalls once, stalls a whole run
        _, figures, _ = one_event(bench, server, captains, f"bench-open-loop-{number}", rate=rate / 2)
        latencies.append(figures["by_status"]["201"]["latency_ms"])
    p50, p99 = ([run[name] for run in latencies] for name in ("p50", "p99"))
    report.figure("registrations", f"open loop at {rate / 2:.0f}/s, p50", statistics.median(p50), "ms")
    report.bound("registrations", f"open loop at {rate / 2:.0f}/s, p99", statistics.median(p99), "ms", at_most=P99_BAR_MS)
    report.note(f"p99 of each open loop: {', '.join(f'{value:.1f} ms' for value in p99)}")
    report.bound("registrations", f"places given over the quota ({CLOSED_RUNS + OPEN_RUNS} events)", product.places_over(server), "",
                 at_most=0)
    bench.stop(server.process)
    product.sweep(server, report)
    beside_postgres(bench, report, rate)


def one_event(bench, server, captains, slug, rate, copies=False):
    """Submits every team of a new event; (event, figures, copies of the store before and after)."""
    event = product.publish_event(server, slug, places=PLACES)
    teams = product.found_ready_teams(bench, server, event, captains)
    before = product.copy_store(bench, server, f"{slug}-before") if copies else None
    requests = bench.folder / f"{slug}.requests"
    load.write_requests(requests, [submit(f"{product.API}/teams/{team}/submit", captain.token, f"{slug}-{number}", number)
                                   for number, (team, captain) in enumerate(zip(teams, captains))])
    figures = load.run_load(server.port, requests, connections=CONNECTIONS, rate=rate, seconds=RUN_SECONDS_MAX)
    after = product.copy_store(bench, server, f"{slug}-after") if copies else None
    check(server, event, figures)
    return event, figures, (before, after)


def submit(path, token, key, client):
    return load.http_request("POST", path, {"Authorization": f"Bearer {token}", "Idempotency-Key": key,
                                            "X-Forwarded-For": load.client_address(client)})


def success_rate(figures):
    """Registrations a second until the last place was taken."""
    done = figures["by_status"]["201"]
    return done["count"] / done["last_seconds"]


def check(server, event, figures):
    """Exactly the places are given, everybody else is told that the quota is full, and the store says the same."""
    counts = {status: entry["count"] for status, entry in figures["by_status"].items()}
    if counts != {"201": PLACES, "409": TEAMS - PLACES}:
        raise machine.BenchError(f"answers by status {counts}, timeouts {figures['timeouts']}, broken {figures['broken']}; "
                                 f"wanted {PLACES} times 201 and {TEAMS - PLACES} times 409")
    quota = product.team_quota(server, event)
    if quota["confirmed"] != PLACES or quota["held"] or quota["blocked"]:
        raise machine.BenchError(f"the quota does not hold what was answered: {quota}")


def bare_loop(bench, copies, batch, report):
    before, after = copies
    target = bench.folder / "bare-loop.sqlite"
    target.write_bytes(before.read_bytes())
    figures = load.json.loads(machine.run([machine.program("bench_bare_loop"), target, after, batch], 120))
    for leftover in bench.folder.glob("bare-loop.sqlite*"):
        leftover.unlink()
    if report and batch == BARE_BATCHES[0]:
        rows = ", ".join(f"{what} {count:g}" for what, count in figures["rows"].items())
        report.note(f"rows of a registration, and of the bare loop: {rows}")
    return figures["registrations"] / figures["seconds"]


def beside_postgres(bench, report, rate):
    peer = postgres.Postgres(bench, POSTGRES_TEAMS, POSTGRES_PLACES)
    requests = bench.folder / "postgres.requests"
    load.write_requests(requests, [submit(path, token, key, number) for number, (path, token, key) in enumerate(peer.requests())])
    figures = load.run_load(peer.port, requests, connections=CONNECTIONS, seconds=RUN_SECONDS_MAX, timeout=30)
    confirmed = peer.confirmed()
    if figures["by_status"].get("201", {}).get("count") != confirmed:
        raise machine.BenchError(f"Express with PostgreSQL answered {figures['by_status']} and holds {confirmed}")
    report.ratio("registrations", f"closed loop, {CONNECTIONS} connections", rate, "/s", "Express + PostgreSQL", success_rate(figures))
    peer.stop()
