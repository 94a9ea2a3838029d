"""Sign-in by WeChat: the real binary against a WeChat that answers slowly, wrongly, twice and with every error code."""

import base64
import json
import subprocess
import threading
import time
import unittest
import urllib.parse

from binary import PASSWORD, Server
from fake_wechat import APPID, SECRET, WEB_APPID, FakeWechat

BASE = "/api/v1/auth/wechat"


def walk(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)
    elif isinstance(value, str):
        yield value


class Wechat(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.wechat = FakeWechat().__enter__()
        cls.server = Server(*cls.wechat.options()).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)
        cls.wechat.__exit__(None, None, None)

    def mini(self, code, **more):
        return self.server.request("POST", BASE + "/mini", {"code": code, **more})

    def signed_in(self, code):
        status, _, body = self.mini(code)
        self.assertIn(status, (200, 201), body)
        return body["data"]["access_token"], body["data"]["user"]["id"]

    def assert_refused(self, answer, status, code):
        self.assertEqual((answer[0], answer[2]["code"]), (status, code), answer[2])

    # ---- mini-program ------------------------------------------------------------------------------------------------------------

    def test_first_sign_in_makes_the_account_and_the_next_finds_it(self):
        status, _, body = self.mini("ok-lin")
        self.assertEqual(status, 201, body)
        again, _, same = self.mini("busy-0-lin")
        self.assertEqual(again, 200, same)
        self.assertEqual(body["data"]["user"]["id"], same["data"]["user"]["id"])
        status, _, me = self.server.request("GET", "/api/v1/me", token=same["data"]["access_token"])
        self.assertEqual(status, 200, me)

    def test_neither_session_key_nor_ids_of_wechat_reach_the_client_or_the_log(self):
        _, _, body = self.mini("ok-quiet.union-uquiet")
        key = self.wechat.session_keys["o-quiet"]
        for text in walk(body):
            self.assertNotIn(text, ("session_key", "openid", "unionid", key, "o-quiet", "uquiet"))
        log = "".join(self.server.lines)
        for secret in (key, "o-quiet", "uquiet", SECRET, "ok-quiet"):
            self.assertNotIn(secret, log)

    def test_a_code_is_good_once_and_wechat_is_not_asked_again(self):
        self.signed_in("ok-once")
        before = self.wechat.count("/sns/jscode2session")
        self.assert_refused(self.mini("ok-once"), 401, "SIGN_IN_AGAIN")
        self.assertEqual(self.wechat.count("/sns/jscode2session"), before)

    def test_of_many_who_bring_the_same_code_one_gets_in(self):
        statuses = []
        threads = [threading.Thread(target=lambda: statuses.append(self.mini("ok-race")[0])) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(statuses), [201] + [401] * 7)
        self.assertEqual(sum(1 for call in self.wechat.calls if call[1].get("js_code") == "ok-race"), 1)

    def test_every_error_code(self):
        for errcode, status, code in ((40029, 401, "SIGN_IN_AGAIN"), (40163, 401, "SIGN_IN_AGAIN"), (45011, 429, "TOO_MANY_REQUESTS"),
                                      (40226, 403, "FORBIDDEN"), (40013, 503, "UNAVAILABLE"), (40125, 503, "UNAVAILABLE"),
                                      (61234, 502, "UPSTREAM_FAILED")):
            with self.subTest(errcode=errcode):
                answer = self.mini(f"err-{errcode}-x")
                self.assert_refused(answer, status, code)
                self.assertNotIn("rid", json.dumps(answer[2]))
                if status == 429:
                    self.assertEqual(answer[1]["Retry-After"], "60")
        self.signed_in("ok-aftererrors")

    def test_busy_is_tried_three_times_and_the_code_may_come_again(self):
        self.signed_in("busy-2-patient")
        self.assertEqual(self.wechat.busy["busy-2-patient"], 3)
        self.assert_refused(self.mini("busy-3-tired"), 503, "UNAVAILABLE")
        self.assertEqual(self.wechat.busy["busy-3-tired"], 3)
        self.signed_in("busy-3-tired")

    def test_nonsense_is_refused_and_nothing_is_made_of_it(self):
        for code in ("garbage-1", "html-1", "empty-1", "list-1", "wrongtype-1", "huge-1", "drop-1", "http500-1", "endless-1"):
            with self.subTest(code=code):
                self.assert_refused(self.mini(code), 502, "UPSTREAM_FAILED")
                self.signed_in("ok-after" + code)  # and the next one is well: five failures in a row open the breaker
        self.signed_in("twice-1")

    def test_a_code_that_is_none_never_reaches_wechat(self):
        before = len(self.wechat.calls)
        self.assertEqual(self.mini("")[0], 422)
        self.assertEqual(self.mini("x" * 257)[0], 422)
        self.assertEqual(self.mini("a b")[0], 401)
        self.assertEqual(self.server.request("POST", BASE + "/mini", {"code": "ok-x", "app": "other"})[0], 422)
        self.assertEqual(len(self.wechat.calls), before)

    def test_a_code_cannot_change_the_request(self):
        self.mini("ok-x&appid=evil#f")
        self.assertEqual(self.wechat.calls[-1][1]["appid"], APPID)
        self.assertEqual(self.wechat.calls[-1][1]["js_code"], "ok-x&appid=evil#f")

    def test_a_slow_answer_ends_in_time_and_is_not_repeated(self):
        began = time.monotonic()
        self.assert_refused(self.mini("slow-turtle"), 504, "DEADLINE_EXCEEDED")
        self.assertLess(time.monotonic() - began, 7.5)
        self.assertEqual(sum(1 for call in self.wechat.calls if call[1].get("js_code") == "slow-turtle"), 1)
        self.assert_refused(self.mini("slow-turtle"), 401, "SIGN_IN_AGAIN")
        self.signed_in("ok-afterslow")

    # ---- linking -----------------------------------------------------------------------------------------------------------------

    def test_the_unionid_links_mini_program_and_web_page(self):
        _, user = self.signed_in("ok-both.union-ub")
        status, headers, _ = self.web("ok-bothweb.union-ub")
        self.assertEqual(status, 302)
        self.assertEqual(self.user_of(headers), user)

    def test_wechat_is_linked_to_an_account_that_exists_and_to_one_only(self):
        first = self.server.make_account("withwechat", "user")
        answer = self.server.request("POST", BASE + "/link", {"code": "ok-linked"}, token=first)
        self.assert_refused(answer, 422, "VALIDATION_FAILED")
        who = {"password": PASSWORD}
        status, _, body = self.server.request("POST", BASE + "/link", {"code": "ok-linked", **who}, token=first)
        self.assertEqual((status, body["data"]["kind"]), (201, "WECHAT_MINI"), body)
        token, _ = self.signed_in("busy-0-linked")
        _, _, me = self.server.request("GET", "/api/v1/me", token=token)
        self.assertEqual(me["data"]["login_name"], "withwechat")
        second = self.server.make_account("without", "user")
        answer = self.server.request("POST", BASE + "/link", {"code": "slow0-x", **who}, token=second)
        self.assert_refused(answer, 401, "SIGN_IN_AGAIN")
        answer = self.server.request("POST", BASE + "/link", {"code": "busy-1-linked", **who}, token=second)
        self.assert_refused(answer, 409, "IDENTITY_TAKEN")

    def test_who_has_wechat_alone_ends_the_account_with_a_fresh_sign_in(self):
        token, _ = self.signed_in("ok-leaver")
        _, _, body = self.server.request("GET", "/api/v1/me/identities", token=token)
        self.assertEqual((body["meta"]["prove_by"], body["meta"]["fresh_sign_in"]), ([], True))
        status, _, body = self.server.request("POST", "/api/v1/me/delete", {}, token=token)
        self.assertEqual(status, 200, body)
        self.assertEqual(self.server.request("GET", "/api/v1/me", token=token)[0], 401)

    def test_the_phone_number_comes_by_code_with_one_access_token_for_all(self):
        token, _ = self.signed_in("ok-caller")
        before = self.wechat.count("/cgi-bin/stable_token")
        status, _, body = self.server.request("POST", BASE + "/phone", {"code": "phone-13800138001"}, token=token)
        self.assertEqual((status, body["data"]["kind"], body["data"]["shown"]), (201, "PHONE", "138****8001"), body)
        answer = self.server.request("POST", BASE + "/phone", {"code": "phone-13800138001"}, token=token)
        self.assert_refused(answer, 401, "SIGN_IN_AGAIN")
        for code in ("stranger-13800138002", "old-13800138002"):
            self.assertEqual(self.server.request("POST", BASE + "/phone", {"code": code}, token=token)[0], 502)
        self.assertLessEqual(self.wechat.count("/cgi-bin/stable_token") - before, 1)

    def test_a_stale_access_token_is_replaced_once(self):
        token, _ = self.signed_in("ok-stale")
        self.assertEqual(self.server.request("POST", BASE + "/check", {}, token=token)[0], 204)
        self.wechat.bad_tokens.update(self.wechat.tokens)
        answer = self.server.request("POST", BASE + "/check", {}, token=token)
        # The token in force may have been fetched a moment ago: then it is not forced again, and the call fails.
        self.assertIn(answer[0], (204, 502), answer[2])
        self.wechat.bad_tokens.clear()
        self.assertEqual(self.server.request("POST", BASE + "/check", {}, token=token)[0], 204)
        self.wechat.session_keys["o-stale"] = "another"
        self.assert_refused(self.server.request("POST", BASE + "/check", {}, token=token), 401, "SIGN_IN_AGAIN")

    def test_the_phone_number_of_an_old_client_is_decrypted_here(self):
        token, _ = self.signed_in("ok-sealed")
        key = base64.b64decode(self.wechat.session_keys["o-sealed"]).hex()
        iv = bytes(range(16))

        def sealed(appid, at):
            data = {"phoneNumber": "13800138003", "purePhoneNumber": "13800138003", "countryCode": "86", "watermark": {"appid": appid, "timestamp": at}}
            done = subprocess.run(["openssl", "enc", "-aes-128-cbc", "-K", key, "-iv", iv.hex()], input=json.dumps(data).encode(), capture_output=True, check=True)
            return {"encrypted_data": base64.b64encode(done.stdout).decode(), "iv": base64.b64encode(iv).decode()}

        def send(body):
            return self.server.request("POST", BASE + "/phone", body, token=token)

        self.assert_refused(send(sealed("wxother", int(time.time()))), 403, "FORBIDDEN")
        self.assert_refused(send(sealed(APPID, int(time.time()) - 3600)), 403, "FORBIDDEN")
        status, _, body = send(sealed(APPID, int(time.time())))
        self.assertEqual((status, body["data"]["shown"]), (201, "138****8003"), body)
        self.assertEqual(self.server.request("POST", BASE + "/phone", {}, token=token)[0], 422)

    # ---- web -----------------------------------------------------------------------------------------------------------------------

    def start(self, path="/events/spring", scope="base"):
        query = urllib.parse.urlencode({"return": path, "scope": scope})
        return self.server.request("GET", f"{BASE}/web/start?{query}")

    def web(self, code, path="/events/spring", scope="base", state=None, cookie=None):
        _, headers, _ = self.start(path, scope)
        location = urllib.parse.urlsplit(headers["Location"])
        own_state = urllib.parse.parse_qs(location.query)["state"][0]
        own_cookie = headers["Set-Cookie"].split(";")[0]
        query = urllib.parse.urlencode({"code": code, "state": own_state if state is None else state} if code else {"state": own_state})
        return self.server.request("GET", f"{BASE}/web/callback?{query}", headers={"Cookie": own_cookie if cookie is None else cookie})

    def test_staff_without_a_second_step_are_sent_to_set_one_up(self):
        with Server(*self.wechat.options()) as server:
            self.server = server  # of this test alone
            boss = server.make_account("boss", "organiser")
            self.assertEqual(201, server.request("POST", BASE + "/link", {"code": "ok-boss.union-uboss", "password": PASSWORD}, token=boss)[0])
            server.stop()
            server.options += ["--set", "auth.staff_second_step=always"]
            server.start()
            status, headers, _ = self.web("ok-bossweb.union-uboss")
            self.assertEqual(302, status)
            place = urllib.parse.urlsplit(headers["Location"])
            self.assertEqual(("/login", {"return": ["/events/spring"]}), (place.path, urllib.parse.parse_qs(place.query)))
            fragment = urllib.parse.parse_qs(place.fragment, strict_parsing=True)
            self.assertEqual(["enrol"], fragment["methods"])
            status, _, body = server.request("POST", "/api/v1/auth/second-step/enrol", {"token": fragment["second_step"][0]})
            self.assertEqual(200, status, body)
            self.assertFalse([value for name, value in headers.items() if name == "Set-Cookie" and "rt_refresh" in value])

    def user_of(self, headers):
        refresh = [value for name, value in headers.items() if name == "Set-Cookie" and value.startswith(("rt_refresh=", "__Host-"))]
        self.assertEqual(len(refresh), 1, headers.items())
        status, _, body = self.server.request("POST", "/api/v1/auth/refresh", headers={"Cookie": refresh[0].split(";")[0], "Sec-Fetch-Site": "same-origin"})
        self.assertEqual(status, 200, body)
        return body["data"]["user"]["id"]

    def test_the_way_to_wechat_and_back(self):
        status, headers, _ = self.start("/events/spring?x=1", "userinfo")
        self.assertEqual(status, 302)
        location = headers["Location"]
        self.assertTrue(location.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?appid=" + WEB_APPID), location)
        self.assertTrue(location.endswith("#wechat_redirect"))
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)
        self.assertEqual(query["redirect_uri"], ["https://team.example.org/api/v1/auth/wechat/web/callback"])
        self.assertEqual(query["scope"], ["snsapi_userinfo"])
        for word in ("HttpOnly", "SameSite=Lax", f"Path={BASE}"):
            self.assertIn(word, headers["Set-Cookie"])
        status, headers, _ = self.web("ok-webber", "/events/spring?x=1", "userinfo")
        self.assertEqual((status, headers["Location"]), (302, "/events/spring?x=1"))
        self.user_of(headers)

    def test_only_paths_of_our_own_are_returned_to(self):
        for path in ("https://evil.example", "//evil.example", "/\\evil.example", "evil", "", "/a\r\nX: y", "/" + "a" * 512, "javascript:alert(1)"):
            with self.subTest(path=path):
                self.assertIn(self.start(path)[0], (400, 422))
        self.assertEqual(self.start("/" + "a" * 511)[0], 302)

    def test_the_way_back_belongs_to_the_browser_it_began_in(self):
        calls = self.wechat.count("/sns/oauth2/access_token")
        for more in ({"state": "0" * 32}, {"state": ""}, {"cookie": ""}, {"cookie": "rt_wechat=AAAA"}, {"cookie": "rt_wechat=%%%"}):
            with self.subTest(**more):
                status, headers, _ = self.web("ok-stranger", **more)
                self.assertNotIn("rt_refresh", str(headers))
                self.assertIn(status, (302, 403))
        _, other, _ = self.start()
        status, headers, _ = self.web("ok-stranger", cookie=other["Set-Cookie"].split(";")[0])
        self.assertEqual((status, headers["Location"]), (302, "/events/spring?sign_in_error=FORBIDDEN"))
        self.assertEqual(self.wechat.count("/sns/oauth2/access_token"), calls)

    def test_errors_send_the_browser_back_with_a_word(self):
        for code, word in ((None, "SIGN_IN_AGAIN"), ("err-40029-w", "SIGN_IN_AGAIN"), ("err-40226-w", "FORBIDDEN"), ("garbage-w", "UPSTREAM_FAILED")):
            with self.subTest(code=code):
                status, headers, _ = self.web(code)
                self.assertEqual((status, headers["Location"]), (302, "/events/spring?sign_in_error=" + word))
        status, headers, _ = self.web("ok-webagain")
        self.assertEqual(status, 302)
        status, headers, _ = self.web("ok-webagain")
        self.assertEqual(headers["Location"], "/events/spring?sign_in_error=SIGN_IN_AGAIN")


