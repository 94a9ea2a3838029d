"""Who is staff by a grant signs in with a second step where staff must: on the platform, and wherever the data or the rights of others are reached."""

import time
import unittest

from binary import PASSWORD, Server
from test_auth_second_step import STEP, totp

ALWAYS = ("--set", "auth.bcrypt_cost=4", "--set", "auth.staff_second_step=always")


def post(server, path, body=None, token=None):
    status, _, answer = server.request("POST", f"/api/v1{path}", body if body is not None else {}, token=token)
    return status, answer


class StaffByGrant(unittest.TestCase):
    def setUp(self):
        self.server = Server(*ALWAYS)
        self.server.start()
        self.addCleanup(self.server.stop)

    def create(self, name, role="user"):
        self.server.command("user", "create", name, "--role", role, "--password-stdin", text=PASSWORD + "\n")

    def login(self, name):
        status, answer = post(self.server, "/auth/login", {"login_name": name, "password": PASSWORD, "client": "native"})
        self.assertEqual(200, status, answer)
        return answer["data"]

    def enrolled(self, name):
        """Signs in, sets the second step up on the way, and returns the session."""
        waiting = self.login(name)["second_step"]
        self.assertEqual(["enrol"], waiting["methods"])
        status, answer = post(self.server, "/auth/second-step/enrol", {"token": waiting["token"]})
        self.assertEqual(200, status, answer)
        code = totp(answer["data"]["secret"], int(time.time()) // STEP)
        status, answer = post(self.server, "/auth/second-step/confirm", {"token": waiting["token"], "code": code})
        self.assertEqual(200, status, answer)
        return {**answer["data"], "code": code}

    def get(self, path, token):
        status, _, answer = self.server.request("GET", f"/api/v1{path}", token=token)
        return status, answer.get("code") if status != 200 else None

    def organisation(self):
        """An organisation of somebody who has enrolled: (token of the owner, id)."""
        self.create("owner", "organiser")
        owner = self.enrolled("owner")["access_token"]
        status, answer = post(self.server, "/organisations", {"name": "School", "slug": "school"}, owner)
        self.assertEqual(201, status, answer)
        return owner, answer["data"]["id"]

    def assert_ended(self, session):
        """The session has no second step, and the account wants one by now."""
        self.assertEqual((401, "TOKEN_EXPIRED"), self.get("/me", session["access_token"]))
        self.assertEqual(401, post(self.server, "/auth/refresh", {"refresh_token": session["refresh_token"]})[0])

    def test_a_role_on_the_platform(self):
        for role, path in (("auditor", "/admin/audit"), ("moderator", "/avalon/moderation/reports")):
            with self.subTest(role=role):
                self.create(role + "s")
                before = self.login(role + "s")
                self.server.command("user", "grant", role + "s", role, "--platform")
                self.assert_ended(before)
                session = self.enrolled(role + "s")
                self.assertEqual(200, self.get(path, session["access_token"])[0])
                gone = {"password": PASSWORD, "method": "totp", "code": "000000"}
                status, answer = post(self.server, "/me/totp/disable", gone, session["access_token"])
                self.assertEqual((409, "INVALID_STATE"), (status, answer["code"]), answer)
                self.assertEqual(200, self.get("/me", session["access_token"])[0])

    def test_a_role_in_an_organisation_that_reaches_the_data_of_others(self):
        owner, _ = self.organisation()
        for role, staff in (("manager", True), ("reviewer", True), ("finance", True), ("editor", False), ("checkin", False), ("viewer", False)):
            with self.subTest(role=role):
                self.create("a-" + role)
                before = self.login("a-" + role)
                self.server.command("user", "grant", "a-" + role, role, "--organisation", "school")
                if staff:
                    self.assert_ended(before)
                    self.assertEqual(["enrol"], self.login("a-" + role)["second_step"]["methods"])
                else:
                    self.assertEqual(200, self.get("/me", before["access_token"])[0])
                    self.assertIn("access_token", self.login("a-" + role))
        self.assertEqual(200, self.get("/me", owner)[0])

    def test_a_grant_that_grows_and_one_that_is_taken(self):
        owner, organisation = self.organisation()
        self.create("lin")
        self.server.command("user", "grant", "lin", "viewer", "--organisation", "school")
        before = self.login("lin")
        path = f"/api/v1/organisations/{organisation}/members"
        rows = self.server.request("GET", path, token=owner)[2]["data"]
        mine = next(row for row in rows if row["user"]["login_name"] == "lin")
        status, _, answer = self.server.request("PATCH", f"{path}/{mine['id']}", {"role": "reviewer"}, token=owner, headers={"If-Match": f'"{mine["rev"]}"'})
        self.assertEqual(200, status, answer)
        self.assert_ended(before)
        self.server.command("user", "revoke", "lin", "--organisation", "school")
        self.assertIn("access_token", self.login("lin"))

    def test_who_accepts_an_invitation_to_such_a_role_is_asked_next(self):
        owner, organisation = self.organisation()
        status, answer = post(self.server, f"/organisations/{organisation}/invitations", {"role": "manager"}, owner)
        self.assertEqual(201, status, answer)
        self.create("lin")
        before = self.login("lin")
        status, accepted = post(self.server, "/organisation-invitations/accept", {"token": answer["data"]["token"]}, before["access_token"])
        self.assertEqual(200, status, accepted)
        self.assert_ended(before)

    def test_who_has_a_second_step_already_stays_signed_in(self):
        self.create("lin")
        plain = self.login("lin")
        status, answer = post(self.server, "/me/totp", {"password": PASSWORD}, plain["access_token"])
        self.assertEqual(200, status, answer)
        code = totp(answer["data"]["secret"], int(time.time()) // STEP)
        self.assertEqual(200, post(self.server, "/me/totp/confirm", {"code": code}, plain["access_token"])[0])
        self.server.command("user", "grant", "lin", "auditor", "--platform")
        self.assertEqual(200, self.get("/admin/audit", plain["access_token"])[0])
        self.assertEqual(200, post(self.server, "/auth/refresh", {"refresh_token": plain["refresh_token"]})[0])

    def test_where_staff_need_none_a_grant_ends_nothing(self):
        with Server("--set", "auth.bcrypt_cost=4") as server:
            token = server.make_account("lin", "user")
            server.command("user", "grant", "lin", "auditor", "--platform")
            self.assertEqual(200, server.request("GET", "/api/v1/admin/audit", token=token)[0])


if __name__ == "__main__":
    unittest.main()
