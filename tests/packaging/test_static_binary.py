"""The release binary: static, hardened, stripped, at home in an empty root, and deaf to modules of the host."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(os.environ["RT_SOURCE_DIR"])
BINARY = pathlib.Path(os.environ["RT_BINARY"])
BINARY_BYTES_MAX = 20 * 1024 * 1024
HARDENING = ["-O2", "-fPIE", "-static-pie"]

NSSWITCH = "".join(
    f"{database}: files trap systemd resolve mdns4_minimal\n"
    for database in ("passwd", "group", "shadow", "gshadow", "hosts", "networks", "services", "protocols", "ethers", "rpc", "netgroup", "initgroups")
).replace("files trap", "trap files")

OPENSSL_CNF = """openssl_conf = init
[init]
providers = providers
[providers]
trap = trap
[trap]
module = /trap.so
activate = 1
"""


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False, **options)


def in_root(root, *command, env=None):
    """Runs a command in another root; without root rights in a user namespace of its own."""
    prefix = ["chroot", str(root)] if os.geteuid() == 0 else ["unshare", "--map-root-user", f"--root={root}"]
    return run([*prefix, *command], env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **(env or {})})


class StaticBinary(unittest.TestCase):
    def test_it_is_static_and_hardened(self):
        self.assertIn("statically linked", run(["ldd", str(BINARY)]).stdout)
        elf = run(["readelf", "--wide", "--file-header", "--program-headers", "--dynamic", "--sections", str(BINARY)]).stdout
        self.assertNotIn("INTERP", elf)
        self.assertNotIn("(NEEDED)", elf)
        self.assertRegex(elf, r"Type:\s+DYN")  # position-independent
        self.assertRegex(elf, r"GNU_RELRO")
        self.assertRegex(elf, r"BIND_NOW|FLAGS.*NOW")
        self.assertRegex(elf, r"GNU_STACK\s+\S+ \S+ \S+ \S+ \S+ RW ")  # not executable
        self.assertNotIn(".symtab", elf)
        self.assertNotIn(".debug_info", elf)
        self.assertLessEqual(BINARY.stat().st_size, BINARY_BYTES_MAX)

    def test_app_is_a_link_to_it(self):
        app = BINARY.with_name("app")
        self.assertEqual(os.readlink(app), "roundtable")

    def test_no_path_of_the_build_machine_is_inside(self):
        data = BINARY.read_bytes()
        self.assertNotIn(str(ROOT).encode() + b"/src", data)

    def test_it_runs_in_an_empty_root(self):
        with tempfile.TemporaryDirectory() as root:
            shutil.copy(BINARY, f"{root}/roundtable")
            done = in_root(root, "/roundtable", "version")
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertIn("0.", done.stdout)


class HostModules(unittest.TestCase):
    """In a root whose nsswitch.conf and openssl.cnf name a module that ends the process."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        root = cls.root = pathlib.Path(cls.folder.name)
        multiarch = run(["gcc", "-print-multiarch"]).stdout.strip()
        libraries = root / "lib" / multiarch
        for folder in (root / "etc/ssl", root / "usr/lib/ssl", libraries):
            folder.mkdir(parents=True)
        (root / "etc/nsswitch.conf").write_text(NSSWITCH)
        (root / "etc/passwd").write_text("nobody:x:65534:65534:nobody:/:/bin/false\n")
        (root / "etc/hosts").write_text("127.0.0.1 localhost\n")
        for place in ("etc/ssl", "usr/lib/ssl"):
            (root / place / "openssl.cnf").write_text(OPENSSL_CNF)
        source = ROOT / "tests/packaging"
        cls.build(["gcc", "-shared", "-fPIC", "-o", str(root / "trap.so"), str(source / "trap_module.c")])
        shutil.copy(root / "trap.so", libraries / "libnss_trap.so.2")
        # The loader wants the C library that the module was linked against.
        for name in ("libc.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"):
            for place in (f"/lib/{multiarch}", "/lib64", "/lib"):
                if os.path.exists(f"{place}/{name}") and not (libraries / name).exists():
                    shutil.copy(f"{place}/{name}", libraries / name)
        probe = str(source / "trap_probe.cpp")
        cures = {"nss": str(ROOT / "src/os/nss_static.cpp"), "openssl": str(ROOT / "src/crypto/openssl_early.cpp")}
        for name, files in {"bare": [], "nss_only": [cures["nss"]], "openssl_only": [cures["openssl"]], "cured": list(cures.values())}.items():
            cls.build(["g++", "-std=c++20", *HARDENING, "-I", str(ROOT / "src"), "-o", str(root / name), probe, *files, "-lssl", "-lcrypto", "-ldl"])

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @staticmethod
    def build(command):
        done = run(command)
        assert done.returncode == 0, done.stdout

    def test_the_trap_is_real(self):
        for name in ("bare", "nss_only", "openssl_only"):
            with self.subTest(name):
                done = in_root(self.root, f"/{name}")
                self.assertEqual(done.returncode, 99, done.stdout)

    def test_with_both_cures_names_resolve_and_tls_starts(self):
        done = in_root(self.root, "/cured")
        self.assertEqual((done.returncode, done.stdout), (0, "user found, host found, tls ok\n"))

    def test_a_configuration_named_by_the_environment_is_not_read_either(self):
        done = in_root(self.root, "/cured", env={"OPENSSL_CONF": "/etc/ssl/openssl.cnf"})
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_release_binary_starts_there(self):
        shutil.copy(BINARY, self.root / "roundtable")
        done = in_root(self.root, "/roundtable", "version", env={"OPENSSL_CONF": "/etc/ssl/openssl.cnf"})
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_cures_are_linked_into_the_release_binary(self):
        symbols = run(["nm", f"{BINARY}.debug"]).stdout
        for name in ("ConfigureNss", "InitialiseOpenSsl"):
            self.assertIn(name, symbols)


if __name__ == "__main__":
    unittest.main()
