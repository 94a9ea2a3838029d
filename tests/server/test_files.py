"""Uploads to the real binary: what is taken, what is told of it, who may have it, and the scan."""

import http.server
import os
import stat
import struct
import threading
import time
import unittest
import zlib

from binary import Server

PATIENCE_S = 30


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, extra=b""):
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(b"\0" * 5)) + chunk(b"IEND", b"")


def upload(server, token, data, purpose="avatar", headers=None):
    return server.request("POST", "/api/v1/files?purpose=" + purpose, token=token, raw=data, headers=headers)


def stored(server):
    return [name for _, _, names in os.walk(os.path.join(server.data, "blobs")) for name in names]


class Files(unittest.TestCase):
    def test_a_picture_goes_in_and_comes_out_as_itself_without_what_it_tells_of_its_owner(self):
        with Server() as server:
            token = server.make_account("lin", "user")
            secret = chunk(b"tEXt", b"Comment\0GPS 31.23N") + chunk(b"eXIf", b"GPS")
            status, _, body = upload(server, token, png(3, 2, secret), headers={"Content-Type": "text/html"})
            self.assertEqual(201, status, body)
            info = body["data"]
            self.assertEqual(("image/png", 3, 2, "READY", "avatar"), tuple(info[key] for key in ("type", "width", "height", "state", "purpose")))
            status, headers, content = server.request("GET", info["url"], token=token)
            self.assertEqual((200, png(3, 2)), (status, content))
            self.assertEqual("image/png", headers["Content-Type"])
            self.assertEqual(["default-src 'none'; sandbox; frame-ancestors 'none'"], headers.get_all("Content-Security-Policy"))
            self.assertEqual("nosniff", headers["X-Content-Type-Options"])
            self.assertEqual(["private, no-store"], headers.get_all("Cache-Control"))
            self.assertEqual(f'inline; filename="{info["id"]}.png"', headers["Content-Disposition"])
            self.assertEqual(206, server.request("GET", info["url"], token=token, headers={"Range": "bytes=0-3"})[0])
            self.assertEqual([info["id"]], [row["id"] for row in server.request("GET", "/api/v1/me/files", token=token)[2]["data"]])
            # The same bytes are stored once, whoever sends them.
            other = server.make_account("wang", "user")
            upload(server, other, png(3, 2))
            self.assertEqual(1, len(stored(server)))
            server.command("backup", "create")
            self.assertIn("blobs/", server.command("backup", "show", "latest", "--json"))

    def test_what_is_no_picture_is_not_taken_whatever_it_is_called(self):
        with Server() as server:
            token = server.make_account("lin", "user")
            for data in (b"<html><script>alert(1)</script>", b"<svg onload=alert(1)>", b"#!/bin/sh\n", b"GIF8", b"MZ\0", b"%PDF-1.7\n",
                         b"\x89PNG\r\n\x1a\nrest", png(3, 2)[:-3], b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBP"):
                with self.subTest(data=data[:12]):
                    for headers in ({"Content-Type": "image/png"}, {"Content-Type": "image/png; name=a.png", "X-File-Name": "a.png"}):
                        self.assertIn(upload(server, token, data, headers=headers)[0], (415, 422))
            self.assertEqual(201, upload(server, token, b"%PDF-1.7\n", purpose="answer")[0])
            for bomb in (png(16385, 1), png(1, 16385), png(10001, 10000), png(2**31, 2**31), png(0, 1)):
                self.assertEqual(422, upload(server, token, bomb)[0])
            self.assertEqual(201, upload(server, token, png(10000, 10000))[0])
            self.assertEqual(422, upload(server, token, png(1, 1), purpose="none")[0])
            self.assertEqual(422, upload(server, token, b"")[0])
            self.assertEqual(403, upload(server, token, png(1, 1), purpose="event_image")[0])
            self.assertEqual(401, upload(server, None, png(1, 1))[0])
            self.assertEqual(413, upload(server, token, png(1, 1, chunk(b"gAMA", b"\0" * (2 << 20))))[0])
            self.assertEqual([], [name for name in os.listdir(os.path.join(server.data, "tmp")) if name.startswith("upload-")])

    def test_a_form_with_one_file(self):
        with Server() as server:
            token = server.make_account("lin", "user")
            form = {"Content-Type": "multipart/form-data; boundary=xyz"}
            part = b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="../../etc/a.php"\r\nContent-Type: text/php\r\n\r\n' + png(2, 2) + b"\r\n"
            status, _, body = upload(server, token, part + b"--xyz--\r\n", headers=form)
            self.assertEqual(201, status, body)
            _, headers, content = server.request("GET", body["data"]["url"], token=token)
            self.assertEqual(png(2, 2), content)
            self.assertNotIn("php", headers["Content-Disposition"])
            for bad in (part, part + part + b"--xyz--", b"--xyz--", png(2, 2)):
                self.assertEqual(422, upload(server, token, bad, headers=form)[0])

    def test_a_token_is_not_the_person_it_was_made_by(self):
        with Server() as server:
            boss = server.make_account("boss", "admin")
            carried = server.command("token", "create", "boss", "--permission", "server.view").splitlines()[0]
            status, _, body = upload(server, boss, png(2, 2), purpose="answer")
            self.assertEqual(201, status, body)
            url = body["data"]["url"]
            self.assertEqual(200, server.request("GET", url, token=boss)[0])
            self.assertEqual(404, server.request("GET", url, token=carried)[0])
            self.assertEqual(403, server.request("GET", url + "/info", token=carried)[0])
            public = upload(server, boss, png(2, 2), purpose="event_image")[2]["data"]["url"]
            self.assertEqual(200, server.request("GET", public, token=carried)[0])

    def test_who_may_have_it(self):
        with Server() as server:
            people = {"lin": server.make_account("lin", "user"), "wang": server.make_account("wang", "user"), "organiser": server.make_account("orga", "organiser"),
                      "admin": server.make_account("boss", "admin"), "nobody": None}
            expected = {"avatar": {"lin", "wang", "organiser", "admin"}, "answer": {"lin", "admin"}, "event_image": set(people)}
            for purpose, readers in expected.items():
                owner = "organiser" if purpose == "event_image" else "lin"
                status, _, body = upload(server, people[owner], png(2, 2), purpose=purpose)
                self.assertEqual(201, status, body)
                for name, token in people.items():
                    with self.subTest(purpose=purpose, name=name):
                        status, headers, _ = server.request("GET", body["data"]["url"], token=token)
                        self.assertEqual(200 if name in readers else 404, status)
                    if name not in (owner, "admin"):
                        self.assertIn(server.request("DELETE", body["data"]["url"], token=token)[0], (401, 403, 404))
                if purpose == "event_image":
                    self.assertEqual("public, max-age=3600", server.request("GET", body["data"]["url"])[1]["Cache-Control"])
                self.assertEqual(204, server.request("DELETE", body["data"]["url"], token=people[owner])[0])
                self.assertEqual(404, server.request("GET", body["data"]["url"], token=people[owner])[0])
            for trick in ("../../keys/field.key", "..%2f..%2fkeys", "0" * 16, "x", "%00"):
                self.assertIn(server.request("GET", "/api/v1/files/" + trick, token=people["admin"])[0], (400, 404))

    def test_caps_of_one_person(self):
        with Server("--set", "files.count_max=3", "--set", "files.bytes_max=2000") as server:
            token = server.make_account("lin", "user")
            answers = [upload(server, token, png(number, 1)) for number in (1, 2, 3, 4)]
            self.assertEqual([201, 201, 201, 409], [answer[0] for answer in answers])
            self.assertEqual("FILES_FULL", answers[3][2]["code"])
            self.assertEqual(204, server.request("DELETE", answers[0][2]["data"]["url"], token=token)[0])
            used = sum(row["bytes"] for row in server.request("GET", "/api/v1/me/files", token=token)[2]["data"])
            empty = len(png(9, 9, chunk(b"gAMA", b"")))

            def sized(size):
                return png(9, 9, chunk(b"gAMA", b"\0" * (size - empty)))

            self.assertEqual(409, upload(server, token, sized(2000 - used + 1))[0])
            self.assertEqual(201, upload(server, token, sized(2000 - used))[0])
            other = server.make_account("wang", "user")
            self.assertEqual(409, upload(server, other, sized(2001))[0])
            self.assertEqual(201, upload(server, other, sized(1999))[0])

    def test_a_key_makes_it_once(self):
        with Server() as server:
            token = server.make_account("lin", "user")
            first = upload(server, token, png(2, 2), headers={"Idempotency-Key": "k1"})
            again = upload(server, token, png(2, 2), headers={"Idempotency-Key": "k1"})
            self.assertEqual((201, 201, first[2]), (first[0], again[0], again[2]))
            self.assertEqual("true", again[1]["Idempotency-Replayed"])
            self.assertEqual(422, upload(server, token, png(3, 3), headers={"Idempotency-Key": "k1"})[0])
            self.assertEqual(1, len(server.request("GET", "/api/v1/me/files", token=token)[2]["data"]))

    def test_the_scan_decides(self):
        with Server() as server:
            server.stop()
            script = os.path.join(server.folder.name, "scan")
            # Bad is what has a gamma; what has a histogram is never decided.
            with open(script, "w", encoding="utf-8") as file:
                file.write('#!/bin/sh\ngrep -q hIST "$1" && exit 2\ngrep -q gAMA "$1" && exit 1\nexit 0\n')
            os.chmod(script, stat.S_IRWXU)
            server.options += ["--set", "files.scan_command=" + script]
            server.start()
            token = server.make_account("lin", "user")
            clean = upload(server, token, png(2, 2))[2]["data"]
            bad = upload(server, token, png(2, 2, chunk(b"gAMA", b"1234")))[2]["data"]
            unclear = upload(server, token, png(2, 2, chunk(b"hIST", b"12")))[2]["data"]
            self.assertEqual("PENDING", clean["state"])

            def state(row):
                return server.request("GET", row["url"] + "/info", token=token)[2]["data"]["state"]

            end = time.monotonic() + PATIENCE_S
            while (state(clean), state(bad)) != ("READY", "REFUSED") and time.monotonic() < end:
                time.sleep(0.2)
            self.assertEqual(("READY", "REFUSED", "PENDING"), (state(clean), state(bad), state(unclear)))
            self.assertEqual([200, 404, 409], [server.request("GET", row["url"], token=token)[0] for row in (clean, bad, unclear)])
            self.assertEqual("5", server.request("GET", unclear["url"], token=token)[1]["Retry-After"])

    def test_the_scan_by_http_decides(self):
        class Scanner(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                data = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(406 if b"gAMA" in data else 500 if b"hIST" in data else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        scanner = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Scanner)
        threading.Thread(target=scanner.serve_forever, daemon=True).start()
        try:
            with Server("--set", f"files.scan_url=http://127.0.0.1:{scanner.server_port}/scan") as server:
                token = server.make_account("lin", "user")
                rows = [upload(server, token, png(2, 2, extra))[2]["data"] for extra in (b"", chunk(b"gAMA", b"1234"), chunk(b"hIST", b"12"))]
                end = time.monotonic() + PATIENCE_S
                states = []
                while states != ["READY", "REFUSED", "PENDING"] and time.monotonic() < end:
                    states = [server.request("GET", row["url"] + "/info", token=token)[2]["data"]["state"] for row in rows]
                    time.sleep(0.2)
                self.assertEqual(["READY", "REFUSED", "PENDING"], states)
        finally:
            scanner.shutdown()
            scanner.server_close()


if __name__ == "__main__":
    unittest.main()
