"""Turning the keys of sealed fields on the real binary: killed at every point where the disk changes, and resumed; and
while it serves. Nothing is lost, and the former key goes only when nothing needs it."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from binary import BINARY, PASSWORD, START_S, Server

PATIENCE_S = 60
PEOPLE = 12
POINTS = (1, 2, 3, 5, 8, 12, 18, 27, 40, 60)  # the first that is not reached ends the row
EVENT = {
    "title": {"zh": "杯赛", "en": "Cup"}, "summary": {"zh": "杯赛", "en": "Cup"}, "description": {"zh": "杯赛", "en": "Cup"}, "venue": {"zh": "上海", "en": "Shanghai"},
    "type": "COMPETITION", "visibility": "PUBLIC", "mode": "TEAM",
    "reg_open": "2026-01-01T00:00:00Z", "reg_close": "2036-01-01T00:00:00Z", "starts": "2036-02-01T00:00:00Z", "ends": "2036-02-02T00:00:00Z",
    "team_min": 1, "team_max": 3, "review_stages": 0, "hold_policy": "AT_SUBMIT",
}
SECRET = {"key": "wish", "type": "text", "label": {"zh": "愿望", "en": "Wish"}, "required": False, "sensitive": True}


class KeyServer(Server):
    """On a folder that outlives it."""

    def __init__(self, data):
        super().__init__("--set", "auth.bcrypt_cost=4")
        self.folder.cleanup()
        self.data = str(data)

    def must(self, method, path, body=None, token=None, headers=None):
        status, _, answer = self.request(method, "/api/v1" + path, body, token, headers)
        assert status < 300, (method, path, status, answer)
        return answer["data"] if answer else None

    def report(self):
        return json.loads(self.command("keys", "field", "status", "--json"))

    def keys(self):
        return pathlib.Path(self.data, "keys", "field.key").read_text(encoding="ascii").split()


def total(report, name):
    return sum(column[name] for column in report["columns"])


class FieldKeys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="rt-keys-")
        cls.base = pathlib.Path(cls.folder.name) / "base"
        server = KeyServer(cls.base)
        server.start()
        organiser = server.make_account("orga", "organiser")
        event = server.must("POST", "/events", EVENT, organiser)["id"]
        division = server.must("POST", f"/organiser/events/{event}/divisions", {"code": "A", "name": {"zh": "甲", "en": "A"}}, organiser)["id"]
        server.must("PUT", f"/organiser/events/{event}/forms/member", {"fields": [SECRET]}, organiser)
        server.must("POST", f"/organiser/events/{event}/publish", {}, organiser)
        cls.event, cls.division = event, division
        cls.teams = {}
        for number in range(PEOPLE):
            name = f"person{number}"
            body = {"login_name": name, "password": PASSWORD, "display_name": name, "client": "native"}
            token = server.must("POST", "/auth/register", body)["access_token"]
            member = {"name": f"name of {name}", "answers": {"wish": f"wish of {name}"}, "consent": True}
            team = server.must("POST", f"/events/{event}/teams", {"division": division, "name": name, "member": member}, token)
            cls.teams[name] = team["id"]
        assert server.stop() == 0
        cls.values = total(server.report(), "values")
        assert cls.values >= 2 * PEOPLE

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def copy(self, name):
        data = pathlib.Path(self.folder.name) / name
        shutil.copytree(self.base, data, ignore=shutil.ignore_patterns("*.sock"))
        return KeyServer(data)

    def check_people(self, server):
        for name, team in list(self.teams.items())[::5]:
            token = server.must("POST", "/auth/login", {"login_name": name, "password": PASSWORD, "client": "native"})["access_token"]
            me = next(member for member in server.must("GET", "/teams/" + team, token=token)["members"] if member["is_me"])
            self.assertEqual((f"name of {name}", {"wish": f"wish of {name}"}), (me["name"], me["answers"]))

    def test_killed_at_every_point_and_resumed(self):
        for calls in ("fdatasync", "rename,renameat,renameat2", "fsync"):
            killed = 0
            for nth in POINTS:
                server = self.copy(f"{calls.split(',')[0]}-{nth}")
                before = server.keys()
                strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:signal=SIGKILL:when={nth}"]
                done = subprocess.run([*strace, BINARY, "--data", server.data, "keys", "field", "rotate", "--yes"], capture_output=True, text=True, timeout=START_S, check=False)
                with self.subTest(calls=calls, nth=nth):
                    report = server.report()
                    self.assertEqual((0, self.values), (total(report, "broken"), total(report, "values")))
                    self.assertEqual(len(server.keys()), report["keys"])
                    self.assertIn(before[0], server.keys() if total(report, "old") else [*server.keys(), before[0]])
                    if done.returncode == 0:
                        break
                    killed += 1
                    server.command("keys", "field", "rotate", "--yes")
                    report = server.report()
                    self.assertEqual((False, 1, 0, 0), (report["under_way"], report["keys"], total(report, "old"), total(report, "broken")))
                    self.assertNotIn(before[0], server.keys())
                    if nth == 3:
                        server.start()
                        self.check_people(server)
                        server.stop()
                shutil.rmtree(server.data)
            with self.subTest(calls=calls):
                self.assertEqual(0, done.returncode, done.stdout + done.stderr)
                self.assertGreaterEqual(killed, 2)

    def test_kept_answers_hold_no_code(self):
        server = self.copy("kept")
        server.start()
        token = server.must("POST", "/auth/login", {"login_name": "person0", "password": PASSWORD, "client": "native"})["access_token"]
        path = f"/teams/{self.teams['person0']}/invites"
        first = server.must("POST", path, {}, token, {"Idempotency-Key": "k1"})
        self.assertEqual(first, server.must("POST", path, {}, token, {"Idempotency-Key": "k1"}))
        self.assertEqual(0, server.stop())
        written = b"".join(file.read_bytes() for file in pathlib.Path(server.data).glob("roundtable.db*"))
        self.assertIn(b"idempotency", written)
        for text in (first["code"], first["code"].replace("-", "")):
            self.assertNotIn(text.encode(), written)
        # The answer is given again after a restart, and after the field key was changed.
        server.command("keys", "field", "rotate", "--yes")
        server.start()
        self.assertEqual(first, server.must("POST", path, {}, token, {"Idempotency-Key": "k1"}))
        self.assertEqual(0, server.stop())

    def test_while_it_serves(self):
        server = self.copy("serving")
        before = server.keys()
        server.start()
        self.assertTrue(json.loads(server.command("keys", "field", "rotate", "--yes", "--json"))["under_way"])
        server.kill()
        self.assertEqual(before, server.keys()[1:])
        server.start()
        refused = subprocess.run([BINARY, "--data", server.data, "keys", "field", "rotate", "--yes"], capture_output=True, text=True, timeout=START_S, check=False)
        self.assertNotEqual(0, refused.returncode)
        end = time.monotonic() + PATIENCE_S
        while total(server.report(), "old") and time.monotonic() < end:
            self.check_people(server)
        report = server.report()
        self.assertEqual((0, 0, 2), (total(report, "old"), total(report, "broken"), report["keys"]))
        # What is written now is under the new key, and the former one waits for requests that may still know only it.
        body = {"login_name": "late", "password": PASSWORD, "display_name": "late", "client": "native"}
        token = server.must("POST", "/auth/register", body)["access_token"]
        server.must("POST", f"/events/{self.event}/teams", {"division": self.division, "name": "late", "member": {"name": "late"}}, token)
        self.assertEqual(0, total(server.report(), "old"))
        self.assertEqual(0, server.stop())
        server.command("keys", "field", "rotate", "--yes")
        self.assertEqual(1, len(server.keys()))
        server.start()
        self.check_people(server)
        server.command("doctor")
        self.assertEqual(0, server.stop())


if __name__ == "__main__":
    unittest.main()
