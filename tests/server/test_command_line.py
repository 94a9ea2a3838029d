"""The command line against the real binary: beside a running server and on a stopped one."""

import hashlib
import hmac
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

from binary import BINARY, PASSWORD, Server

TIMEOUT_S = 60
kUsage, kConfig, kCheck, kBusy, kUnhealthy = 2, 3, 4, 5, 6


def run(*words, text="", env=None):
    return subprocess.run([BINARY, *words], input=text, text=True, capture_output=True, timeout=TIMEOUT_S, check=False,
                          env={**os.environ, "LANG": "C", **(env or {})})


class Words(unittest.TestCase):
    def test_every_command_explains_itself(self):
        overview = run("help").stdout
        for line in overview.splitlines():
            if not line.startswith("  ") or line.startswith("  --") or line.strip()[0].isdigit():
                continue
            words = [word for word in line[2:22].split() if word]
            self.assertEqual(run("help", *words).returncode, 0, line)

    def test_wrong_words_end_with_2(self):
        for words in (["serv"], ["backup", "made"], ["serve", "--what"], ["user"], ["restore"], ["config", "check", "--set", "x"]):
            self.assertEqual(run(*words).returncode, kUsage, words)

    def test_the_name_it_was_called_by_is_used(self):
        with tempfile.TemporaryDirectory() as folder:
            link = os.path.join(folder, "app")
            os.symlink(os.path.realpath(BINARY), link)
            done = subprocess.run([link, "help"], capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
            self.assertIn("Usage: app COMMAND", done.stdout)

    def test_version_names_every_library(self):
        names = {library["name"] for library in json.loads(run("version", "--json").stdout)["libraries"]}
        self.assertLessEqual({"openssl", "sqlite", "lmdb", "cpp-httplib"}, names)

    def test_errors_follow_the_language(self):
        done = run("config", "check", "--set", "node.id=999", env={"LANG": "zh_CN.UTF-8"})
        self.assertIn("配置有误", done.stderr)


def lottery_file(seed, ids, committed=None):
    """What GET /events/{event}/lottery answers, made by the words of docs/api.md."""
    pool = hashlib.sha256("".join(sorted(ids)).encode()).hexdigest()
    order = sorted(ids, key=lambda one: hmac.new((seed + pool).encode(), one.encode(), hashlib.sha256).hexdigest())
    return {"commitment": hashlib.sha256((committed or seed).encode()).hexdigest(), "seed": seed, "pool_hash": pool,
            "entries": [[one, "CONFIRMED"] for one in order]}


class Lottery(unittest.TestCase):
    IDS = [f"registration{n:04}" for n in range(500)]
    SEED = "5e" * 32

    def verify(self, value):
        return run("lottery", "verify", "-", text=value if isinstance(value, str) else json.dumps(value))

    def test_a_fair_draw_is_confirmed(self):
        file = lottery_file(self.SEED, self.IDS)
        self.assertIn("all 500 entries", self.verify(file).stdout)
        self.assertEqual(0, self.verify({"success": True, "data": file}).returncode)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "lottery.json")
            path.write_text(json.dumps(file))
            self.assertEqual(500, json.loads(run("lottery", "verify", str(path), "--json").stdout)["entries"])

    def test_every_deceit_is_found(self):
        def changed(change):
            file = lottery_file(self.SEED, self.IDS)
            change(file)
            return file

        def swap(file):
            file["entries"][3], file["entries"][4] = file["entries"][4], file["entries"][3]

        for what, file in {
            "another seed": lottery_file(self.SEED, self.IDS, committed="5f" * 32),
            "another order": changed(swap),
            "one left out": changed(lambda file: file["entries"].pop()),
            "one put in": changed(lambda file: file["entries"].insert(0, ["registration9999", "CONFIRMED"])),
            "one put in and the hash changed": changed(lambda file: file.update(pool_hash="00" * 32)),
            "no entries": changed(lambda file: file.pop("entries")),
            "no JSON": "what",
        }.items():
            with self.subTest(what):
                done = self.verify(file)
                self.assertEqual(1, done.returncode, done.stdout)
                self.assertTrue(done.stderr)


