"""Certificates by ACME, ordered from pebble by the real binary: both challenges, renewal, what the operator is told."""

import json
import socket
import threading
import unittest

from acme_world import ISSUED_S, NAME, AcmeCase
from pebble import free_port
from tls_world import WAIT_S, ask, connect, serial_for, until

EAB_KEY = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W"


class Acme(AcmeCase):
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
