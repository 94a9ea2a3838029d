"""Who did what, in the audit log of the real binary: accounts without a name, changes of what is shown masked, looks at files of others."""

import json
import time
import unittest

from binary import PASSWORD, Server
from fake_wechat import FakeWechat
from test_files import png, upload

PATIENCE_S = 90

def rows(server, token, query):
    status, _, body = server.request("GET", f"/api/v1/admin/audit?{query}", token=token)
    assert status == 200, body
    return body["data"]


class WhoIsNamed(unittest.TestCase):
    def test_an_account_without_a_name_is_told_by_its_id(self):
        with FakeWechat() as wechat, Server(*wechat.options()) as server:
            boss = server.make_account("boss", "admin")
            status, _, body = server.request("POST", "/api/v1/auth/wechat/mini", {"code": "ok-lin"})
            self.assertEqual(201, status, body)
            person, token = body["data"]["user"]["id"], body["data"]["access_token"]
            made = rows(server, boss, "action=user.create&actor=" + person)
            self.assertEqual([(person, person, person)], [(row["actor"], row["actor_id"], row["entity_id"]) for row in made])
            # The command line names him by his id, and shows it.
            listed = server.command("user", "list")
            self.assertIn(person, listed)
            self.assertIn("ID", listed.splitlines()[0].split())
            server.command("user", "disable", person)
            self.assertEqual(401, server.request("GET", "/api/v1/me", token=token)[0])
            server.command("user", "enable", person.upper())
            server.command("user", "grant", person, "auditor", "--platform")
            self.assertEqual(["auditor"], [row["role"] for row in json.loads(server.command("user", "grants", person, "--json"))])
            server.command("user", "revoke", person, "--platform")
            server.command("user", "sessions", person, "--end")
            server.command("token", "list", person)
            # The operator at the command line is nobody's account.
            disabled = rows(server, boss, "action=user.edit&entity=user&entity_id=" + person)
            self.assertEqual({(None, None)}, {(row["actor"], row["actor_id"]) for row in disabled})

            boss_id = server.request("GET", "/api/v1/me", token=boss)[2]["data"]["id"]
            mine = rows(server, boss, "action=session.begin&actor=boss")[0]
            self.assertEqual(("boss", boss_id), (mine["actor"], mine["actor_id"]))

    def test_a_deleted_account_is_told_by_its_id(self):
        with Server("--set", "auth.bcrypt_cost=4", "--set", "auth.delete_grace=0") as server:
            boss = server.make_account("boss", "admin")
            lin = server.make_account("lin", "user")
            person = server.request("GET", "/api/v1/me", token=lin)[2]["data"]["id"]
            self.assertEqual(200, server.request("POST", "/api/v1/me/delete", {"password": PASSWORD}, token=lin)[0])
            server.stop()  # what is due is done at the start
            server.start()
            boss = server.request("POST", "/api/v1/auth/login", {"login_name": "boss", "password": PASSWORD})[2]["data"]["access_token"]
            deadline = time.monotonic() + PATIENCE_S
            while not any(row["status"] == "DELETED" for row in json.loads(server.command("user", "list", "--json"))):
                self.assertLess(time.monotonic(), deadline, "the account was never erased")
                time.sleep(0.2)
            told = rows(server, boss, "actor=" + person)
            self.assertTrue(told)
            self.assertEqual({(person, person)}, {(row["actor"], row["actor_id"]) for row in told})

    def test_a_login_name_that_looks_like_an_id_does_not_stand_in_for_it(self):
        with Server("--set", "auth.bcrypt_cost=4") as server:
            server.make_account("lin", "user")
            lin = next(row["id"] for row in json.loads(server.command("user", "list", "--json")))
            server.command("user", "create", lin, "--password-stdin", text=PASSWORD + "\n")
            server.command("user", "disable", lin)
            states = {row["login_name"]: row["status"] for row in json.loads(server.command("user", "list", "--json"))}
            self.assertEqual({"lin": "LOCKED", lin: "ACTIVE"}, states)


class WhatChanged(unittest.TestCase):
    def test_name_language_and_password_are_told_without_telling_them(self):
        with Server("--set", "auth.bcrypt_cost=4") as server:
            boss = server.make_account("boss", "admin")
            lin = server.make_account("lin", "user")
            _, headers, _ = server.request("GET", "/api/v1/me", token=lin)
            edit = {"display_name": "何静云", "locale": "en"}
            status, _, body = server.request("PATCH", "/api/v1/me", edit, token=lin, headers={"If-Match": headers["ETag"]})
            self.assertEqual(200, status, body)
            row = rows(server, boss, "action=user.edit")[0]
            self.assertEqual(("l***", "zh-CN"), (row["before"]["display_name"], row["before"]["locale"]))
            self.assertEqual(("何***", "en"), (row["after"]["display_name"], row["after"]["locale"]))
            self.assertEqual(["display_name", "locale"], row["after"]["changed"])
            new = "staple the battery horse"
            self.assertEqual(200, server.request("POST", "/api/v1/me/password", {"current_password": PASSWORD, "password": new}, token=lin)[0])
            row = rows(server, boss, "action=user.set_password")[0]
            self.assertEqual((True, True, ["password"]), (row["before"]["password"], row["after"]["password"], row["after"]["changed"]))
            self.assertNotIn("静", json.dumps(rows(server, boss, "limit=100"), ensure_ascii=False))


class WhoLooked(unittest.TestCase):
    def test_an_administrators_look_at_an_answers_file_is_told_and_his_own_is_not(self):
        with Server("--set", "auth.bcrypt_cost=4") as server:
            boss = server.make_account("boss", "admin")
            lin = server.make_account("lin", "user")
            url = upload(server, lin, png(2, 2), purpose="answer")[2]["data"]["url"]
            self.assertEqual(200, server.request("GET", url, token=lin)[0])
            self.assertEqual(200, server.request("GET", url + "/info", token=boss)[0])
            self.assertEqual([], rows(server, boss, "action=file.view"))
            self.assertEqual(200, server.request("GET", url, token=boss)[0])
            self.assertEqual(["boss"], [row["actor"] for row in rows(server, boss, "action=file.view")])
            own = upload(server, boss, png(3, 3), purpose="answer")[2]["data"]["url"]
            self.assertEqual(200, server.request("GET", own, token=boss)[0])
            avatar = upload(server, lin, png(4, 4))[2]["data"]["url"]
            self.assertEqual(200, server.request("GET", avatar, token=boss)[0])
            self.assertEqual(1, len(rows(server, boss, "action=file.view")))


if __name__ == "__main__":
    unittest.main()
