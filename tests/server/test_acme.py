"""Certificates by ACME, ordered from pebble by the real binary: both challenges, its deliberate faults, kills, renewal."""

import json
import os
import pathlib
import random
import signal
import socket
import threading
import time
import unittest

from binary import Server
from pebble import Pebble, free_port
from tls_world import WAIT_S, Pki, ask, connect, serial_for, until

NAME = "team.acme.test"
ISSUED_S = 60
EAB_KEY = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W"


class Acme(unittest.TestCase):
    def setUp(self):
        self.pki = Pki()
        self.addCleanup(self.pki.folder.cleanup)
        self.http, self.tls = free_port(), free_port()

    def pebble(self, config=None, **environment):
        return Pebble(self.pki, self.http, self.tls, config, **environment)

    def server(self, pebble, *more, names=NAME, challenge="http-01", http=None):
        sets = {"acme.names": names, "acme.directory": pebble.directory, "acme.ca_file": self.pki.path("ca.crt"), "acme.email": "ops@example.org",
                "acme.terms_agreed": "true", "acme.challenge": challenge, "server.redirect_listen": f"127.0.0.1:{http or self.http}"}
        words = [word for key, value in sets.items() for word in ("--set", f"{key}={value}")]
        return Server("--listen", f"127.0.0.1:{self.tls}", *words, *more)

    def trusted(self, pebble):
        path = pathlib.Path(self.pki.path("issued-root.pem"))
        path.write_text(pebble.root())
        return self.pki.context(str(path))

    def is_issued(self, server, context, name=NAME):
        try:
            serial_for(server.port, name, context)
            return True
        except OSError:
            return False

    def status(self, server):
        return json.loads(server.command("acme", "status", "--json"))

    def wait_until_issued(self, server, pebble, name=NAME):
        context = self.trusted(pebble)
        until(lambda: self.is_issued(server, context, name), "a certificate of the authority is served", ISSUED_S)
        return context

    def wait_until_issued_in_spite_of(self, server, pebble):
        """A validation may have come while nobody listened: the authority then gives the order up, and it is asked again."""
        context, deadline = self.trusted(pebble), time.monotonic() + 2 * ISSUED_S
        while not self.is_issued(server, context):
            self.assertLess(time.monotonic(), deadline, self.status(server))
            if self.status(server)["acme"]["failures"] and not self.status(server)["acme"]["order_under_way"]:
                server.command("acme", "renew")
            time.sleep(1)

    def test_http_01_from_the_first_start_to_a_restart(self):
        with self.pebble() as pebble, self.server(pebble, names=f"{NAME},www.{NAME}") as server:
            context = self.wait_until_issued(server, pebble)
            self.assertEqual(serial_for(server.port, NAME, context), serial_for(server.port, f"www.{NAME}", context))
            with connect(server.port, NAME, context) as stream:
                self.assertEqual(200, ask(stream)[0])
            status = self.status(server)
            self.assertEqual([["acme", [NAME, f"www.{NAME}"]]], [[row["source"], row["names"]] for row in status["certificates"]])
            self.assertEqual((0, "", False), (status["acme"]["failures"], status["acme"]["error"], status["acme"]["order_under_way"]))
            self.assertLess(status["acme"]["renew_at"], status["acme"]["not_after"])
            self.assertIn(NAME, server.command("acme", "status"))
            # The proof is withdrawn, and the path of proofs never redirects.
            with socket.create_connection(("127.0.0.1", self.http), WAIT_S) as plain:
                self.assertEqual(404, ask(plain, "/.well-known/acme-challenge/abc", NAME)[0])
            serial = serial_for(server.port, NAME, context)
            orders = pebble.count("Order ") or pebble.count("order")
            server.stop()
            server.start()
            # From the first connection on, without another order.
            self.assertEqual(serial, serial_for(server.port, NAME, context))
            self.assertEqual(orders, pebble.count("Order ") or pebble.count("order"))

    def test_tls_alpn_01(self):
        with self.pebble() as pebble, self.server(pebble, challenge="tls-alpn-01") as server:
            self.wait_until_issued(server, pebble)

    def test_bad_nonces_and_slow_validations(self):
        with self.pebble(PEBBLE_WFE_NONCEREJECT="50", PEBBLE_VA_NOSLEEP="0", PEBBLE_VA_SLEEPTIME="3") as pebble, self.server(pebble) as server:
            self.wait_until_issued(server, pebble)
            self.assertEqual(0, self.status(server)["acme"]["failures"])

    def test_renewal_at_a_third_of_the_lifetime(self):
        with self.pebble({"certificateValidityPeriod": 30}) as pebble, self.server(pebble) as server:
            context = self.wait_until_issued(server, pebble)
            serial = serial_for(server.port, NAME, context)
            with connect(server.port, NAME, context) as old:
                until(lambda: serial_for(server.port, NAME, context) != serial, "renewed by itself", ISSUED_S)
                self.assertEqual(200, ask(old)[0])

    def test_a_renewal_by_hand(self):
        with self.pebble() as pebble, self.server(pebble) as server:
            context = self.wait_until_issued(server, pebble)
            serial = serial_for(server.port, NAME, context)
            server.command("acme", "renew")
            until(lambda: serial_for(server.port, NAME, context) != serial, "renewed", ISSUED_S)
            self.assertIn("the chain is whole", server.command("doctor"))

    def test_the_account_is_bound_to_an_external_one(self):
        config = {"externalAccountBindingRequired": True, "externalAccountMACKeys": {"kid-1": EAB_KEY}}
        with self.pebble(config) as pebble:
            with self.server(pebble) as server:
                until(lambda: "eab_key_id" in self.status(server)["acme"]["error"], "the operator is told")
            with self.server(pebble, "--set", "acme.eab_key_id=kid-1", "--set", f"acme.eab_hmac_key={EAB_KEY}") as server:
                self.wait_until_issued(server, pebble)

    def test_nothing_is_ordered_before_the_terms_are_agreed_to(self):
        with self.pebble() as pebble, self.server(pebble, "--set", "acme.terms_agreed=false") as server:
            until(lambda: "acme.terms_agreed" in self.status(server)["acme"]["error"], "the operator is told")
            health = json.loads(server.command("healthcheck", "--json"))
            row = next(row for row in health["components"] if row["name"] == "certificate")
            self.assertEqual("warn", row["state"])
            self.assertIn("self-signed", row["summary"])

    def test_a_refused_name_is_told_and_waited_for(self):
        with self.pebble({"domainBlocklist": ["blocked.test"]}) as pebble, self.server(pebble, names="blocked.test") as server:
            until(lambda: "rejectedIdentifier" in self.status(server)["acme"]["error"], "the operator is told")
            acme = self.status(server)["acme"]
            self.assertEqual((1, False), (acme["failures"], acme["order_under_way"]))
            self.assertIsNotNone(acme["next_attempt"])
            self.assertIn("rejectedIdentifier", server.command("acme", "status"))

    def test_a_proof_that_fails_is_told_and_repeated_by_hand(self):
        # Nobody listens where the authority looks, until a way is opened.
        other = free_port()
        with self.pebble() as pebble, self.server(pebble, http=other) as server:
            until(lambda: self.status(server)["acme"]["error"], "the operator is told", ISSUED_S)
            self.assertIn(NAME, self.status(server)["acme"]["error"])
            self.assertFalse(self.status(server)["acme"]["order_under_way"])
            with Way(self.http, other):
                server.command("acme", "renew")
                self.wait_until_issued(server, pebble)
            self.assertEqual("", self.status(server)["acme"]["error"])

    def test_an_authority_that_cannot_be_reached_is_tried_again(self):
        with self.pebble() as pebble:
            directory = pebble.directory
        with self.server(pebble) as server:
            until(lambda: self.status(server)["acme"]["failures"] == 1, "one try")
            acme = self.status(server)["acme"]
            self.assertEqual(directory, acme["directory"])
            self.assertIsNotNone(acme["next_attempt"])

    def test_killed_between_order_and_issue_it_goes_on(self):
        with self.pebble(PEBBLE_VA_NOSLEEP="0", PEBBLE_VA_SLEEPTIME="4") as pebble, self.server(pebble) as server:
            until(lambda: self.status(server)["acme"]["order_under_way"], "ordered")
            kill(server)
            server.start()
            self.assertTrue(self.status(server)["acme"]["order_under_way"] or self.is_issued(server, self.trusted(pebble)))
            self.wait_until_issued_in_spite_of(server, pebble)

    def test_killed_at_any_moment_it_goes_on(self):
        seed = int(os.environ.get("RT_SEED", "20"))
        moments = random.Random(seed)
        with self.pebble(PEBBLE_VA_NOSLEEP="0", PEBBLE_VA_SLEEPTIME="2") as pebble, self.server(pebble) as server:
            for _ in range(8):
                time.sleep(moments.uniform(0.0, 1.5))
                kill(server)
                server.start()
            self.wait_until_issued_in_spite_of(server, pebble)
            self.assertEqual("acme", self.status(server)["certificates"][0]["source"])
            self.assertIn("the chain is whole", server.command("doctor"))


def kill(server):
    server.process.send_signal(signal.SIGKILL)
    server.process.wait(WAIT_S)
    server.reader.join(WAIT_S)
    server.process.stdout.close()


class Way:
    """Carries connections from one port of the loopback interface to another."""

    def __init__(self, port, to):
        self.listener, self.to, self.threads = socket.create_server(("127.0.0.1", port)), to, []

    def __enter__(self):
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(WAIT_S)

    def _accept(self):
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.to), WAIT_S)
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    @staticmethod
    def _carry(one, other):
        try:
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass


if __name__ == "__main__":
    unittest.main()
