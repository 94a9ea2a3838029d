"""What outsiders may not learn of a private event, what is said of files that were handed in, and teams that an organiser enters past the queue."""

import importlib.util
import json
import sys
import time
import unittest

if importlib.util.find_spec("websocket") is None:  # a python3 that is not the distribution's comes first
    sys.path.append("/usr/lib/python3/dist-packages")

import websocket

from registration_client import Client, Server, make_user, times

PATIENCE_S = 60
TEXTS = {"title": {"zh": "内部赛", "en": "Closed"}, "summary": {"zh": "一天"}, "description": {"zh": "说明"}, "venue": {"zh": "公园"}}
PDF = b"%PDF-1.7\n"


class Places(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        for name, role in (("organiser", "organiser"), ("captain", "user"), ("member", "user"), ("stranger", "user")):
            make_user(cls.server, name, role)
        cls.server.start()
        cls.organiser, cls.captain, cls.member, cls.stranger = (
            Client(cls.server.port).sign_in(name) for name in ("organiser", "captain", "member", "stranger"))

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def make_event(self, slug, form=None, **more):
        event = self.organiser.must("POST", "/events", {
            **TEXTS, "slug": slug, "type": "COMPETITION", "visibility": "PUBLIC", "mode": "TEAM", **times(), "team_min": 1, "team_max": 3,
            "review_stages": 0, "hold_policy": "AT_SUBMIT", **more})
        self.organiser.must("POST", f"/organiser/events/{event['id']}/divisions", {"code": "A", "name": {"zh": "甲组"}})
        if form:
            self.organiser.must("PUT", f"/organiser/events/{event['id']}/forms/member", form)
        self.organiser.must("POST", f"/organiser/events/{event['id']}/publish", {})
        return self.organiser.must("GET", f"/organiser/events/{event['id']}")

    def first_frame(self, name):
        """What a page that subscribes by this name is told; None: nothing, until it subscribes to what everybody may."""
        public = self.public["live"]
        socket = websocket.create_connection(f"ws://127.0.0.1:{self.server.port}/api/v1/live", timeout=PATIENCE_S)
        try:
            socket.send(json.dumps({"subscribe": name}))
            socket.send(json.dumps({"subscribe": public}))
            return json.loads(socket.recv())["event"]
        finally:
            socket.close()

    def test_a_private_event_keeps_documents_and_places_to_those_let_in(self):
        type(self).public = self.make_event("for-all")
        event = self.make_event("closed", visibility="PRIVATE", passcode="open sesame")
        self.assertEqual(self.public["id"], self.public["live"])
        self.assertNotEqual(event["id"], event["live"])
        document = self.organiser.must("POST", f"/organiser/events/{event['id']}/documents", {
            "kind": "WAIVER", "title": {"zh": "免责"}, "text": {"zh": "只给参赛者看"}})
        anonymous = Client(self.server.port)
        for name in ("closed", event["id"]):
            for who in (anonymous, self.stranger):
                self.assertEqual(403, who.call("GET", f"/events/{name}/documents")[0])
                told = who.must("GET", f"/events/{name}")
                self.assertTrue(told["locked"])
                self.assertNotIn("live", told)
                self.assertNotIn("documents", told)
        for name in (event["id"], "closed", event["live"][:-1]):
            self.assertEqual(self.public["id"], self.first_frame(name), name)
        self.captain.must("POST", "/events/closed/access", {"passcode": "open sesame"})
        mine = self.captain.must("GET", "/me/events/closed")
        self.assertEqual((event["live"], [document["id"]]), (mine["live"], [one["id"] for one in mine["documents"]]))
        self.assertEqual("只给参赛者看", self.captain.must("GET", "/events/closed/documents")[0]["text"]["zh"])
        self.assertEqual(event["id"], self.first_frame(mine["live"]))
        # Its id is told with an invitation, before anybody is let in.
        self.assertEqual("只给参赛者看", anonymous.must("GET", f"/events/closed/documents/{document['id']}")["text"]["zh"])
        self.assertEqual(200, anonymous.call("GET", "/events/for-all/documents")[0])

    def upload(self, client, data):
        client.connection.request("POST", "/api/v1/files?purpose=answer", data,
                                  {"Authorization": "Bearer " + client.token, "Content-Type": "application/octet-stream"})
        answer = client.connection.getresponse()
        text = answer.read()
        self.assertEqual(201, answer.status, text)
        return json.loads(text)["data"]["id"]

    def test_what_was_wrong_with_a_file_is_told_to_who_gave_it_and_to_the_captain(self):
        event = self.make_event("papers", {"fields": [{"key": "proof", "type": "file", "label": {"zh": "证明"}, "required": True}]})
        division = event["divisions"][0]["id"]
        team = self.captain.must("POST", f"/events/{event['id']}/teams", {
            "name": "甲队", "division": division, "member": {"name": "队长", "consent": True, "answers": {"proof": [self.upload(self.captain, PDF)]}}})
        code = self.captain.must("POST", f"/teams/{team['id']}/invites", {"kind": "CODE", "max_uses": 1})["code"]
        self.member.must("POST", "/invites/join", {
            "code": code, "name": "队员", "consent": True, "answers": {"proof": [self.upload(self.member, PDF + b"2")]}})
        registration = self.captain.must("POST", f"/teams/{team['id']}/submit", {})
        files = self.organiser.must("GET", f"/organiser/registrations/{registration['id']}/files")
        self.assertEqual(2, len(files))
        mine = self.member.must("GET", f"/teams/{team['id']}/files")
        self.assertEqual([("PENDING", None)], [(one["state"], one["reason"]) for one in mine])
        self.organiser.must("POST", f"/organiser/events/{event['id']}/answer-files/{mine[0]['id']}/review",
                            {"state": "REJECTED", "reason": "照片不清晰"}, {"If-Match": f'"{mine[0]["rev"]}"'})
        told = [("REJECTED", "照片不清晰", mine[0]["member"])]
        shown = lambda client: [(one["state"], one["reason"], one["member"]) for one in client.must("GET", f"/teams/{team['id']}/files")
                                if one["state"] == "REJECTED"]
        self.assertEqual(told, shown(self.member))
        self.assertEqual(told, shown(self.captain))
        self.assertEqual(2, len(self.captain.must("GET", f"/teams/{team['id']}/files")))
        self.assertEqual(404, self.stranger.call("GET", f"/teams/{team['id']}/files")[0])
        self.assertEqual(401, Client(self.server.port).call("GET", f"/teams/{team['id']}/files")[0])

    def test_an_organiser_imports_into_an_event_that_takes_places_at_the_founding_behind_a_queue(self):
        event = self.make_event("rush", hold_policy="AT_CREATE", admission="RATE", admission_rate=1, waitlist_enabled=True)
        connection = self.organiser.connection
        connection.request("POST", f"/api/v1/organiser/events/{event['id']}/imports?mode=each&submit=true",
                           "队伍名称,组别,姓名,已同意条款\n一队,甲组,张三,是\n二队,甲组,李四,是\n".encode("utf-8-sig"),
                           {"Authorization": "Bearer " + self.organiser.token, "Content-Type": "application/octet-stream"})
        answer = connection.getresponse()
        text = answer.read()
        self.assertEqual(201, answer.status, text)
        job = json.loads(text)["data"]
        deadline = time.monotonic() + PATIENCE_S
        while job["state"] in ("QUEUED", "RUNNING"):
            self.assertLess(time.monotonic(), deadline, job)
            time.sleep(0.1)
            job = self.organiser.must("GET", f"/organiser/events/{event['id']}/imports/{job['id']}")
        errors = self.organiser.must("GET", f"/organiser/events/{event['id']}/imports/{job['id']}/errors")
        self.assertEqual(("DONE", 2, 0), (job["state"], job["done"], job["failed"]), errors)
        self.assertEqual(2, self.organiser.must("GET", f"/organiser/events/{event['id']}/figures")["confirmed"])
        # Captains still wait for their turn.
        refused = self.captain.call("POST", f"/events/{event['id']}/teams", {
            "name": "三队", "division": event["divisions"][0]["id"], "member": {"name": "队长", "consent": True}})
        self.assertEqual((403, "ADMISSION_REQUIRED"), (refused[0], refused[1]["code"]))
        self.assertIn("quotas, teams, registrations and answers agree", self.server.cli("doctor", "--json")[1])


if __name__ == "__main__":
    unittest.main()
