"""The real binary in a folder of its own, for tests that talk to it."""

import http.client
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading

BINARY = os.environ.get("RT_BINARY") or str(pathlib.Path(__file__).resolve().parents[2] / "build" / "release" / "roundtable")
START_S = 60
STOP_S = 30
# Limits are not what most tests are about.
NO_LIMITS = [word for name in ("address_per_15min", "user_per_15min", "sign_in_per_15min", "token_address_per_15min", "cost_address_per_minute", "cost_user_per_minute") for word in ("--set", f"limits.{name}=1000000")]
PASSWORD = "correct horse battery"


class Server:
    """with Server() as server: server.port ..."""

    def __init__(self, *options, limits=False):
        self.folder = tempfile.TemporaryDirectory(prefix="rt-server-")
        self.data = os.path.join(self.folder.name, "data")
        # What must be in no line of the log is looked for in the lines of requests too.
        self.options = ["--set", "log.console_requests=true", *([] if limits else NO_LIMITS), *options]
        self.lines = []
        self.prefix = []  # a program that runs the server, such as strace

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self.folder.cleanup()

    def start(self):
        self.process = subprocess.Popen([*self.prefix, BINARY, "serve", "--data", self.data, "--listen", "127.0.0.1:0", *self.options],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        ready = threading.Event()
        self.reader = threading.Thread(target=self._read, args=(ready,), daemon=True)
        self.reader.start()
        if not ready.wait(START_S) or not getattr(self, "port", 0):
            self.process.kill()
            raise AssertionError("the server did not become ready:\n" + "".join(self.lines[-40:]))

    def _read(self, ready):
        for line in self.process.stdout:
            self.lines.append(line)
            match = re.search(r"ready in .* on https?://127\.0\.0\.1:(\d+)", line)
            if match:
                self.port = int(match.group(1))
                ready.set()
        ready.set()

    def stop(self):
        """Exit code of a stop by SIGTERM."""
        self.process.terminate()
        code = self.process.wait(STOP_S)
        self.reader.join(STOP_S)
        self.process.stdout.close()
        return code

    def kill(self):
        """SIGKILL, as a power cut is to the process; start() goes on with the same data."""
        self.process.kill()
        self.process.wait(STOP_S)
        self.reader.join(STOP_S)
        self.process.stdout.close()
        self.port = 0

    def end_well(self):
        """Stops for good: with exit code 0, and nothing that happened was an error to the server."""
        code = self.stop()
        self.folder.cleanup()
        assert code == 0, code
        assert not [line for line in self.lines if '"level":"error"' in line], "the server logged an error"

    def command(self, *words, text=""):
        done = subprocess.run([BINARY, "--data", self.data, *words], input=text, text=True, capture_output=True, timeout=START_S, check=False)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def make_account(self, name, role):
        """An access token."""
        self.command("user", "create", name, "--role", role, "--password-stdin", text=PASSWORD + "\n")
        status, _, body = self.request("POST", "/api/v1/auth/login", {"login_name": name, "password": PASSWORD, "client": "native"})
        assert status == 200, body
        return body["data"]["access_token"]

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=STOP_S)

    def request(self, method, path, body=None, token=None, headers=None, raw=None):
        """(status, headers, JSON body or bytes)."""
        fields = dict(headers or {})
        if token:
            fields["Authorization"] = "Bearer " + token
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
            fields.setdefault("Content-Type", "application/json")
        connection = self.connect()
        try:
            connection.request(method, path, data, fields)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if content and answer.headers.get("Content-Type", "").startswith("application/json"):
            content = json.loads(content)
        return answer.status, answer.headers, content
