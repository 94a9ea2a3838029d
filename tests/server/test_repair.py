"""`doctor --repair` on real damage: indexes that disagree with their tables, a fast side that cannot be read, and what only a backup helps."""

import contextlib
import json
import pathlib
import sqlite3
import subprocess
import unittest

from binary import BINARY, PASSWORD, START_S, Server

PAGE = 4096
UNHEALTHY = 6


def run(server, *words):
    return subprocess.run([BINARY, "--data", server.data, *words], text=True, capture_output=True, timeout=START_S, check=False)


def database(server):
    return contextlib.closing(sqlite3.connect(f"{server.data}/roundtable.db", isolation_level=None))


def schema(server, statement, *values):
    with database(server) as db:
        db.execute("PRAGMA writable_schema=ON")
        return db.execute(statement, values).fetchall()


def leave_behind(server, index, change):
    """Changes rows of a table while this index of it does not know."""
    row = schema(server, "SELECT * FROM sqlite_schema WHERE name = ?", index)[0]
    schema(server, "DELETE FROM sqlite_schema WHERE name = ?", index)
    with database(server) as db:
        db.execute(change)
    schema(server, "INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", *row)


class Repair(unittest.TestCase):
    def doctor(self, server, *flags):
        """The exit code, and the rows by their names."""
        done = run(server, "doctor", "--json", *flags)
        return done.returncode, {row["check"]: row for row in json.loads(done.stdout)}

    def sign_in(self, server):
        return server.request("POST", "/api/v1/auth/login", {"login_name": "lin", "password": PASSWORD, "client": "native"})

    def copies(self, server):
        return list(pathlib.Path(server.data, "backups").glob("before-repair-*.db"))

    def test_indexes_are_built_anew(self):
        with Server() as server:
            server.make_account("lin", "user")
            server.stop()
            code, rows = self.doctor(server, "--repair")
            self.assertEqual((0, "nothing was wrong"), (code, rows["repair of the database"]["detail"]))
            self.assertEqual([], self.copies(server))
            leave_behind(server, "user_by_role", "UPDATE user SET role = 'organiser'")
            code, rows = self.doctor(server)
            self.assertEqual((UNHEALTHY, "fail"), (code, rows["database"]["state"]))
            self.assertIn("doctor --repair", rows["database"]["remedy"])
            self.assertEqual([], self.copies(server))
            rows = self.doctor(server, "--repair")[1]
            self.assertEqual("ok", rows["repair of the database"]["state"])
            self.assertIn("indexes were built anew", rows["repair of the database"]["detail"])
            self.assertEqual("ok", rows["database"]["state"])
            self.assertEqual(1, len(self.copies(server)))
            server.start()
            self.assertEqual(200, self.sign_in(server)[0])

    def test_a_running_server_is_left_alone(self):
        with Server() as server:
            done = run(server, "doctor", "--repair")
            self.assertNotEqual(0, done.returncode)
            self.assertIn("another process uses the data folder", done.stderr)

    def test_a_fast_side_that_cannot_be_read_is_set_aside(self):
        with Server() as server:
            token = server.make_account("lin", "user")
            self.assertEqual(200, server.request("GET", "/api/v1/me", token=token)[0])
            server.stop()
            with open(f"{server.data}/kv/durable/data.mdb", "r+b") as file:
                file.write(bytes(2 * PAGE))
            rows = self.doctor(server, "--repair")[1]
            self.assertIn("everybody signs in again", rows["repair of the fast side"]["detail"])
            self.assertEqual(1, len(list(pathlib.Path(server.data).glob("kv.damaged-*/durable/data.mdb"))))
            server.start()
            self.assertEqual(401, server.request("GET", "/api/v1/me", token=token)[0])
            self.assertEqual(200, self.sign_in(server)[0])

    def test_what_is_beyond_repair_is_said_and_kept(self):
        with Server() as server:
            server.make_account("lin", "user")
            server.stop()
            with database(server) as db:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                page = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'user'").fetchone()[0]
            with open(f"{server.data}/roundtable.db", "r+b") as file:
                file.seek((page - 1) * PAGE)
                file.write(b"\xa5" * PAGE)
            code, rows = self.doctor(server, "--repair")
            self.assertEqual(UNHEALTHY, code)
            self.assertEqual("fail", rows["repair of the database"]["state"])
            self.assertIn("restore latest", rows["repair of the database"]["remedy"])
            self.assertNotIn("audit chain", rows, "nothing else is looked at in such a file")


if __name__ == "__main__":
    unittest.main()
