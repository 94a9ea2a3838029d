"""HTTPS of the real binary: certificates by name, reload, redirect, HSTS, PROXY protocol."""

import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

from binary import BINARY, Server
from pebble import free_port
from tls_world import WAIT_S, Pki, answer, ask, connect, serial_for, until


def options(pki, *stems, extra=()):
    certificates = ",".join(pki.path(f"{stem}.crt") for stem in stems)
    keys = ",".join(pki.path(f"{stem}.key") for stem in stems)
    return ["--set", f"server.tls_certificate={certificates}", "--set", f"server.tls_key={keys}", *extra]


def health(server, name="certificate"):
    return next(row for row in json.loads(server.command("healthcheck", "--json"))["components"] if row["name"] == name)


class Tls(unittest.TestCase):
    def setUp(self):
        self.pki = Pki()
        self.addCleanup(self.pki.folder.cleanup)

    def test_the_certificate_follows_the_name(self):
        main = self.pki.issue("main", "main.test")
        wild = self.pki.issue("wild", "*.team.test")
        with Server(*options(self.pki, "main", "wild")) as server:
            self.assertEqual(main, serial_for(server.port, "main.test", self.pki.context()))
            self.assertEqual(main, serial_for(server.port, "unknown.test", self.pki.context()))
            self.assertEqual(main, serial_for(server.port, None, self.pki.context()))
            self.assertEqual(wild, serial_for(server.port, "a.team.test", self.pki.context()))
            with connect(server.port, "a.team.test", self.pki.context()) as stream:
                self.assertEqual(200, ask(stream)[0])

    def test_who_sends_too_much_reads_why(self):
        self.pki.issue("main", "main.test")
        with Server(*options(self.pki, "main")) as server:
            for _ in range(5):
                with connect(server.port, "main.test", self.pki.context()) as stream:
                    stream.sendall(b"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                   b"Content-Length: 1000000\r\n\r\n")
                    for _ in range(10):
                        stream.sendall(b"x" * 100_000)
                    self.assertEqual(413, answer(stream)[0])

    def test_certificates_are_replaced_while_connections_go_on(self):
        self.pki.issue("main", "main.test")
        with Server(*options(self.pki, "main")) as server:
            context = self.pki.context()
            with connect(server.port, "main.test", context) as old:
                self.assertEqual(200, ask(old)[0])
                session = old.session
                for how in ("signal", "command", "file"):
                    serial = self.pki.issue("main", "main.test")
                    if how == "signal":
                        server.process.send_signal(signal.SIGHUP)
                    elif how == "command":
                        server.command("config", "reload")
                    until(lambda want=serial: serial_for(server.port, "main.test", self.pki.context()) == want, f"new certificate by {how}")
                    self.assertEqual(200, ask(old)[0])
                # Tickets of before the reload are good after it.
                with connect(server.port, "main.test", context, session) as resumed:
                    self.assertTrue(resumed.session_reused)
                    self.assertEqual(200, ask(resumed)[0])

    def test_every_visit_of_a_client_that_comes_back_is_resumed(self):
        self.pki.issue("main", "main.test")
        with Server(*options(self.pki, "main")) as server:
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context = self.pki.context()
                context.minimum_version = context.maximum_version = version
                session = None
                for visit in range(4):
                    with self.subTest(version=version.name, visit=visit), connect(server.port, "main.test", context, session) as stream:
                        self.assertEqual(200, ask(stream)[0])
                        self.assertEqual(visit > 0, stream.session_reused)
                        session = stream.session

    def test_a_bad_pair_is_refused_as_a_whole(self):
        self.pki.issue("main", "main.test")
        second = self.pki.issue("second", "second.test")
        with Server(*options(self.pki, "main", "second")) as server:
            main = self.pki.issue("main", "main.test")
            os.replace(self.pki.path("second.key"), self.pki.path("second.key.away"))
            pathlib.Path(self.pki.path("second.key")).write_text("garbage")
            refused = subprocess.run([BINARY, "--data", server.data, "config", "reload"], capture_output=True, text=True, check=False, timeout=WAIT_S)
            self.assertNotEqual(0, refused.returncode)
            self.assertIn("second.crt", refused.stdout + refused.stderr)
            self.assertNotEqual(main, serial_for(server.port, "main.test", self.pki.context()))
            self.assertEqual(second, serial_for(server.port, "second.test", self.pki.context()))
            until(lambda: "changed certificates are not used" in "".join(server.lines), "the log tells")
            until(lambda: "changed files are not used" in health(server)["summary"], "health tells: the next start would fail")
            found = subprocess.run([BINARY, "--data", server.data, "doctor"], capture_output=True, text=True, check=False, timeout=WAIT_S)
            self.assertEqual(6, found.returncode, found.stdout)
            self.assertIn("second.crt: ", found.stdout)
            os.replace(self.pki.path("second.key.away"), self.pki.path("second.key"))
            server.command("config", "reload")
            self.assertEqual(main, serial_for(server.port, "main.test", self.pki.context()))

    def test_health_and_doctor_know_when_it_ends(self):
        self.pki.issue("main", "main.test")
        with Server(*options(self.pki, "main")) as server:
            row = health(server)
            self.assertEqual("ok", row["state"])
            self.assertIn("valid until", row["summary"])
            found = subprocess.run([BINARY, "--data", server.data, "doctor"], capture_output=True, text=True, check=False, timeout=WAIT_S)
            self.assertIn("certificate", found.stdout)
            with connect(server.port, "main.test", self.pki.context()) as stream:
                stream.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                text = b"".join(iter(lambda: stream.recv(65536), b"")).decode()
            left = int(re.search(r'tls_certificate_expires_seconds\{name="main.test"\} (\d+)', text).group(1))
            self.assertGreater(left, 19 * 86400)
            self.assertLessEqual(left, 20 * 86400)

    def test_hsts_is_told_over_tls_only(self):
        self.pki.issue("main", "main.test")
        redirect = free_port()
        extra = ["--set", "server.hsts_max_age=31536000", "--set", "server.hsts_include_subdomains=true", "--set", "server.hsts_preload=true",
                 "--set", f"server.redirect_listen=127.0.0.1:{redirect}"]
        with Server(*options(self.pki, "main", extra=extra)) as server:
            with connect(server.port, "main.test", self.pki.context()) as stream:
                head = ask(stream)[1]
            self.assertIn("strict-transport-security: max-age=31536000; includesubdomains; preload\r\n", head)
            with socket.create_connection(("127.0.0.1", redirect), WAIT_S) as plain:
                self.assertNotIn("strict-transport-security", ask(plain)[1])

    def test_redirects(self):
        self.pki.issue("main", "main.test", "other.test")
        redirect = free_port()
        extra = ["--set", f"server.redirect_listen=127.0.0.1:{redirect}", "--set", "server.public_url=https://main.test:8443"]
        with Server(*options(self.pki, "main", extra=extra)) as server:
            def location(host, path="/a?b=c"):
                with socket.create_connection(("127.0.0.1", redirect), WAIT_S) as plain:
                    status, head = ask(plain, path, host)
                self.assertEqual(308, status, head)
                return re.search(r"location: (\S*)", head).group(1)

            self.assertEqual("https://main.test:8443/a?b=c", location("main.test"))
            self.assertEqual("https://main.test:8443/a?b=c", location("MAIN.test:80"))
            self.assertEqual("https://other.test/a?b=c", location("other.test"))
            # No certificate covers these: they are sent to the one name that works.
            for host in ("192.0.2.7", "[2001:db8::1]:80", "evil.test", "localhost"):
                self.assertEqual("https://main.test:8443/a?b=c", location(host))
            for path in ("/livez", "/readyz"):
                with socket.create_connection(("127.0.0.1", redirect), WAIT_S) as plain:
                    self.assertEqual(200, ask(plain, path, "192.0.2.7")[0])
            with socket.create_connection(("127.0.0.1", redirect), WAIT_S) as plain:
                plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
                self.assertEqual(400, answer(plain)[0])
            self.assertEqual(0, server.process.poll() or 0)

    def test_the_proxy_protocol_names_the_client(self):
        self.pki.issue("main", "main.test")
        extra = ["--set", "server.proxy_protocol=true", "--set", "server.trusted_proxies=127.0.0.0/8"]
        with Server(*options(self.pki, "main", extra=extra)) as server:
            def client_of(header, fields=""):
                raw = socket.create_connection(("127.0.0.1", server.port), WAIT_S)
                raw.sendall(header)
                stream = self.pki.context().wrap_socket(raw, server_hostname="main.test")
                with stream:
                    self.assertEqual(404, ask(stream, "/api/v1/none", fields=fields)[0])
                line = [line for line in log_lines(server) if '"route":"-"' in line][-1]
                return re.search(r'"client":"([^"]*)"', line).group(1)

            first = b"PROXY TCP4 203.0.113.9 10.0.0.1 12345 443\r\n"
            self.assertEqual("203.0.113.9", client_of(first))
            # The client is no proxy of ours: what it writes into its own fields is worth nothing.
            self.assertEqual("203.0.113.9", client_of(first, "X-Forwarded-For: 198.51.100.1\r\n"))
            binary = b"\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24" + bytes.fromhex("20010db8000000000000000000000007") + b"\1" * 16 + b"\0\1\0\2"
            self.assertEqual("2001:db8::7", client_of(binary))
            self.assertEqual("198.51.100.1", client_of(b"PROXY TCP4 127.0.0.9 10.0.0.1 1 2\r\n", "X-Forwarded-For: 198.51.100.1\r\n"))
            self.assertEqual("127.0.0.1", client_of(b"PROXY UNKNOWN\r\n"))
            # In pieces, too.
            raw = socket.create_connection(("127.0.0.1", server.port), WAIT_S)
            for byte in first:
                raw.sendall(bytes([byte]))
                time.sleep(0.002)
            with self.pki.context().wrap_socket(raw, server_hostname="main.test") as stream:
                self.assertEqual(200, ask(stream)[0])
            # Without a header nobody is served.
            with self.assertRaises(OSError):
                connect(server.port, "main.test", self.pki.context()).close()

    def test_a_self_signed_certificate_stands_in_on_the_socket_of_systemd(self):
        # The key folder gets one pair that outlives restarts; health says that nobody vouches for it.
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        with tempfile.TemporaryDirectory(prefix="rt-tls-") as folder:
            data = os.path.join(folder, "data")

            def start():
                descriptor = listener.fileno()
                script = 'exec 3<&$1; export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=https; exec "$2" serve --data "$3"'
                return subprocess.Popen(["bash", "-c", script, "bash", str(descriptor), BINARY, data], pass_fds=[descriptor], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

            seen = []
            for _ in range(2):
                process = start()
                try:
                    for line in process.stderr:
                        if "ready in" in line:
                            break
                    self.assertIsNone(process.poll(), "the server runs")
                    seen.append(ssl.get_server_certificate(listener.getsockname()))
                    shown = subprocess.run([BINARY, "--data", data, "healthcheck", "--json"], capture_output=True, text=True, check=False, timeout=WAIT_S)
                    self.assertIn("self-signed", shown.stdout)
                    context = ssl.create_default_context()
                    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                    with connect(listener.getsockname()[1], None, context) as stream:
                        self.assertNotIn("strict-transport-security", ask(stream)[1])
                finally:
                    process.terminate()
                    process.wait(WAIT_S)
                    process.stderr.close()
            self.assertEqual(seen[0], seen[1])


def log_lines(server):
    path = os.path.join(server.data, "logs", "combined.log")
    deadline = time.monotonic() + WAIT_S
    count = -1
    while time.monotonic() < deadline:
        lines = pathlib.Path(path).read_text().splitlines()
        if len(lines) == count:
            return lines
        count = len(lines)
        time.sleep(0.3)
    return lines


if __name__ == "__main__":
    unittest.main()
