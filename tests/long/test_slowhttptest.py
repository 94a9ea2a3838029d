"""slowhttptest with 500 connections in each of its modes: the service stays available to everybody else."""

import pathlib
import re
import subprocess
import tempfile
import threading
import time
import unittest

from binary import Server

CONNECTIONS = "500"
SECONDS = "25"
PROBE_S = 0.5

MODES = {
    "headers": ["-H"],
    "body": ["-B", "-s", "8192", "-t", "POST"],
    "read": ["-X", "-w", "1", "-y", "5", "-n", "5", "-z", "8", "-k", "3"],
    "range": ["-R", "-a", "10", "-b", "3000", "-t", "HEAD"],
}
# Slow heads and bodies are cut off when they are late, slow readers may last; requests with thousands of ranges are answered at once.
ENDS = {"headers": "No open connections left", "body": "No open connections left", "read": "Hit test time limit", "range": "No open connections left"}


class SlowClients(unittest.TestCase):
    def test_the_service_stays_available(self):
        for mode, words in MODES.items():
            with self.subTest(mode), Server() as server, tempfile.TemporaryDirectory(prefix="rt-slow-") as folder:
                probe = Probe(server)
                probe.start()
                # slowhttptest's own probe must see the service too (-p: seconds it waits for an answer).
                done = subprocess.run(["slowhttptest", *words, "-c", CONNECTIONS, "-r", "200", "-i", "10", "-x", "24", "-l", SECONDS, "-p", "3", "-g", "-o",
                                folder + "/out", "-u", f"http://127.0.0.1:{server.port}/"], capture_output=True, text=True, check=False, timeout=180)
                rows = pathlib.Path(folder + "/out.csv").read_text().splitlines()
                probe.stop()
                self.assertIn(ENDS[mode], done.stdout)
                self.assertGreater(len(rows), 2 if mode == "range" else 10, "slowhttptest came to its end")
                columns = rows[0].lower().split(",")
                available = next(i for i, name in enumerate(columns) if "available" in name)
                unavailable = [row for row in rows[1:] if re.match(r"\d", row) and int(row.split(",")[available]) == 0]
                self.assertEqual([], unavailable)
                self.assertEqual([], probe.failures)
                self.assertGreater(probe.answers, 0 if mode == "range" else 10)
                self.assertIsNone(server.process.poll())


class Probe(threading.Thread):
    """Asks again and again, as another client would."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.failures, self.answers, self.ended = server, [], 0, threading.Event()

    def run(self):
        while not self.ended.wait(PROBE_S):
            began = time.monotonic()
            try:
                status = self.server.request("GET", "/api/v1/events")[0]
                if status == 200:
                    self.answers += 1
                else:
                    self.failures.append(status)
            except OSError as error:
                self.failures.append(f"{error} after {time.monotonic() - began:.1f} s")

    def stop(self):
        self.ended.set()
        self.join(60)


if __name__ == "__main__":
    unittest.main()
