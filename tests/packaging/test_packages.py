"""The deb and the rpm: clean, complete, reproducible; installed, upgraded, removed and purged in a minimal root of the distribution."""

import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(os.environ["RT_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["RT_BUILD_DIR"])
CACHE = pathlib.Path(os.environ.get("RT_DEPS_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "roundtable" / "deps") / "roots"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
EPOCH = "1795000000"
ROOT_AGE_DAYS_MAX = 30


def run(command, timeout=300, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout,
                          stdin=subprocess.DEVNULL, check=False, **options)
    return done.returncode, done.stdout


def must(command, **options):
    code, output = run(command, **options)
    assert code == 0, f"{' '.join(map(str, command))}: {code}\n{output}"
    return output


def make_packages(out):
    must([ROOT / "packaging/make_packages", BUILD, out], env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH})
    (deb,), (rpm,) = out.glob("*.deb"), out.glob("*.rpm")
    return deb, rpm


def setUpModule():
    global FOLDER, DEB, RPM
    FOLDER = tempfile.TemporaryDirectory()
    DEB, RPM = make_packages(pathlib.Path(FOLDER.name, "first"))


def tearDownModule():
    FOLDER.cleanup()


def minimal_root():
    """A tarball of a minimal root of the distribution that this machine runs, made once a month."""
    release = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().split("\n") if "=" in line)
    suite = release.get("VERSION_CODENAME", "bookworm").strip('"')
    CACHE.mkdir(parents=True, exist_ok=True)
    tarball = CACHE / f"{suite}.tar"
    if not tarball.exists() or (tarball.stat().st_mtime + ROOT_AGE_DAYS_MAX * 86400) < time.time():
        mirror = must([ROOT / "packaging/dependencies/fetch", "--mirror"]).strip()
        fresh = CACHE / f"{suite}.{os.getpid()}.tar"
        must(["mmdebstrap", "--quiet", "--variant=minbase", "--include=adduser", suite, fresh, mirror], timeout=500)
        fresh.rename(tarball)
    return tarball


class Packages(unittest.TestCase):
    def setUp(self):
        self.out, self.deb, self.rpm = pathlib.Path(FOLDER.name), DEB, RPM

    def test_they_are_bit_identical(self):
        deb, rpm = make_packages(self.out / "second")
        self.assertEqual(deb.read_bytes(), self.deb.read_bytes())
        self.assertEqual(rpm.read_bytes(), self.rpm.read_bytes())

    def test_lintian_is_content(self):
        self.assertEqual(run(["lintian", "--allow-root", "--fail-on=error,warning", self.deb]), (0, ""))

    def test_lintian_can_complain(self):
        broken = self.out / "broken"
        must(["dpkg-deb", "-R", self.deb, broken])
        (broken / "usr/share/doc/roundtable/copyright").unlink()
        must(["dpkg-deb", "--root-owner-group", "-Znone", "-b", broken, self.out / "broken.deb"])
        code, _ = run(["lintian", "--allow-root", "--fail-on=error,warning", self.out / "broken.deb"])
        self.assertNotEqual(code, 0)

    def test_rpmlint_is_content(self):
        code, output = run(["rpmlint", "-c", ROOT / "packaging/rpm/rpmlintrc.toml", self.rpm])
        self.assertEqual(code, 0, output)
        self.assertIn("0 errors, 0 warnings", output)

    def test_the_bill_of_materials_names_every_library(self):
        bill = json.loads((self.out / "first/sbom.spdx.json").read_text())
        named = {package["name"]: package for package in bill["packages"]}
        for line in (BUILD / "generated/libraries.txt").read_text().splitlines():
            name, version, _ = line.split(maxsplit=2)
            self.assertIn(name, named)
            self.assertEqual(named[name]["versionInfo"], version)
        for package in bill["packages"]:
            self.assertTrue(package["licenseDeclared"] and package["versionInfo"], package)
            self.assertRegex(package["externalRefs"][0]["referenceLocator"], r"^pkg:")
        identifiers = [package["SPDXID"] for package in bill["packages"]] + ["SPDXRef-DOCUMENT"]
        self.assertEqual(len(identifiers), len(set(identifiers)))
        for relation in bill["relationships"]:
            self.assertIn(relation["spdxElementId"], identifiers)
            self.assertIn(relation["relatedSpdxElement"], identifiers)

    def test_what_is_inside(self):
        listing = must(["dpkg-deb", "-c", self.deb])
        for path in ("./usr/bin/roundtable", "./usr/bin/app -> roundtable", "./etc/roundtable/config.toml", "./usr/lib/systemd/system/roundtable.service",
                     "./usr/lib/systemd/system/roundtable.socket", "./usr/lib/systemd/system/roundtable-https.socket", "./usr/lib/sysusers.d/roundtable.conf", "./usr/lib/tmpfiles.d/roundtable.conf",
                     "./usr/share/man/man8/roundtable.8.gz", "./usr/share/bash-completion/completions/roundtable", "./usr/share/doc/roundtable/copyright",
                     "./usr/share/doc/roundtable/changelog.gz", "./usr/share/doc/roundtable/sbom.spdx.json"):
            self.assertIn(path + "\n", listing)
        self.assertEqual(must(["rpm", "-qp", "--configfiles", self.rpm]).split(), ["/etc/roundtable/config.toml"])
        self.assertNotIn("Depends: lib", must(["dpkg-deb", "-I", self.deb]))

    def test_the_manual_page_is_clean(self):
        page = must(["sh", "-c", f"dpkg-deb --fsys-tarfile {self.deb} | tar -xO ./usr/share/man/man8/roundtable.8.gz | gzip -dc"])
        for section in ("NAME", "SYNOPSIS", "COMMANDS"):
            self.assertIn(f".SH {section}", page)

    def test_maintainer_scripts_are_posix_shell(self):
        for path in [*(ROOT / "packaging/deb").glob("p*"), *(ROOT / "packaging/rpm").glob("p*")]:
            self.assertEqual(run(["sh", "-n", path]), (0, ""), path)


@unittest.skipUnless(os.geteuid() == 0, "a root of its own needs root rights")
class Life(unittest.TestCase):
    """One package through its whole life in a minimal root."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        base = pathlib.Path(self.folder.name)
        self.deb, self.rpm = DEB, RPM
        self.root = base / "root"
        self.root.mkdir()
        # Device nodes are left out: the root needs none but null, and a container may not be allowed to make them.
        must(["tar", "-C", self.root, "--exclude=./dev/*", "-xf", minimal_root()])
        (self.root / "dev/null").write_text("")
        (self.root / "dev/null").chmod(0o666)

    def tearDown(self):
        self.folder.cleanup()

    def inside(self, *command):
        return must(["chroot", self.root, *command], env={"PATH": PATH, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"})

    def install(self, deb):
        shutil.copy(deb, self.root / "package.deb")
        return self.inside("dpkg", "--force-confold", "-i", "/package.deb")

    def next_version(self):
        tree = pathlib.Path(self.folder.name, "next")
        must(["dpkg-deb", "-R", self.deb, tree])
        control = tree / "DEBIAN/control"
        control.write_text(re.sub(r"^Version: .*$", "Version: 99.0.0", control.read_text(), flags=re.M))
        (tree / "etc/roundtable/config.toml").write_text("# the next version's default\n")
        must(["dpkg-deb", "--root-owner-group", "-Znone", "-b", tree, f"{tree}.deb"])
        return f"{tree}.deb"

    def status(self):
        return self.inside("dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", "roundtable")

    def owner_and_mode(self, path):
        return self.inside("stat", "-c", "%U:%G %a", path).strip()

    def links(self):
        return sorted(str(p.relative_to(self.root)) for p in (self.root / "etc/systemd").rglob("roundtable*") if p.is_symlink())

    def test_install_upgrade_remove_purge(self):
        self.install(self.deb)
        self.assertRegex(self.status(), r"^installed 0\.")
        self.assertIn("roundtable", self.inside("/usr/bin/roundtable", "version"))
        self.assertIn("roundtable", (self.root / "etc/passwd").read_text())
        self.assertEqual(self.owner_and_mode("/var/lib/roundtable"), "roundtable:roundtable 700")
        self.assertEqual(self.owner_and_mode("/var/log/roundtable"), "roundtable:roundtable 750")
        self.assertEqual(self.owner_and_mode("/etc/roundtable"), "root:roundtable 750")
        self.assertEqual(self.owner_and_mode("/etc/roundtable/config.toml"), "root:roundtable 640")
        self.assertEqual(self.links(), ["etc/systemd/system/multi-user.target.wants/roundtable.service",
                                        "etc/systemd/system/sockets.target.wants/roundtable-https.socket",
                                        "etc/systemd/system/sockets.target.wants/roundtable.socket"])

        config, data = self.root / "etc/roundtable/config.toml", self.root / "var/lib/roundtable/kept"
        config.write_text("# edited by the administrator\n")
        data.write_text("a registration")
        self.install(self.next_version())
        self.assertEqual(self.status(), "installed 99.0.0")
        self.assertEqual(config.read_text(), "# edited by the administrator\n")
        self.assertEqual(self.owner_and_mode("/etc/roundtable/config.toml"), "root:roundtable 640")
        self.assertTrue(data.exists())

        self.inside("dpkg", "--remove", "roundtable")
        self.assertFalse((self.root / "usr/bin/roundtable").exists())
        self.assertFalse(os.path.lexists(self.root / "usr/bin/app"))
        self.assertTrue(config.exists() and data.exists())

        self.install(self.deb)
        self.assertRegex(self.status(), r"^installed 0\.")
        self.assertTrue(data.exists())
        self.assertIn("etc/systemd/system/multi-user.target.wants/roundtable.service", self.links())

        self.inside("dpkg", "--purge", "roundtable")
        for path in ("usr/bin/roundtable", "etc/roundtable", "var/lib/roundtable", "var/log/roundtable", "usr/share/doc/roundtable",
                     "usr/lib/systemd/system/roundtable.service"):
            self.assertFalse((self.root / path).exists(), path)
        self.assertEqual(self.links(), [])
        left = must(["find", self.root / "etc", self.root / "usr", self.root / "var/lib", "-name", "roundtable*", "-not", "-path", "*/dpkg/*"])
        self.assertEqual(left, "")

    def start_service(self, sockets):
        """Runs ExecStart of the installed unit as systemd would: as its user, with its notification socket and the listening sockets passed on."""
        unit = (self.root / "usr/lib/systemd/system/roundtable.service").read_text()
        command = re.search(r"^ExecStart=(.*)$", unit, re.M).group(1).split()
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(notify.close)
        notify.settimeout(60)
        (self.root / "run/roundtable").mkdir(parents=True, exist_ok=True)
        self.inside("chown", "roundtable:roundtable", "/run/roundtable")
        notify.bind(str(self.root / "run/notify"))
        os.chmod(self.root / "run/notify", 0o777)
        names = ":".join(name for name, _ in sockets)
        # The shell knows its process id, which LISTEN_PID has to be, and becomes the server.
        script = f"export LISTEN_PID=$$ LISTEN_FDS={len(sockets)} LISTEN_FDNAMES={names} NOTIFY_SOCKET=/run/notify WATCHDOG_USEC=2000000; exec " + " ".join(command)
        user = (self.root / "etc/passwd").read_text()
        uid, gid = re.search(r"^roundtable:[^:]*:(\d+):(\d+):", user, re.M).groups()

        def pass_sockets():
            copies = [os.dup(listener.fileno()) for _, listener in sockets]
            for index, copy in enumerate(copies):
                os.dup2(copy, 3 + index)

        process = subprocess.Popen(["chroot", f"--userspec={uid}:{gid}", self.root, "/bin/sh", "-c", script], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, close_fds=False, preexec_fn=pass_sockets, env={"PATH": PATH})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process, notify

    def test_the_service_starts_on_the_sockets_of_systemd(self):
        self.install(self.deb)
        listeners = []
        for name in ("http", "https"):
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self.addCleanup(listener.close)
            listener.bind(("127.0.0.1", 0))
            listener.listen(64)
            listeners.append((name, listener))
        process, notify = self.start_service(listeners)
        seen = []
        while not any("READY=1" in message for message in seen):
            try:
                seen.append(notify.recv(4096).decode())
            except TimeoutError:
                process.kill()
                self.fail(f"not ready: {seen} {process.stdout.read().decode()}")
        connection = http.client.HTTPConnection("127.0.0.1", listeners[0][1].getsockname()[1], timeout=10)
        for path in ("/livez", "/readyz"):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, 200, path)
        connection.close()
        while "WATCHDOG=1" not in "".join(seen):
            seen.append(notify.recv(4096).decode())
        for path in (self.root / "var/lib/roundtable").rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, f"{path} is open to others")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=30), 0, process.stdout.read().decode())
        while "STOPPING=1" not in "".join(seen):
            seen.append(notify.recv(4096).decode())

    def test_the_rpm_installs_and_goes(self):
        base = ["rpm", "--root", self.root, "--nodeps"]
        must([*base, "-i", self.rpm])
        self.assertIn("roundtable", self.inside("/usr/bin/roundtable", "version"))
        self.assertEqual(self.owner_and_mode("/var/lib/roundtable"), "roundtable:roundtable 700")
        self.assertEqual(self.owner_and_mode("/etc/roundtable/config.toml"), "root:roundtable 640")
        config = self.root / "etc/roundtable/config.toml"
        config.write_text("# edited by the administrator\n")
        must([*base, "-e", "roundtable"])
        self.assertFalse((self.root / "usr/bin/roundtable").exists())
        self.assertEqual(config.with_name("config.toml.rpmsave").read_text(), "# edited by the administrator\n")


if __name__ == "__main__":
    unittest.main()
