"""The systemd units: exposure at most 1.5, valid, and with the settings that the server relies on."""

import configparser
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(os.environ["RT_SOURCE_DIR"])
UNITS = ROOT / "systemd"
EXPOSURE_MAX = 1.5


def exposure(unit):
    """The figure of `systemd-analyze security` for a unit file, checked without a running systemd."""
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=60, check=False)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stdout
    return float(found.group(1))


class Units(unittest.TestCase):
    def unit(self, name):
        parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
        parser.optionxform = str
        parser.read(UNITS / name)
        return parser

    def test_exposure(self):
        self.assertLessEqual(exposure(UNITS / "roundtable.service"), EXPOSURE_MAX)

    def test_the_measure_can_fail(self):
        text = (UNITS / "roundtable.service").read_text()
        softer = "\n".join(line for line in text.split("\n") if not line.startswith(("Protect", "Restrict", "SystemCall", "Private")))
        with tempfile.TemporaryDirectory() as folder:
            unit = pathlib.Path(folder, "roundtable.service")
            unit.write_text(softer)
            self.assertGreater(exposure(unit), EXPOSURE_MAX)

    def test_the_service_needs_no_capability(self):
        service = self.unit("roundtable.service")["Service"]
        self.assertEqual(service["CapabilityBoundingSet"], "")
        self.assertEqual(service["AmbientCapabilities"], "")
        self.assertEqual(service["NoNewPrivileges"], "yes")
        self.assertEqual((service["User"], service["Group"]), ("roundtable", "roundtable"))

    def test_a_thread_may_step_back(self):
        # Hashing and packing lower their own priority; a list that refuses it, refuses it silently.
        lists = [line.split("=")[1] for line in (UNITS / "roundtable.service").read_text().split("\n") if line.startswith("SystemCallFilter=")]
        self.assertEqual("setpriority sched_setscheduler", lists[-1])

    def test_it_is_watched(self):
        service = self.unit("roundtable.service")["Service"]
        self.assertEqual(service["Type"], "notify")
        self.assertGreater(int(service["WatchdogSec"]), 0)
        self.assertEqual(service["Restart"], "always")

    def test_peers_of_the_control_socket_keep_their_identity(self):
        # With PrivateUsers= root outside is `nobody` inside, and the control socket could not tell it from anybody else.
        self.assertNotIn("PrivateUsers", self.unit("roundtable.service")["Service"])

    def test_the_ports_come_from_the_socket_unit(self):
        # The server tells them apart by these names.
        for name, port, label in (("roundtable.socket", "80", "http"), ("roundtable-https.socket", "443", "https")):
            socket = self.unit(name)["Socket"]
            self.assertEqual((socket["ListenStream"], socket["FileDescriptorName"], socket["Service"]), (port, label, "roundtable.service"))
            self.assertIn(name, self.unit("roundtable.service")["Service"]["Sockets"].split())

    def test_systemd_accepts_them(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("roundtable.service", "roundtable.socket", "roundtable-https.socket"):
                # The check wants the program to be there; the package puts it in /usr/bin.
                text = (UNITS / name).read_text().replace("/usr/bin/roundtable", "/bin/true").replace("Documentation=man:roundtable(8)\n", "")
                pathlib.Path(folder, name).write_text(text)
            done = subprocess.run(["systemd-analyze", "verify", "--recursive-errors=no", f"{folder}/roundtable.service", f"{folder}/roundtable.socket",
                                   f"{folder}/roundtable-https.socket"],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
            self.assertEqual((done.returncode, done.stdout), (0, ""))

    @unittest.skipUnless(shutil.which("systemd-sysusers"), "systemd-sysusers is not here")
    def test_the_account_and_the_folders_are_made(self):
        with tempfile.TemporaryDirectory() as root:
            for folder in ("etc/roundtable", "var/lib", "var/log"):
                os.makedirs(f"{root}/{folder}")
            pathlib.Path(root, "etc/roundtable/config.toml").write_text("")
            for command in (["systemd-sysusers", f"--root={root}", str(UNITS / "roundtable.sysusers.conf")],):
                done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
                self.assertEqual(done.returncode, 0, done.stdout)
            self.assertIn("roundtable:", pathlib.Path(root, "etc/passwd").read_text())
            self.assertIn("roundtable:", pathlib.Path(root, "etc/group").read_text())


if __name__ == "__main__":
    unittest.main()
