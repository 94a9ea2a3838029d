"""`import mongodump`: dumps made by another BSON encoder come in, each document once, also after a kill; what was damaged is refused."""

import ctypes
import datetime
import gzip
import importlib.util
import json
import os
import pathlib
import signal
import sqlite3
import struct
import subprocess
import sys
import time
import unittest

if importlib.util.find_spec("bson") is None:  # a python3 that is not the distribution's comes first
    sys.path.append("/usr/lib/python3/dist-packages")

import bson
from bson import Binary, Decimal128, Int64, ObjectId, Regex, Timestamp

from registration_client import PASSWORD, Client, Server, start_with_event

PATIENCE_S = 120
TEAMS = 12
END = b"\xff" * 4
AT = datetime.datetime(2023, 5, 6, 7, 8, 9)


def bcrypt(password, cost=4):
    """The system's libcrypt, as an independent implementation."""
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    return library.crypt(password.encode(), f"$2b${cost:02}$abcdefghijklmnopqrstuu".encode()).decode()


def oid(kind, number):
    return ObjectId(f"{kind:08x}{number:016x}")


def documents(teams=TEAMS, lonely=0):
    """Each team has a captain and a member; what no field of ours is for lies beside."""
    hashed = bcrypt(PASSWORD)
    users = [{"_id": oid(1, n), "username": f"user{n}", "nickName": f"选手{n}", "password": hashed, "phone": f"138{n:08}", "createdAt": AT,
              "refreshToken": "never kept", "school": {"name": "一中", "grade": Int64(n)}, "score": Decimal128("1.50"),
              "avatar": Binary(b"\x00\x01"), "pattern": Regex("^a", "i"), "stamp": Timestamp(1, 2)} for n in range(2 * teams + lonely)]
    rows = {"users": users}
    rows["teams"] = [{"_id": oid(2, n), "name": f"队伍 {n}", "captain": oid(1, 2 * n), "members": [oid(1, 2 * n), oid(1, 2 * n + 1)],
                      "slogan": "必胜"} for n in range(teams)]
    states = ["approved", "pending", "rejected", "cancelled"]
    rows["registrations"] = [{"_id": oid(3, n), "teamId": oid(2, n), "userId": oid(1, 2 * n), "status": states[n % 4], "createdAt": AT,
                              "idCard": "110101199003077715"} for n in range(teams)]
    rows["payments"] = [{"_id": oid(4, n), "orderNo": f"W{n:08}", "registrationId": oid(3, n), "amount": 9.9, "status": "SUCCESS",
                         "transactionId": f"42000{n}", "paidAt": AT} for n in range(teams)]
    return rows


def write_folder(folder, rows, pack=False):
    place = pathlib.Path(folder, "app")
    place.mkdir(parents=True)
    for name, list_of in rows.items():
        data = b"".join(bson.encode(one) for one in list_of)
        path = place / f"{name}.bson{'.gz' if pack else ''}"
        path.write_bytes(gzip.compress(data) if pack else data)
        (place / f"{name}.metadata.json").write_text("{}")
    return str(folder)


def crc64(data, before=0):
    crc = before ^ 0xFFFFFFFFFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xC96C5795D7870F42 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFFFFFFFFFF


