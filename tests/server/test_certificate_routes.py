"""What administrators see and do over HTTP about certificates and the keys of sealed fields."""

import http.client
import pathlib
import unittest

from binary import STOP_S, Server
from tls_world import Pki, serial_for, until

CERTIFICATES, FIELD_KEYS = "/api/v1/admin/certificates", "/api/v1/admin/keys/field"


class TlsServer(Server):
    def __init__(self, pki, *options):
        super().__init__("--set", f"server.tls_certificate={pki.path('main.crt')}", "--set", f"server.tls_key={pki.path('main.key')}", *options)
        self.context = pki.context()

    def connect(self):
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=STOP_S, context=self.context)


def rows(server, token, action):
    status, _, body = server.request("GET", "/api/v1/admin/audit?action=" + action, token=token)
    assert status == 200, body
    return [(row["actor"], row["client"]) for row in body["data"]]


class Routes(unittest.TestCase):
    def test_certificates_are_listed_and_read_again(self):
        pki = Pki()
        self.addCleanup(pki.folder.cleanup)
        pki.issue("main", "main.test", "www.main.test")
        with TlsServer(pki) as server:
            token = server.make_account("boss", "admin")
            other = server.make_account("lin", "user")
            for method, path in (("GET", CERTIFICATES), ("POST", CERTIFICATES + "/renew"), ("POST", CERTIFICATES + "/reload")):
                self.assertEqual(403, server.request(method, path, token=other)[0], path)
            _, _, body = server.request("GET", CERTIFICATES, token=token)
            row = body["data"]["certificates"][0]
            self.assertEqual(("file", pki.path("main.crt"), ["main.test", "www.main.test"]), (row["source"], row["file"], row["names"]))
            self.assertIn("Test CA", row["issuer"])
            self.assertLess(row["not_before"], row["not_after"])
            self.assertEqual("", body["data"]["files_error"])
            status, _, body = server.request("POST", CERTIFICATES + "/renew", token=token)
            self.assertEqual((409, "INVALID_STATE"), (status, body["code"]))
            serial = pki.issue("main", "main.test")
            status, _, body = server.request("POST", CERTIFICATES + "/reload", token=token)
            self.assertEqual((200, ["main.test"]), (status, body["data"]["certificates"][0]["names"]))
            self.assertEqual(serial, serial_for(server.port, "main.test", pki.context()))
            self.assertEqual([("boss", "127.0.0.1")], rows(server, token, "certificate.reload"))
            # A bad file is refused, and what is found by itself is told in the list until it is mended.
            good = pathlib.Path(pki.path("main.key")).read_bytes()
            pathlib.Path(pki.path("main.key")).write_text("garbage", encoding="ascii")
            status, _, body = server.request("POST", CERTIFICATES + "/reload", token=token)
            self.assertEqual((422, "server.tls_certificate"), (status, body["details"][0]["field"]))
            error = lambda: server.request("GET", CERTIFICATES, token=token)[2]["data"]["files_error"]
            until(lambda: "main.crt" in error(), "the refusal is told")
            self.assertEqual(serial, serial_for(server.port, "main.test", pki.context()))
            pathlib.Path(pki.path("main.key")).write_bytes(good)
            until(lambda: error() == "", "the refusal is over")
            self.assertEqual(1, len(rows(server, token, "certificate.reload")))

    def test_field_keys_are_told_apart_and_turned(self):
        with Server() as server:
            token = server.make_account("boss", "admin")
            other = server.make_account("lin", "user")
            self.assertEqual(403, server.request("GET", FIELD_KEYS, token=other)[0])
            self.assertEqual(403, server.request("POST", FIELD_KEYS + "/rotate", token=other)[0])
            self.assertEqual((200, []), (lambda answer: (answer[0], answer[2]["data"]["certificates"]))(server.request("GET", CERTIFICATES, token=token)))
            status, _, body = server.request("GET", FIELD_KEYS, token=token)
            self.assertEqual((200, False, 1, 1), (status, body["data"]["under_way"], body["data"]["keys"], len(body["data"]["ids"])))
            first = body["data"]["ids"][0]
            self.assertRegex(first, "^[0-9a-f]{8}$")
            self.assertNotIn(first, pathlib.Path(server.data, "keys", "field.key").read_text(encoding="ascii"))
            status, _, body = server.request("POST", FIELD_KEYS + "/rotate", token=token)
            self.assertEqual((202, True, 2), (status, body["data"]["under_way"], body["data"]["keys"]))
            self.assertEqual(first, body["data"]["ids"][1])
            self.assertNotEqual(first, body["data"]["ids"][0])
            status, _, body = server.request("POST", FIELD_KEYS + "/rotate", token=token)
            self.assertEqual((409, "CONFLICT"), (status, body["code"]))
            self.assertEqual([("boss", "127.0.0.1")], rows(server, token, "keys.field.rotate"))


if __name__ == "__main__":
    unittest.main()
