"""Our server as the bench runs it, and a small client of its API."""
import contextlib
import http.client
import json
import os
import pathlib
import sqlite3
import time

from harness import load, machine

API = "/api/v1"
BINARY = pathlib.Path(os.environ.get("RT_BINARY", machine.BUILD_FOLDER / "roundtable"))
ADMIN = ("bench-admin", "bench-password-1")
READY_SECONDS = 30
# Limits, metrics and the access log stay as they are by default. The load generator is the trusted proxy that names the clients'
# addresses; password hashes are cheap and parallel because thousands of accounts are only preparation.
ENVIRONMENT = {"RT_SERVER_TRUSTED_PROXIES": "127.0.0.1", "RT_AUTH_BCRYPT_COST": "4", "RT_SERVER_HASH_WORKERS": "16"}


class Api:
    """One keep-alive connection. Every call must succeed; the envelope's `data` is returned."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.token = None

    def text(self, method, path, body=None, headers=None):
        sent = {"Content-Type": "application/json"} if body is not None else {}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        self.connection.request(method, path, None if body is None else json.dumps(body), sent | (headers or {}))
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status >= 300:
            raise machine.BenchError(f"{method} {path}: {answer.status} {text[:400]}")
        return text

    def call(self, method, path, body=None, headers=None):
        text = self.text(method, API + path, body, headers)
        return json.loads(text)["data"] if text else None

    def call_as(self, captain, method, path):
        """A call with somebody else's token."""
        text = self.text(method, API + path, headers={"Authorization": f"Bearer {captain.token}"})
        return json.loads(text)["data"]


class Server:
    def __init__(self, process, port, data, seconds_to_ready):
        self.process, self.port, self.data, self.seconds_to_ready = process, port, data, seconds_to_ready
        self.api = Api(port)


def ready(port):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
        connection.close()
        return status == 200
    except OSError:
        return False


def start(bench, data=None, settings=None):
    """Starts the server with limits, metrics and access log on, and waits until it takes traffic. `settings`: environment of its own."""
    data = data or bench.folder / "data"
    port = machine.free_port()
    argv = [BINARY, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"]
    process = bench.start("roundtable", argv, bench.folder, env=ENVIRONMENT | (settings or {}))
    machine.wait_until(lambda: process.check_alive() and ready(port), "roundtable is ready", READY_SECONDS, step=0.001)
    return Server(process, port, data, time.monotonic() - process.started)


class Captain:
    def __init__(self, number, token):
        self.number, self.token = number, token


def sign_in(server):
    """The API client as the administrator; made on the first call."""
    if server.api.token is None:
        machine.run([BINARY, "--data", server.data, "user", "create", ADMIN[0], "--role", "admin", "--password-stdin"],
                    input_text=ADMIN[1] + "\n")
        session = server.api.call("POST", "/auth/login", {"login_name": ADMIN[0], "password": ADMIN[1], "client": "native"})
        server.api.token = session["access_token"]
    return server.api


def sign_in_again(server):
    """The administrator's session on a server that was started again with the same data."""
    session = server.api.call("POST", "/auth/login", {"login_name": ADMIN[0], "password": ADMIN[1], "client": "native"})
    server.api.token = session["access_token"]
    return server.api


def next_cursor(text):
    """Where the list goes on, or None."""
    return json.loads(text).get("meta", {}).get("next_cursor")


def rfc3339(seconds_from_now):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds_from_now))


def publish_event(server, slug, places=None, opens_in=-3600, **settings):
    """A free event for teams of one, without review, that opens in so many seconds. `settings`: more fields of it."""
    api, day = sign_in(server), 86400
    event = api.call("POST", "/events", {
        "title": {"zh": "城市定向赛", "en": "City orienteering"}, "summary": {"zh": "一天，一座城，一支队。", "en": "One day, one city."},
        "description": {"zh": "在老城里找到二十个点。" * 12, "en": "Find twenty points in the old town. " * 8}, "venue": {"zh": "人民公园", "en": "City park"},
        "slug": slug, "type": "COMPETITION", "visibility": "PUBLIC", "mode": "TEAM", "reg_open": rfc3339(opens_in),
        "reg_close": rfc3339(day), "starts": rfc3339(2 * day), "ends": rfc3339(3 * day), "team_min": 1, "team_max": 5,
        "review_stages": 0, "hold_policy": "AT_SUBMIT", "quota_teams": places} | settings)
    division = api.call("POST", f"/organiser/events/{event['id']}/divisions", {"code": "open", "name": {"zh": "公开组", "en": "Open"}})
    api.call("POST", f"/organiser/events/{event['id']}/publish")
    return event | {"division": division["id"]}


