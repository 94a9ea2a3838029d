"""What an organiser tells people goes to the mail address of their account, unless they do not want it."""

import re
import subprocess
import unittest

from binary import BINARY, Server
from mail_server import MailServer
from registration_client import PASSWORD, times


class Mails(unittest.TestCase):
    def setUp(self):
        self.mail = self.enterContext(MailServer())
        self.server = self.enterContext(Server(*self.mail.options()))

    def must(self, token, method, path, body=None, headers=None):
        status, _, answer = self.server.request(method, "/api/v1" + path, body, headers={"Authorization": "Bearer " + token, **(headers or {})})
        self.assertLess(status, 300, answer)
        return answer["data"] if answer else None

    def person(self, address):
        self.server.request("POST", "/api/v1/auth/code", {"channel": "email", "to": address, "purpose": "sign-in"})
        code = re.search(r"\d{6}", self.mail.next()[2].get_content()).group()
        _, _, answer = self.server.request("POST", "/api/v1/auth/code/sign-in",
                                           {"channel": "email", "to": address, "code": code, "client": "native"})
        return answer["data"]["access_token"]

    def organiser(self):
        subprocess.run([BINARY, "--data", self.server.data, "user", "create", "organiser", "--role", "organiser", "--password-stdin"],
                       input=PASSWORD + "\n", text=True, check=True, capture_output=True, timeout=60)
        _, _, answer = self.server.request("POST", "/api/v1/auth/login", {"login_name": "organiser", "password": PASSWORD, "client": "native"})
        return answer["data"]["access_token"]

    def test_an_announcement_is_mailed_once_to_who_wants_it(self):
        organiser = self.organiser()
        event = self.must(organiser, "POST", "/events", {"title": {"zh": "定向赛"}, "slug": "mails", "team_min": 1, "team_max": 1,
                                                         "review_stages": 1, **times()})
        division = self.must(organiser, "POST", f"/organiser/events/{event['id']}/divisions", {"code": "a", "name": {"zh": "甲组"}})
        self.must(organiser, "POST", f"/organiser/events/{event['id']}/publish", {})
        wants, not_so = self.person("li@example.net"), self.person("han@example.net")
        for token, name in ((wants, "飞虎队"), (not_so, "闪电队")):
            team = self.must(token, "POST", f"/events/{event['id']}/teams", {"division": division["id"], "name": name,
                                                                            "member": {"name": "李雷", "consent": True}})
            self.must(token, "POST", f"/teams/{team['id']}/submit", {})
        told = sorted(self.mail.next()[1][0] for _ in range(2))
        self.assertEqual(told, ["han@example.net", "li@example.net"], "both are told that they have submitted")
        self.must(not_so, "PATCH", "/me/message-preferences", {"announcements": False}, {"If-Match": '"0"'})
        self.must(organiser, "POST", f"/organiser/events/{event['id']}/announcements", {
            "subject": {"zh": "集合时间"}, "body": {"zh": "八点\n南门"}, "audience": "MEMBERS", "filter": {}})
        _, recipients, message = self.mail.next()
        self.assertEqual((recipients, message["Subject"]), (["li@example.net"], "集合时间"))
        self.assertIn("八点\n南门", message.get_content().replace("\r\n", "\n"))
        self.must(organiser, "POST", f"/organiser/events/{event['id']}/bulk", {"action": "REJECT", "reason": "名额有限", "filter": {}})
        rejected = [self.mail.next() for _ in range(2)]
        self.assertEqual({one[2]["Subject"] for one in rejected}, {"报名未通过：定向赛"})
        self.assertIn("原因：名额有限", rejected[0][2].get_content())

    def test_an_invitation_to_an_address_without_an_account_is_mailed(self):
        organiser = self.organiser()
        event = self.must(organiser, "POST", "/events", {"title": {"zh": "定向赛"}, "slug": "invited", "team_min": 1, "team_max": 3,
                                                         "review_stages": 0, **times()})
        division = self.must(organiser, "POST", f"/organiser/events/{event['id']}/divisions", {"code": "a", "name": {"zh": "甲组"}})
        self.must(organiser, "POST", f"/organiser/events/{event['id']}/publish", {})
        captain, friend = self.person("li@example.net"), self.person("han@example.net")
        team = self.must(captain, "POST", f"/events/{event['id']}/teams", {"division": division["id"], "name": "飞虎队",
                                                                           "member": {"name": "李雷", "consent": True}})
        for address in ("new@example.net", "han@example.net"):
            self.must(captain, "POST", f"/teams/{team['id']}/invites", {"kind": "DIRECT", "target": address})
        mails = dict((recipients[0], message) for _, recipients, message in (self.mail.next() for _ in range(2)))
        self.assertEqual(sorted(mails), ["han@example.net", "new@example.net"], "each once: the one by the inbox, the other for lack of one")
        self.assertEqual(mails["new@example.net"]["Subject"], "飞虎队 邀请您参加 定向赛")
        self.assertIn("/invitations", mails["new@example.net"].get_content())
        # Who registers with the address finds the invitation there.
        found = self.must(self.person("new@example.net"), "GET", "/me/invitations")
        self.assertEqual([one["team"]["name"] for one in found], ["飞虎队"])
        self.assertEqual(len(self.must(friend, "GET", "/me/invitations")), 1)


if __name__ == "__main__":
    unittest.main()
