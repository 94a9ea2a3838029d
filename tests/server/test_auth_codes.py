"""Codes and notices by mail, from the real binary to a real mail server."""

import re
import unittest

from binary import PASSWORD, Server
from mail_server import MailServer


class Codes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mail = MailServer().__enter__()
        cls.server = Server(*cls.mail.options()).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)
        cls.mail.__exit__(None, None, None)

    def post(self, path, body, token=None):
        status, _, answer = self.server.request("POST", f"/api/v1{path}", body, token=token)
        return status, answer

    def letter(self, to):
        """The text of the next mail, which must go there."""
        _, recipients, message = self.mail.next()
        self.assertEqual([to], recipients)
        return message.get_body(preferencelist=("plain",)).get_content()

    def code_for(self, to, purpose, token=None):
        status, answer = self.post("/auth/code", {"channel": "email", "to": to, "purpose": purpose}, token)
        self.assertEqual(202, status, answer)
        return re.search(r"(?<!\d)\d{6}(?!\d)", self.letter(to)).group(0)

    def sign_in(self, to, code):
        return self.post("/auth/code/sign-in", {"channel": "email", "to": to, "code": code})

    def test_a_code_outlives_a_kill_and_signs_in_once(self):
        to = "lin@example.org"
        code = self.code_for(to, "sign-in")
        server = self.server
        server.kill()
        server.start()
        status, answer = self.sign_in(to, code)
        self.assertEqual(201, status, answer)
        self.assertEqual((422, "BAD_CODE"), (self.sign_in(to, code)[0], self.sign_in(to, code)[1]["code"]))
        # A minute has to pass before the next one, and a restart does not shorten it.
        status, answer = self.post("/auth/code", {"channel": "email", "to": to, "purpose": "sign-in"})
        self.assertEqual(429, status)
        self.assertFalse(any(code in line or to in line for line in server.lines))

    def test_an_address_is_verified_and_told_of_changes(self):
        token = self.server.make_account("wuxi", "user")
        to = "wuxi@example.org"
        code = self.code_for(to, "verify", token)
        status, answer = self.post("/me/identities", {"channel": "email", "to": to, "code": code, "password": PASSWORD}, token)
        self.assertEqual(201, status, answer)
        status, answer = self.post("/me/password", {"current_password": PASSWORD, "password": "staple the battery horse"}, token)
        self.assertEqual(200, status, answer)
        self.assertNotIn("staple", self.letter(to))
        status, answer = self.post("/auth/login", {"login_name": "WUXI@example.org", "password": "staple the battery horse"})
        self.assertEqual(200, status, answer)

    def test_a_change_of_address_is_taken_back_with_the_link_of_the_mail(self):
        token = self.server.make_account("suzhou", "user")
        old, new = "suzhou@example.org", "thief@example.org"
        code = self.code_for(old, "verify", token)
        body = {"channel": "email", "to": old, "code": code, "password": PASSWORD}
        self.assertEqual(201, self.post("/me/identities", body, token)[0])
        code = self.code_for(new, "change", token)
        body = {"channel": "email", "to": new, "code": code, "password": PASSWORD}
        status, answer = self.post("/me/identities/change", body, token)
        self.assertEqual(200, status, answer)
        text = self.letter(old)
        undo = re.search(r"https://team\.example\.org/account/undo\?token=([\w-]+)", text).group(1)
        self.assertEqual(204, self.post("/auth/undo", {"token": undo})[0])
        self.assertEqual(401, self.server.request("GET", "/api/v1/me", token=token)[0])
        self.assertEqual(401, self.post("/auth/login", {"login_name": "suzhou", "password": PASSWORD})[0])


class WithoutMail(unittest.TestCase):
    def test_codes_are_refused_when_no_channel_is_set_up(self):
        with Server() as server:
            for channel, to in (("email", "lin@example.org"), ("phone", "13800138000")):
                body = {"channel": channel, "to": to, "purpose": "sign-in"}
                status, _, answer = server.request("POST", "/api/v1/auth/code", body)
                self.assertEqual((503, "CHANNEL_UNAVAILABLE"), (status, answer["code"]))


if __name__ == "__main__":
    unittest.main()
