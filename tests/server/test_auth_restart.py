"""Accounts and sessions of the real binary: across restarts and kills, and beside the command line."""

import os
import re
import stat
import unittest

from binary import PASSWORD, Server


def sign_in(server, name):
    status, _, body = server.request("POST", "/api/v1/auth/login", {"login_name": name, "password": PASSWORD, "client": "native"})
    assert status == 200, body
    return body["data"]


def renew(server, token):
    status, _, body = server.request("POST", "/api/v1/auth/refresh", {"refresh_token": token})
    return status, body


def setup_tokens(server):
    return re.findall(r"/setup\?token=([\w-]+)", "".join(server.lines))


class AuthRestart(unittest.TestCase):
    def test_sessions_outlive_a_kill(self):
        with Server() as server:
            server.make_account("lin", "user")
            session = sign_in(server, "lin")
            ended = sign_in(server, "lin")
            self.assertEqual(204, server.request("POST", "/api/v1/auth/logout", {"refresh_token": ended["refresh_token"]})[0])
            status, renewed = renew(server, session["refresh_token"])
            self.assertEqual(200, status)
            server.kill()
            server.start()
            access = renewed["data"]["access_token"]
            self.assertEqual(200, server.request("GET", "/api/v1/me", token=access)[0])
            self.assertEqual("TOKEN_EXPIRED", server.request("GET", "/api/v1/me", token=ended["access_token"])[2]["code"])
            self.assertEqual(200, renew(server, renewed["data"]["refresh_token"])[0])
            status, body = renew(server, session["refresh_token"])
            self.assertEqual((401, "TOKEN_REUSED"), (status, body["code"]))
            self.assertEqual("TOKEN_EXPIRED", server.request("GET", "/api/v1/me", token=access)[2]["code"])
            # The log has a thread of its own: the line may come after the answer.
            self.assertEqual(0, server.stop())
            self.assertTrue(any("refresh token used twice" in line for line in server.lines))
            server.start()

    def test_the_command_line_is_effective_at_once_on_a_running_server(self):
        with Server() as server:
            server.make_account("boss", "admin")
            token = server.make_account("lin", "organiser")
            self.assertEqual(403, server.request("GET", "/api/v1/admin/users", token=token)[0])
            server.command("user", "grant", "lin", "admin")
            self.assertEqual("TOKEN_EXPIRED", server.request("GET", "/api/v1/me", token=token)[2]["code"])
            token = sign_in(server, "lin")["access_token"]
            self.assertEqual(200, server.request("GET", "/api/v1/admin/users", token=token)[0])
            server.command("user", "disable", "lin")
            self.assertEqual("TOKEN_EXPIRED", server.request("GET", "/api/v1/me", token=token)[2]["code"])
            status, _, body = server.request("POST", "/api/v1/auth/login", {"login_name": "lin", "password": PASSWORD})
            self.assertEqual((403, "FORBIDDEN"), (status, body["code"]))

    def test_what_the_command_line_did_on_a_stopped_server_holds_after_the_start(self):
        with Server() as server:
            server.make_account("boss", "admin")
            session = sign_in(server, "boss")
            server.make_account("lin", "user")
            other = sign_in(server, "lin")
            server.stop()
            server.command("user", "set-password", "lin", "--password-stdin", text="staple the battery horse\n")
            server.start()
            self.assertEqual("TOKEN_EXPIRED", server.request("GET", "/api/v1/me", token=other["access_token"])[2]["code"])
            self.assertEqual(401, renew(server, other["refresh_token"])[0])
            self.assertEqual(200, server.request("GET", "/api/v1/me", token=session["access_token"])[0])

    def test_the_set_up_link_is_new_at_every_start_until_there_is_an_administrator(self):
        wanted = {"login_name": "boss", "password": PASSWORD, "display_name": "Boss", "client": "native"}
        with Server() as server:
            server.stop()
            server.start()
            first, second = setup_tokens(server)
            self.assertNotEqual(first, second)
            self.assertEqual(410, server.request("POST", "/api/v1/auth/setup", {"token": first, **wanted})[0])
            status, _, body = server.request("POST", "/api/v1/auth/setup", {"token": second, **wanted})
            self.assertEqual((201, "admin"), (status, body["data"]["user"]["role"]))
            self.assertEqual(409, server.request("POST", "/api/v1/auth/setup", {"token": second, **wanted})[0])
            server.stop()
            server.start()
            self.assertEqual(2, len(setup_tokens(server)))

    def test_secrets_are_private_and_stay_out_of_the_log(self):
        with Server() as server:
            token = server.make_account("lin", "user")
            session = sign_in(server, "lin")
            renew(server, session["refresh_token"])
            key = os.path.join(server.data, "keys", "jwt.key")
            self.assertEqual(0o600, stat.S_IMODE(os.stat(key).st_mode))
            with open(key, encoding="ascii") as file:
                secret = file.read().strip()
            server.stop()
            log = "".join(server.lines)
            for folder, _, names in os.walk(os.path.join(server.data, "logs")):
                for name in names:
                    with open(os.path.join(folder, name), "rb") as file:
                        log += file.read().decode("utf-8", "replace")
            for text in (PASSWORD, token, session["access_token"], session["refresh_token"], secret):
                self.assertNotIn(text, log)

    def test_guesses_are_delayed_across_a_restart(self):
        wrong = {"login_name": "lin", "password": "not the password"}
        with Server() as server:
            server.make_account("lin", "user")
            statuses = [server.request("POST", "/api/v1/auth/login", wrong)[0] for _ in range(9)]
            self.assertIn(429, statuses)
            server.stop()
            server.start()
            status, headers, body = server.request("POST", "/api/v1/auth/login", wrong)
            if status == 401:  # the start took longer than the delay
                status, headers, body = server.request("POST", "/api/v1/auth/login", wrong)
            self.assertEqual((429, "TOO_MANY_REQUESTS"), (status, body["code"]))
            self.assertGreaterEqual(int(headers["Retry-After"]), 1)


if __name__ == "__main__":
    unittest.main()
