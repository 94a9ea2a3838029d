"""Lists, tags, notes, bulk actions, announcements and inboxes through the real binary; a job that outlives a kill."""

import time
import unittest

from registration_client import Client, Server, make_user, times

CAPTAINS = 6  # more would be too many sign-ins from one address
DIVISIONS = 5
TEAMS = CAPTAINS * DIVISIONS
PATIENCE_S = 60


def eventually(ask, wanted, patience_s=PATIENCE_S):
    deadline = time.monotonic() + patience_s
    while True:
        got = ask()
        if wanted(got):
            return got
        if time.monotonic() > deadline:
            raise AssertionError(f"never came: {str(got)[:300]}")
        time.sleep(0.2)


class Desk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        make_user(cls.server, "organiser", "organiser")
        for n in range(CAPTAINS):
            make_user(cls.server, f"captain{n}", "user")
        cls.server.start()
        cls.organiser = Client(cls.server.port).sign_in("organiser")
        event = cls.organiser.must("POST", "/events", {
            "title": {"zh": "定向赛", "en": "Race"}, "summary": {"zh": "一天"}, "description": {"zh": "说明"}, "venue": {"zh": "公园"},
            "slug": "desk", "type": "COMPETITION", "visibility": "PUBLIC", "mode": "TEAM", **times(), "team_min": 1, "team_max": 3,
            "review_stages": 1, "hold_policy": "AT_SUBMIT", "entries_max_per_person": 100})
        cls.event = event["id"]
        divisions = [cls.organiser.must("POST", f"/organiser/events/{cls.event}/divisions", {"code": f"d{n}", "name": {"zh": f"第{n}组"}})["id"]
                     for n in range(DIVISIONS)]
        cls.organiser.must("POST", f"/organiser/events/{cls.event}/publish", {})
        cls.captains = [Client(cls.server.port).sign_in(f"captain{n}") for n in range(CAPTAINS)]
        for n in range(TEAMS):
            captain = cls.captains[n % CAPTAINS]
            team = captain.must("POST", f"/events/{cls.event}/teams", {
                "division": divisions[n // CAPTAINS], "name": f"第{n}飞虎队", "member": {"name": f"队员{n}", "consent": True}})
            captain.must("POST", f"/teams/{team['id']}/submit", {})

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def of_event(self, path):
        return f"/organiser/events/{self.event}{path}"

    def job_done(self, job):
        return eventually(lambda: self.organiser.must("GET", self.of_event(f"/jobs/{job['id']}")),
                          lambda j: j["state"] not in ("PREPARING", "RUNNING"))

    def test_1_lists_go_on_by_cursor_and_find_by_name(self):
        seen, cursor = [], ""
        while True:
            status, page = self.organiser.call("GET", self.of_event(f"/registrations?limit=7{cursor}"))
            self.assertEqual(status, 200, page)
            seen += [r["friendly_no"] for r in page["data"]]
            if not page["meta"]["next_cursor"]:
                break
            cursor = "&cursor=" + page["meta"]["next_cursor"]
        self.assertEqual(seen, list(range(TEAMS, 0, -1)))
        found = eventually(lambda: self.organiser.must("GET", self.of_event("/registrations?q=7%E9%A3%9E%E8%99%8E")), lambda r: len(r) == 1)
        self.assertEqual(found[0]["team"]["name"], "第7飞虎队")
        self.assertEqual(self.organiser.call("GET", self.of_event("/registrations?state=WRONG"))[0], 422)
        self.assertEqual(len(self.organiser.must("GET", self.of_event("/teams?state=SUBMITTED&limit=100"))), TEAMS)
        self.assertEqual(self.captains[0].call("GET", self.of_event("/teams"))[0], 403)

    def test_2_tags_and_notes(self):
        tag = self.organiser.must("POST", self.of_event("/tags"), {"name": "种子队", "color": "green"})
        self.assertEqual(self.organiser.call("POST", self.of_event("/tags"), {"name": "种子队"})[1]["code"], "ALREADY_EXISTS")
        first = self.organiser.must("GET", self.of_event("/registrations"))[0]["id"]
        shown = self.organiser.must("PUT", f"/organiser/registrations/{first}/tags", {"tags": [tag["id"]]})
        self.assertEqual([t["name"] for t in shown], ["种子队"])
        self.organiser.must("PUT", f"/organiser/registrations/{first}/tags", {"tags": [tag["id"]]})
        tagged = self.organiser.must("GET", self.of_event(f"/registrations?tag={tag['id']}"))
        self.assertEqual([r["id"] for r in tagged], [first])
        self.assertEqual(self.organiser.must("GET", self.of_event("/tags"))[0]["count"], 1)
        note = self.organiser.must("POST", f"/organiser/registrations/{first}/notes", {"text": "已电话确认"})
        self.assertTrue(self.organiser.must("GET", f"/organiser/registrations/{first}/notes")[0]["mine"])
        self.assertEqual(self.organiser.must("GET", self.of_event("/registrations"))[0]["notes"], 1)
        self.organiser.must("DELETE", f"/organiser/registrations/{first}/notes/{note['id']}")
        self.organiser.must("DELETE", self.of_event(f"/tags/{tag['id']}"))
        self.assertEqual(self.organiser.must("GET", self.of_event("/tags")), [])
        self.assertEqual(self.organiser.must("GET", self.of_event("/duplicates?kind=id")), [])
        ready = lambda groups: [len(group["members"]) for group in groups] == [DIVISIONS] * CAPTAINS
        eventually(lambda: self.organiser.must("GET", self.of_event("/duplicates?kind=user")), ready)

    def test_3_a_bulk_action_outlives_a_kill(self):
        status, answer = self.organiser.call("POST", self.of_event("/bulk"), {"action": "APPROVE"})
        self.assertEqual(status, 422, answer)
        job = self.organiser.must("POST", self.of_event("/bulk"), {"action": "APPROVE", "filter": {"state": "IN_REVIEW"}})
        self.server.kill()
        self.server.start()
        for client in [self.organiser, *self.captains]:
            client.connection.port = self.server.port
            client.connection.close()
        done = self.job_done(job)
        self.assertEqual((done["state"], done["total"], done["succeeded"], done["failed"]), ("DONE", TEAMS, TEAMS, 0))
        states = {r["state"] for r in self.organiser.must("GET", self.of_event("/registrations?limit=100"))}
        self.assertEqual(states, {"CONFIRMED"})
        again = self.job_done(self.organiser.must("POST", self.of_event("/bulk"), {"action": "APPROVE", "filter": {}}))
        self.assertEqual((again["succeeded"], again["failed"]), (0, TEAMS))
        failed = self.organiser.must("GET", self.of_event(f"/jobs/{again['id']}/results?failed=true&limit=5"))
        self.assertEqual({r["code"] for r in failed}, {"INVALID_STATE"})
        self.assertEqual(self.organiser.call("POST", self.of_event(f"/jobs/{again['id']}/cancel"))[1]["code"], "INVALID_STATE")

    def test_4_an_announcement_is_in_every_captains_inbox_once(self):
        job = self.organiser.must("POST", self.of_event("/announcements"), {
            "subject": {"zh": "集合时间", "en": "Where to meet"}, "body": {"zh": "八点\n南门", "en": "At eight\nSouth gate"}, "audience": "CAPTAINS",
            "filter": {}})
        self.assertEqual(self.job_done(job)["succeeded"], TEAMS)
        captain = self.captains[4]
        mine = [n for n in captain.must("GET", "/me/inbox?limit=100") if n["kind"] == "announcement"]
        self.assertEqual(len(mine), 1)
        self.assertEqual((mine[0]["title"], mine[0]["read"]), ("集合时间", False))
        self.assertIn("八点\n南门", mine[0]["body"])
        status, english = captain.call("GET", "/me/inbox?unread=true", headers={"Accept-Language": "en"})
        self.assertIn("Where to meet", [n["title"] for n in english["data"]])
        unread = captain.must("GET", "/me/inbox/unread")["unread"]
        self.assertGreaterEqual(unread, 1)
        captain.must("POST", f"/me/inbox/{mine[0]['id']}/read")
        self.assertEqual(captain.must("GET", "/me/inbox/unread")["unread"], unread - 1)
        captain.must("POST", "/me/inbox/read-all")
        self.assertEqual(captain.must("GET", "/me/inbox/unread")["unread"], 0)
        self.assertEqual(self.captains[5].call("POST", "/me/inbox/1/read")[0], 404)
        self.assertEqual(self.organiser.must("GET", self.of_event("/announcements"))[0]["subject"]["zh"], "集合时间")

    def test_5_how_one_wants_to_be_told(self):
        captain = self.captains[0]
        self.assertEqual(captain.must("GET", "/me/message-preferences"), {"mail": True, "announcements": True, "rev": 0})
        changed = captain.must("PATCH", "/me/message-preferences", {"announcements": False}, {"If-Match": '"0"'})
        self.assertEqual(changed, {"mail": True, "announcements": False, "rev": 1})
        self.assertEqual(captain.call("PATCH", "/me/message-preferences", {"mail": False}, {"If-Match": '"0"'})[0], 412)


if __name__ == "__main__":
    unittest.main()
