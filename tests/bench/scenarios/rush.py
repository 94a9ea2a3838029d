"""The opening second, and what else may happen in it: an export of 100 000 rows beside it, four events at once, 15 000 people who wait on open
sockets, the server killed in the middle. At the end the invariants are swept over every row; the export has a store of its own, since the
copies in it have no history that the sweep could follow.

A registration is one as in `registrations`. The load is open-loop at half of the closed loop's rate, measured first in the same run.
"""
import signal
import statistics
import threading
import time

from harness import load, machine, product
from harness.waiters import Waiters
from scenarios import exports
from scenarios.registrations import submit, success_rate

TEAMS = 6000
CONNECTIONS = 256
SECONDS_MAX = 60
ROUNDS = 3
EXPORT_ROWS = 100_000
EXPORT_P99_BAR = 1.2
FOUR = 4
WAITING = (5_000, 10_000, 15_000)
WAITING_SECONDS = 6
ADMITTED_A_SECOND = 1_000
OPEN_FILES = 16_000


def run(bench, report):
    machine.allow_open_files(OPEN_FILES)
    rate = with_copies(bench, report)
    server = product.start(bench, data=bench.folder / "without-copies")
    captains = product.register_captains(bench, server, max(WAITING))
    four_at_once(bench, server, captains, rate / 2, report)
    waiting(bench, server, captains, report)
    report.bound("rush", "places given over the quota", product.places_over(server), "", at_most=0)
    killed(bench, server, captains, report)


def with_copies(bench, report):
    """The rate of the closed loop; what an export does to the half of it."""
    server = product.start(bench)
    exported = event_to_export(bench, server)
    bench.stop(server.process)
    exports.multiply(product.store_file(server), EXPORT_ROWS - 1)
    server = product.start(bench, data=server.data)
    product.sign_in_again(server)
    captains = product.register_captains(bench, server, TEAMS, first=1)
    rate = closed_loop(bench, server, captains, report)
    beside_export(bench, server, captains, exported, rate / 2, report)
    bench.stop(server.process)
    return rate


def event_to_export(bench, server):
    event = product.publish_event(server, "rush-exported", places=2 * EXPORT_ROWS)
    captains = product.register_captains(bench, server, 1)
    team, = product.found_ready_teams(bench, server, event, captains)
    server.api.call_as(captains[0], "POST", f"/teams/{team}/submit")
    return event


class Rush:
    """An event whose teams are ready, and the requests that submit them."""

    def __init__(self, bench, server, captains, slug, **settings):
        self.bench, self.port = bench, server.port
        self.places = len(captains)
        self.event = product.publish_event(server, slug, places=self.places, **settings)
        self.teams = product.found_ready_teams(bench, server, self.event, captains)
        self.requests = bench.folder / f"{slug}.requests"
        load.write_requests(self.requests, [submit(f"{product.API}/teams/{team}/submit", captain.token, f"{slug}-{number}", number)
                                            for number, (team, captain) in enumerate(zip(self.teams, captains))])

    def run(self, rate):
        figures = load.run_load(self.port, self.requests, connections=CONNECTIONS, rate=rate, seconds=SECONDS_MAX)
        self.check(figures)
        return figures

    def check(self, figures):
        counts = {status: entry["count"] for status, entry in figures["by_status"].items()}
        if counts != {"201": self.places}:
            raise machine.BenchError(f"answers by status {counts}, timeouts {figures['timeouts']}; wanted {self.places} times 201")


def p99(figures):
    return figures["by_status"]["201"]["latency_ms"]["p99"]


def closed_loop(bench, server, captains, report):
    rate = success_rate(Rush(bench, server, captains, "rush-closed").run(rate=0))
    report.figure("rush", f"closed loop beside {EXPORT_ROWS} registrations in the store", rate, "/s")
    return rate


def beside_export(bench, server, captains, exported, rate, report):
    """Rounds alternate; an export runs during the whole of a round, or none does."""
    alone, beside = [], []
    for number in range(ROUNDS):
        quiet, busy = (Rush(bench, server, captains, f"rush-{what}-{number}") for what in ("quiet", "busy"))
        alone.append(p99(quiet.run(rate)))
        running = Exports(server, exported)
        beside.append(p99(busy.run(rate)))
        running.end()
    report.ratio("rush", f"p99 of registrations at {rate:.0f}/s beside an export of {EXPORT_ROWS} rows", statistics.median(beside), "ms",
                 "without", statistics.median(alone), at_most=EXPORT_P99_BAR)


class Exports:
    """XLSX exports, one after another, until the end."""

    def __init__(self, server, event):
        self.api, self.path = server.api, f"/organiser/events/{event['id']}/exports"
        self.over, self.failure = False, None
        self.job = self.api.call("POST", self.path, {"format": "XLSX"})
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()

    def _watch(self):
        while not self.over:
            time.sleep(0.2)
            self.job = self.api.call("GET", f"{self.path}/{self.job['id']}")
            if self.job["state"] == "DONE":
                self.job = self.api.call("POST", self.path, {"format": "XLSX"})
            elif self.job["state"] not in ("QUEUED", "RUNNING"):
                self.failure = self.job["state"]
                return

    def end(self):
        self.over = True
        self.thread.join()
        if self.failure:
            raise machine.BenchError(f"the export beside the rush ended {self.failure}")
        product.wait_for_job(self.api, self.path, self.job)


