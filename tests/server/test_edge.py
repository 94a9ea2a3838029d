"""The edge of the real binary: security fields, origins, the console's addresses, limits that change while it runs."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import unittest

from binary import BINARY, Server
from tls_world import until

FIELDS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Download-Options": "noopen",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-XSS-Protection": "0",
}


def limits_of(server, token):
    status, headers, body = server.request("GET", "/api/v1/admin/limits", token=token)
    assert status == 200, body
    return headers["ETag"], {row["name"]: row for row in body["data"]}


def change(server, token, tag, *rows):
    return server.request("PATCH", "/api/v1/admin/limits", {"limits": list(rows)}, token=token, headers={"If-Match": tag})


class Edge(unittest.TestCase):
    def test_fields_of_every_answer(self):
        with Server("--set", "server.cors_origins=https://friend.example") as server:
            for path in ("/", "/admin", "/api/v1/events", "/api/v1/me", "/api/v1/none", "/livez", "/health", "/metrics", "/api/openapi.json", "/none.php", "/%00"):
                _, headers, _ = server.request("GET", path)
                with self.subTest(path=path):
                    for name, value in FIELDS.items():
                        self.assertEqual([value], headers.get_all(name), name)
                    self.assertEqual(1, len(headers.get_all("Content-Security-Policy")))
                    self.assertNotIn("unsafe", headers["Content-Security-Policy"])
                    for name in ("Server", "X-Powered-By", "Via"):
                        self.assertIsNone(headers[name])
                    self.assertIn("Origin", headers.get_all("Vary"))
            _, headers, _ = server.request("GET", "/api/v1/me")
            self.assertEqual("no-store", headers["Cache-Control"])
            _, _, document = server.request("GET", "/api/openapi.json")
            self.assertEqual("1", document["info"]["version"])
            _, headers, _ = server.request("GET", "/api/v1/events", headers={"Origin": "https://friend.example"})
            self.assertEqual("https://friend.example", headers["Access-Control-Allow-Origin"])
            _, headers, _ = server.request("GET", "/api/v1/events", headers={"Origin": "null"})
            self.assertIsNone(headers["Access-Control-Allow-Origin"])

    def test_the_console_is_there_for_its_addresses_only(self):
        options = ("--set", "admin.console_allow=10.0.0.0/8", "--set", "server.trusted_proxies=127.0.0.1")
        with Server(*options) as server:
            token = server.make_account("boss", "admin")
            for path in ("/admin", "/admin/users", "/api/v1/admin/users", "/api/v1/admin/limits", "/api/v1/admin/none"):
                with self.subTest(path=path):
                    self.assertEqual(404, server.request("GET", path, token=token)[0])
                    inside = server.request("GET", path, token=token, headers={"X-Forwarded-For": "10.1.2.3"})
                    self.assertEqual(404 if path.endswith("none") else 200, inside[0])
            self.assertEqual(200, server.request("GET", "/", token=token)[0])
            self.assertEqual(200, server.request("GET", "/api/v1/me", token=token)[0])

    def test_what_only_the_platforms_staff_may_do_is_there_for_its_addresses_only_wherever_it_lies(self):
        options = ("--set", "admin.console_allow=10.0.0.0/8", "--set", "server.trusted_proxies=127.0.0.1")
        with Server(*options) as server:
            token = server.make_account("boss", "admin")
            inside = {"X-Forwarded-For": "10.1.2.3"}
            for path in ("/avalon/moderation/reports", "/avalon/moderation/rooms"):
                with self.subTest(path=path):
                    path = "/api/v1" + path
                    self.assertEqual(404, server.request("GET", path, token=token)[0])
                    self.assertEqual(200, server.request("GET", path, token=token, headers=inside)[0])
                    # Nothing tells that it is there: neither a wrong method nor OPTIONS.
                    for method in ("DELETE", "OPTIONS"):
                        status, headers, _ = server.request(method, path, token=token)
                        self.assertEqual((404, None), (status, headers["Allow"]))
            # Organisers make organisations from everywhere.
            organiser = server.make_account("orga", "organiser")
            self.assertEqual(201, server.request("POST", "/api/v1/organisations", {"name": "School", "slug": "school"}, token=organiser)[0])

    def test_production_without_addresses_of_the_console_is_warned_of(self):
        with Server("--set", "profile=production", "--set", "auth.staff_second_step=never", "--set", "server.public_url=https://team.example.org") as server:
            self.assertEqual(200, server.request("GET", "/readyz")[0])

            def seen():
                until(lambda: server.request("GET", "/health")[0] == 200, "health answers")
                components = server.request("GET", "/health")[2]["data"]["components"]
                doctor = subprocess.run([BINARY, "--data", server.data, "doctor", "--json"], capture_output=True, text=True, timeout=60, check=False)
                row = next(row for row in json.loads(doctor.stdout) if row["check"] == "console")
                return next(one["status"] for one in components if one["name"] == "console"), row["state"]

            self.assertEqual(("warn", "warn"), seen())
            server.stop()
            server.options += ["--set", "admin.console_allow=127.0.0.0/8"]
            server.start()
            self.assertEqual(("ok", "ok"), seen())

    def test_a_reload_applies_origins_and_the_addresses_of_the_console(self):
        with Server() as server:
            path = os.path.join(server.folder.name, "config.toml")

            def write(origins, allow):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(f'[server]\ntrusted_proxies = ["127.0.0.1"]\ncors_origins = {origins}\n[admin]\nconsole_allow = {allow}\n')

            def origin(name):
                return server.request("GET", "/api/v1/events", headers={"Origin": name})[1]["Access-Control-Allow-Origin"]

            write("[]", "[]")
            server.stop()
            server.options += ["--config", path]
            server.start()
            token = server.make_account("boss", "admin")
            self.assertEqual(200, server.request("GET", "/api/v1/admin/users", token=token)[0])
            self.assertIsNone(origin("https://friend.example"))
            write('["https://friend.example"]', '["10.0.0.0/8"]')
            self.assertNotIn("restart", server.command("config", "reload"))
            until(lambda: server.request("GET", "/api/v1/admin/users", token=token)[0] == 404, "the console is hidden")
            until(lambda: origin("https://friend.example") == "https://friend.example", "the origin is known")
            inside = {"X-Forwarded-For": "10.1.2.3"}
            self.assertEqual(200, server.request("GET", "/api/v1/admin/users", token=token, headers=inside)[0])
            # A mistake changes nothing.
            write('["*"]', '["10.0.0.0/8"]')
            refused = subprocess.run([BINARY, "--data", server.data, "config", "reload"], capture_output=True, text=True, timeout=60, check=False)
            self.assertNotEqual(0, refused.returncode)
            self.assertIn("cors_origins", refused.stdout + refused.stderr)
            self.assertEqual("https://friend.example", origin("https://friend.example"))
            # By signal, as systemctl reload sends it.
            write("[]", "[]")
            server.process.send_signal(signal.SIGHUP)
            until(lambda: server.request("GET", "/api/v1/admin/users", token=token)[0] == 200, "the console is there for everybody")
            until(lambda: origin("https://friend.example") is None, "the origin is forgotten")

    def test_a_mistake_in_the_lists_stops_the_start(self):
        for option in ("server.cors_origins=*", "server.cors_origins=example.org", "admin.console_allow=10.0.0.0/33"):
            with self.subTest(option=option), self.assertRaises(AssertionError):
                Server("--set", option).start()

    def test_limits_change_while_it_runs_and_stay_after_a_restart(self):
        with Server() as server:
            token = server.make_account("boss", "admin")
            other = server.make_account("lin", "user")
            tag, rows = limits_of(server, token)
            self.assertEqual('"0"', tag)
            self.assertTrue(rows["rate.user_general"]["adjustable"])
            self.assertFalse(rows["files.count_max"]["adjustable"])
            self.assertGreater(rows["server.connections_max"]["limit"], 0)
            self.assertEqual(403, change(server, other, tag, {"name": "rate.user_general", "limit": 1, "window_s": 1})[0])
            self.assertEqual(428, server.request("PATCH", "/api/v1/admin/limits", {"limits": []}, token=token)[0])
            for bad in ({"name": "rate.none", "limit": 1, "window_s": 1}, {"name": "rate.user_general", "limit": 0, "window_s": 1},
                        {"name": "rate.user_general", "limit": 1}, {"name": "server.connections_max", "limit": 5, "window_s": 5},
                        {"name": "files.count_max", "limit": 5}):
                with self.subTest(bad=bad):
                    self.assertEqual(422, change(server, token, tag, bad)[0])
            status, headers, body = change(server, token, tag, {"name": "rate.user_general", "limit": 3, "window_s": 600})
            self.assertEqual((200, '"1"'), (status, headers["ETag"]), body)
            self.assertEqual(412, change(server, token, tag, {"name": "rate.user_general", "limit": 9, "window_s": 600})[0])
            for expected in (200, 200, 200, 429):
                self.assertEqual(expected, server.request("GET", "/api/v1/me", token=other)[0])
            server.stop()
            server.start()
            # The buckets are empty still, and the limit is the one that was set.
            self.assertEqual(429, server.request("GET", "/api/v1/me", token=other)[0])
            server.command("user", "create", "second", "--role", "admin", "--password-stdin", text="correct horse battery\n")
            status, _, body = server.request("POST", "/api/v1/auth/login", {"login_name": "second", "password": "correct horse battery", "client": "native"})
            token = body["data"]["access_token"]
            tag, rows = limits_of(server, token)
            self.assertEqual({"limit": 3, "window_s": 600, "set": True, "configured": {"limit": 1000000, "window_s": 900}},
                             {key: rows["rate.user_general"][key] for key in ("limit", "window_s", "set", "configured")})
            self.assertGreaterEqual(rows["rate.user_general"]["refused"], 1)
            self.assertEqual(200, change(server, token, tag, {"name": "rate.user_general"})[0])
            self.assertEqual(200, server.request("GET", "/api/v1/me", token=other)[0])
            _, _, trail = server.request("GET", "/api/v1/admin/audit?action=limits.change", token=token)
            self.assertEqual([{"rate.user_general": {"limit": 1000000, "window_s": 900}}, {"rate.user_general": {"limit": 3, "window_s": 600}}],
                             [row["after"] for row in trail["data"]])
            self.assertEqual(["second", "boss"], [row["actor"] for row in trail["data"]])

    def test_config_reload_applies_limits(self):
        with Server() as server:
            path = os.path.join(server.folder.name, "config.toml")
            with open(path, "w", encoding="utf-8") as file:
                file.write("[limits]\ncost_user_per_minute = 500\n")
            server.stop()
            server.options = ["--config", path]
            server.start()
            token = server.make_account("boss", "admin")
            self.assertEqual(500, limits_of(server, token)[1]["rate.user_cost"]["limit"])
            with open(path, "w", encoding="utf-8") as file:
                file.write("[limits]\ncost_user_per_minute = 40\n[server]\nconnections_max = 77\n")
            self.assertNotIn("limits.", server.command("config", "reload"))
            rows = limits_of(server, token)[1]
            self.assertEqual(40, rows["rate.user_cost"]["limit"])
            self.assertEqual(77, rows["server.connections_max"]["limit"])

    def test_a_cap_on_connections(self):
        with Server("--set", "server.connections_max=3", "--set", "server.connections_per_address_max=3") as server:
            held = []
            try:
                for number in range(1, 4):
                    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
                    connection.request("GET", "/livez")
                    self.assertEqual(200, connection.getresponse().read() and 200, number)
                    held.append(connection)
                over = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
                over.request("GET", "/livez")
                answer = over.getresponse()
                self.assertEqual((503, "close"), (answer.status, answer.headers["Connection"]))
                self.assertEqual(b"", over.sock.recv(1) if answer.read() and over.sock else b"")
                over.close()
            finally:
                for connection in held:
                    connection.close()

    def test_dear_reads_have_a_budget(self):
        with Server(limits=True) as server:
            token = server.make_account("boss", "admin")
            tag, _ = limits_of(server, token)
            self.assertEqual(200, change(server, token, tag, {"name": "rate.user_cost", "limit": 4, "window_s": 600})[0])
            answers = [server.request("GET", "/api/v1/admin/users?q=x", token=token) for _ in range(3)]
            self.assertEqual([200, 200, 429], [answer[0] for answer in answers])
            self.assertGreater(int(answers[2][1]["Retry-After"]), 0)
            self.assertEqual("4", answers[2][1]["RateLimit-Limit"])
            # What costs nothing is served as before.
            self.assertEqual(200, server.request("GET", "/api/v1/me", token=token)[0])
            _, _, metrics = server.request("GET", "/metrics")
            text = metrics.decode()
            self.assertIn('http_rate_limited_total{class="cost",scope="user"} 1', text)
            self.assertIn('http_cost_units_total{route="admin.user.list"} 4', text)

    def test_doctor_finds_what_was_done_to_the_trail(self):
        with Server() as server:
            for name in ("anna", "bert", "carl", "dora"):
                server.make_account(name, "user")
            server.command("backup", "create")
            server.stop()
            self.assertIn("goes on from the newest backup", server.command("doctor"))
            attacks = (("UPDATE audit SET client = '1.2.3.4' WHERE seq = 2", "row 2: this row, or one before it, was changed"),
                       ("DELETE FROM audit_detail WHERE seq = 3; DELETE FROM audit WHERE seq = 3", "row 3: this row is missing"),
                       ("UPDATE audit_detail SET after = '{}' WHERE seq = (SELECT MIN(seq) FROM audit_detail)", "the details of this row were changed"),
                       ("DELETE FROM audit_detail WHERE seq > 2; DELETE FROM audit WHERE seq > 2", "its tail was cut"))
            for number, (attack, told) in enumerate(attacks):
                with self.subTest(attack=attack):
                    data = os.path.join(server.folder.name, f"tampered-{number}")
                    shutil.copytree(server.data, data, ignore=shutil.ignore_patterns("*.sock"))
                    with contextlib.closing(sqlite3.connect(os.path.join(data, "roundtable.db"))) as connection:
                        connection.executescript("DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; " + attack)
                    done = subprocess.run([BINARY, "--data", data, "doctor"], capture_output=True, text=True, timeout=60, check=False)
                    self.assertEqual(6, done.returncode, done.stdout)
                    self.assertIn(told, done.stdout)
            server.start()

    def test_audit_filters(self):
        with Server() as server:
            token = server.make_account("boss", "admin")
            server.make_account("lin", "user")

            def rows(query):
                status, _, body = server.request("GET", "/api/v1/admin/audit?" + query, token=token)
                self.assertEqual(200, status, body)
                return body

            everything = rows("limit=100")["data"]
            self.assertTrue(all(row["client"] == "127.0.0.1" for row in everything if row["actor"]))
            mine = rows("actor=boss&limit=100")["data"]
            self.assertEqual([row for row in everything if row["actor"] == "boss"], mine)
            self.assertEqual([row for row in everything if row["actor"] is None], rows("actor=system&limit=100")["data"])
            about = rows("entity=user&entity_id=lin&limit=100")["data"]
            self.assertEqual([row for row in everything if row["entity"] == "user" and row["entity_id"] == "lin"], about)
            self.assertTrue(about)
            action = everything[0]["action"]
            self.assertEqual([row for row in everything if row["action"] == action], rows("action=" + action + "&limit=100")["data"])
            prefix = action.split(".")[0] + "."
            self.assertEqual([row for row in everything if row["action"].startswith(prefix)], rows("action=" + prefix + "&limit=100")["data"])
            middle = everything[len(everything) // 2]["at"]
            self.assertEqual([row for row in everything if row["at"] >= middle], rows("from=" + middle + "&limit=100")["data"])
            self.assertEqual([row for row in everything if row["at"] < middle], rows("until=" + middle + "&limit=100")["data"])
            paged, cursor = [], ""
            while cursor is not None:
                page = rows("limit=2&cursor=" + cursor)
                paged += page["data"]
                cursor = page["meta"]["next_cursor"]
            self.assertEqual(everything, paged)
            for bad in ("from=yesterday", "actor=nobody", "entity=user&entity_id=nobody", "cursor=x", "limit=101"):
                self.assertEqual(422, server.request("GET", "/api/v1/admin/audit?" + bad, token=token)[0], bad)


if __name__ == "__main__":
    unittest.main()