def archive(rows):
    """As mongodump --archive: blocks of all collections in turn, then the end of each with its check sum."""
    head = lambda name, end, crc=0: bson.encode({"db": "app", "collection": name, "EOF": end, "CRC": Int64(crc - (1 << 64) if crc >> 63 else crc)})
    out = struct.pack("<I", 0x8199E26D)
    out += bson.encode({"concurrent_collections": 4, "version": "0.1", "server_version": "5.0.9", "tool_version": "100.5.2"})
    for name in rows:
        out += bson.encode({"db": "app", "collection": name, "metadata": "{}", "size": 0, "type": "collection"})
    out += END
    half = {name: [list_of[:len(list_of) // 2], list_of[len(list_of) // 2:]] for name, list_of in rows.items()}
    for part in range(2):
        for name, parts in half.items():
            out += head(name, False) + b"".join(bson.encode(one) for one in parts[part]) + END
    for name, list_of in rows.items():
        out += head(name, True, crc64(b"".join(bson.encode(one) for one in list_of))) + END
    return out


class ImportMongodump(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.organiser, self.event = start_with_event(self.server, "old-cup", mode="BOTH", team_max=5, review_stages=2)
        self.folder = pathlib.Path(self.server.folder.name)
        self.map = self.folder / "map.json"

    def run_import(self, *words, code=0):
        done = subprocess.run([os.environ["RT_BINARY"], "--data", self.server.data, "import", "mongodump", *map(str, words), "--json"],
                              text=True, capture_output=True, timeout=PATIENCE_S, check=False, env={**os.environ, "LANG": "C"})
        self.assertEqual(code, done.returncode, done.stdout[-3000:] + done.stderr[-3000:])
        return json.loads(done.stdout) if done.stdout else json.loads(done.stderr)

    def make_map(self, dump, **changes):
        """The first map, completed as an operator does."""
        first = self.run_import(dump, "--dry-run", "--map", self.map)
        self.assertEqual(first["map"], json.loads(self.map.read_text()))
        map_of = first["map"]
        map_of["places"] = {"*": {"event": "old-cup", "division": "A"}}
        map_of["people_consented"] = True
        map_of["collections"]["app.users"]["proved"] = ["phone"]
        map_of["collections"]["app.payments"]["amount_unit"] = "yuan"
        map_of.update(changes)
        self.map.write_text(json.dumps(map_of))
        return first

    def rows(self, sql):
        store = next(pathlib.Path(self.server.data).rglob("*.db"))
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as db:
            return db.execute(sql).fetchall()

    def count(self, table, where="1"):
        return self.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0]

    def by_collection(self, report):
        return {row["collection"].split(".")[1]: row for row in report["collections"]}

    def check_whole(self, teams=TEAMS, users=2 * TEAMS):
        """Everything is there once, and the sweep finds nothing."""
        self.assertEqual(users, self.count('"user"', "login_name LIKE 'user%'"))
        self.assertEqual(teams, self.count("team"))
        self.assertEqual(2 * teams, self.count("team_member"))
        states = dict(self.rows("SELECT state, count(*) FROM registration GROUP BY state"))
        self.assertEqual({"CONFIRMED": teams // 4, "IN_REVIEW": teams // 4, "REJECTED": teams // 4, "WITHDRAWN": teams // 4}, states)
        self.assertEqual([(teams, teams, 990)], self.rows("SELECT count(DISTINCT order_no), count(registration), max(amount) FROM legacy_payment"))
        self.assertEqual(3 * teams + users, self.count("legacy_record"))
        checks = self.server.cli("doctor", "--json")[1]
        self.assertIn("quotas, teams, registrations and answers agree", checks)

    def test_a_folder_comes_in_once_and_its_people_go_on(self):
        dump = write_folder(self.folder / "dump", documents())
        first = self.make_map(dump)
        fields = {one["name"]: one["types"] for one in self.by_collection(first)["users"]["fields"]}
        self.assertEqual((["objectId"], ["decimal"], ["string"]), (fields["_id"], fields["score"], fields["school.name"]))
        self.assertEqual("CONFIRMED", first["map"]["collections"]["app.registrations"]["states"]["approved"])
        self.assertEqual(0, self.count("legacy_record"))
        dry = self.by_collection(self.run_import(dump, "--dry-run", "--map", self.map))
        self.assertEqual((TEAMS, 0), (dry["teams"]["imported"], dry["teams"]["refused"]))
        self.assertEqual(0, self.count("legacy_record"))

        report = self.by_collection(self.run_import(dump, "--map", self.map))
        for name, row in report.items():
            self.assertEqual((row["documents"], 0, 0), (row["imported"], row["already"], row["refused"]), (name, row))
        self.assertIn("school", report["users"]["fields"]["kept_as_json"])
        self.assertEqual(["refreshToken"], report["users"]["fields"]["dropped"])
        self.check_whole()
        again = self.by_collection(self.run_import(dump, "--map", self.map))
        for name, row in again.items():
            self.assertEqual((0, row["documents"], 0), (row["imported"], row["already"], row["refused"]), (name, row))
        self.check_whole()

        # He signs in with his old password, whose hash is then made anew, and sees his team and where it stands.
        captain = Client(self.server.port).sign_in("user0")
        self.assertEqual([("$2b$12",)], self.rows("""SELECT substr(password_hash, 1, 6) FROM "user" WHERE login_name = 'user0'"""))
        mine = captain.must("GET", "/me/registrations")
        self.assertEqual(["CONFIRMED"], [one["registration"]["state"] for one in mine])
        self.assertEqual(["队伍 0"], [one["name"] for one in captain.must("GET", "/me/teams")])
        self.assertEqual([("2023-05-06",)], self.rows(
            "SELECT DISTINCT date(submitted_at / 1000000, 'unixepoch') FROM registration"))
        # Nobody is told about what was long ago.
        self.assertEqual(0, self.count("inbox"))
        # What was left over is his, sealed, and comes with his export; secrets are not even kept.
        kept = [row[0] for row in self.rows("SELECT document FROM legacy_record WHERE document IS NOT NULL")]
        self.assertFalse([one for one in kept if "一中" in one or "110101" in one])
        store = b"".join(path.read_bytes() for path in pathlib.Path(self.server.data).rglob("*.db*"))
        for secret in ("never kept", "110101199003077715", "必胜", "13800000003"):
            self.assertNotIn(secret.encode(), store, secret)
        actions = dict(self.rows("SELECT action, count(*) FROM audit WHERE action LIKE 'import.%' GROUP BY action"))
        self.assertEqual({"import.begin": 2, "import.finish": 2}, actions)

    def test_an_archive_and_a_stopped_server(self):
        rows = documents(4)
        for number, data in enumerate((archive(rows), gzip.compress(archive(rows)))):
            path = self.folder / f"dump{number}.archive"
            path.write_bytes(data)
        self.make_map(path)
        self.server.process.terminate()
        self.server.process.wait(timeout=PATIENCE_S)
        report = self.by_collection(self.run_import(path, "--map", self.map))
        self.assertEqual([8, 4, 4, 4], [report[name]["imported"] for name in ("users", "teams", "registrations", "payments")])
        report = self.by_collection(self.run_import(self.folder / "dump0.archive", "--map", self.map))
        self.assertEqual([8, 4, 4, 4], [report[name]["already"] for name in ("users", "teams", "registrations", "payments")])
        self.check_whole(4, 8)

    def test_what_is_damaged_enters_nothing(self):
        rows = documents(4)
        dump = write_folder(self.folder / "sound", rows, pack=True)
        self.make_map(dump)
        whole = archive(rows)
        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= 0x01
        for name, data in {"cut": whole[:-9], "half": whole[:len(whole) // 2], "flipped": bytes(flipped), "text": b"no dump at all",
                           "packed": gzip.compress(whole)[:-20]}.items():
            path = self.folder / name
            path.write_bytes(data)
            answer = self.run_import(path, "--map", self.map, code=1)
            self.assertEqual("VALIDATION_FAILED", answer["code"], name)
        cut = write_folder(self.folder / "cut-folder", rows)
        file = pathlib.Path(cut, "app", "teams.bson")
        file.write_bytes(file.read_bytes()[:-1])
        self.assertIn("teams.bson", self.run_import(cut, "--map", self.map, code=1)["message"])
        self.assertEqual((0, 0), (self.count("legacy_record"), self.count("team")))
        self.assertIn("--dry-run", self.run_import(dump, code=2)["message"])

    def test_rows_that_cannot_be_taken_are_told_and_keep_nobody_out(self):
        rows = documents(4)
        rows["users"][3]["username"] = "organiser"  # taken, and it is not he
        rows["users"][5]["username"] = "名字"  # no login name here, but a proved phone
        rows["users"][6]["password"] = "5f4dcc3b5aa765d61d8327deb882cf99"
        rows["registrations"][2]["status"] = "strange"
        rows["payments"][1]["orderNo"] = rows["payments"][0]["orderNo"]
        rows["payments"][3]["amount"] = 9.999
        dump = write_folder(self.folder / "dump", rows)
        # Inside the frame of its document, so that the file itself is sound.
        file = pathlib.Path(dump, "app", "users.bson")
        data = bytearray(file.read_bytes())
        at = data.index("选手7".encode())
        data[at] = 0xFF
        file.write_bytes(data)
        self.make_map(dump)
        map_of = json.loads(self.map.read_text())
        map_of["collections"]["app.registrations"]["states"].pop("strange")
        map_of["collections"]["app.registrations"]["states"]["rejected"] = "REJECTED"
        self.map.write_text(json.dumps(map_of))
        report = self.by_collection(self.run_import(dump, "--map", self.map, code=1))
        reasons = lambda name: {one["id"]: one["reason"] for one in report[name]["first_refused"]}
        self.assertEqual({str(oid(1, 3)), "#8"}, set(reasons("users")))
        self.assertIn("login name", reasons("users")[str(oid(1, 3))])
        self.assertIn("UTF-8", reasons("users")["#8"])
        self.assertEqual({"login_name_kept_only": 1, "password_not_bcrypt": 1}, report["users"]["notes"])
        self.assertEqual({str(oid(2, 1)), str(oid(2, 3))}, set(reasons("teams")))
        self.assertEqual({str(oid(3, 1)), str(oid(3, 2)), str(oid(3, 3))}, set(reasons("registrations")))
        self.assertIn("strange", reasons("registrations")[str(oid(3, 2))])
        self.assertEqual({str(oid(4, 1)), str(oid(4, 3))}, set(reasons("payments")))
        self.assertIn("order number", reasons("payments")[str(oid(4, 1))])
        self.assertIn("quotas, teams, registrations and answers agree", self.server.cli("doctor", "--json")[1])
        # Put right, the rest follows.
        better = write_folder(self.folder / "better", documents(4))
        report = self.by_collection(self.run_import(better, "--map", self.map))
        self.assertEqual([(2, 6), (2, 2), (3, 1), (2, 2)], [(report[name]["imported"], report[name]["already"])
                                                          for name in ("users", "teams", "registrations", "payments")])

    def test_places_are_never_oversold(self):
        self.organiser.must("POST", f"/organiser/events/{self.event}/divisions", {"code": "B", "name": {"zh": "乙组"}, "cap_teams": 2})
        rows = documents(4)
        for one in rows["registrations"]:
            one["status"] = "approved"
        dump = write_folder(self.folder / "dump", rows)
        self.make_map(dump, places={"*": {"event": "old-cup", "division": "B"}})
        report = self.by_collection(self.run_import(dump, "--map", self.map, code=1))
        self.assertEqual((2, 2), (report["registrations"]["imported"], report["registrations"]["refused"]))
        self.assertEqual({"No places left"}, {one["reason"] for one in report["registrations"]["first_refused"]})
        self.assertIn("quotas, teams, registrations and answers agree", self.server.cli("doctor", "--json")[1])

    def test_killed_anywhere_it_goes_on(self):
        rows = documents(160, lonely=200)
        dump = write_folder(self.folder / "dump", rows)
        self.make_map(dump)
        words = [os.environ["RT_BINARY"], "--data", self.server.data, "import", "mongodump", dump, "--map", str(self.map), "--json"]
        for victim, table, least in (("client", "legacy_record", 100), ("server", "team", 2), ("client", "registration", 5)):
            running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            deadline = time.monotonic() + PATIENCE_S
            while self.count(table) < least and running.poll() is None:
                self.assertLess(time.monotonic(), deadline)
            if victim == "server":
                self.server.kill()
            else:
                running.send_signal(signal.SIGKILL)
            running.communicate(timeout=PATIENCE_S)
            if victim == "server":
                self.assertNotEqual(0, running.returncode)
                self.server.start()
        report = self.by_collection(self.run_import(dump, "--map", self.map))
        for name, row in report.items():
            self.assertEqual((row["documents"], 0), (row["imported"] + row["already"], row["refused"]), (name, row))
            self.assertGreater(row["already"], 0 if name != "payments" else -1, name)
        self.check_whole(160, 520)


if __name__ == "__main__":
    unittest.main()