def four_at_once(bench, server, captains, rate, report):
    rushes = [Rush(bench, server, captains[number * TEAMS // FOUR:(number + 1) * TEAMS // FOUR], f"rush-four-{number}") for number in range(FOUR)]
    running = [load.start_load(bench, f"four-{number}", server.port, rush.requests, connections=CONNECTIONS // FOUR, rate=rate / FOUR,
                               seconds=SECONDS_MAX) for number, rush in enumerate(rushes)]
    figures = [load.load_result(bench, process, SECONDS_MAX + 40) for process in running]
    for rush, found in zip(rushes, figures):
        rush.check(found)
    report.figure("rush", f"{FOUR} events at once, {rate:.0f}/s together, p99 of the slowest", max(map(p99, figures)), "ms")


def waiting(bench, server, captains, report):
    """Everybody has a number and an open socket; then the doors open, and people register as they are let in."""
    # Teams are founded while the event is open; then it is closed until the queue stands.
    rush = Rush(bench, server, captains, "rush-queue", admission="RATE", admission_rate=ADMITTED_A_SECOND)
    product.change_event(server, rush.event, reg_open=product.rfc3339(3600))
    product.prepare(bench, server, "tickets", [("POST", f"/events/{rush.event['id']}/admission/ticket",
                                                {"Authorization": f"Bearer {captain.token}"}, None) for captain in captains])
    waiters = Waiters(server.port, rush.event["id"])
    sizes = [server.process.resident_bytes()]
    try:
        for count in WAITING:
            waiters.grow(count)
            sizes.append(server.process.resident_bytes())
        slope = statistics.linear_regression((0, *WAITING), sizes).slope
        report.figure("rush", f"memory of one more waiting socket, up to {WAITING[-1]}", slope, "bytes")
        product.change_event(server, rush.event, reg_open=product.rfc3339(0))
        cpu, frames, began = server.process.cpu_seconds(), waiters.frames, time.monotonic()
        while time.monotonic() - began < WAITING_SECONDS:
            time.sleep(0.1)
        sent, spent = waiters.frames - frames, server.process.cpu_seconds() - cpu
        report.figure("rush", f"{WAITING[-1]} wait while the queue moves: frames told", sent / WAITING_SECONDS, "/s")
        report.figure("rush", "CPU of the server for one of these frames", 1e6 * spent / max(sent, 1), "µs")
        figures = rush.run(0.9 * ADMITTED_A_SECOND)
        report.figure("rush", f"p99 of registrations at {0.9 * ADMITTED_A_SECOND:.0f}/s with {WAITING[-1]} on open sockets", p99(figures), "ms")
        if waiters.lost:
            raise machine.BenchError(f"{waiters.lost} of those who waited lost their connection")
    finally:
        waiters.close()


def killed(bench, server, captains, report):
    """No registration that was answered is lost, and no rule is broken, when the process dies in the middle."""
    rush = Rush(bench, server, captains[:TEAMS], "rush-killed")
    answers = bench.folder / "killed.answers"
    process = load.start_load(bench, "killed", server.port, rush.requests, connections=CONNECTIONS, seconds=SECONDS_MAX, answers=answers,
                              until_gone=True)
    machine.wait_until(lambda: product.team_quota(server, rush.event)["confirmed"] > TEAMS // 4, "a quarter is registered", 30)
    server.process.popen.send_signal(signal.SIGKILL)
    server.process.popen.wait(10)
    load.load_result(bench, process, SECONDS_MAX)
    answered = [team for team, (status, _) in zip(rush.teams, load.read_answers(answers)) if status == 201]
    if not 0 < len(answered) < TEAMS:
        raise machine.BenchError(f"{len(answered)} of {TEAMS} were answered: the kill did not come in the middle")
    began = time.monotonic()
    server = product.start(bench, data=server.data)
    report.figure("rush", "killed in the middle: from start to ready", 1000 * (time.monotonic() - began), "ms")
    product.sign_in_again(server)
    there = product.registered_teams(server, rush.event)
    report.bound("rush", f"registrations lost of {len(answered)} that were answered before the kill", len(set(answered) - there), "", at_most=0)
    # The same requests again: what was answered stays as it is, the others register, and there are no more than places.
    rush.port = server.port
    rush.run(rate=0)
    quota = product.team_quota(server, rush.event)
    report.bound("rush", "registrations too few or too many when all have asked again", abs(quota["confirmed"] + quota["held"] - TEAMS), "", at_most=0)
    report.bound("rush", "places given over the quota, after the kill", product.places_over(server), "", at_most=0)
    bench.stop(server.process)
    product.sweep(server, report, scenario="rush")
