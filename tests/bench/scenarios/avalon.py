"""Avalon: the rules alone on one core, and rooms on the whole server: 1 000 tables that play games to their end, and their return after a kill -9.

Every player has a connection of his own to /ws and does what his view asks of him. A command counts when it is acknowledged, which is when it is on
disk. The generator is one thread; its CPU time is told, so that one sees whether it was the limit.
"""
import json
import signal
import time
import urllib.request

from harness import machine, product

RULES_SECONDS = 5
TABLES, PLAYERS = 1_000, 5
THINK_MS = 2_000
SECONDS_MAX = 240
PLAYED_BEFORE_KILL = 5
RECOVERY_SECONDS_BAR = 2
OPEN_FILES = 12_000
# The limit of commands is for persons; these think in microseconds.
SETTINGS = {"RT_LIMITS_SOCKET_PER_2S": "100000", "RT_AVALON_ROOMS_MAX": "100000", "RT_SERVER_CONNECTIONS_MAX": str(OPEN_FILES)}


def run(bench, report):
    rules(report)
    machine.allow_open_files(OPEN_FILES)
    server = start(bench, "played")
    play(bench, report, server, "closed loop", 0)
    play(bench, report, server, f"{THINK_MS / 1000:g} s to think", THINK_MS)
    bench.stop(server.process)
    killed(bench, report)


def rules(report):
    figures = json.loads(machine.run([machine.program("bench_avalon_rules"), str(RULES_SECONDS)], 6 * RULES_SECONDS))
    report.figure("avalon", "rules, games of easy bots", figures["games"], "games/s")
    report.figure("avalon", "rules, moves of easy bots", figures["commands"], "moves/s")
    report.figure("avalon", "rules, games of hard bots", figures["hard_games"], "games/s")


def start(bench, name):
    """A server of its own, and a file with the tokens of its players."""
    server = product.start(bench, bench.folder / name, SETTINGS)
    server.tokens = bench.folder / f"{name}.tokens"
    captains = product.register_captains(bench, server, TABLES * PLAYERS)
    server.tokens.write_text("".join(captain.token + "\n" for captain in captains))
    return server


def argv(server, think_ms, *words):
    return [machine.program("bench_room_clients"), "--port", server.port, "--tokens", server.tokens, "--players", PLAYERS,
            "--seconds", SECONDS_MAX, "--think-ms", think_ms, *words]


def play(bench, report, server, how, think_ms):
    before = server.process.cpu_seconds()
    figures = json.loads(machine.run(argv(server, think_ms), SECONDS_MAX + 30))
    spent = server.process.cpu_seconds() - before
    if figures["games"] < TABLES or figures["lost"] or figures["refused"]:
        raise machine.BenchError(f"{how}: not every game was played to its end: {figures}")
    report.figure("avalon", f"{TABLES} tables, {how}: commands", figures["commands"] / figures["seconds"], "1/s")
    report.figure("avalon", f"{TABLES} tables, {how}: p99 of a command", figures["p99_ms"], "ms")
    report.note(f"{figures['games']} games, {figures['commands']} commands in {figures['seconds']:.1f} s, p50 {figures['p50_ms']:.1f} ms; "
                f"CPU seconds: server {spent:.1f}, generator {figures['cpu_seconds']:.1f}")


def killed(bench, report):
    """In the middle of the games. Every one of them must be back before the server says that it is ready."""
    server = start(bench, "killed")
    playing = bench.folder / "playing"
    clients = bench.start("room_clients", argv(server, THINK_MS, "--playing-file", playing), bench.folder)
    machine.wait_until(lambda: clients.check_alive() and playing.exists(), "all games have begun", SECONDS_MAX)
    time.sleep(PLAYED_BEFORE_KILL)
    server.process.popen.send_signal(signal.SIGKILL)
    server.process.popen.wait(30)
    clients.popen.wait(30)
    figures = json.loads(clients.tail(1))
    again = product.start(bench, server.data, SETTINGS)
    back = metric(again, 'avalon_rooms{state="PLAYING"}')
    report.bound("avalon", f"{TABLES} rooms in play, kill -9: start to ready", again.seconds_to_ready, "s", at_most=RECOVERY_SECONDS_BAR)
    report.figure("avalon", "of it, rooms read and rebuilt", metric(again, "avalon_recovery_ms"), "ms")
    report.bound("avalon", "rooms in play that are not back", TABLES - figures["games"] - back, "", at_most=0)


def metric(server, name):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=30) as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith((f"{name} ", f"roundtable_{name} ")):
                return float(line.split()[-1])
    raise machine.BenchError(f"no metric {name}")
