"""Certificates by ACME from pebble with its deliberate faults, and from a server that is killed on the way."""

import os
import random
import time
import unittest

from acme_world import ISSUED_S, AcmeCase, kill
from tls_world import until


class AcmeKills(AcmeCase):
    def wait_until_issued_in_spite_of(self, server, pebble):
        """A validation may have come while nobody listened: the authority then gives the order up, and it is asked again."""
        context, deadline = self.trusted(pebble), time.monotonic() + 2 * ISSUED_S
        while not self.is_issued(server, context):
            self.assertLess(time.monotonic(), deadline, self.status(server))
            if self.status(server)["acme"]["failures"] and not self.status(server)["acme"]["order_under_way"]:
                server.command("acme", "renew")
            time.sleep(1)

    def test_bad_nonces_and_slow_validations(self):
        with self.pebble(PEBBLE_WFE_NONCEREJECT="50", PEBBLE_VA_NOSLEEP="0", PEBBLE_VA_SLEEPTIME="3") as pebble, self.server(pebble) as server:
            self.wait_until_issued(server, pebble)
            self.assertEqual(0, self.status(server)["acme"]["failures"])

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


if __name__ == "__main__":
    unittest.main()
