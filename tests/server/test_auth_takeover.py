"""What somebody gets who has an access token, a spent cookie or an old link of another person: nothing that lasts."""

import json
import queue
import re
import time
import unittest

from binary import PASSWORD, Server
from fake_sms import FakeSms
from mail_server import MailServer
from test_auth_second_step import STEP, totp

OTHER_PASSWORD = "staple the battery horse"
CHEAP = ["--set", "auth.bcrypt_cost=4"]


class WithMail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mail = MailServer().__enter__()
        cls.sms = FakeSms().__enter__()
        cls.server = Server(*cls.mail.options(), *cls.sms.options(), *CHEAP, "--set", "notify.sms_template_notice=449740").__enter__()
        cls.letters = []
        cls.admin = cls.server.make_account("boss", "admin")

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)
        cls.sms.__exit__(None, None, None)
        cls.mail.__exit__(None, None, None)

    def post(self, path, body, token=None):
        status, _, answer = self.server.request("POST", f"/api/v1{path}", body, token=token)
        return status, answer

    def get(self, path, token):
        status, _, answer = self.server.request("GET", f"/api/v1{path}", token=token)
        self.assertEqual(200, status, answer)
        return answer

    def letter(self, to, word):
        """The text of a mail to `to` with `word` in it, whichever order they come in."""
        deadline = time.monotonic() + 40
        while True:
            for one in self.letters:
                if one[0] == to and word in one[1]:
                    self.letters.remove(one)
                    return one[1]
            _, recipients, message = self.mail.next(max(deadline - time.monotonic(), 0.1))
            self.letters.append((recipients[0], message["Subject"] + "\n" + message.get_body(preferencelist=("plain",)).get_content()))

    def code_for(self, to, purpose, token=None):
        channel = "email" if "@" in to else "phone"
        body = {"channel": channel, "purpose": purpose, **({} if purpose == "confirm" else {"to": to})}
        status, answer = self.post("/auth/code", body, token)
        deadline = time.monotonic() + 90
        while status == 429 and time.monotonic() < deadline:  # a minute has to pass between two to one address
            time.sleep(2)
            status, answer = self.post("/auth/code", body, token)
        self.assertEqual(202, status, answer)
        if channel == "email":
            return re.search(r"(?<!\d)\d{6}(?!\d)", self.letter(to, "验证码")).group(0)
        while True:
            _, message = self.sms.sent.get(timeout=40)
            if message["TemplateId"] == "449739":
                return message["TemplateParamSet"][0]

    def proved(self, to, purpose, token=None):
        return {"channel": "email" if "@" in to else "phone", "to": to, "code": self.code_for(to, purpose, token)}

    def identities(self, name):
        found = self.get(f"/admin/users?q={name}", self.admin)["data"]
        return self.get(f"/admin/users/{found[0]['id']}", self.admin)["data"]

    def token_of_program(self, token, name="probe", **proof):
        body = {"name": name, "permissions": ["server.view"], **proof}
        return self.post("/me/tokens", body, token)

    def test_an_access_token_alone_adds_nothing_and_the_owner_is_told(self):
        token = self.server.make_account("lin", "user")
        mine = self.proved("lin@example.org", "verify", token)
        self.assertEqual(422, self.post("/me/identities", mine, token)[0])
        self.assertEqual(401, self.post("/me/identities", {**mine, "password": "not the password"}, token)[0])
        self.assertEqual(201, self.post("/me/identities", {**mine, "password": PASSWORD}, token)[0])
        # An address of a moment ago is no proof beside the password that was there before.
        status, answer = self.post("/auth/code", {"channel": "email", "purpose": "confirm"}, token)
        self.assertEqual((409, "INVALID_STATE"), (status, answer["code"]))
        self.assertEqual(["password"], self.get("/me/identities", token)["meta"]["prove_by"])
        phone = self.proved("13800138101", "verify", token)
        self.assertEqual(422, self.post("/me/identities", phone, token)[0])
        self.assertEqual(201, self.post("/me/identities", {**phone, "password": PASSWORD}, token)[0])
        self.assertIn("138****8101", self.letter("lin@example.org", "新增"))
        listed = self.get("/me/identities", token)["data"]
        email = next(one["id"] for one in listed if one["kind"] == "EMAIL")
        self.assertEqual(204, self.post(f"/me/identities/{email}/remove", {"password": PASSWORD}, token)[0])
        self.assertIn("l***@example.org", self.letter("lin@example.org", "解绑"))
        texts = []
        while True:
            try:
                texts.append(self.sms.sent.get(timeout=20)[1])
            except queue.Empty:
                break
            if "解绑" in texts[-1]["TemplateParamSet"][0]:
                break
        self.assertTrue(any("解绑" in one["TemplateParamSet"][0] for one in texts), texts)

    def test_without_a_password_the_older_address_is_the_proof(self):
        to = "wu@example.org"
        status, answer = self.post("/auth/code/sign-in", self.proved(to, "sign-in"))
        self.assertEqual(201, status, answer)
        token = answer["data"]["access_token"]
        phone = self.proved("13800138102", "verify", token)
        self.assertEqual(422, self.post("/me/identities", phone, token)[0])
        # The code that anybody may have sent to the address a moment ago does not stand in the way of this one.
        confirm = self.code_for(to, "confirm", token)
        self.assertEqual(201, self.post("/me/identities", {**phone, "confirm_code": confirm}, token)[0])
        self.letter(to, "新增")
        self.assertEqual(["email"], self.get("/me/identities", token)["meta"]["prove_by"])
        status, answer = self.post("/auth/code", {"channel": "phone", "purpose": "confirm"}, token)
        self.assertEqual((409, "INVALID_STATE"), (status, answer["code"]))

    def test_the_oldest_way_back_outlives_those_after_it(self):
        token = self.server.make_account("suzhou", "admin")
        mine, thief, thief2 = "suzhou@example.org", "thief1@example.org", "thief2@example.org"
        who = {"password": PASSWORD}
        self.assertEqual(201, self.post("/me/identities", {**self.proved(mine, "verify", token), **who}, token)[0])

        def change(old, new):
            self.assertEqual(200, self.post("/me/identities/change", {**self.proved(new, "change", token), **who}, token)[0])
            return re.search(r"/account/undo\?token=([\w-]+)", self.letter(old, "已更换")).group(1)

        first = change(mine, thief)
        # What the thief builds up besides.
        self.assertEqual(201, self.post("/me/identities", {**self.proved("13800138103", "verify", token), **who}, token)[0])
        status, answer = self.token_of_program(token, **who)
        self.assertEqual(201, status, answer)
        program = answer["data"]["token"]
        self.assertEqual(200, self.server.request("GET", "/api/v1/admin/figures", token=program)[0])
        secret = self.post("/me/totp", who, token)[1]["data"]["secret"]
        self.assertEqual(200, self.post("/me/totp/confirm", {"code": totp(secret, int(time.time()) // STEP)}, token)[0])
        second = change(thief, thief2)

        self.assertEqual(204, self.post("/auth/undo", {"token": second})[0])
        self.assertEqual(204, self.post("/auth/undo", {"token": first})[0])
        self.assertEqual(410, self.post("/auth/undo", {"token": first})[0])
        account = self.identities("suzhou")
        self.assertEqual(["s***@example.org"], [one["shown"] for one in account["identities"]])
        self.assertFalse(account["second_step"])
        self.assertEqual(401, self.server.request("GET", "/api/v1/admin/figures", token=program)[0])

    def test_api_tokens_end_with_what_ends_a_thief(self):
        to = "hangzhou@example.org"
        token = self.server.make_account("hangzhou", "admin")
        who = {"password": PASSWORD}
        self.assertEqual(201, self.post("/me/identities", {**self.proved(to, "verify", token), **who}, token)[0])
        self.assertEqual(422, self.token_of_program(token)[0])
        self.assertEqual(401, self.token_of_program(token, password="not the password")[0])

        def program(access):
            status, answer = self.token_of_program(access, "夜间导出", **who)
            self.assertEqual(201, status, answer)
            self.assertIn("夜间导出", self.letter(to, "令牌"))
            return answer["data"]["token"]

        def good(one):
            return self.server.request("GET", "/api/v1/admin/figures", token=one)[0] == 200

        kept = program(token)
        body = {"current_password": PASSWORD, "password": PASSWORD}
        token = self.post("/me/password", body, token)[1]["data"]["access_token"]
        self.assertTrue(good(kept))
        token = self.post("/me/password", {**body, "tokens": True}, token)[1]["data"]["access_token"]
        self.assertFalse(good(kept))
        left = program(token)
        self.assertEqual(204, self.post("/auth/logout-everywhere", {"tokens": True}, token)[0])
        self.assertFalse(good(left))
        token = self.post("/auth/login", {"login_name": "hangzhou", "password": PASSWORD})[1]["data"]["access_token"]
        last = program(token)
        # Who has guessed in the owner's name does not keep him out after a reset.
        answers = []
        while 429 not in answers and len(answers) < 20:
            answers.append(self.post("/auth/login", {"login_name": "hangzhou", "password": "not the password"})[0])
        self.assertEqual(429, answers[-1], answers)
        self.assertEqual(204, self.post("/auth/reset", {**self.proved(to, "reset"), "password": OTHER_PASSWORD})[0])
        self.assertFalse(good(last))
        self.assertEqual(200, self.post("/auth/login", {"login_name": "hangzhou", "password": OTHER_PASSWORD})[0])

    def test_the_spellings_of_a_number_are_delayed_alike_whether_or_not_somebody_has_it(self):
        token = self.server.make_account("ningbo", "user")
        body = {**self.proved("13800138104", "verify", token), "password": PASSWORD}
        self.assertEqual(201, self.post("/me/identities", body, token)[0])
        for number in ("13800138104", "13900139104"):
            spellings = [number, "+86 " + number, f"{number[:3]}-{number[3:7]}-{number[7:]}", "0086" + number]
            answers = []
            while 429 not in answers and len(answers) < 16:
                typed = spellings[len(answers) % len(spellings)]
                answers.append(self.post("/auth/login", {"login_name": typed, "password": "not the password"})[0])
            self.assertEqual(429, answers[-1], (number, answers))

    def test_an_administrator_ends_an_account_as_its_owner_may(self):
        token = self.server.make_account("wenzhou", "user")
        user = self.get("/me", token)["data"]["id"]
        self.assertEqual(403, self.post(f"/admin/users/{user}/delete", None, token)[0])
        boss = self.get("/me", self.admin)["data"]["id"]
        self.assertEqual(409, self.post(f"/admin/users/{boss}/delete", None, self.admin)[0])
        status, answer = self.post(f"/admin/users/{user}/delete", None, self.admin)
        self.assertEqual(200, status, answer)
        self.assertEqual(401, self.server.request("GET", "/api/v1/me", token=token)[0])
        self.assertEqual(answer["data"]["delete_at"], self.identities("wenzhou")["delete_at"])
        other = self.server.make_account("jinhua", "user")
        user = self.get("/me", other)["data"]["id"]
        planned = json.loads(self.server.command("user", "delete", user, "--yes", "--json"))
        self.assertEqual(planned["delete_at"], self.identities("jinhua")["delete_at"])
        self.assertEqual(401, self.server.request("GET", "/api/v1/me", token=other)[0])


class Sessions(unittest.TestCase):
    def test_a_spent_cookie_gives_a_program_nothing(self):
        with Server(*CHEAP) as server:
            server.make_account("lin", "user")
            ours = {"Sec-Fetch-Site": "same-origin"}
            body = {"login_name": "lin", "password": PASSWORD, "client": "browser"}
            _, headers, _ = server.request("POST", "/api/v1/auth/login", body, headers=ours)
            spent = headers["Set-Cookie"].split(";")[0]
            status, headers, _ = server.request("POST", "/api/v1/auth/refresh", headers={**ours, "Cookie": spent})
            self.assertEqual(200, status)
            live = headers["Set-Cookie"].split(";")[0]
            stolen = {"refresh_token": spent.split("=", 1)[1]}
            status, _, answer = server.request("POST", "/api/v1/auth/refresh", stolen)
            self.assertEqual((401, "TOKEN_REUSED"), (status, answer["code"]))
            self.assertEqual(401, server.request("POST", "/api/v1/auth/refresh", headers={**ours, "Cookie": live})[0])

    def test_a_password_has_eight_characters_of_any_script(self):
        with Server(*CHEAP) as server:
            for password, status in (("你我他", 422), ("清晨的第一缕阳光", 201)):
                body = {"login_name": "lin", "password": password, "display_name": "Lin"}
                self.assertEqual(status, server.request("POST", "/api/v1/auth/register", body)[0], password)


if __name__ == "__main__":
    unittest.main()
