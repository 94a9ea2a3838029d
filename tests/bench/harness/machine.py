"""Folders, ports and processes of the bench. Whatever is started through a Machine ends with it."""
import os
import pathlib
import pwd
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time

BENCH_FOLDER = pathlib.Path(__file__).resolve().parent.parent
SOURCE_FOLDER = BENCH_FOLDER.parent.parent
BUILD_FOLDER = SOURCE_FOLDER / "build" / "release"
OUTPUT_FOLDER = SOURCE_FOLDER / "build" / "bench"
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


class BenchError(Exception):
    """Something the bench needs does not work; the message is for the reader of the table."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name):
    return BUILD_FOLDER / "tests" / "bench" / name


def wait_until(condition, what, seconds=20.0, step=0.005):
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if condition():
            return
        time.sleep(step)
    raise BenchError(f"{what}: not within {seconds:g} s")


def allow_open_files(count):
    """For this process; the server raises its own limit."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < count:
        raise BenchError(f"{count} open files are needed, the limit is {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def accepts(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """A running program with its own process group, so that its children are counted and ended with it."""

    def __init__(self, name, argv, folder, env=None, user=None):
        self.name = name
        self.log_path = pathlib.Path(folder) / f"{name}.log"
        environment = dict(os.environ, **(env or {}))
        identity = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
        self.log = open(self.log_path, "ab")
        self.started = time.monotonic()
        self.popen = subprocess.Popen([str(a) for a in argv], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                      stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True, **identity)

    def tail(self, lines=8):
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])

    def check_alive(self):
        if self.popen.poll() is not None:
            raise BenchError(f"{self.name} ended with code {self.popen.returncode}:\n{self.tail()}")
        return True

    def wait_for_port(self, port, seconds=20.0):
        wait_until(lambda: self.check_alive() and accepts(port), f"{self.name} listens on its port", seconds)
        return self

    def _members(self):
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                stat = pathlib.Path("/proc", entry, "stat").read_text()
            except OSError:
                continue
            fields = stat[stat.rindex(")") + 2:].split()
            if int(fields[2]) == self.popen.pid:
                yield int(entry), fields

    def cpu_seconds(self):
        """CPU time of the living processes of the group, user and system."""
        return sum(int(f[11]) + int(f[12]) for _, f in self._members()) / CLOCK_TICKS

    def resident_bytes(self):
        return sum(int(f[21]) for _, f in self._members()) * os.sysconf("SC_PAGE_SIZE")

    def stop(self, seconds=10.0):
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(seconds)
            except subprocess.TimeoutExpired:
                pass
        if any(True for _ in self._members()):
            try:
                os.killpg(self.popen.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.popen.wait(5)
        self.log.close()


class Machine:
    """A scratch folder on the disk and the processes of one run."""

    def __enter__(self):
        # Not below the tree: the database peer runs as another user and must reach its folder.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="roundtable-bench-", dir="/var/tmp"))
        self.folder.chmod(0o755)
        self.processes = []
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def subfolder(self, name):
        folder = self.folder / name
        folder.mkdir()
        return folder

    def start(self, name, argv, folder, env=None, user=None):
        process = Process(name, argv, folder, env, user)
        self.processes.append(process)
        return process

    def stop(self, process):
        process.stop()
        self.processes.remove(process)


def run(argv, seconds=60, folder=None, env=None, user=None, input_text=None, ok_codes=(0,)):
    """Runs a program to its end and returns what it printed. `ok_codes` None: any exit code will do."""
    identity = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    done = subprocess.run([str(a) for a in argv], cwd=folder, env=dict(os.environ, **(env or {})), capture_output=True,
                          text=True, input=input_text, timeout=seconds, check=False, **identity)
    if ok_codes is not None and done.returncode not in ok_codes:
        raise BenchError(f"{argv[0]} ended with code {done.returncode}: {(done.stderr or done.stdout).strip()[-800:]}")
    return done.stdout
