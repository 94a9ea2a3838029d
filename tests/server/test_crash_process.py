"""The real server is killed, by strace, at the Nth of the calls that change the disk while clients write. After the next
start everything that was answered with success is there, and a backup made then passes its verification.

RT_FAULT_POINTS sets how many points are tried (a sample by default)."""

import contextlib
import http.client
import os
import pathlib
import shutil
import signal
import tempfile
import threading
import unittest

from binary import BINARY, PASSWORD, STOP_S, Server

CALLS = ["fdatasync", "pwrite64", "fsync", "pwrite64", "fdatasync", "rename,renameat2"]
EVENT = {
    "title": {"zh": "杯赛", "en": "Cup"},
    "summary": {"zh": "杯赛", "en": "Cup"},
    "venue": {"zh": "上海", "en": "Shanghai"},
    "type": "COMPETITION", "visibility": "PUBLIC", "mode": "TEAM",
    "reg_open": "2026-01-01T00:00:00Z", "reg_close": "2036-01-01T00:00:00Z",
    "starts": "2036-02-01T00:00:00Z", "ends": "2036-02-02T00:00:00Z",
    "team_min": 1, "team_max": 3, "review_stages": 0, "hold_policy": "AT_SUBMIT",
}


class CrashServer(Server):
    """The server on a folder that outlives it, with strace in front of it if `inject` is given."""

    def __init__(self, data, inject=None):
        super().__init__()
        self.folder.cleanup()
        self.data = str(data)
        if inject:
            calls, nth = inject
            self.prefix = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:signal=SIGKILL:when={nth}"]

    def call(self, method, path, body=None, token=None):
        status, _, answer = self.request(method, f"/api/v1{path}", body, token)
        return status, answer


class Client(threading.Thread):
    """Writes until the server is gone and remembers what was answered with success."""

    def __init__(self, server, session, number):
        super().__init__()
        self.server, self.session, self.number = server, session, number
        self.events = []
        self.refresh_token = session["refresh_token"]
        self.refreshing = False  # asked for a new token, and nothing came back

    def run(self):
        try:
            for count in range(40):
                title = f"event {self.number}-{count}"
                event = {**EVENT, "title": {"zh": title, "en": title}}
                status, answer = self.server.call("POST", "/events", event, self.session["access_token"])
                if status == 201:
                    self.events.append(answer["data"]["id"])
                if count % 4 == 0:
                    self.refreshing = True
                    status, answer = self.server.call("POST", "/auth/refresh", {"refresh_token": self.refresh_token})
                    if status == 200:
                        self.refresh_token = answer["data"]["refresh_token"]
                    self.refreshing = False
        except (OSError, http.client.HTTPException, ValueError):
            pass  # killed


class CrashTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="rt-crash-")
        cls.base = pathlib.Path(cls.folder.name) / "base"
        server = CrashServer(cls.base)
        server.command("user", "create", "root", "--role", "admin", "--password-stdin", text=PASSWORD + "\n")
        server.start()
        cls.sessions = []
        for _ in range(3):
            status, answer = server.call("POST", "/auth/login", {"login_name": "root", "password": PASSWORD, "client": "native"})
            assert status == 200, answer
            cls.sessions.append(answer["data"])
        assert server.stop() == 0

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def listed_events(self, server, token):
        found, cursor = set(), None
        while True:
            path = "/organiser/events?limit=100" + (f"&cursor={cursor}" if cursor else "")
            status, answer = server.call("GET", path, token=token)
            self.assertEqual(status, 200, answer)
            found.update(event["id"] for event in answer["data"])
            cursor = answer["meta"]["next_cursor"]
            if not cursor:
                return found

    def write_until_killed(self, data, inject):
        """The clients, with what they were answered; none if the server died before it was ready."""
        server = CrashServer(data, inject)
        try:
            server.start()
        except AssertionError:
            server.process.wait(STOP_S)
            server.reader.join(STOP_S)
            server.process.stdout.close()
            return []
        clients = [Client(server, session, number) for number, session in enumerate(self.sessions)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        if server.process.poll() is None:  # the point was never reached; strace would leave the server alone if it were told to stop
            with contextlib.suppress(ProcessLookupError):
                os.kill(int((data / "roundtable.lock").read_text()), signal.SIGTERM)
        server.process.wait(STOP_S)
        server.reader.join(STOP_S)
        server.process.stdout.close()
        return clients

    def crash(self, calls, nth):
        """Returns how many writes were acknowledged before the server was killed."""
        data = pathlib.Path(self.folder.name) / f"{calls.split(',')[0]}-{nth}"
        shutil.copytree(self.base, data, ignore=shutil.ignore_patterns("*.sock"))
        clients = self.write_until_killed(data, (calls, nth))
        after = CrashServer(data)
        after.start()
        events = self.listed_events(after, self.sessions[0]["access_token"])
        acknowledged = 0
        for client in clients:
            self.assertLessEqual(set(client.events), events)
            acknowledged += len(client.events)
            # The newest token that was answered is in force, unless one whose answer never arrived took its place.
            status, answer = after.call("POST", "/auth/refresh", {"refresh_token": client.refresh_token})
            allowed = [(200, None)] + ([(401, "TOKEN_REUSED")] if client.refreshing else [])
            self.assertIn((status, answer.get("code")), allowed)
        self.assertEqual(after.stop(), 0)
        after.command("backup", "create")
        after.command("backup", "verify", "latest")
        shutil.rmtree(data)
        return acknowledged

    def test_killed_while_clients_write(self):
        points = int(os.environ.get("RT_FAULT_POINTS", "6"))
        acknowledged = 0
        for number in range(points):
            calls = CALLS[number % len(CALLS)]
            frequent = calls in ("fdatasync", "pwrite64")
            nth = 10 + 5 * number if frequent else 1 + number // len(CALLS)
            with self.subTest(calls=calls, nth=nth):
                acknowledged += self.crash(calls, nth)
        self.assertGreater(acknowledged, points)


if __name__ == "__main__":
    unittest.main()
