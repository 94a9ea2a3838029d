"""The real binary on a free port with a data folder of its own, and a client that speaks its API."""

import http.client
import json
import os
import re
import subprocess
import tempfile
import time

PASSWORD = "correct horse 42"
PATIENCE_S = 60


class Server:
    """Starts and stops the binary; kill() is SIGKILL, start() goes on with the same data."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="rt-registration-")
        self.data = os.path.join(self.folder.name, "data")
        self.process = None
        self.port = 0

    def cli(self, *words, stdin=""):
        done = subprocess.run([os.environ["RT_BINARY"], "--data", self.data, *words], input=stdin, text=True,
                              capture_output=True, timeout=PATIENCE_S)
        return done.returncode, done.stdout + done.stderr

    def start(self):
        # Thousands of requests come from one address and few users here.
        environment = dict(os.environ, RATE_LIMIT_IP="1000000", RATE_LIMIT_USER="1000000")
        log = open(os.path.join(self.folder.name, "log"), "a+", encoding="utf-8")
        begin = log.seek(0, os.SEEK_END)
        self.process = subprocess.Popen([os.environ["RT_BINARY"], "serve", "--data", self.data, "--listen", "127.0.0.1:0"],
                                        stdout=log, stderr=log, env=environment)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            log.seek(begin)
            text = log.read()
            found = re.search(r"ready in \d+ ms on http://127\.0\.0\.1:(\d+)", text)
            if found:
                self.port = int(found.group(1))
                log.close()
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the server did not start:\n{text[-3000:]}")
            time.sleep(0.02)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=PATIENCE_S)
        self.folder.cleanup()


class Client:
    """One connection, one user. Not for several threads."""

    def __init__(self, port, token=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self.token = token

    def call(self, method, path, body=None, headers=None):
        sent = dict(headers or {})
        if self.token:
            sent["Authorization"] = "Bearer " + self.token
        if body is not None:
            sent["Content-Type"] = "application/json"
        self.connection.request(method, "/api/v1" + path, None if body is None else json.dumps(body), sent)
        answer = self.connection.getresponse()
        text = answer.read()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, text

    def must(self, method, path, body=None, headers=None):
        status, answer = self.call(method, path, body, headers)
        if status >= 300:
            raise AssertionError(f"{method} {path}: {status} {answer}")
        return answer["data"] if isinstance(answer, dict) else answer

    def sign_in(self, name):
        self.token = self.must("POST", "/auth/login", {"login_name": name, "password": PASSWORD, "client": "native"})["access_token"]
        return self


def make_user(server, name, role):
    status, text = server.cli("user", "create", name, "--role", role, "--password-stdin", stdin=PASSWORD + "\n")
    if status != 0:
        raise AssertionError(text)


# One transparent pixel, drawn.
SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def card_of(birth, serial):
    """A valid identity card number of somebody born on `birth` (YYYYMMDD)."""
    body = "110101" + birth + f"{serial:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights)) % 11]


# The question for an identity card.
CARD = {"key": "card", "type": "id_card_cn", "label": {"zh": "证件", "en": "Card"}, "required": True}


def times():
    now = time.time()
    stamp = lambda days: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + days * 86400))
    return {"reg_open": stamp(-1), "reg_close": stamp(5), "starts": stamp(10), "ends": stamp(11)}


def start_with_event(server, slug, member_fields=(), **more):
    """Starts the server; an organiser publishes an event with the division A. `member_fields`: of the members' form, `more`: fields of the
    event. Returns the organiser, signed in, and the event's id."""
    make_user(server, "organiser", "organiser")
    server.start()
    organiser = Client(server.port).sign_in("organiser")
    event = organiser.must("POST", "/events", {
        "title": {"zh": "定向赛", "en": "Race"}, "summary": {"zh": "一天"}, "description": {"zh": "说明"}, "venue": {"zh": "公园"},
        "slug": slug, "type": "COMPETITION", "visibility": "PUBLIC", "mode": "TEAM", **times(), "team_min": 1, "team_max": 3,
        "review_stages": 0, "hold_policy": "AT_SUBMIT", **more})["id"]
    organiser.must("POST", f"/organiser/events/{event}/divisions", {"code": "A", "name": {"zh": "甲组", "en": "Group A"}})
    if member_fields:
        organiser.must("PUT", f"/organiser/events/{event}/forms/member", {"fields": list(member_fields)})
    organiser.must("POST", f"/organiser/events/{event}/publish", {})
    return organiser, event


class Stage:
    """For test cases: a server, an organiser, three people who are signed in, and as many events as a case wants."""

    PEOPLE = 3

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        make_user(cls.server, "organiser", "organiser")
        for n in range(cls.PEOPLE):
            make_user(cls.server, f"person{n}", "user")
        cls.server.start()
        cls.organiser = Client(cls.server.port).sign_in("organiser")
        cls.people = [Client(cls.server.port).sign_in(f"person{n}") for n in range(cls.PEOPLE)]
        cls.events = 0

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def until(self, what, good):
        """What `what` answers once it is `good`."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            value = what()
            if good(value):
                return value
            self.assertLess(time.monotonic(), deadline, value)
            time.sleep(0.1)

    def publish(self, divisions=1, member_fields=(), **more):
        """A new event for teams of up to three, open now, and its divisions."""
        type(self).events += 1
        event = self.organiser.must("POST", "/events", {
            "title": {"zh": "定向赛", "en": "Race"}, "venue": {"zh": "公园"}, "slug": f"race-{self.events}", "type": "COMPETITION",
            "visibility": "PUBLIC", "mode": "TEAM", "team_min": 1, "team_max": 3, "review_stages": 0, "hold_policy": "AT_SUBMIT",
            **times(), **more})["id"]
        made = [self.organiser.must("POST", f"/organiser/events/{event}/divisions", {"code": "AB"[n], "name": {"zh": f"第{n}组"}})["id"]
                for n in range(divisions)]
        if member_fields:
            self.organiser.must("PUT", f"/organiser/events/{event}/forms/member", {"fields": list(member_fields)})
        self.organiser.must("POST", f"/organiser/events/{event}/publish", {})
        return event, made

    def change(self, event, **fields):
        rev = self.organiser.must("GET", f"/organiser/events/{event}")["rev"]
        return self.organiser.call("PATCH", f"/organiser/events/{event}", fields, {"If-Match": f'"{rev}"'})
