"""Mail out of the real binary: a real mail server."""

import json
import subprocess
import unittest

from binary import BINARY, Server
from mail_server import MailServer


def doctor_row(server, check):
    done = subprocess.run([BINARY, "--data", server.data, "doctor", "--json"], text=True, capture_output=True, timeout=60, check=False)
    rows = json.loads(done.stdout)
    return next(row for row in rows if row["check"] == check)


class Mail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mail = MailServer().__enter__()
        cls.server = Server(*cls.mail.options()).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)
        cls.mail.__exit__(None, None, None)

    def test_doctor_speaks_to_the_mail_server(self):
        self.assertEqual(doctor_row(self.server, "mail")["state"], "ok")
        self.assertEqual(doctor_row(self.server, "authorities")["state"], "ok")


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


if __name__ == "__main__":
    unittest.main()
