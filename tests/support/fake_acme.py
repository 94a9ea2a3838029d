"""A certificate authority that misbehaves on purpose: it speaks ACME (RFC 8555) and believes every proof. `fault` may change at any time:

    limited          newOrder: 429 rateLimited, with Retry-After: RETRY_AFTER_S
    limited-silent   the same without Retry-After
    nonces           every signed request: badNonce, with a fresh nonce
    no-nonce         newNonce answers without one
    http500, html    newOrder: 500; 200 with a page
    cut              the order is half a JSON text
    endless          the directory is larger than anybody should take
    drop             newOrder: the connection ends without an answer
    rejected         the order becomes invalid, with the reason
    refused-proof    the proof is refused, with the reason
    slow-valid       the order is processing for SLOW_POLLS looks
    stranger         the certificate is for another name
    other-key        the certificate is for another key
    garbage          the certificate is none
"""

import base64
import collections
import http.server
import json
import pathlib
import ssl
import threading

RETRY_AFTER_S = 7200
HOLD_S = 30
SLOW_POLLS = 3
PROBLEM = "urn:ietf:params:acme:error:"


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class FakeAcme:
    def __init__(self, pki):
        self.pki, self.fault = pki, ""
        self.calls, self.nonces, self.orders = collections.Counter(), set(), {}
        self.lock = threading.Lock()
        self.entered, self.released = threading.Event(), threading.Event()

    def __enter__(self):
        fake = self
        self.pki.issue("fake", "localhost")

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                fake.plain(self)

            def do_HEAD(self):
                fake.plain(self)

            def do_POST(self):
                fake.signed(self, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                """A client may hang up when it has had enough."""

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pki.path("fake.crt"), self.pki.path("fake.key"))
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = f"https://localhost:{self.http.server_address[1]}"
        self.directory = self.url + "/dir"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()

    def root(self):
        return pathlib.Path(self.pki.path("ca.crt")).read_text(encoding="ascii")

    def count(self, path):
        with self.lock:
            return self.calls[path]

    # ---- answers ---------------------------------------------------------------------------------------------------------------

    def nonce(self):
        with self.lock:
            nonce = f"nonce-{len(self.nonces)}-{sum(self.calls.values())}"
            self.nonces.add(nonce)
        return nonce

    def send(self, out, status, body, fields=None):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        fields = {"Replay-Nonce": self.nonce(), "Content-Type": "application/json"} | (fields or {})
        out.send_response(status)
        for name, value in fields.items():
            if value is not None:
                out.send_header(name, value)
        out.send_header("Content-Length", str(len(data)))
        out.end_headers()
        if out.command != "HEAD":
            out.wfile.write(data)

    def problem(self, out, status, kind, detail, fields=None):
        self.send(out, status, {"type": PROBLEM + kind, "detail": detail}, {"Content-Type": "application/problem+json"} | (fields or {}))

    def plain(self, out):
        with self.lock:
            self.calls[out.path] += 1
        if out.path == "/dir":
            if self.fault == "endless":
                self.send(out, 200, b"[" * (8 << 20))
                return
            self.send(out, 200, {"newNonce": self.url + "/nonce", "newAccount": self.url + "/account", "newOrder": self.url + "/order"})
        elif out.path == "/nonce":
            self.send(out, 200, b"", {"Replay-Nonce": None} if self.fault == "no-nonce" else None)
        else:
            self.problem(out, 404, "malformed", "no such thing")

    def signed(self, out, body):
        head = json.loads(decode(body["protected"]))
        payload = decode(body["payload"])
        with self.lock:
            self.calls[out.path] += 1
            fresh = head["nonce"] in self.nonces
            self.nonces.discard(head["nonce"])
        if not fresh or self.fault == "nonces":
            self.problem(out, 400, "badNonce", "this nonce is not good")
            return
        assert head["url"] == self.url + out.path, head
        kind, _, number = out.path[1:].partition("/")
        answer = {"account": self.account, "order": self.order, "o": self.look, "authorization": self.authorization, "challenge": self.challenge,
                  "finalize": self.finalize, "certificate": self.certificate}.get(kind)
        if answer is None:
            self.problem(out, 404, "malformed", "no such thing")
        else:
            answer(out, number, payload)

    def account(self, out, _number, _payload):
        self.send(out, 201, {"status": "valid"}, {"Location": self.url + "/account/1"})

    def order(self, out, _number, payload):
        if self.fault in ("limited", "limited-silent"):
            wait = {"Retry-After": str(RETRY_AFTER_S)} if self.fault == "limited" else {}
            self.problem(out, 429, "rateLimited", "too many certificates already issued", wait)
        elif self.fault == "http500":
            self.problem(out, 500, "serverInternal", "we are in trouble")
        elif self.fault == "held":
            self.entered.set()
            self.released.wait(HOLD_S)
            self.problem(out, 400, "rejectedIdentifier", "not this name")
        elif self.fault == "html":
            self.send(out, 200, b"<html>busy</html>", {"Content-Type": "text/html"})
        elif self.fault == "drop":
            out.close_connection = True
            out.connection.close()
        else:
            with self.lock:
                number = len(self.orders) + 1
                self.orders[number] = {"names": [one["value"] for one in json.loads(payload)["identifiers"]], "state": "pending", "looks": 0}
            self.show(out, number, 201, {"Location": f"{self.url}/o/{number}"})

    def show(self, out, number, status=200, fields=None):
        order = self.orders[int(number)]
        body = {"status": order["state"], "finalize": f"{self.url}/finalize/{number}", "authorizations": [f"{self.url}/authorization/{number}"],
                "identifiers": [{"type": "dns", "value": name} for name in order["names"]]}
        if order["state"] == "valid":
            body["certificate"] = f"{self.url}/certificate/{number}"
        if order["state"] == "invalid":
            body["error"] = {"type": PROBLEM + "caa", "detail": "the domain does not want us"}
        self.send(out, status, body, fields)

    def look(self, out, number, _payload):
        order = self.orders[int(number)]
        if self.fault == "cut":
            self.send(out, 200, b'{"status":"pending","finalize":"https://')
            return
        if order["state"] == "processing":
            order["looks"] += 1
            if self.fault != "slow-valid" or order["looks"] > SLOW_POLLS:
                order["state"] = "valid"
        if self.fault == "rejected":
            order["state"] = "invalid"
        self.show(out, number)

    def authorization(self, out, number, _payload):
        order = self.orders[int(number)]
        refused = self.fault == "refused-proof"
        state = "invalid" if refused else "pending" if order["state"] == "pending" else "valid"
        challenge = {"type": "http-01", "url": f"{self.url}/challenge/{number}", "token": f"token-{number}", "status": state}
        if refused:
            challenge["error"] = {"type": PROBLEM + "unauthorized", "detail": "the proof was another one"}
        self.send(out, 200, {"status": state, "identifier": {"type": "dns", "value": order["names"][0]}, "challenges": [challenge]})

    def challenge(self, out, number, _payload):
        self.orders[int(number)]["state"] = "ready"
        self.send(out, 200, {"type": "http-01", "url": f"{self.url}/challenge/{number}", "token": f"token-{number}", "status": "valid"})

    def finalize(self, out, number, payload):
        order = self.orders[int(number)]
        request = self.pki.root / f"order-{number}.der"
        request.write_bytes(decode(json.loads(payload)["csr"]))
        self.pki.openssl("req", "-inform", "DER", "-in", request.name, "-out", f"order-{number}.csr")
        order["state"] = "processing"
        self.show(out, number)

    def certificate(self, out, number, _payload):
        order = self.orders[int(number)]
        names, request = order["names"], f"order-{number}.csr"
        if self.fault == "stranger":
            names = ["stranger.acme.test"]
        if self.fault == "other-key":
            self.pki.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x", "-keyout", "x.key", "-out", request)
        if self.fault == "garbage":
            self.send(out, 200, b"-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n")
            return
        self.pki.sign(request, f"order-{number}.crt", names)
        self.send(out, 200, (self.pki.root / f"order-{number}.crt").read_bytes(), {"Content-Type": "application/pem-certificate-chain"})
