#!/usr/bin/env python3
"""Measures the server beside its peers, in one run on this machine, and holds the ratios against the bars of the design.

Everything runs on the loopback interface, is bounded in time and number of connections, and ends with the bench. The table is also
written to build/bench/result.json. The exit code is 0 unless a scenario could not be carried out; --strict makes a missed bar an error.
"""
import argparse
import signal
import sys
import time

from harness import machine
from harness.report import Report
from scenarios import avalon, exports, footprint, lists, logins, million, reads, registrations, rush, slow_clients, sockets, tls

SCENARIOS = {
    "reads": (reads.run, "/livez and an event read at 64 and 1 000 keep-alive connections, beside nginx, Express and cpp-httplib"),
    "slow": (slow_clients.run, "500 slow clients: what others notice"),
    "registrations": (registrations.run, "durable registrations on one event until the quota is out, beside bare SQLite and PostgreSQL"),
    "rush": (rush.run, "registrations beside an export, on four events at once, with 15 000 waiting sockets, through a kill -9"),
    "tls": (tls.run, "TLS handshakes, full and resumed, beside nginx with the same settings"),
    "logins": (logins.run, "password sign-ins beside reads, checks of access tokens"),
    "sockets": (sockets.run, "Socket.IO: acknowledgements, idle memory, connecting, latency, beside npm socket.io"),
    "footprint": (footprint.run, "start to ready, idle memory, binary size"),
    "lists": (lists.run, "the organiser's lists over 100 000 registrations: every filter and search"),
    "avalon": (avalon.run, "Avalon: the rules on one core, 1 000 tables that play, their return after a kill -9"),
    "exports": (exports.run, "an export of 100 000 rows to XLSX and CSV: time and memory"),
    "million": (million.run, "start to ready with a million registrations"),
}


def parse_arguments():
    names = "\n".join(f"  {name:14} {text}" for name, (_, text) in SCENARIOS.items())
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__, epilog=f"scenarios:\n{names}",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="*", help="run only these (default: all)")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a bar is missed")
    arguments = parser.parse_args()
    for name in arguments.scenario:
        if name not in SCENARIOS:
            parser.error(f"unknown scenario {name} (there are: {', '.join(SCENARIOS)})")
    return arguments


def run_scenario(name, report):
    function, text = SCENARIOS[name]
    print(f"== {name}: {text}", flush=True)
    began = time.monotonic()
    try:
        with machine.Machine() as bench:
            function(bench, report)
    except machine.BenchError as error:
        print(f"bench: {name}: {error}", file=sys.stderr)
        return False
    finally:
        print(f"   ({time.monotonic() - began:.0f} s)", flush=True)
    return True


def stop_asked(*_):
    raise SystemExit(143)


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, stop_asked)
    report = Report()
    carried_out = [run_scenario(name, report) for name in arguments.scenario or SCENARIOS]
    all_met = report.print_table()
    report.write_json(machine.OUTPUT_FOLDER / "result.json")
    print(f"written to {(machine.OUTPUT_FOLDER / 'result.json').relative_to(machine.SOURCE_FOLDER)}")
    return 0 if all(carried_out) and (all_met or not arguments.strict) else 1


if __name__ == "__main__":
    sys.exit(main())
