"""Tencent Cloud's SMS interface as far as we use it; checks the signature by its own reckoning."""

import datetime
import hashlib
import hmac
import http.server
import json
import queue
import threading

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


class FakeSms:
    def __enter__(self):
        self.sent = queue.Queue()
        self.answers = []  # codes to give before "Ok"
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers["Authorization"] != signature(self.headers, body):
                    answer = {"Error": {"Code": "AuthFailure.SignatureFailure", "Message": "no"}}
                else:
                    code = fake.answers.pop(0) if fake.answers else "Ok"
                    if code == "Ok":
                        fake.sent.put((self.headers["X-TC-Action"], json.loads(body)))
                    answer = {"SendStatusSet": [{"Code": code, "Message": "m"}], "RequestId": "r"}
                text = json.dumps({"Response": answer}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def options(self):
        values = {"notify.sms_provider": "tencent", "notify.sms_endpoint": f"http://127.0.0.1:{self.server.server_address[1]}",
                  "notify.sms_secret_id": SECRET_ID, "notify.sms_secret_key": SECRET_KEY, "notify.sms_app_id": "1400006666",
                  "notify.sms_sign_name": "圆桌", "notify.sms_template_code": "449739"}
        return [word for key, value in values.items() for word in ("--set", f"{key}={value}")]