class Configuration(unittest.TestCase):
    def test_all_mistakes_at_once_with_their_places(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "c.toml")
            path.write_text("[server]\nlisten = 5\n[storage]\nreadres = 1\n")
            done = run("config", "check", "--config", str(path))
            self.assertEqual(done.returncode, kConfig)
            self.assertIn(f"{path}:2: server.listen wants a list of texts", done.stderr)
            self.assertIn(f"{path}:4: storage.readres is no option; the nearest is storage.readers", done.stderr)
            self.assertEqual(run("serve", "--config", str(path)).returncode, kConfig)

    def test_show_tells_origins_and_keeps_secrets(self):
        done = run("config", "show", "--json", "--set", "auth.jwt_secret=" + "s" * 40, env={"RT_STORAGE_READERS": "3"})
        rows = {row["option"]: row for row in json.loads(done.stdout)}
        self.assertEqual(rows["storage.readers"]["from"], "environment RT_STORAGE_READERS")
        self.assertEqual(rows["auth.jwt_secret"]["value"], "(set)")
        self.assertNotIn("s" * 40, done.stdout)


class Stopped(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.data = os.path.join(self.folder.name, "data")

    def tearDown(self):
        self.folder.cleanup()

    def command(self, *words, text=""):
        return run("--data", self.data, "--json", *words, text=text)

    def test_accounts_on_a_stopped_server(self):
        self.assertEqual(self.command("user", "create", "mei", "--role", "admin", "--password-stdin", text=PASSWORD + "\n").returncode, 0)
        twice = self.command("user", "create", "Mei", "--password-stdin", text=PASSWORD + "\n")
        self.assertEqual((twice.returncode, json.loads(twice.stderr)["code"]), (1, "ALREADY_EXISTS"))
        weak = self.command("user", "create", "lin", "--password-stdin", text="short\n")
        self.assertEqual(json.loads(weak.stderr)["details"][0]["field"], "password")
        self.assertEqual(self.command("user", "grant", "mei", "king").returncode, 1)
        names = [row["login_name"] for row in json.loads(self.command("user", "list").stdout)]
        self.assertEqual(names, ["mei"])

    def test_migrations_down_and_up_again(self):
        up = json.loads(self.command("migrate", "up").stdout)
        self.assertGreater(len(up), 5)
        self.assertEqual(json.loads(self.command("migrate").stdout), [])
        refused = run("--data", self.data, "migrate", "down")
        self.assertEqual(refused.returncode, kUsage, "without --yes and without a terminal nothing is destroyed")
        down = json.loads(self.command("migrate", "down", "--yes").stdout)
        self.assertEqual([step["direction"] for step in down], ["down"])
        plan, = json.loads(self.command("migrate", "plan").stdout)
        self.assertEqual(plan["number"], down[0]["number"])
        self.assertIsInstance(plan["duration_ms"], int)
        self.assertIs(plan["needs_window"], False)
        self.assertEqual(os.listdir(os.path.join(self.data, "tmp")), [], "the copy that was tried on is gone")
        self.assertEqual(len(json.loads(self.command("migrate", "plan").stdout)), 1, "a plan changes nothing")
        copies = [name for name in os.listdir(os.path.join(self.data, "backups")) if name.startswith("before-")]
        self.assertEqual(len(copies), 1)
        self.assertRegex(copies[0], r"^before-migration-\w+-down-\d{8}T\d{6}\.\d{3}Z\.db$")
        self.command("migrate", "up")
        self.assertTrue(all(row["applied"] and row["checksum_matches"] for row in json.loads(self.command("migrate", "status").stdout)))

    def test_what_was_taken_down_stays_down_until_it_is_brought_up(self):
        self.command("user", "create", "mei", "--password-stdin", text=PASSWORD + "\n")
        self.command("migrate", "down", "--yes")
        for words in (["doctor"], ["user", "list"], ["backup"]):
            refused = self.command(*words)
            self.assertEqual(refused.returncode, 1, words)
            self.assertIn("migrate up", json.loads(refused.stderr)["detail"])
        pending = [row for row in json.loads(self.command("migrate", "status").stdout) if not row["applied"]]
        self.assertEqual(len(pending), 1)
        self.command("migrate", "up")
        self.assertIn("mei", self.command("user", "list").stdout)

    def test_a_role_is_taken_in_a_place_that_is_named(self):
        self.command("user", "create", "mei", "--password-stdin", text=PASSWORD + "\n")
        self.assertEqual(self.command("user", "grant", "mei", "auditor", "--platform").returncode, 0)
        self.assertEqual(self.command("user", "revoke", "mei").returncode, kUsage)
        self.assertEqual(self.command("user", "revoke", "mei", "--platform", "--event", "x").returncode, kUsage)
        self.assertEqual(len(json.loads(self.command("user", "grants", "mei").stdout)), 1)
        self.assertEqual(self.command("user", "revoke", "mei", "--platform").returncode, 0)

    @unittest.skipUnless(os.geteuid() == 0, "root alone acts as others")
    def test_root_leaves_nothing_of_its_own_in_the_folder_of_the_service(self):
        nobody = 65534
        os.chmod(self.folder.name, 0o755)
        os.mkdir(self.data, 0o700)
        os.chown(self.data, nobody, nobody)
        made = self.command("user", "create", "mei", "--role", "admin", "--password-stdin", text=PASSWORD + "\n")
        self.assertEqual(made.returncode, 0, made.stderr)
        for words in (["backup"], ["restore", "latest", "--yes"], ["migrate", "down", "--yes"], ["migrate", "up"],
                      ["keys", "jwt", "rotate"], ["doctor"]):
            done = self.command(*words)
            self.assertEqual(done.returncode, 0, done.stderr)
        owners = {path.lstat().st_uid for path in [pathlib.Path(self.data), *pathlib.Path(self.data).rglob("*")]}
        self.assertEqual(owners, {nobody})

    def test_a_mistake_of_the_options_is_no_matter_of_the_keys(self):
        done = run("serve", "--data", self.data, "--listen", "127.0.0.1:0", "--set", "notify.smtp_host=m", "--set",
                   "notify.mail_from=a b@c")
        self.assertEqual(done.returncode, kConfig, done.stderr)
        self.assertIn("notify.mail_from", done.stderr)
        self.assertNotIn("restore the keys", done.stderr)

    def test_a_server_without_an_address_does_not_start(self):
        done = run("serve", "--data", self.data, "--set", "server.listen=")
        self.assertEqual(done.returncode, kConfig, done.stderr)
        self.assertIn("server.listen", done.stderr)

    def test_a_folder_others_may_write_is_refused(self):
        os.makedirs(self.data)
        os.chmod(self.data, 0o777)
        done = run("serve", "--data", self.data, "--listen", "127.0.0.1:0")
        self.assertEqual(done.returncode, kCheck)
        self.assertIn("what to do:", done.stderr)

    def test_healthcheck_without_a_server_fails(self):
        done = run("--data", self.data, "healthcheck")
        self.assertEqual(done.returncode, kUnhealthy)
        self.assertIn("no server is running", done.stderr)


class Running(unittest.TestCase):
    def test_commands_beside_the_server(self):
        with Server() as server:
            token = server.make_account("mei", "admin")
            self.assertEqual(server.request("GET", "/api/v1/me", token=token)[0], 200)
            made = json.loads(server.command("backup", "--json"))
            self.assertEqual([row["id"] for row in json.loads(server.command("backup", "list", "--json"))], [made["id"]])
            server.command("backup", "verify", "latest")
            server.command("healthcheck")
            states = {row["check"]: row["state"] for row in json.loads(server.command("doctor", "--json"))}
            self.assertNotIn("fail", states.values(), states)
            for words in (["migrate", "up"], ["restore", "latest", "--yes"], ["serve", "--listen", "127.0.0.1:0"]):
                self.assertEqual(run("--data", server.data, *words).returncode, kBusy, words)
            # A change by command is effective at once in the server.
            server.command("user", "set-password", "mei", "--password-stdin", text="another pass phrase\n")
            self.assertEqual(server.request("GET", "/api/v1/me", token=token)[0], 401)

    def test_a_backup_brings_everything_back_but_the_sessions(self):
        with Server() as server:
            token = server.make_account("mei", "admin")
            server.command("backup")
            server.make_account("late", "user")
            self.assertEqual(server.stop(), 0)
            done = json.loads(server.command("restore", "latest", "--yes", "--json"))
            self.assertTrue(os.path.isdir(done["old_data_kept_in"]))
            server.start()
            names = [row["login_name"] for row in json.loads(server.command("user", "list", "--json"))]
            self.assertEqual(names, ["mei"])
            self.assertEqual(server.request("GET", "/api/v1/me", token=token)[0], 401)

    def test_restoring_beside_the_live_data(self):
        with Server() as server, tempfile.TemporaryDirectory() as folder:
            server.make_account("mei", "admin")
            server.command("backup")
            server.stop()
            into = os.path.join(folder, "copy")
            server.command("restore", "latest", "--into", into)
            self.assertIn("mei", run("--data", into, "user", "list").stdout)
            server.start()

    def test_a_damaged_backup_is_refused_and_nothing_is_touched(self):
        with Server() as server:
            server.make_account("mei", "admin")
            made = json.loads(server.command("backup", "--json"))
            server.stop()
            folder = pathlib.Path(server.data, "backups", made["id"])
            victim = max(folder.rglob("*.zst"), key=lambda path: path.stat().st_size)
            data = bytearray(victim.read_bytes())
            data[len(data) // 2] ^= 1
            victim.write_bytes(data)
            self.assertEqual(run("--data", server.data, "restore", "latest", "--yes").returncode, 1)
            server.start()
            self.assertIn("mei", server.command("user", "list"))

    def disk(self, server):
        components = json.loads(run("--data", server.data, "healthcheck", "--json").stdout)["components"]
        return next(one["state"] for one in components if one["name"] == "disk")

    def test_a_reload_is_whole_or_not_at_all(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "c.toml")
            path.write_text("[log]\nlevel = \"info\"\n")
            with Server("--config", str(path)) as server:
                path.write_text("[log]\nlevel = \"warn\"\n[server]\nreactors = 7\n")
                answer = json.loads(server.command("config", "reload", "--json"))
                self.assertEqual(answer["need_restart"], ["server.reactors"])
                self.assertEqual(self.disk(server), "ok")
                path.write_text("[health]\ndisk_free_bytes_min = 1000000000000\n")
                server.command("config", "reload")
                give_up = time.monotonic() + TIMEOUT_S
                while self.disk(server) != "fail":
                    self.assertLess(time.monotonic(), give_up, "the new floor of free space is not in force")
                    time.sleep(0.05)
                path.write_text("[log]\nlevel = \"loud\"\n")
                self.assertEqual(run("--data", server.data, "config", "reload").returncode, 1)
                server.process.send_signal(signal.SIGHUP)
                self.assertEqual(server.request("GET", "/livez")[0], 200)

    def test_the_set_up_link_works_once(self):
        with Server() as server:
            token = "".join(server.lines).split("/setup?token=")[1].split()[0]
            body = {"token": token, "login_name": "first", "password": PASSWORD, "display_name": "First", "client": "native"}
            wrong = {**body, "token": "A" * len(token)}
            self.assertEqual(server.request("POST", "/api/v1/auth/setup", wrong)[0], 410)
            self.assertEqual(server.request("POST", "/api/v1/auth/setup", body)[0], 201)
            self.assertIn(server.request("POST", "/api/v1/auth/setup", {**body, "login_name": "second"})[0], (409, 410))
            self.assertNotIn(token, pathlib.Path(server.data, "logs", "combined.log").read_text())

    def test_the_demo_tells_its_password_once(self):
        with Server("--demo") as server:
            self.assertIn("password:", "".join(server.lines))
            events = server.request("GET", "/api/v1/events")[2]["data"]
            self.assertEqual(len(events), 1)
            server.stop()
            server.lines.clear()
            server.start()
            self.assertNotIn("password:", "".join(server.lines))
            self.assertEqual(len(server.request("GET", "/api/v1/events")[2]["data"]), 1)

    def test_demo_and_production_do_not_go_together(self):
        with tempfile.TemporaryDirectory() as folder:
            done = run("serve", "--demo", "--data", os.path.join(folder, "d"), "--listen", "127.0.0.1:0", "--set", "profile=production")
            self.assertEqual(done.returncode, kCheck)

    def test_readiness_and_liveness(self):
        with Server() as server:
            for path in ("/livez", "/readyz", "/health", "/metrics"):
                self.assertEqual(server.request("GET", path)[0], 200, path)
            text = server.request("GET", "/metrics")[2].decode()
            for name in ("http_requests_total", "sqlite_commits_total", "start_to_ready_ms"):
                self.assertTrue(name in text, name)


if __name__ == "__main__":
    unittest.main()