def change_event(server, event, **fields):
    """Changes fields of an event."""
    path = f"/organiser/events/{event['id']}"
    revision = server.api.call("GET", path)["rev"]
    server.api.call("PATCH", path, fields, {"If-Match": f'"{revision}"'})


def register_captains(bench, server, count, first=0):
    """Accounts through the API, each from its own address."""
    bodies = [("POST", "/auth/register", {}, {"login_name": f"captain{n}", "password": f"captain-password-{n}",
                                              "display_name": f"Captain {n}", "client": "native"}) for n in range(first, first + count)]
    return [Captain(first + n, data["access_token"]) for n, data in enumerate(prepare(bench, server, "accounts", bodies))]


def found_ready_teams(bench, server, event, captains):
    """One team a captain, complete with its founder; the public ids of the teams."""
    founded = prepare(bench, server, "teams", [
        ("POST", f"/events/{event['id']}/teams", {"Authorization": f"Bearer {captain.token}"},
         {"division": event["division"], "name": f"Team {captain.number}",
          "member": {"name": f"Captain {captain.number}", "consent": True}})
        for captain in captains])
    if any(team["state"] != "READY" for team in founded):
        raise machine.BenchError("a team is not READY with its founder's own form")
    return [team["id"] for team in founded]


def prepare(bench, server, name, calls):
    """Carries out many calls (method, path, headers, body), each from another address, and returns the `data` of each answer."""
    requests, answers = bench.folder / f"prepare-{name}.requests", bench.folder / f"prepare-{name}.answers"
    load.write_requests(requests, [
        load.http_request(method, API + path, headers | {"X-Forwarded-For": load.client_address(number)}, body)
        for number, (method, path, headers, body) in enumerate(calls)])
    load.run_load(server.port, requests, connections=64, seconds=120, timeout=30, answers=answers)
    out = []
    for status, body in load.read_answers(answers):
        if status not in (200, 201):
            raise machine.BenchError(f"preparing {name}: {status} {body}")
        out.append(body["data"])
    return out


def team_quota(server, event):
    quotas = server.api.call("GET", f"/organiser/events/{event['id']}/quotas")
    return next(q for q in quotas if q["scope"] == "EVENT" and q["unit"] == "TEAM")


def places_over(server):
    """Places given over the quota, over all events, as the API tells."""
    over = 0
    for event in server.api.call("GET", "/organiser/events?limit=100"):
        for quota in server.api.call("GET", f"/organiser/events/{event['id']}/quotas"):
            used = quota["held"] + quota["confirmed"] + quota["blocked"]
            over += max(0, used - quota["cap"]) if quota["cap"] is not None else 0
    return over


def store_file(server):
    """The SQLite file of the data folder."""
    return next(path for path in sorted(pathlib.Path(server.data).rglob("*")) if path.suffix in (".sqlite", ".sqlite3", ".db"))


def copy_store(bench, server, name):
    """A consistent copy of the SQLite file beside the running server."""
    target = bench.folder / f"{name}.sqlite"
    with contextlib.closing(sqlite3.connect(store_file(server))) as source, contextlib.closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


def wait_for_job(api, path, job, seconds=120):
    """The job of an export when it has ended."""
    give_up = time.monotonic() + seconds
    while job["state"] in ("QUEUED", "RUNNING"):
        if time.monotonic() > give_up:
            raise machine.BenchError(f"the export is still {job['state']}")
        time.sleep(0.1)
        job = api.call("GET", f"{path}/{job['id']}")
    return job


def registered_teams(server, event):
    """The teams of all registrations of an event, from the organiser's list."""
    teams, cursor = set(), None
    while True:
        query = f"&cursor={cursor}" if cursor else ""
        text = server.api.text("GET", f"{API}/organiser/events/{event['id']}/registrations?limit=100{query}")
        teams |= {row["team"]["id"] for row in json.loads(text)["data"]}
        cursor = next_cursor(text)
        if cursor is None:
            return teams


def sweep(server, report, scenario="registrations"):
    """What `doctor` finds in the stopped server's store: the invariants over all rows, and the audit chain."""
    text = machine.run([BINARY, "doctor", "--json", "--data", server.data], 120, ok_codes=None)
    found = {row["check"]: row for row in json.loads(text)}
    for check in ("rules", "audit chain"):
        row = found[check]
        report.bound(scenario, f"doctor, {check}: {row['detail']}", int(row["state"] != "ok"), "broken", at_most=0)
