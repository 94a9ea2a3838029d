"""The second step of the real binary: across a kill, and beside the command line."""

import base64
import hashlib
import hmac
import json
import struct
import time
import unittest

from binary import PASSWORD, Server

STEP = 30


def totp(secret, step):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"


def post(server, path, body, token=None):
    status, _, answer = server.request("POST", f"/api/v1{path}", body, token=token)
    return status, answer


def login(server, name="lin"):
    status, answer = post(server, "/auth/login", {"login_name": name, "password": PASSWORD})
    assert status == 200, answer
    return answer["data"]


class SecondStep(unittest.TestCase):
    def turn_on(self, server):
        """Signs in, sets the second step up and returns (secret, recovery codes, the step that was used)."""
        token = login(server)["access_token"]
        status, answer = post(server, "/me/totp", {"password": PASSWORD}, token)
        self.assertEqual(200, status, answer)
        secret = answer["data"]["secret"]
        step = int(time.time()) // STEP
        status, answer = post(server, "/me/totp/confirm", {"code": totp(secret, step)}, token)
        self.assertEqual(200, status, answer)
        return secret, answer["data"]["recovery_codes"], step

    def test_a_second_step_outlives_a_kill_and_no_code_works_twice(self):
        with Server() as server:
            server.make_account("lin", "user")
            secret, recovery, step = self.turn_on(server)
            waiting = login(server)
            self.assertEqual(["totp", "recovery"], waiting["second_step"]["methods"])
            server.kill()
            server.start()
            token = waiting["second_step"]["token"]
            # The code that set it up is spent; the next one, at most a step early, is not.
            status, answer = post(server, "/auth/second-step", {"token": token, "code": totp(secret, step)})
            self.assertEqual((422, "BAD_CODE"), (status, answer["code"]))
            status, answer = post(server, "/auth/second-step", {"token": token, "code": totp(secret, step + 1)})
            self.assertEqual(200, status, answer)
            access = answer["data"]["access_token"]
            self.assertEqual(200, server.request("GET", "/api/v1/me", token=access)[0])
            used = {"token": login(server)["second_step"]["token"], "method": "recovery", "code": recovery[0]}
            self.assertEqual(200, post(server, "/auth/second-step", used)[0])
            used["token"] = login(server)["second_step"]["token"]
            self.assertEqual("BAD_CODE", post(server, "/auth/second-step", used)[1]["code"])

    def test_the_command_line_sees_sessions_and_takes_a_lost_second_step_away(self):
        with Server() as server:
            server.make_account("lin", "user")
            self.turn_on(server)
            rows = json.loads(server.command("user", "sessions", "lin", "--json"))
            self.assertEqual(["password"], [row["method"] for row in rows])
            server.command("user", "reset-totp", "lin")
            self.assertIn("access_token", login(server))
            server.command("user", "sessions", "lin", "--end")
            self.assertEqual([], json.loads(server.command("user", "sessions", "lin", "--json")))

    def test_the_command_line_lifts_the_delay_after_failed_sign_ins(self):
        with Server("--set", "auth.bcrypt_cost=4") as server:
            server.make_account("lin", "user")
            wrong = {"login_name": "lin", "password": "not the password"}
            # Each failure doubles the delay: however slow the machine, one of them is refused.
            answers = [post(server, "/auth/login", wrong)[0]]
            while answers[-1] == 401 and len(answers) < 20:
                answers.append(post(server, "/auth/login", wrong)[0])
            self.assertEqual(429, answers[-1], answers)
            server.command("user", "unlock", "lin")
            self.assertIn("access_token", login(server))


class StaffSecondStep(unittest.TestCase):
    def test_staff_sign_in_only_to_set_it_up_when_it_is_asked_of_them(self):
        with Server("--set", "auth.staff_second_step=always") as server:
            server.command("user", "create", "boss", "--role", "admin", "--password-stdin", text=PASSWORD + "\n")
            waiting = login(server, "boss")
            self.assertEqual(["enrol"], waiting["second_step"]["methods"])
            token = waiting["second_step"]["token"]
            status, answer = post(server, "/auth/second-step/enrol", {"token": token})
            self.assertEqual(200, status, answer)
            code = totp(answer["data"]["secret"], int(time.time()) // STEP)
            status, answer = post(server, "/auth/second-step/confirm", {"token": token, "code": code})
            self.assertEqual(200, status, answer)
            self.assertEqual(10, len(answer["data"]["recovery_codes"]))
            renewed = post(server, "/auth/refresh", {"refresh_token": answer["data"]["refresh_token"]})
            self.assertEqual(200, renewed[0])


if __name__ == "__main__":
    unittest.main()