class Settings(unittest.TestCase):
    def test_wrong_settings_are_seen_by_the_operator_and_not_by_the_client(self):
        with FakeWechat() as wechat, Server(*wechat.options(), "--set", "wechat.secret=wrong") as server:
            status, _, body = server.request("POST", BASE + "/mini", {"code": "ok-x"})
            self.assertEqual((status, body["code"]), (503, "UNAVAILABLE"))
            self.assertNotIn("40125", json.dumps(body))
            deadline = time.monotonic() + 30
            while True:
                _, _, health = server.request("GET", "/health")
                component = next(one for one in health["data"]["components"] if one["name"] == "wechat")
                if component["status"] == "warn" or time.monotonic() > deadline:
                    break
                time.sleep(0.2)
            self.assertEqual(component["status"], "warn", component)
            self.assertIn("40125", component["detail"])

    def test_without_settings_there_is_no_sign_in_by_wechat(self):
        with Server() as server:
            status, _, body = server.request("POST", BASE + "/mini", {"code": "ok-x"})
            self.assertEqual((status, body["code"]), (503, "CHANNEL_UNAVAILABLE"))
            self.assertEqual(server.request("GET", BASE + "/web/start")[0], 503)

    def test_production_wants_https(self):
        with FakeWechat() as wechat:
            server = Server(*wechat.options(), "--set", "profile=production")
            with self.assertRaises(AssertionError) as raised:
                server.start()
            server.process.wait(10)
            self.assertIn("wechat.api_url", str(raised.exception))


if __name__ == "__main__":
    unittest.main()
