"""The organiser's lists over 100 000 registrations of one event: each filter and search, alone and together, by p99.

One registration is multiplied in the stopped server's store; then states, divisions, sources, tags and names are spread over the copies.
"""
import contextlib
import sqlite3
import statistics
import time
import urllib.parse

from harness import machine, product
from scenarios import million

REGISTRATIONS = 100_000
BAR_MS = 20
CALLS = 200
INDEX_SECONDS = 600
SPREAD = (
    "UPDATE registration SET state = CASE friendly_no % 20 WHEN 0 THEN 'IN_REVIEW' WHEN 1 THEN 'RETURNED' WHEN 2 THEN 'REJECTED'"
    " WHEN 3 THEN 'CANCELLED' ELSE 'CONFIRMED' END, review_stage = CASE friendly_no % 20 WHEN 0 THEN 1 ELSE 0 END,"
    " source = CASE friendly_no % 1000 WHEN 7 THEN 'IMPORT' ELSE 'WEB' END,"
    " deficient_since = CASE friendly_no % 500 WHEN 0 THEN 1 ELSE NULL END",
    "UPDATE registration SET division = (SELECT max(id) FROM division) WHERE friendly_no % 50 = 9",
    "UPDATE team SET name = '第' || (id % 100000) || '代表队', name_norm = '第' || (id % 100000) || '代表队'",
    # A name is sealed for the person's owner: the copies have the first one's.
    "UPDATE person SET relation = 'CHILD', name = (SELECT name FROM person ORDER BY id LIMIT 1), owner_user = (SELECT id FROM user WHERE login_name = 'captain0')"
    " WHERE owner_user <> (SELECT id FROM user WHERE login_name = 'captain0')",
    "INSERT INTO registration_tag (registration, tag, friendly_no, at) SELECT r.id, (SELECT max(id) FROM tag), r.friendly_no, 0"
    " FROM registration r WHERE r.friendly_no % 300 = 5",
)


def run(bench, report):
    server = product.start(bench)
    event = product.publish_event(server, "bench-lists", places=2 * REGISTRATIONS)
    other = server.api.call("POST", f"/organiser/events/{event['id']}/divisions", {"code": "rare", "name": {"zh": "少年组"}})
    tag = server.api.call("POST", f"/organiser/events/{event['id']}/tags", {"name": "seed"})
    captains = product.register_captains(bench, server, 1)
    teams = product.found_ready_teams(bench, server, event, captains)
    server.api.call_as(captains[0], "POST", f"/teams/{teams[0]}/submit")
    bench.stop(server.process)
    path = product.store_file(server)
    million.multiply(path, REGISTRATIONS - 1)
    with contextlib.closing(sqlite3.connect(path)) as store:
        for statement in SPREAD:
            store.execute(statement)
        store.commit()
    # One person asks hundreds of times here.
    server = product.start(bench, data=server.data, settings={"RATE_LIMIT_IP": "1000000", "RATE_LIMIT_USER": "1000000"})
    wait_for_index(path)
    api = product.sign_in_again(server)
    worst = 0
    for name, query in queries(other["id"], tag["id"]).items():
        for base in (f"/organiser/events/{event['id']}/registrations", f"/organiser/events/{event['id']}/teams"):
            if base.endswith("teams") and name not in ("all", "rare name", "common name", "nothing named so"):
                continue
            median, p99 = measure(api, base + "?" + urllib.parse.urlencode(query))
            worst = max(worst, p99)
            print(f"   {base.rsplit('/', 1)[1]:14} {name:28} median {median:6.1f} ms, p99 {p99:6.1f} ms", flush=True)
    report.bound("lists", f"slowest p99 of the lists over {REGISTRATIONS} registrations", worst, "ms", at_most=BAR_MS)


def queries(division, tag):
    return {
        "all": {}, "state": {"state": "IN_REVIEW"}, "common state": {"state": "CONFIRMED"}, "no such state": {"state": "EXPIRED"},
        "rare division": {"division": division}, "division and state": {"division": division, "state": "CONFIRMED"},
        "stage": {"stage": 1}, "tag": {"tag": tag}, "tag and state": {"tag": tag, "state": "REJECTED"},
        "deficient": {"deficient": "true"}, "not deficient, imported": {"deficient": "false", "source": "IMPORT"},
        "imported": {"source": "IMPORT"}, "from the web, rare division": {"source": "WEB", "division": division},
        "number": {"q": "77777"}, "rare name": {"q": "第4242代表"}, "common name": {"q": "代表队"}, "nothing named so": {"q": "不存在的名字"},
        "common name, rare state": {"q": "代表队", "state": "RETURNED"}, "phone": {"q": "13800138000"}, "identity number": {"q": "11010119900307747X"},
        "until": {"until": "2020-01-01T00:00:00Z"}, "from": {"from": "2020-01-01T00:00:00Z"},
    }


def wait_for_index(path):
    deadline = time.monotonic() + INDEX_SECONDS
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        while store.execute("SELECT count(*) FROM search_queue").fetchone()[0] > 0:
            if time.monotonic() > deadline:
                raise machine.BenchError("the search index is not ready")
            time.sleep(0.5)


def measure(api, path):
    """Median and p99 over pages: the first, and the ones its cursors lead to."""
    times = []
    cursor = None
    for _ in range(CALLS):
        began = time.perf_counter()
        text = api.text("GET", product.API + path + (f"&cursor={cursor}" if cursor else ""))
        times.append(1000 * (time.perf_counter() - began))
        cursor = product.next_cursor(text)
    return statistics.median(times), statistics.quantiles(times, n=100)[98]
