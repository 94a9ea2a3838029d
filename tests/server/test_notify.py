"""Mail and SMS out of the real binary: a real mail server, and an SMS interface that checks signatures."""

import json
import re
import subprocess
import time
import unittest

from binary import BINARY, Server
from fake_sms import FakeSms
from mail_server import MailServer


def doctor_row(server, check):
    done = subprocess.run([BINARY, "--data", server.data, "doctor", "--json"], text=True, capture_output=True, timeout=60, check=False)
    rows = json.loads(done.stdout)
    return next(row for row in rows if row["check"] == check)


def wait_for(look, timeout_s=40):
    deadline = time.monotonic() + timeout_s
    while True:
        found = look()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.2)


def component(server, name):
    _, _, health = server.request("GET", "/health")
    return next(one for one in health["data"]["components"] if one["name"] == name)


class Mail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mail = MailServer().__enter__()
        cls.server = Server(*cls.mail.options()).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)
        cls.mail.__exit__(None, None, None)

    def ask(self, to, locale="zh-CN", purpose="sign-in"):
        status, _, body = self.server.request("POST", "/api/v1/auth/code", {"channel": "email", "to": to, "purpose": purpose},
                                              headers={"Accept-Language": locale})
        self.assertEqual(status, 202, body)

    def test_doctor_speaks_to_the_mail_server(self):
        self.assertEqual(doctor_row(self.server, "mail")["state"], "ok")
        self.assertEqual(doctor_row(self.server, "authorities")["state"], "ok")

    def test_a_code_goes_out_and_signs_in(self):
        for locale, subject in (("zh-CN", r"登录验证码 \d{6}"), ("en", r"Your sign-in code \d{6}")):
            with self.subTest(locale=locale):
                to = f"li-{locale.lower()}@example.net"
                self.ask(to, locale)
                sender, recipients, message = self.mail.next()
                self.assertEqual((sender, recipients), ("noreply@team.example.org", [to]))
                self.assertRegex(message["Subject"], subject)
                self.assertEqual(message["From"].addresses[0].display_name, "圆桌报名")
                self.assertEqual(message["To"], to)
                text = message.get_content()
                code = re.search(r"\d{6}", text).group()
                self.assertIn("Roundtable", text)
                status, _, body = self.server.request("POST", "/api/v1/auth/code/sign-in", {"channel": "email", "to": to, "code": code, "client": "native"})
                self.assertEqual(status, 201, body)
                self.assertNotIn(code, "".join(self.server.lines))
                self.assertNotIn(to, "".join(self.server.lines))

    def test_what_is_refused_for_later_is_sent_later_and_for_good_is_given_up(self):
        self.mail.handler.replies.append("451 4.3.0 later")
        self.ask("later@example.net")
        self.assertEqual(self.mail.next()[1], ["later@example.net"])
        self.mail.handler.refuse["nobody@"] = "550 5.1.1 no such user"
        self.ask("nobody@example.net")
        self.assertTrue(wait_for(lambda: doctor_row(self.server, "outbox")["state"] == "warn"))
        self.assertTrue(wait_for(lambda: component(self.server, "outbox")["status"] == "warn"))
        log = "".join(self.server.lines)
        self.assertIn("550 5.1.1", log)
        self.assertNotIn("nobody@", log)


class Broken(unittest.TestCase):
    def test_a_wrong_password_is_the_operators_matter(self):
        with MailServer() as mail, Server(*mail.options(**{"notify.smtp_password": "wrong"})) as server:
            row = doctor_row(server, "mail")
            self.assertEqual(row["state"], "fail")
            self.assertIn("535", row["detail"])
            self.assertEqual(mail.sign_ins[-1][1], False)

    def test_without_our_authority_nothing_is_said_to_the_mail_server(self):
        with MailServer() as mail:
            options = [word if "ca.pem" not in word else "outgoing.extra_ca_file=" for word in mail.options()]
            with Server(*options) as server:
                row = doctor_row(server, "mail")
                self.assertEqual(row["state"], "fail")
                self.assertIn("TLS", row["detail"])
                self.assertEqual(mail.sign_ins, [])

    def test_a_configuration_that_cannot_work_is_refused_at_the_start(self):
        for options, word in ((["--set", "notify.smtp_host=127.0.0.1"], "notify.mail_from"),
                              (["--set", "notify.sms_provider=tencent"], "notify.sms_secret_id"),
                              (["--set", "notify.smtp_host=127.0.0.1", "--set", "notify.mail_from=a@b.org", "--set", "notify.smtp_security=none",
                                "--set", "notify.smtp_user=x"], "notify.smtp_security")):
            with self.subTest(word=word):
                server = Server(*options)
                with self.assertRaises(AssertionError) as raised:
                    server.start()
                server.process.wait(10)
                self.assertIn(word, str(raised.exception))


class Sms(unittest.TestCase):
    def test_a_code_goes_out_signed_and_signs_in(self):
        with FakeSms() as sms, Server(*sms.options()) as server:
            sms.answers.append("InternalError.Timeout")  # the first try fails; it comes again
            status, _, body = server.request("POST", "/api/v1/auth/code", {"channel": "phone", "to": "13800138000", "purpose": "sign-in"})
            self.assertEqual(status, 202, body)
            action, message = sms.sent.get(timeout=40)
            self.assertEqual((action, message["PhoneNumberSet"], message["TemplateId"]), ("SendSms", ["+8613800138000"], "449739"))
            code, minutes = message["TemplateParamSet"]
            self.assertTrue(int(minutes) > 0)
            status, _, body = server.request("POST", "/api/v1/auth/code/sign-in", {"channel": "phone", "to": "13800138000", "code": code, "client": "native"})
            self.assertEqual(status, 201, body)
            log = "".join(server.lines)
            self.assertNotIn("13800138000", log)
            self.assertNotIn(code, log)


if __name__ == "__main__":
    unittest.main()
