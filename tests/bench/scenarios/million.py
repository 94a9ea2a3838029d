"""Start to ready with a million registrations in the store.

One registration is made through the API; then its rows are multiplied in the stopped server's store, each copy with ids and names of
its own, and the counters are set to match.
"""
import contextlib
import sqlite3
import statistics

from harness import product

REGISTRATIONS = 1_000_000
BAR_MS = 200
STARTS = 3
TABLES = ("user", "person", "team", "team_member", "person_entry", "answer_set", "registration", "allocation", "quota_ledger")
# Columns that name one of the copied rows move with it; unique texts get the copy's number.
MOVED = {"id", "owner_user", "person", "team", "captain_member_id", "managed_by_user", "owner", "allocation_id", "answer_set",
         "friendly_no"}
NUMBERED = {"login_name", "name", "name_norm", "subject"}


def run(bench, report):
    server = product.start(bench)
    event = product.publish_event(server, "bench-million", places=2 * REGISTRATIONS)
    captains = product.register_captains(bench, server, 1)
    teams = product.found_ready_teams(bench, server, event, captains)
    server.api.call_as(captains[0], "POST", f"/teams/{teams[0]}/submit")
    bench.stop(server.process)
    multiply(product.store_file(server), REGISTRATIONS - 1)
    starts = []
    for _ in range(STARTS):
        server = product.start(bench, data=server.data)
        starts.append(1000 * server.seconds_to_ready)
        bench.stop(server.process)
    report.bound("footprint", f"start to ready, {REGISTRATIONS} registrations (median of {STARTS})", statistics.median(starts), "ms",
                 at_most=BAR_MS)


def multiply(path, copies):
    """Copies the newest row of each table so often."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as store:
        for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -500000"):
            store.execute(f"PRAGMA {pragma}")
        store.execute("BEGIN")
        for table in TABLES:
            columns = [row[1] for row in store.execute(f'PRAGMA table_info("{table}")')]
            last = store.execute(f'SELECT max(rowid) FROM "{table}"').fetchone()[0] if "id" in columns else None
            where = f"WHERE t.rowid = {last}" if last is not None else ""
            values = ", ".join(value_of(table, column) for column in columns)
            names = ", ".join(f'"{column}"' for column in columns)
            store.execute(f'''WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {copies})
                INSERT INTO "{table}" ({names}) SELECT {values} FROM n CROSS JOIN (SELECT * FROM "{table}" t {where}) t''')
        store.execute(f"UPDATE quota SET confirmed = confirmed + {copies} WHERE confirmed > 0")
        store.execute(f"UPDATE friendly_no SET last = last + {copies}")
        store.execute("COMMIT")
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def value_of(table, column):
    if column == "public_id":
        return f"printf('%02d%014d', {TABLES.index(table)}, i)"
    if column == "subject":  # the entry counter of the person
        return "'P' || (substr(t.subject, 2) + i)"
    if column in NUMBERED:
        return f't."{column}" || \'-\' || i'
    return f't."{column}" + i' if column in MOVED else f't."{column}"'
