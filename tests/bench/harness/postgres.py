"""Express with PostgreSQL: an own cluster in the scratch folder, socket only, durable as it comes (fsync and synchronous_commit on)."""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import pwd
import subprocess
import time

from harness import machine, peers

SECRET = "bench-secret-of-the-peer"
EVENT = 1


def programs():
    folders = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        raise machine.BenchError("PostgreSQL is not installed (packaging/dependencies/install bench)")
    return folders[-1]


def unprivileged_user():
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Postgres:
    def __init__(self, bench, teams, cap):
        self.bench, self.user, self.teams = bench, unprivileged_user(), teams
        self.folder = bench.subfolder("postgres")
        if self.user:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
        data, bin_folder = self.folder / "data", programs()
        machine.run([bin_folder / "initdb", "-D", data, "-U", "bench", "-E", "UTF8", "--locale=C", "-A", "trust"], 60,
                    self.folder, user=self.user)
        argv = [bin_folder / "postgres", "-D", data, "-k", self.folder, "-c", "listen_addresses=", "-c", "max_connections=50",
                "-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB"]
        self.process = bench.start("postgres", argv, self.folder, user=self.user)
        machine.wait_until(lambda: self.process.check_alive() and self.accepts(), "PostgreSQL accepts connections", step=0.1)
        self.psql("postgres", "-c", "CREATE DATABASE bench")
        self.psql("bench", "-f", self._readable_copy())
        self.psql("bench", "-c", f"""
            INSERT INTO event VALUES ({EVENT}, 0);
            INSERT INTO quota VALUES (1, {EVENT}, {cap}, 0, 0, 0, 1);
            INSERT INTO audit_head VALUES (1, sha256('bench'));
            INSERT INTO team SELECT i, 'team' || lpad(i::text, 12, '0'), {EVENT}, i, 'Team ' || i, 'READY', 1
                FROM generate_series(1, {teams}) i;
            ANALYZE""")
        self.port = machine.free_port()
        self.express = bench.start("express-registrations",
                                   ["node", peers.npm_folder() / "registrations.mjs", self.port, self.folder, SECRET],
                                   bench.folder, env={"NODE_ENV": "production"}).wait_for_port(self.port)

    def _readable_copy(self):
        copy = self.folder / "schema.sql"
        copy.write_bytes((machine.BENCH_FOLDER / "peers" / "schema.sql").read_bytes())
        copy.chmod(0o644)
        return copy

    def accepts(self):
        asked = [programs() / "pg_isready", "-q", "-h", self.folder]
        return subprocess.run(asked, check=False, capture_output=True, timeout=10).returncode == 0

    def psql(self, database, *arguments):
        return machine.run([programs() / "psql", "-h", self.folder, "-U", "bench", "-d", database, "-v", "ON_ERROR_STOP=1",
                            "-qAtX", *arguments], 60, self.folder, user=self.user).strip()

    def requests(self):
        """(path, token, idempotency key) of each team's submit."""
        for number in range(1, self.teams + 1):
            yield f"/api/v1/teams/team{number:012d}/submit", token(number), f"bench-{number}"

    def confirmed(self):
        return int(self.psql("bench", "-c", "SELECT count(*) FROM registration WHERE state = 'CONFIRMED'"))

    def stop(self):
        self.bench.stop(self.express)
        self.bench.stop(self.process)


def token(user):
    def encoded(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    now = int(time.time())
    head = encoded(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = encoded(json.dumps({"sub": str(user), "iat": now, "exp": now + 900}).encode())
    signature = hmac.new(SECRET.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{encoded(signature)}"
