"""Health, metrics, the dashboard, backups and maintenance of the real binary."""

import re
import time
import unittest

from binary import Server

COMPONENTS = {"reactors", "sqlite_read", "sqlite_write", "lmdb", "disk", "wal", "queues", "backup", "schema", "outbox", "mail", "sms",
              "wechat", "console"}
STRANGER = {"X-Forwarded-For": "203.0.113.9"}
PROXY = ("--set", "server.trusted_proxies=127.0.0.0/8")


class OpsHealth(unittest.TestCase):
    def test_probes_answer(self):
        with Server() as server:
            self.assertEqual((200, b"ok\n"), server.request("GET", "/livez")[::2])
            self.assertEqual((200, b"ready\n"), server.request("GET", "/readyz")[::2])
            status, headers, body = server.request("GET", "/health")
            self.assertEqual(200, status)
            self.assertEqual("no-store", headers["Cache-Control"])
            data = body["data"]
            self.assertIn(data["status"], ("ok", "warn"))
            self.assertEqual(COMPONENTS, {row["name"] for row in data["components"]})
            self.assertEqual({"ok"}, {row["status"] for row in data["components"] if row["name"] != "backup"})

    def test_details_and_metrics_are_for_administrators(self):
        with Server(*PROXY) as server:
            admin = server.make_account("boss", "admin")
            user = server.make_account("lin", "user")
            for path in ("/health", "/api/v1/health"):
                self.assertEqual({"status", "phase"}, set(server.request("GET", path, headers=STRANGER)[2]["data"]))
                self.assertNotIn("components", server.request("GET", path, token=user, headers=STRANGER)[2]["data"])
                self.assertIn("components", server.request("GET", path, token=admin, headers=STRANGER)[2]["data"])
            self.assertEqual(403, server.request("GET", "/metrics", headers=STRANGER)[0])
            self.assertEqual(403, server.request("GET", "/metrics", token=user, headers=STRANGER)[0])
            self.assertEqual(200, server.request("GET", "/metrics", token=admin, headers=STRANGER)[0])
            self.assertEqual(200, server.request("GET", "/metrics")[0])

    def test_metrics_are_prometheus_text_and_move(self):
        with Server() as server:
            def metrics():
                status, headers, body = server.request("GET", "/metrics")
                self.assertEqual(200, status)
                self.assertTrue(headers["Content-Type"].startswith("text/plain; version=0.0.4"))
                return body.decode()

            series = re.compile(r'^[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.e+-]+$')
            for line in metrics().splitlines():
                self.assertTrue(line.startswith("# ") or series.match(line), line)
            server.request("GET", "/api/v1/events")
            # A request is counted when its answer is out, perhaps after the next one has begun.
            deadline, found = time.monotonic() + 20, None
            while found is None and time.monotonic() < deadline:
                found = re.search(r'http_requests_total\{method="GET",route="[^"]*event[^"]*",status="200"\} (\d+)', metrics())
            self.assertIsNotNone(found)
            self.assertEqual(1, int(found.group(1)))

    def test_the_dashboard_counts(self):
        with Server() as server:
            admin = server.make_account("boss", "admin")
            for _ in range(20):
                self.assertEqual(404, server.request("GET", "/api/v1/nothing")[0])
            deadline = time.monotonic() + 20
            while True:
                data = server.request("GET", "/api/v1/admin/figures", token=admin)[2]["data"]
                if data["requests"]["total"] >= 20 or time.monotonic() > deadline:
                    break
                time.sleep(0.2)
            self.assertGreaterEqual(data["requests"]["total"], 20)
            self.assertGreaterEqual(sum(row["client_errors"] for row in data["history"]), 20)
            self.assertEqual(1, data["users"])
            self.assertGreater(data["store"]["commits"], 0)
            self.assertTrue(all(job["failures"] == 0 for job in data["jobs"]), data["jobs"])
            for period in ("day", "week", "month"):
                line = f'active_accounts{{period="{period}"}} 1'
                while line not in server.request("GET", "/metrics")[2].decode() and time.monotonic() < deadline:
                    time.sleep(0.2)
                self.assertIn(line, server.request("GET", "/metrics")[2].decode().splitlines())
            limits = server.request("GET", "/api/v1/admin/limits", token=admin)[2]["data"]
            self.assertIn("rate.address_general", {row["name"] for row in limits})

    def test_a_backup_is_made_verified_and_audited(self):
        with Server() as server:
            admin = server.make_account("boss", "admin")
            self.assertEqual(202, server.request("POST", "/api/v1/admin/backups", {}, token=admin)[0])
            deadline = time.monotonic() + 60
            while True:
                rows = server.request("GET", "/api/v1/admin/backups", token=admin)[2]["data"]
                if rows and rows[0]["state"] != "RUNNING" or time.monotonic() > deadline:
                    break
                time.sleep(0.1)
            self.assertEqual("OK", rows[0]["state"])
            self.assertIsNotNone(rows[0]["verified_at"])
            path = f"/api/v1/admin/backups/{rows[0]['id']}/verify"
            self.assertEqual((200, True), (lambda a: (a[0], a[2]["data"]["ok"]))(server.request("POST", path, token=admin)))
            self.assertEqual(404, server.request("POST", "/api/v1/admin/backups/20200101T000000Z/verify", token=admin)[0])
            audit = server.request("GET", "/api/v1/admin/audit?limit=2", token=admin)[2]
            self.assertEqual(["backup.verify", "backup.create"], [row["action"] for row in audit["data"]])
            self.assertEqual({"boss"}, {row["actor"] for row in audit["data"]})
            older = server.request("GET", "/api/v1/admin/audit?limit=2&cursor=" + audit["meta"]["next_cursor"], token=admin)[2]
            self.assertTrue({row["id"] for row in older["data"]}.isdisjoint(row["id"] for row in audit["data"]))

    def test_maintenance_shuts_strangers_out_and_outlives_a_restart(self):
        notice = {"restriction": "maintenance", "message": "Back at four"}
        with Server(*PROXY) as server:
            admin = server.make_account("boss", "admin")
            self.assertEqual(200, server.request("POST", "/api/v1/admin/notice", notice, token=admin, headers=STRANGER)[0])
            server.stop()
            server.start()
            status, headers, body = server.request("GET", "/api/v1/events", headers=STRANGER)
            self.assertEqual((503, "MAINTENANCE", "Back at four"), (status, body["code"], body["message"]))
            self.assertEqual("60", headers["Retry-After"])
            self.assertEqual(503, server.request("GET", "/readyz")[0])
            self.assertEqual(200, server.request("GET", "/livez")[0])
            self.assertEqual(200, server.request("GET", "/api/v1/events", token=admin, headers=STRANGER)[0])
            self.assertEqual(200, server.request("POST", "/api/v1/admin/notice", {"restriction": "none"}, token=admin, headers=STRANGER)[0])
            self.assertEqual(200, server.request("GET", "/api/v1/events", headers=STRANGER)[0])
            self.assertEqual(200, server.request("GET", "/readyz")[0])


if __name__ == "__main__":
    unittest.main()
