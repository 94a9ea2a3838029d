"""API tokens, devices, grants and the keys of access tokens of the real binary, beside its command line."""

import base64
import json
import time
import unittest

from binary import PASSWORD, Server

PATIENCE_S = 60


def part(token, index):
    text = token.split(".")[index]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def sign_in(server, name):
    status, _, body = server.request("POST", "/api/v1/auth/login", {"login_name": name, "password": PASSWORD, "client": "native"})
    assert status == 200, body
    return body["data"]["access_token"]


class Tokens(unittest.TestCase):
    def test_the_command_line_makes_lists_and_revokes_tokens(self):
        with Server("--set", "auth.bcrypt_cost=4") as server:
            server.make_account("boss", "admin")
            token = server.command("token", "create", "boss", "--name", "probe", "--permission", "server.view", "--days", "3").splitlines()[0]
            self.assertTrue(token.startswith("rt_") and len(token) == 51, len(token))
            self.assertEqual(server.request("GET", "/api/v1/admin/figures", token=token)[0], 200)
            self.assertEqual(server.request("GET", "/api/v1/admin/users", token=token)[0], 403)
            self.assertEqual(server.request("GET", "/api/v1/me", token=token)[0], 403)
            self.assertEqual(server.request("POST", "/api/v1/me/tokens", {}, token=token)[0], 403)
            self.assertEqual(server.request("GET", "/api/v1/admin/figures", token=token[:-1] + ("0" if token[-1] != "0" else "1"))[0], 401)
            listed = json.loads(server.command("token", "list", "boss", "--json"))
            self.assertEqual([row["name"] for row in listed], ["probe"])
            self.assertNotIn(token, json.dumps(listed))
            server.stop()
            server.start()
            self.assertEqual(server.request("GET", "/api/v1/admin/figures", token=token)[0], 200)
            server.command("token", "revoke", "boss", listed[0]["id"])
            self.assertEqual(server.request("GET", "/api/v1/admin/figures", token=token)[0], 401)
            self.assertEqual(json.loads(server.command("token", "list", "boss", "--json")), [])
            self.assertFalse([line for line in server.lines if token in line])

    def test_a_token_loses_what_its_owner_loses(self):
        with Server("--set", "auth.bcrypt_cost=4") as server:
            server.make_account("boss", "admin")
            server.make_account("lin", "admin")
            token = server.command("token", "create", "lin", "--permission", "server.view").splitlines()[0]
            self.assertEqual(server.request("GET", "/api/v1/admin/figures", token=token)[0], 200)
            server.command("user", "grant", "lin", "user")
            self.assertEqual(server.request("GET", "/api/v1/admin/figures", token=token)[0], 403)
            server.command("user", "grant", "lin", "admin")
            self.assertEqual(server.request("GET", "/api/v1/admin/figures", token=token)[0], 200)
            server.command("user", "disable", "lin")
            self.assertEqual(server.request("GET", "/api/v1/admin/figures", token=token)[0], 401)


class Keys(unittest.TestCase):
    def test_eddsa_with_published_keys_and_rotation_beside_the_running_server(self):
        with Server("--set", "auth.bcrypt_cost=4", "--set", "auth.jwt_algorithm=EdDSA") as server:
            first = server.make_account("lin", "user")
            head = part(first, 0)
            self.assertEqual(head["alg"], "EdDSA")
            status, headers, keys = server.request("GET", "/.well-known/jwks.json")
            self.assertEqual(status, 200)
            self.assertIn("max-age", headers["Cache-Control"])
            keys = json.loads(keys) if isinstance(keys, bytes) else keys
            self.assertEqual([(key["kty"], key["crv"], key["kid"]) for key in keys["keys"]], [("OKP", "Ed25519", head["kid"])])
            # The new key is published, and does not sign before everybody can know it.
            made = json.loads(server.command("keys", "jwt", "rotate", "--json"))
            self.assertEqual(made["algorithm"], "EdDSA")
            published = server.request("GET", "/.well-known/jwks.json")[2]
            published = json.loads(published) if isinstance(published, bytes) else published
            self.assertEqual({key["kid"] for key in published["keys"]}, {head["kid"], made["kid"]})
            self.assertEqual(part(sign_in(server, "lin"), 0)["kid"], head["kid"])
            self.assertEqual(server.request("GET", "/api/v1/me", token=first)[0], 200)
            # A key that got out: what it signed is void at once.
            replaced = json.loads(server.command("keys", "jwt", "rotate", "--now", "--json"))
            # Clients renew on TOKEN_EXPIRED, and go on.
            status, _, answer = server.request("GET", "/api/v1/me", token=first)
            self.assertEqual((status, answer["code"]), (401, "TOKEN_EXPIRED"))
            fresh = sign_in(server, "lin")
            self.assertEqual(part(fresh, 0)["kid"], replaced["kid"])
            self.assertEqual(server.request("GET", "/api/v1/me", token=fresh)[0], 200)
            self.assertEqual(len(json.loads(server.command("keys", "jwt", "list", "--json"))), 1)
            server.stop()
            server.start()
            self.assertEqual(server.request("GET", "/api/v1/me", token=fresh)[0], 200)

    def test_hs256_overlaps(self):
        with Server("--set", "auth.bcrypt_cost=4") as server:
            first = server.make_account("lin", "user")
            self.assertEqual(server.request("GET", "/.well-known/jwks.json")[2] in (b'{"keys":[]}', {"keys": []}), True)
            made = json.loads(server.command("keys", "jwt", "rotate", "--json"))
            deadline = time.monotonic() + PATIENCE_S
            token = first
            while part(token, 0)["kid"] != made["kid"]:
                self.assertLess(time.monotonic(), deadline, "the new key never signed")
                time.sleep(0.5)
                token = sign_in(server, "lin")
            for good in (first, token):
                self.assertEqual(server.request("GET", "/api/v1/me", token=good)[0], 200)

    def test_a_secret_of_the_environment_overlaps_with_the_one_before_it(self):
        old, new = "o" * 20 + "1234567890ab", "n" * 20 + "1234567890ab"
        with Server("--set", "auth.bcrypt_cost=4", "--set", "auth.jwt_secret=" + old) as server:
            common = server.options[:-2]

            def restart(*options):
                server.stop()
                server.options = [*common, *(word for option in options for word in ("--set", option))]
                server.start()

            first = server.make_account("lin", "user")
            restart("auth.jwt_secret=" + new, "auth.jwt_secret_previous=" + old)
            self.assertEqual(server.request("GET", "/api/v1/me", token=first)[0], 200)
            second = sign_in(server, "lin")
            self.assertNotEqual(part(second, 0)["kid"], part(first, 0)["kid"])
            restart("auth.jwt_secret=" + new)
            status, _, answer = server.request("GET", "/api/v1/me", token=first)
            self.assertEqual((status, answer["code"]), (401, "TOKEN_EXPIRED"))
            self.assertEqual(server.request("GET", "/api/v1/me", token=second)[0], 200)
            # What has not the form of ours is no token of a key that was replaced.
            head, payload, signature = first.split(".")
            odd = base64.urlsafe_b64encode(b'{"alg":"none","kid":"AAAAAAAA","typ":"JWT"}').decode().rstrip("=")
            for forged in (f"{odd}.{payload}.{signature}", f"{head}.AAAA.{signature}", f"{head}.{payload}"):
                status, _, answer = server.request("GET", "/api/v1/me", token=forged)
                self.assertEqual((status, answer["code"]), (401, "UNAUTHENTICATED"), forged)


if __name__ == "__main__":
    unittest.main()
