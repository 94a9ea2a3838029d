"""Tencent Cloud's SMS interface as far as we use it; checks the signature by its own reckoning."""

import datetime
import hashlib
import hmac
import json
import queue

from http_fake import HttpFake, options_of, send_json

SECRET_ID, SECRET_KEY = "AKIDEXAMPLE0123456789", "sms-secret-0123456789"


def signature(headers, body):
    def mac(key, text):
        return hmac.new(key, text.encode(), hashlib.sha256).digest()

    at = int(headers["X-TC-Timestamp"])
    day = datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%d")
    canonical = "\n".join(["POST", "/", "", f"content-type:{headers['Content-Type']}", f"host:{headers['Host']}", "", "content-type;host",
                           hashlib.sha256(body).hexdigest()])
    text = "\n".join(["TC3-HMAC-SHA256", str(at), f"{day}/sms/tc3_request", hashlib.sha256(canonical.encode()).hexdigest()])
    key = mac(mac(mac(b"TC3" + SECRET_KEY.encode(), day), "sms"), "tc3_request")
    return f"TC3-HMAC-SHA256 Credential={SECRET_ID}/{day}/sms/tc3_request, SignedHeaders=content-type;host, Signature={mac(key, text).hex()}"


class FakeSms(HttpFake):
    def __init__(self):
        self.sent = queue.Queue()
        self.answers = []  # codes to give before "Ok"

    def answer(self, http, body):
        if http.headers["Authorization"] != signature(http.headers, body):
            answer = {"Error": {"Code": "AuthFailure.SignatureFailure", "Message": "no"}}
        else:
            code = self.answers.pop(0) if self.answers else "Ok"
            if code == "Ok":
                self.sent.put((http.headers["X-TC-Action"], json.loads(body)))
            answer = {"SendStatusSet": [{"Code": code, "Message": "m"}], "RequestId": "r"}
        send_json(http, {"Response": answer})

    def options(self):
        return options_of({"notify.sms_provider": "tencent", "notify.sms_endpoint": self.url, "notify.sms_secret_id": SECRET_ID,
                           "notify.sms_secret_key": SECRET_KEY, "notify.sms_app_id": "1400006666", "notify.sms_sign_name": "圆桌",
                           "notify.sms_template_code": "449739"})
