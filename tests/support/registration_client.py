"""The real binary on a free port with a data folder of its own, and a client that speaks its API."""

import http.client
import json
import os
import re
import subprocess
import tempfile
import time

PASSWORD = "correct horse 42"
PATIENCE_S = 60


class Server:
    """Starts and stops the binary; kill() is SIGKILL, start() goes on with the same data."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="rt-registration-")
        self.data = os.path.join(self.folder.name, "data")
        self.process = None
        self.port = 0

    def cli(self, *words, stdin=""):
        done = subprocess.run([os.environ["RT_BINARY"], "--data", self.data, *words], input=stdin, text=True,
                              capture_output=True, timeout=PATIENCE_S)
        return done.returncode, done.stdout + done.stderr

    def start(self):
        # Thousands of requests come from one address and few users here.
        environment = dict(os.environ, RATE_LIMIT_IP="1000000", RATE_LIMIT_USER="1000000")
        log = open(os.path.join(self.folder.name, "log"), "a+", encoding="utf-8")
        begin = log.seek(0, os.SEEK_END)
        self.process = subprocess.Popen([os.environ["RT_BINARY"], "serve", "--data", self.data, "--listen", "127.0.0.1:0"],
                                        stdout=log, stderr=log, env=environment)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            log.seek(begin)
            text = log.read()
            found = re.search(r"ready in \d+ ms on http://127\.0\.0\.1:(\d+)", text)
            if found:
                self.port = int(found.group(1))
                log.close()
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the server did not start:\n{text[-3000:]}")
            time.sleep(0.02)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=PATIENCE_S)
        self.folder.cleanup()


class Client:
    """One connection, one user. Not for several threads."""

    def __init__(self, port, token=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self.token = token

    def call(self, method, path, body=None, headers=None):
        sent = dict(headers or {})
        if self.token:
            sent["Authorization"] = "Bearer " + self.token
        if body is not None:
            sent["Content-Type"] = "application/json"
        self.connection.request(method, "/api/v1" + path, None if body is None else json.dumps(body), sent)
        answer = self.connection.getresponse()
        text = answer.read()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, text

    def must(self, method, path, body=None, headers=None):
        status, answer = self.call(method, path, body, headers)
        if status >= 300:
            raise AssertionError(f"{method} {path}: {status} {answer}")
        return answer["data"] if isinstance(answer, dict) else answer

    def sign_in(self, name):
        self.token = self.must("POST", "/auth/login", {"login_name": name, "password": PASSWORD, "client": "native"})["access_token"]
        return self


def make_user(server, name, role):
    status, text = server.cli("user", "create", name, "--role", role, "--password-stdin", stdin=PASSWORD + "\n")
    if status != 0:
        raise AssertionError(text)


def times():
    now = time.time()
    stamp = lambda days: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + days * 86400))
    return {"reg_open": stamp(-1), "reg_close": stamp(5), "starts": stamp(10), "ends": stamp(11)}
