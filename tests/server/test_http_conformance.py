"""tests/conformance/requests.table against the real server: every case that needs no route of its own."""

import pathlib
import re
import socket
import unittest

from binary import Server

TIMEOUT_S = 20
TABLE = pathlib.Path(__file__).resolve().parents[1] / "conformance" / "requests.table"
ESCAPES = {"r": "\r", "n": "\n", "t": "\t", "0": "\0", "\\": "\\", "p": "|"}


def unescape(text):
    text = re.sub(r"\{(\\x[0-9A-F]{2}|.)\*(\d+)\}", lambda match: match.group(1) * int(match.group(2)), text)
    text = re.sub(r"\\(x[0-9A-F]{2}|[rnt0\\p])", lambda match: chr(int(match.group(1)[1:], 16)) if match.group(1)[0] == "x" else
                  ESCAPES[match.group(1)], text)
    return text.encode("latin-1")


def load():
    template = ""
    for line in TABLE.read_text().splitlines():
        if line.startswith("= "):
            template = line[2:]
        elif line and not line.startswith("#"):
            expected, rest = line.split(" | ", 1)
            own, what = rest.rsplit(" | ", 1) if " | " in rest else ("", rest.lstrip(" |"))
            statuses, fate = expected.split(" ")
            yield statuses.split(","), fate == "open", unescape(template.replace("$", own, 1)), what


class Connection:
    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        self.file = self.sock.makefile("rb")

    def send(self, data):
        try:
            self.sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def status(self, head_only=False):
        """Status of the next answer, with its body read; None at the end."""
        line = self.file.readline()
        if not line:
            return None
        length = 0
        while (field := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = field.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not head_only:
            self.file.read(length)
        return line.split(b" ")[1].decode()

    def at_end(self):
        try:
            return self.file.read(1) == b""
        except ConnectionResetError:
            return True

    def close(self):
        self.file.close()
        self.sock.close()


class Conformance(unittest.TestCase):
    def test_table(self):
        cases = [case for case in load() if b" /post " not in case[2]]
        self.assertGreater(len(cases), 150)
        with Server() as server:
            for statuses, stays_open, data, what in cases:
                with self.subTest(what):
                    connection = Connection(server.port)
                    connection.send(data)
                    for status in statuses:
                        self.assertEqual(connection.status(data.startswith(b"HEAD ")), status)
                    if stays_open:
                        connection.send(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
                        self.assertEqual(connection.status(), "200")
                    else:
                        self.assertTrue(connection.at_end())
                    connection.close()


if __name__ == "__main__":
    unittest.main()
