"""A certificate authority made with openssl, and a small client for HTTPS: for tests of the real binary."""

import os
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import time

WAIT_S = 30


class Pki:
    """A certificate authority for one test."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="rt-pki-")
        self.root = pathlib.Path(self.folder.name)
        self.serial = 0
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Test CA", "-days", "30",
                     "-keyout", "ca.key", "-out", "ca.crt")

    def openssl(self, *words):
        done = subprocess.run(["openssl", *words], cwd=self.root, capture_output=True, text=True, check=False, timeout=WAIT_S)
        assert done.returncode == 0, done.stderr

    def path(self, name):
        return str(self.root / name)

    def sign(self, request, out, names, days=20):
        """A certificate for a request file; its serial number."""
        self.serial += 1
        alternatives = ",".join(f"DNS:{name}" for name in names)
        (self.root / "ext").write_text(f"subjectAltName={alternatives}\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                                       "extendedKeyUsage=serverAuth\n")
        self.openssl("x509", "-req", "-in", request, "-CA", "ca.crt", "-CAkey", "ca.key", "-set_serial", str(self.serial), "-days", str(days), "-extfile",
                     "ext", "-out", out)
        return self.serial

    def issue(self, stem, *names):
        """stem.crt and stem.key for DNS names; each file is replaced whole. The serial number."""
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={names[0]}", "-keyout", "new.key", "-out",
                     "new.csr")
        serial = self.sign("new.csr", "new.crt", names)
        os.replace(self.root / "new.key", self.root / f"{stem}.key")
        os.replace(self.root / "new.crt", self.root / f"{stem}.crt")
        return serial

    def context(self, cafile=None):
        context = ssl.create_default_context(cafile=cafile or self.path("ca.crt"))
        context.check_hostname = False
        return context


def connect(port, name, context, session=None):
    raw = socket.create_connection(("127.0.0.1", port), WAIT_S)
    try:
        return context.wrap_socket(raw, server_hostname=name, session=session)
    except (OSError, ssl.SSLError):
        raw.close()
        raise


def serial_for(port, name, context):
    with connect(port, name, context) as stream:
        return int(stream.getpeercert()["serialNumber"], 16)


def ask(stream, path="/livez", host="localhost", fields=""):
    stream.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n".encode())
    return answer(stream)


def answer(stream):
    """(status, head in lower case); the body is read away."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = stream.recv(65536)
        if not piece:
            return 0, data.decode("latin-1")
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    text = head.decode("latin-1").lower()
    length = re.search(r"content-length: (\d+)", text)
    while length and len(body) < int(length.group(1)):
        piece = stream.recv(65536)
        if not piece:
            break
        body += piece
    return int(head.split()[1]), text


def until(condition, what, seconds=WAIT_S):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.1)
