"""A WeChat that misbehaves on purpose. What a code does is said by its first word:

    ok-NAME             openid o-NAME; ok-NAME.union-U: unionid U as well; good once, then 40163
    err-N-ANY           errcode N
    busy-K-NAME         -1 for the first K calls, then as ok-NAME
    slow-NAME           answers after 8 seconds (the code is used up at once)
    garbage, html, empty, list, huge, endless, twice, drop, http500, wrongtype   as they say
"""

import base64
import collections
import json
import threading
import time
import urllib.parse

from http_fake import HttpFake, options_of

APPID, SECRET = "wxmini0123456789", "mini-secret-0123456789abcdef"
WEB_APPID, WEB_SECRET = "wxweb00123456789", "web-secret-0123456789abcdef"
SLOW_S = 8


class FakeWechat(HttpFake):
    protocol = "HTTP/1.1"

    def __init__(self):
        self.calls = []
        self.used = set()
        self.busy = collections.Counter()
        self.tokens = []
        self.bad_tokens = set()
        self.session_keys = {}
        self.silence = threading.Event()  # set: texts that are answered late are answered at once
        self.lock = threading.Lock()

    def options(self):
        return options_of({"wechat.appid": APPID, "wechat.secret": SECRET, "wechat.web_appid": WEB_APPID, "wechat.web_secret": WEB_SECRET,
                           "wechat.api_url": self.url, "wechat.open_url": "https://open.weixin.qq.com",
                           "server.public_url": "https://team.example.org"})

    def count(self, path):
        with self.lock:
            return sum(1 for call in self.calls if call[0] == path)

    # ---- answers ---------------------------------------------------------------------------------------------------------------

    def answer(self, http, body):
        body = json.loads(body or b"{}")
        parts = urllib.parse.urlsplit(http.path)
        query = dict(urllib.parse.parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        with self.lock:
            self.calls.append((parts.path, query, body))
        answer = {
            "/sns/jscode2session": lambda: self.code(http, query, APPID, SECRET, query.get("js_code", ""), self.session),
            "/sns/oauth2/access_token": lambda: self.code(http, query, WEB_APPID, WEB_SECRET, query.get("code", ""), self.web_token),
            "/sns/userinfo": lambda: {"openid": query["openid"], "nickname": "小林", "unionid": "web-union"},
            "/cgi-bin/stable_token": lambda: self.token(body),
            "/wxa/business/getuserphonenumber": lambda: self.phone(http, query, body),
            "/wxa/checksession": lambda: self.check(query),
            "/wxa/msg_sec_check": lambda: self.text(http, query, body),
        }.get(parts.path, lambda: {"errcode": 404})()
        if answer is not None:
            self.send(http, json.dumps(answer).encode())

    def send(self, http, text, status=200):
        http.send_response(status)
        http.send_header("Content-Type", "text/plain")  # as WeChat does
        http.send_header("Content-Length", str(len(text)))
        http.end_headers()
        http.wfile.write(text)

    def code(self, http, query, appid, secret, code, make):
        """None: the answer was sent already."""
        if query.get("appid") != appid:
            return {"errcode": 40013, "errmsg": "invalid appid"}
        if query.get("secret") != secret:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        word, _, rest = code.partition("-")
        if word == "err":
            return {"errcode": int(rest.split("-")[0] or "-1"), "errmsg": "as asked, rid: 1-2-3"}
        if word == "busy":
            times, _, rest = rest.partition("-")
            with self.lock:
                self.busy[code] += 1
                if self.busy[code] <= int(times):
                    return {"errcode": -1, "errmsg": "system error"}
        with self.lock:
            if code in self.used:
                return {"errcode": 40163, "errmsg": "code been used"}
            self.used.add(code)
        if word == "slow":
            time.sleep(SLOW_S)
        elif word not in ("ok", "busy"):
            return self.misbehave(http, word)
        return make(rest)

    def misbehave(self, http, word):
        raw = {"garbage": b"\x00\xff{", "html": b"<html>502</html>", "empty": b"", "list": b"[]",
               "wrongtype": b'{"openid":7,"session_key":["x"]}', "huge": b'{"openid":"' + b"o" * 200_000 + b'","session_key":"a"}'}
        if word in raw:
            self.send(http, raw[word])
        elif word == "http500":
            self.send(http, b'{"openid":"o-500","session_key":"a"}', 500)
        elif word == "twice":
            text = b'{"openid":"o-twice","session_key":"a2V5"}'
            answer = b"HTTP/1.1 200 OK\r\nContent-Length: " + str(len(text)).encode() + b"\r\n\r\n" + text
            http.wfile.write(answer + answer)
        elif word == "endless":
            http.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            try:
                while True:
                    http.wfile.write(b"x" * 65_536)
            except OSError:
                pass
        elif word == "drop":
            http.close_connection = True
            http.connection.close()
        else:
            return {"errcode": 40029, "errmsg": "invalid code"}
        http.close_connection = True
        return None

    def session(self, rest):
        name, _, union = rest.partition(".union-")
        key = base64.b64encode(name.encode().ljust(16, b"k")[:16]).decode()
        self.session_keys["o-" + name] = key
        answer = {"openid": "o-" + name, "session_key": key}
        if union:
            answer["unionid"] = union
        return answer

    def web_token(self, rest):
        name, _, union = rest.partition(".union-")
        answer = {"access_token": "web-token", "expires_in": 7200, "refresh_token": "x", "openid": "w-" + name, "scope": "snsapi_base"}
        if union:
            answer["unionid"] = union
        return answer

    def token(self, body):
        if (body.get("appid"), body.get("secret")) != (APPID, SECRET):
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        with self.lock:
            if not self.tokens or body.get("force_refresh"):
                self.tokens.append(f"token-{len(self.tokens) + 1}")
            return {"access_token": self.tokens[-1], "expires_in": 7200}

    def token_trouble(self, query):
        token = query.get("access_token")
        return token not in self.tokens or token in self.bad_tokens

    def phone(self, http, query, body):
        if self.token_trouble(query):
            return {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"}
        code = body.get("code", "")
        word, _, number = code.partition("-")
        if word == "err":
            return {"errcode": int(number.split("-")[0])}
        with self.lock:
            if code in self.used:
                return {"errcode": 40163, "errmsg": "code been used"}
            self.used.add(code)
        mark = {"timestamp": int(time.time()), "appid": APPID if word != "stranger" else "wxother"}
        if word == "old":
            mark["timestamp"] -= 3600
        return {"errcode": 0, "errmsg": "ok", "phone_info": {"phoneNumber": number, "purePhoneNumber": number, "countryCode": "86", "watermark": mark}}

    def text(self, http, query, body):
        """The first word of the text says what becomes of it; "err N": errcode N."""
        if self.token_trouble(query):
            return {"errcode": 40001}
        if body.get("version") != 2 or body.get("openid") not in self.session_keys:
            return {"errcode": 40003, "errmsg": "invalid openid"}
        word, _, rest = body["content"].partition(" ")
        if word == "err":
            return {"errcode": int(rest.split()[0]), "errmsg": "as asked"}
        if word == "silence":
            self.silence.wait(SLOW_S)
        elif word in ("garbage", "html", "empty", "list", "http500", "drop"):
            return self.misbehave(http, word)
        if word == "nonsense":
            return {"errcode": 0, "result": {"suggest": "who knows"}}
        suggest = {"rude": "risky", "odd": "review"}.get(word, "pass")
        return {"errcode": 0, "errmsg": "ok", "result": {"suggest": suggest, "label": 100}, "trace_id": "t"}

    def check(self, query):
        import hashlib
        import hmac
        if self.token_trouble(query):
            return {"errcode": 40001}
        key = self.session_keys.get(query["openid"], "")
        good = hmac.new(key.encode(), b"", hashlib.sha256).hexdigest()
        return {"errcode": 0 if query.get("signature") == good and query.get("sig_method") == "hmac_sha256" else 87009}
