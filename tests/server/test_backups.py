"""Backups of the real binary: what they take along, what may go on meanwhile, and how they end with the server."""

import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from binary import BINARY, STOP_S, Server

ANSWER_S = 20  # far above what a command takes that does not wait for the backup
SPARSE_BYTES = 256 << 30  # takes no room on the disk, and minutes to read


def wait_for(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited for {what} in vain")
        time.sleep(0.05)


def command(server, *words):
    return subprocess.run([BINARY, "--data", server.data, *words], capture_output=True, text=True, timeout=ANSWER_S, check=False)


class WhatIsTaken(unittest.TestCase):
    FILES = {".well-known/check.txt": "proof", "sub/deep/a file .txt": "inner", "文件.txt": "file", ".hidden": "dot", "end ": "space"}

    def test_the_web_root_comes_back_as_it_was_and_leftovers_harm_nothing(self):
        with Server() as server:
            root = pathlib.Path(server.data, "web-root")
            for name, text in self.FILES.items():
                root.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
                root.joinpath(name).write_text(text)
            root.joinpath("link").symlink_to("/etc/passwd")
            root.joinpath("outside").symlink_to("/etc")
            os.mkfifo(root / "pipe")
            root.joinpath("bell\a").write_text("no name for a manifest")
            root.joinpath("n" * 253).write_text("too long to be stored")
            keys = pathlib.Path(server.data, "keys")
            keys.joinpath(".field.key.tmp-aB3dE6").write_text("half a ")
            before = {path.name: path.read_bytes() for path in keys.iterdir() if not path.name.startswith(".")}
            self.assertEqual(server.request("GET", "/.well-known/check.txt")[2], b"proof")
            self.assertEqual(server.stop(), 0)  # beside the server the rest is the same; see below

            made = json.loads(server.command("backup", "--json"))
            names = {file["name"] for file in json.loads(server.command("backup", "show", made["id"], "--json"))["files"]}
            self.assertEqual({name for name in names if name.startswith("web-root/")}, {"web-root/" + name for name in self.FILES})
            shutil.rmtree(root)
            shutil.rmtree(keys)
            server.command("restore", "latest", "--yes")
            found = {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}
            self.assertEqual(found, self.FILES)
            self.assertEqual({path.name: path.read_bytes() for path in keys.iterdir()}, before)
            server.start()
            self.assertEqual(server.request("GET", "/.well-known/check.txt")[2], b"proof")
            server.command("backup", "create")

    def test_a_backup_by_command_is_verified_and_known_to_health(self):
        with Server() as server:
            server.command("backup")
            listed, = json.loads(server.command("backup", "list", "--json"))
            self.assertIsNotNone(listed["verified"])

            def age():
                lines = server.request("GET", "/metrics")[2].decode().splitlines()
                return [int(float(line.split()[1])) for line in lines if re.match(r"backup_age_seconds ", line)]

            wait_for(lambda: age() and age()[0] >= 0, "the age of the backup")

    def test_what_a_reload_says_of_backups_holds_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder, "config.toml")
            config.write_text("[backup]\nkeep_days = 3650\nkeep_weeks = 0\nkeep_months = 0\n")
            with Server("--config", str(config)) as server:
                made = json.loads(server.command("backup", "--json"))["id"]
                old = "20200101T000000Z"
                backups = pathlib.Path(server.data, "backups")
                shutil.copytree(backups / made, backups / old)
                manifest = json.loads(backups.joinpath(old, "manifest.json").read_text())
                # Within 3650 days of any day these tests run on, and far from today.
                manifest.update(id=old, began="2020-01-01T00:00:00Z", finished="2020-01-01T00:00:01Z")
                backups.joinpath(old, "manifest.json").write_text(json.dumps(manifest))

                def kept():
                    return {row["id"]: row["kept"] for row in json.loads(server.command("backup", "prune", "--yes", "--json"))}

                self.assertEqual(kept(), {made: True, old: True})
                config.write_text("[backup]\nkeep_days = 1\nkeep_weeks = 0\nkeep_months = 0\n")
                self.assertEqual(json.loads(server.command("config", "reload", "--json", "--config", str(config)))["need_restart"], [])
                self.assertEqual(kept(), {made: True, old: False})


class WhileItRuns(unittest.TestCase):
    """A backup that takes minutes, because of a file without contents that is very large."""

    def setUp(self):
        self.server = Server().__enter__()
        self.backups = pathlib.Path(self.server.data, "backups")
        with open(pathlib.Path(self.server.data, "web-root", "large"), "wb") as large:
            large.truncate(SPARSE_BYTES)

    def tearDown(self):
        if self.server.process.poll() is None:
            self.server.kill()
        self.server.folder.cleanup()

    def begin(self, **options):
        running = subprocess.Popen([BINARY, "--data", self.server.data, "backup"], text=True, **options)
        self.addCleanup(running.wait)
        self.addCleanup(running.kill)
        wait_for(lambda: list(self.backups.glob(".partial-*/web-root/large*")), "the large file to be begun")
        return running

    def test_other_commands_are_answered_and_sigterm_ends_it(self):
        running = self.begin(stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(command(self.server, "healthcheck").returncode, 0)
        self.assertEqual(command(self.server, "user", "list").returncode, 0)
        self.assertIn("CHECK", command(self.server, "doctor").stdout)
        second = command(self.server, "backup", "--json")
        self.assertEqual(json.loads(second.stderr)["code"], "CONFLICT")
        self.assertIn("backup is being made", json.loads(second.stderr)["message"])
        self.assertIsNone(running.poll())

        self.server.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.process.wait(STOP_S), 0)
        _, said = running.communicate(timeout=ANSWER_S)
        self.assertEqual(running.returncode, 1)
        self.assertIn("the server is stopping", said)
        self.assertEqual([path.name for path in self.backups.iterdir() if path.is_dir()], [])

    def test_sigterm_ends_the_one_of_the_admin_page(self):
        admin = self.server.make_account("boss", "admin")
        self.assertEqual(202, self.server.request("POST", "/api/v1/admin/backups", {}, token=admin)[0])
        wait_for(lambda: list(self.backups.glob(".partial-*/web-root/large*")), "the large file to be begun")
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual([path.name for path in self.backups.iterdir() if path.is_dir()], [])

    def test_a_person_at_a_terminal_sees_how_far_it_is(self):
        master, slave = pty.openpty()
        running = self.begin(stdout=subprocess.DEVNULL, stderr=slave)
        seen = b""
        deadline = time.monotonic() + ANSWER_S
        while not re.search(rb"compressing files \[#*\.*\] \d+ %", seen):
            self.assertTrue(select.select([master], [], [], max(0, deadline - time.monotonic()))[0], seen)
            seen += os.read(master, 4096)
        self.assertIsNone(running.poll())
        os.close(slave)
        os.close(master)


if __name__ == "__main__":
    unittest.main()
