"""An export of 100 000 rows to XLSX and to CSV: how long it takes, and how much memory the server takes for it.

One registration with answers is multiplied in the stopped server's store.
"""
import contextlib
import re
import sqlite3
import time

from harness import machine, product
from scenarios import million

ROWS = 100_000
BAR_SECONDS = 10
BAR_MIB = 64
PATIENCE_SECONDS = 300
FIELDS = 8
# A name is sealed for the person's owner: the copies have the first one's.
ONE_OWNER = ("UPDATE person SET relation = 'CHILD', name = (SELECT name FROM person ORDER BY id LIMIT 1),"
             " owner_user = (SELECT id FROM user WHERE login_name = 'captain0')"
             " WHERE owner_user <> (SELECT id FROM user WHERE login_name = 'captain0')",
             "UPDATE team_member SET managed_by_user = (SELECT id FROM user WHERE login_name = 'captain0')",
             "UPDATE event SET entries_max_per_person = 1000",
             "DELETE FROM search_queue")


def run(bench, report):
    server = product.start(bench)
    event = product.publish_event(server, "bench-exports", places=2 * ROWS)
    fields = [{"key": f"f{n}", "type": "text", "label": {"zh": f"第{n}项", "en": f"Item {n}"}} for n in range(FIELDS)]
    server.api.call("PUT", f"/organiser/events/{event['id']}/forms/member", {"fields": fields})
    captains = product.register_captains(bench, server, 1)
    team = product.prepare(bench, server, "teams", [
        ("POST", f"/events/{event['id']}/teams", {"Authorization": f"Bearer {captains[0].token}"},
         {"division": event["division"], "name": "飞虎队",
          "member": {"name": "张三", "consent": True, "answers": {f"f{n}": f"第 {n} 项的回答" for n in range(FIELDS)}}})])[0]
    server.api.call_as(captains[0], "POST", f"/teams/{team['id']}/submit")
    bench.stop(server.process)
    multiply(product.store_file(server), ROWS - 1)
    server = product.start(bench, data=server.data, settings={"RATE_LIMIT_IP": "1000000", "RATE_LIMIT_USER": "1000000"})
    api = product.sign_in_again(server)
    exports = f"/organiser/events/{event['id']}/exports"
    # The first export of a process also fills its caches; memory is measured from there.
    for form in ("CSV", "XLSX"):
        before = peak_mib(server)
        began = time.perf_counter()
        job = api.call("POST", exports, {"format": form})
        while job["state"] in ("QUEUED", "RUNNING"):
            if time.perf_counter() - began > PATIENCE_SECONDS:
                raise machine.BenchError(f"the export is still {job['state']} at {job['done']}")
            time.sleep(0.1)
            job = api.call("GET", f"{exports}/{job['id']}")
        seconds = time.perf_counter() - began
        if job["state"] != "DONE" or job["rows"] != ROWS:
            raise machine.BenchError(f"the export ended as {job}")
        grown = peak_mib(server) - before
        print(f"   {form}: {job['bytes'] / 2**20:.1f} MiB", flush=True)
        report.bound("exports", f"{ROWS} rows to {form}", seconds, "s", at_most=BAR_SECONDS)
        report.bound("exports", f"{ROWS} rows to {form}: memory", grown, "MiB", at_most=BAR_MIB)


def multiply(path, copies):
    """Copies the registration of captain 0, as persons that are all his."""
    million.multiply(path, copies)
    with contextlib.closing(sqlite3.connect(path)) as store:
        for statement in ONE_OWNER:
            store.execute(statement)
        store.commit()


def peak_mib(server):
    """The most that the server has had resident so far."""
    status = open(f"/proc/{server.process.popen.pid}/status", encoding="ascii").read()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 1024
