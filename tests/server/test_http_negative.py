"""What every route of the real server must refuse. The cases are drawn from its OpenAPI document: who may not enter, methods that are not there,
bodies that are too large, no JSON, the wrong type, or hold what nobody asked for."""

import re
import socket
import unittest

from binary import Server

TIMEOUT_S = 20
# A public id that is well formed and belongs to nothing.
NOBODY = "0000000000000000"
# Their body may be left out: a browser's token comes in a cookie.
BODY_OPTIONAL = ("auth.refresh", "auth.logout", "auth.logout_everywhere", "admin.backup.create", "admin.backup.verify")
METHODS = ("get", "post", "put", "patch", "delete")
BAD_JSON = (b"", b"{", b"[]", b"null", b'"text"', b'{"a":1,"a":2}', b'{"a":1}x', b"\xff\xfe", b'{"a":"\x00"}', b"[" * 5000, b'{"a":1e999}',
            b'{"a":123456789012345678901234567890}')


class EveryRoute(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.server.start()
        cls.tokens = {role: cls.server.make_account("negative_" + role, role) for role in ("user", "organiser", "admin")}
        status, _, cls.document = cls.server.request("GET", "/api/openapi.json")
        assert status == 200
        cls.operations = [(method, re.sub(r"\{[^}]*\}", NOBODY, path), path, operation)
                          for path, operations in cls.document["paths"].items() for method, operation in operations.items()]

    @classmethod
    def tearDownClass(cls):
        cls.server.end_well()

    def check(self, operation, got, status, code=None):
        got_status, _, body = got
        self.assertEqual(got_status, status, (operation["operationId"], body))
        self.assertIs(body["success"], False)
        if code:
            self.assertEqual(body["code"], code, operation["operationId"])
        self.assertTrue(body["requestId"] and body["message"])

    def test_the_table_is_whole(self):
        self.assertGreater(len(self.operations), 30)
        for _, _, _, operation in self.operations:
            self.assertTrue(operation["summary"], operation["operationId"])

    def test_who_may_not_enter(self):
        for method, path, _, operation in self.operations:
            access = operation["x-access"]
            if access == "public":
                continue
            with self.subTest(operation["operationId"]):
                got = self.server.request(method.upper(), path)
                self.check(operation, got, 401, "UNAUTHENTICATED")
                self.assertEqual(got[1]["WWW-Authenticate"], "Bearer")
                self.assertEqual(self.server.request(method.upper(), path, token="eyJ.eyJ.x")[0], 401)
                if "x-permission" in operation and operation["x-holders"] == "only":
                    self.check(operation, self.server.request(method.upper(), path, token=self.tokens["user"]), 403, "FORBIDDEN")
                if access in ("organiser", "admin"):
                    self.check(operation, self.server.request(method.upper(), path, token=self.tokens["user"]), 403, "FORBIDDEN")
                if access == "admin":
                    self.check(operation, self.server.request(method.upper(), path, token=self.tokens["organiser"]), 403, "FORBIDDEN")

    def test_methods_that_are_not_there(self):
        for path, operations in self.document["paths"].items():
            url = re.sub(r"\{[^}]*\}", NOBODY, path)
            for method in METHODS:
                if method in operations:
                    continue
                with self.subTest(path=path, method=method):
                    status, headers, _ = self.server.request(method.upper(), url, token=self.tokens["admin"])
                    self.assertEqual(status, 405)
                    allowed = headers["Allow"].lower().split(", ")
                    self.assertTrue(set(operations) <= set(allowed) and method not in allowed, allowed)

    def test_bodies_over_the_limit(self):
        for method, path, _, operation in self.operations:
            limit = operation.get("x-body-bytes-max", 0)
            with self.subTest(operation["operationId"]):
                with socket.create_connection(("127.0.0.1", self.server.port), TIMEOUT_S) as sock:
                    sock.sendall((f"{method.upper()} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {self.tokens['admin']}\r\n"
                                  f"Content-Type: application/json\r\nContent-Length: {limit + 70_000}\r\n\r\n").encode())
                    answer = b""
                    while chunk := sock.recv(65536):
                        answer += chunk
                self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer[:100])
                self.assertIn(b"Connection: close", answer)

    def test_bodies_that_are_no_json_object(self):
        for method, path, _, operation in self.operations:
            if "application/json" not in operation.get("requestBody", {}).get("content", {}):
                continue
            for bad in BAD_JSON:
                if not bad and operation["operationId"] in BODY_OPTIONAL:
                    continue
                with self.subTest(operation["operationId"], bad=bad[:20]):
                    got = self.server.request(method.upper(), path, token=self.tokens["admin"], raw=bad,
                                              headers={"Content-Type": "application/json", "If-Match": '"1"'})
                    if operation["x-access"] == "public" and got[0] in (401, 409, 410):
                        continue
                    # Where nothing is there to change, that may be said first.
                    self.assertIn(got[0], (400, 404), (operation["operationId"], got[2]))
                    if got[0] == 400:
                        self.assertEqual(got[2]["code"], "BAD_JSON")

    def test_bodies_of_another_type(self):
        for method, path, _, operation in self.operations:
            if "application/json" not in operation.get("requestBody", {}).get("content", {}):
                continue
            with self.subTest(operation["operationId"]):
                got = self.server.request(method.upper(), path, token=self.tokens["admin"], raw=b"{}",
                                          headers={"Content-Type": "text/plain", "If-Match": '"1"'})
                self.assertIn(got[0], (415, 404), got[2])

    def test_examples_and_strange_members_never_break_the_server(self):
        for method, path, _, operation in self.operations:
            media = operation.get("requestBody", {}).get("content", {}).get("application/json")
            # Its example, more or less, does what it says: the token of the other calls would be void.
            if not media or operation["operationId"] == "auth.logout_everywhere":
                continue
            example = media.get("example", {})
            bodies = [{**example, "no_such_member": 1}]
            for key in example:
                bodies += [{**example, key: wrong} for wrong in (None, [], {"x": 1}, -1, "\u202e" + "x" * 5000)]
                if not path.startswith("/api/v1/auth/"):  # what is left may be good, and hashing a password takes its time
                    bodies.append({name: value for name, value in example.items() if name != key})
            for body in bodies:
                with self.subTest(operation["operationId"], body=str(body)[:80]):
                    status, _, answer = self.server.request(method.upper(), path, body, token=self.tokens["user"], headers={"If-Match": '"1"'})
                    not_set_up = status == 503 and answer["code"] == "CHANNEL_UNAVAILABLE"  # mail, SMS or WeChat
                    self.assertTrue(status < 500 or not_set_up, (operation["operationId"], answer))


if __name__ == "__main__":
    unittest.main()
