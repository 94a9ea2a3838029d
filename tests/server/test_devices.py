"""Check-in devices of the real binary: they are good for their event, as long as that and its organisation are there."""

import datetime
import hashlib
import os
import sqlite3
import unittest

from binary import PASSWORD, Server


def text(moment):
    return moment.isoformat().replace("+00:00", "Z")


class Devices(unittest.TestCase):
    def setUp(self):
        self.server = Server("--set", "auth.bcrypt_cost=4")
        self.server.start()
        self.addCleanup(self.server.stop)
        self.boss = self.server.make_account("boss", "admin")
        self.owner = self.server.make_account("owner", "organiser")
        self.organisation = self.must("POST", "/organisations", {"name": "School", "slug": "school"})["id"]

    def call(self, method, path, body=None, token=None, headers=None):
        return self.server.request(method, "/api/v1" + path, body, token=token or self.owner, headers=headers)

    def must(self, method, path, body=None, token=None, headers=None):
        status, _, answer = self.call(method, path, body, token, headers)
        self.assertLess(status, 300, (method, path, answer))
        return answer["data"] if isinstance(answer, dict) else None

    def event(self, slug, ended_days_ago=-3):
        """Its end lies so many days back."""
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        ends = now - datetime.timedelta(days=ended_days_ago)
        back = lambda days: text(ends - datetime.timedelta(days=days))
        return self.must("POST", "/events", {"title": {"zh": slug}, "slug": slug, "organisation": "school", "team_min": 1, "team_max": 2,
                                             "reg_open": back(9), "reg_close": back(8), "starts": back(1), "ends": text(ends)})["id"]

    def pair(self, event):
        code = self.must("POST", f"/organiser/events/{event}/device-pairings", {"name": "gate"})["code"]
        return self.server.request("POST", "/api/v1/devices/pair", {"code": code})

    def device(self, event):
        status, _, answer = self.pair(event)
        self.assertEqual(201, status, answer)
        return answer["data"]["token"]

    def seen(self, device, event):
        """What the device is told of itself and of its event."""
        out = []
        for path in ("/devices/me", f"/organiser/events/{event}"):
            status, _, answer = self.call("GET", path, token=device)
            out.append((status, answer.get("code")))
        return out

    def test_a_closed_organisation_gives_its_devices_no_right(self):
        event = self.event("spring")
        device = self.device(event)
        good = [(200, None), (200, None)]
        self.assertEqual(good, self.seen(device, event))
        path = f"/organisations/{self.organisation}"

        def put(state, token):
            tag = self.call("GET", path, token=token)[1]["ETag"]
            self.must("PATCH", path, {"state": state}, token, {"If-Match": tag})

        put("CLOSED", self.owner)
        self.assertEqual([(403, "FORBIDDEN")] * 2, self.seen(device, event))
        put("ACTIVE", self.boss)
        self.assertEqual(good, self.seen(device, event))

    def test_a_cancelled_event_gives_its_devices_no_right(self):
        event = self.event("spring")
        other = self.event("autumn")
        device, kept = self.device(event), self.device(other)
        self.must("POST", f"/organiser/events/{event}/divisions", {"code": "A", "name": {"zh": "A"}})
        self.must("POST", f"/organiser/events/{event}/publish", {})
        self.assertEqual([(200, None)] * 2, self.seen(device, event))
        self.must("POST", f"/organiser/events/{event}/cancel", {"reason": "rain"})
        self.assertEqual([(403, "FORBIDDEN")] * 2, self.seen(device, event))
        self.assertEqual([(200, None)] * 2, self.seen(kept, other))

    def test_a_device_lapses_seven_days_after_the_end_and_makes_room(self):
        within, after = self.event("within", 6), self.event("after", 7)
        good, lapsed = self.device(within), self.device(after)
        self.assertEqual([(200, None)] * 2, self.seen(good, within))
        self.assertEqual([(401, "TOKEN_EXPIRED")] * 2, self.seen(lapsed, after))
        self.server.stop()  # the hourly sweep runs at the start as well
        self.server.start()
        self.owner = self.must("POST", "/auth/login", {"login_name": "owner", "password": PASSWORD})["access_token"]
        for _ in range(100):
            if not self.must("GET", f"/organiser/events/{after}/devices"):
                break
        self.assertEqual([], self.must("GET", f"/organiser/events/{after}/devices"))
        self.assertEqual(1, len(self.must("GET", f"/organiser/events/{within}/devices")))
        self.assertEqual([(200, None)] * 2, self.seen(good, within))
        self.assertEqual((401, "UNAUTHENTICATED"), self.seen(lapsed, after)[0])

    def test_the_devices_of_all_events_together(self):
        event = self.event("spring")
        known = self.device(self.event("crowded"))
        self.server.stop()
        with sqlite3.connect(os.path.join(self.server.data, "roundtable.db")) as db:
            row = db.execute("SELECT organisation, event, paired_by, created FROM device").fetchone()
            db.executemany("INSERT INTO device (id, public_id, organisation, event, name, token_hash, paired_by, created) VALUES (?, ?, ?, ?, 'x', ?, ?, ?)",
                           [(10 + i, f"{i:016d}", row[0], row[1], hashlib.sha256(str(i).encode()).hexdigest(), row[2], row[3]) for i in range(19_998)])
        db.close()
        self.server.start()
        self.owner = self.must("POST", "/auth/login", {"login_name": "owner", "password": PASSWORD})["access_token"]
        self.assertEqual(201, self.pair(event)[0])
        status, _, answer = self.pair(event)
        self.assertEqual((409, "INVALID_STATE"), (status, answer["code"]), answer)
        self.assertEqual(200, self.call("GET", "/devices/me", token=known)[0])


if __name__ == "__main__":
    unittest.main()
