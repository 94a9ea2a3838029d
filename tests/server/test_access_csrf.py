"""A browser's session against other sites: what the cookie is, and every way another page could make the browser use it."""

import json
import unittest

from binary import PASSWORD, Server

REFRESH = "/api/v1/auth/refresh"
LOGOUT = "/api/v1/auth/logout"
OURS = {"Sec-Fetch-Site": "same-origin"}
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "text/plain;charset=UTF-8")


class Csrf(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # A proxy in front ends TLS.
        cls.server = Server("--set", "auth.bcrypt_cost=4", "--set", "server.trusted_proxies=127.0.0.0/8")
        cls.server.start()
        cls.server.command("user", "create", "lin", "--password-stdin", text=PASSWORD + "\n")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.server.folder.cleanup()

    def request(self, method, path, headers, body=None, tls=True):
        fields = {"Host": "team.example", **headers}
        if tls:
            fields["X-Forwarded-Proto"] = "https"
        raw = json.dumps(body).encode() if isinstance(body, dict) else body
        if isinstance(body, dict):
            fields.setdefault("Content-Type", "application/json")
        return self.server.request(method, path, headers=fields, raw=raw)

    def sign_in(self, tls=True):
        status, headers, _ = self.request("POST", "/api/v1/auth/login", OURS, {"login_name": "lin", "password": PASSWORD, "client": "browser"}, tls)
        self.assertEqual(status, 200)
        return headers["Set-Cookie"]

    def test_the_cookie_over_tls_belongs_to_this_host_alone(self):
        parts = self.sign_in().split("; ")
        self.assertTrue(parts[0].startswith("__Host-rt_refresh=rt1."))
        self.assertEqual({"Path=/", "HttpOnly", "SameSite=Strict", "Secure"}, {part for part in parts[1:] if not part.startswith("Max-Age=")})
        plain = self.sign_in(tls=False).split("; ")
        self.assertTrue(plain[0].startswith("rt_refresh=rt1."))
        self.assertEqual({"Path=/api/v1/auth", "HttpOnly", "SameSite=Strict"}, {part for part in plain[1:] if not part.startswith("Max-Age=")})

    def test_a_cookie_planted_under_the_plain_name_is_not_taken_over_tls(self):
        token = self.sign_in().split(";")[0].split("=", 1)[1]
        self.assertEqual(self.request("POST", REFRESH, {**OURS, "Cookie": "rt_refresh=" + token})[0], 401)
        self.assertEqual(self.request("POST", REFRESH, {**OURS, "Cookie": "__Host-rt_refresh=" + token})[0], 200)

    def test_no_other_page_uses_the_cookie(self):
        cookie = self.sign_in().split(";")[0]
        attacks = [{}, {"Origin": "null"}, {"Origin": "https://evil.example"}, {"Origin": "https://sub.team.example"}, {"Origin": "http://team.example"},
                   {"Origin": "https://team.example.evil.example"}, {"Origin": "https://team.example:8443"}, {"Referer": "https://team.example/"},
                   {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": ""},
                   {"Sec-Fetch-Site": "cross-site", "Origin": "https://team.example"}, {"Sec-Fetch-Site": "same-site", "Origin": "https://sub.team.example"}]
        for headers in attacks:
            for path in (REFRESH, LOGOUT):
                for kind in (None, *FORMS):
                    with self.subTest(path, headers=headers, kind=kind):
                        fields = {**headers, "Cookie": cookie, **({"Content-Type": kind} if kind else {})}
                        status, answered, body = self.request("POST", path, fields, b"" if kind else None)
                        self.assertEqual((status, body["code"]), (403, "CSRF_REJECTED"))
                        self.assertNotIn("Set-Cookie", answered)
        # A form's body is no JSON, wherever it comes from.
        for kind in FORMS:
            self.assertEqual(self.request("POST", REFRESH, {**OURS, "Cookie": cookie, "Content-Type": kind}, b"refresh_token=x")[0], 415)
        for method in ("GET", "HEAD"):
            self.assertEqual(self.request(method, REFRESH, {**OURS, "Cookie": cookie})[0], 405)
        # None of it spent the token or ended the session.
        self.assertEqual(self.request("POST", REFRESH, {**OURS, "Cookie": cookie})[0], 200)

    def test_our_page_in_a_browser_without_fetch_metadata(self):
        cookie = self.sign_in().split(";")[0]
        self.assertEqual(self.request("POST", REFRESH, {"Origin": "https://team.example", "Cookie": cookie})[0], 200)

    def test_the_cookie_opens_nothing_but_the_session_routes(self):
        cookie = self.sign_in().split(";")[0]
        for method, path in (("GET", "/api/v1/me"), ("PATCH", "/api/v1/me"), ("POST", "/api/v1/events"), ("POST", "/api/v1/me/tokens")):
            status, _, body = self.request(method, path, {**OURS, "Cookie": cookie}, {} if method != "GET" else None)
            self.assertEqual((status, body["code"]), (401, "UNAUTHENTICATED"), path)

    def test_another_page_cannot_sign_a_browser_in(self):
        body = {"login_name": "lin", "password": PASSWORD, "client": "browser"}
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
            status, answered, _ = self.request("POST", "/api/v1/auth/login", headers, body)
            self.assertEqual(status, 403, headers)
            self.assertNotIn("Set-Cookie", answered)


if __name__ == "__main__":
    unittest.main()
