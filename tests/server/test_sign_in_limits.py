"""What counts against an address when people sign in: a school or a carrier behind one is not shut out by those who succeed, guessers are."""

import unittest

from binary import PASSWORD, Server
from fake_wechat import FakeWechat

FAST = ("--set", "auth.bcrypt_cost=4")


def limit(name, value):
    return "--set", f"limits.{name}={value}"


class SignInLimits(unittest.TestCase):
    def login(self, server, name, password=PASSWORD):
        status, headers, body = server.request("POST", "/api/v1/auth/login", {"login_name": name, "password": password})
        return status, body, headers

    def register(self, server, name):
        return server.request("POST", "/api/v1/auth/register", {"login_name": name, "password": PASSWORD, "display_name": name})[0]

    def test_right_passwords_do_not_count_and_wrong_ones_do(self):
        with Server(*FAST, *limit("sign_in_per_15min", 5), limits=True) as server:
            server.make_account("lin", "user")
            for _ in range(20):
                status, body, headers = self.login(server, "lin")
                self.assertEqual(200, status, body)
                self.assertEqual(("5", "5"), (headers["RateLimit-Limit"], headers["RateLimit-Remaining"]))
            # Other names each time: the delay of one account is not what is meant here.
            answers = [self.login(server, f"nobody{i}", "wrong password")[0] for i in range(6)]
            self.assertEqual([401] * 5 + [429], answers)
            self.assertEqual(429, self.login(server, "lin")[0])

    def test_making_accounts_counts_whether_it_succeeds_or_not(self):
        with Server(*FAST, *limit("sign_in_per_15min", 3), limits=True) as server:
            self.assertEqual([201, 201, 201, 429], [self.register(server, f"pupil{i}") for i in range(4)])

    def test_by_default_a_class_makes_its_accounts_and_a_guesser_is_delayed_before_the_limit(self):
        with Server(*FAST, limits=True) as server:
            self.assertEqual({201}, {self.register(server, f"pupil{i}") for i in range(40)})
            self.assertEqual({200}, {self.login(server, f"pupil{i % 40}")[0] for i in range(120)})
            answers = [self.login(server, f"nobody{i}", "wrong password") for i in range(52)]
            self.assertEqual([401] * 51 + [429], [status for status, _, _ in answers])
            # The growing delay of an address (50 are free), not the limit of the class, which has 8 left.
            self.assertLess(int(answers[-1][2]["Retry-After"]), 5)

    def test_a_school_opens_the_mini_program_at_once(self):
        with FakeWechat() as wechat:
            with Server(*wechat.options(), *limit("sign_in_per_15min", 2), *limit("token_address_per_15min", 20), limits=True) as server:
                answers = [server.request("POST", "/api/v1/auth/wechat/mini", {"code": f"ok-pupil{i}"})[0] for i in range(19)]
                self.assertEqual([201] * 19, answers)
                self.assertEqual(302, server.request("GET", "/api/v1/auth/wechat/web/start?return=/events/x")[0])
                self.assertEqual(429, server.request("POST", "/api/v1/auth/wechat/mini", {"code": "ok-late"})[0])

    def test_by_default_more_than_a_hundred_do(self):
        with FakeWechat() as wechat, Server(*wechat.options(), limits=True) as server:
            answers = [server.request("POST", "/api/v1/auth/wechat/mini", {"code": f"ok-pupil{i}"})[0] for i in range(130)]
            self.assertEqual([201] * 130, answers)

    def test_second_steps_are_apart_from_passwords(self):
        with Server(*FAST, *limit("sign_in_per_15min", 2), "--set", "auth.staff_second_step=always", limits=True) as server:
            server.command("user", "create", "boss", "--role", "admin", "--password-stdin", text=PASSWORD + "\n")
            for _ in range(5):
                status, body, _ = self.login(server, "boss")
                self.assertEqual(200, status, body)
                token = body["data"]["second_step"]["token"]
                self.assertEqual(200, server.request("POST", "/api/v1/auth/second-step/enrol", {"token": token})[0])
                self.assertEqual(422, server.request("POST", "/api/v1/auth/second-step/confirm", {"token": token, "code": "000000"})[0])


class DelayedAddresses(unittest.TestCase):
    def test_an_administrator_sees_the_address_that_waits_and_lets_it_in(self):
        with Server(*FAST, "--set", "server.trusted_proxies=127.0.0.1") as server:
            boss = server.make_account("boss", "admin")
            school = {"X-Forwarded-For": "203.0.113.7"}

            def login(name, password):
                return server.request("POST", "/api/v1/auth/login", {"login_name": name, "password": password}, headers=school)[0]

            def listed():
                status, _, body = server.request("GET", "/api/v1/admin/delayed-addresses", token=boss)
                self.assertEqual(200, status, body)
                return body["data"]

            for i in range(50):
                self.assertEqual(401, login(f"nobody{i}", "wrong password"))
            self.assertEqual([], listed())  # all of them were free
            self.assertEqual(401, login("nobody50", "wrong password"))
            row = listed()[0]
            self.assertEqual(("203.0.113.7", 51), (row["address"], row["attempts"]))
            self.assertGreater(row["wait_s"], 0)
            while login("nobody51", "wrong password") != 429:
                pass
            path = f"/api/v1/admin/delayed-addresses/{row['id']}/unlock"
            lin = server.make_account("lin", "user")
            self.assertEqual(403, server.request("POST", path, token=lin)[0])
            self.assertEqual(204, server.request("POST", path, token=boss)[0])
            self.assertEqual([], listed())
            self.assertEqual(200, login("lin", PASSWORD))
            self.assertEqual(404, server.request("POST", f"/api/v1/admin/delayed-addresses/{'0' * 32}/unlock", token=boss)[0])
            told = server.request("GET", "/api/v1/admin/audit?action=address.unlock", token=boss)[2]["data"]
            self.assertEqual([("boss", {"network": "203.0.113.0/24"})], [(one["actor"], one["after"]) for one in told])


if __name__ == "__main__":
    unittest.main()
