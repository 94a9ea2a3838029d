"""Certificates by ACME from an authority that misbehaves: every fault is told to the operator, waited for by its kind, and got over."""

import datetime
import time
import unittest

from acme_world import ISSUED_S, AcmeCase, kill
from fake_acme import RETRY_AFTER_S, FakeAcme
from tls_world import until

QUIET_S = 4
# Worth another try soon. The last one leaves an order behind.
TROUBLE = {"http500": "we are in trouble", "html": "without its address", "drop": "", "no-nonce": "no nonce", "endless": "too large", "nonces": "badNonce",
           "cut": "no order"}
# The order is given up, and the wait is longer.
REFUSED = {"rejected": "the domain does not want us", "refused-proof": "the proof was another one", "stranger": "other names", "other-key": "cannot be used",
           "garbage": "cannot be used"}


def seconds_left(acme):
    next_attempt = datetime.datetime.fromisoformat(acme["next_attempt"].replace("Z", "+00:00"))
    return (next_attempt - datetime.datetime.now(datetime.timezone.utc)).total_seconds()


class Authority(AcmeCase):
    def failed(self, server, fault):
        """The state after one failure."""
        until(lambda: self.status(server)["acme"]["failures"] > 0, f"{fault}: one try failed")
        return self.status(server)["acme"]

    def get_over(self, server, authority):
        """By hand, after the fault is gone."""
        authority.fault = ""
        server.command("acme", "renew")
        self.wait_until_issued(server, authority)
        acme = self.status(server)["acme"]
        self.assertEqual((0, "", False), (acme["failures"], acme["error"], acme["order_under_way"]))

    def check(self, faults, least_s, most_s):
        """One fault after the other, each tried by hand."""
        with FakeAcme(self.pki) as authority:
            authority.fault = next(iter(faults))
            with self.server(authority) as server:
                for number, (fault, told) in enumerate(faults.items(), 1):
                    with self.subTest(fault):
                        authority.fault = fault
                        if number > 1:
                            server.command("acme", "renew")
                        until(lambda number=number: self.status(server)["acme"]["failures"] >= number, f"{fault}: one try failed")
                        acme = self.status(server)["acme"]
                        self.assertEqual(number, acme["failures"])
                        self.assertIn(told, acme["error"])
                        self.assertNotEqual("", acme["error"])
                        # Each wait at most doubles the one before.
                        self.assertTrue(least_s <= seconds_left(acme) <= most_s * 2 ** (number - 1), acme)
                        # The stand-in is served all the while.
                        self.assertEqual("self_signed", self.status(server)["certificates"][0]["source"])
                self.assertLess(authority.count("/nonce"), 40)
                self.get_over(server, authority)

    def test_an_authority_in_trouble_is_asked_again_soon(self):
        self.check(TROUBLE, 10, 30)

    def test_what_is_refused_or_of_no_use_waits_longer(self):
        self.check(REFUSED, 60, 120)

    def test_a_storm_of_bad_nonces_ends(self):
        with FakeAcme(self.pki) as authority:
            authority.fault = "nonces"
            with self.server(authority) as server:
                self.failed(server, "nonces")
                self.assertLess(authority.count("/account"), 20)

    def test_a_rate_limit_is_waited_for_even_by_hand_and_over_a_restart(self):
        with FakeAcme(self.pki) as authority:
            authority.fault = "limited"
            with self.server(authority) as server:
                acme = self.failed(server, "limited")
                self.assertIn("too many certificates", acme["error"])
                self.assertTrue(RETRY_AFTER_S - 60 < seconds_left(acme) <= RETRY_AFTER_S, acme)
                asked = authority.count("/order")
                authority.fault = ""
                server.command("acme", "renew")
                server.stop()
                server.start()
                again = self.status(server)["acme"]
                self.assertEqual([acme[key] for key in ("failures", "error", "next_attempt")], [again[key] for key in ("failures", "error", "next_attempt")])
                server.command("acme", "renew")
                time.sleep(QUIET_S)
                self.assertEqual(asked, authority.count("/order"))

    def test_a_rate_limit_without_a_time_is_still_waited_for(self):
        with FakeAcme(self.pki) as authority:
            authority.fault = "limited-silent"
            with self.server(authority) as server:
                acme = self.failed(server, "limited-silent")
                self.assertGreater(seconds_left(acme), 0)

    def test_the_wait_after_a_failure_survives_a_restart_and_a_try_by_hand_counts_on(self):
        with FakeAcme(self.pki) as authority:
            authority.fault = "rejected"
            with self.server(authority) as server:
                before = self.failed(server, "rejected")
                kill(server)
                server.start()
                after = self.status(server)["acme"]
                self.assertEqual((1, before["error"], before["next_attempt"]), (after["failures"], after["error"], after["next_attempt"]))
                asked = authority.count("/order")
                server.command("acme", "renew")
                # The lease of the process that was killed runs out first.
                until(lambda: self.status(server)["acme"]["failures"] == 2, "tried again by hand", ISSUED_S)
                self.assertEqual(asked + 1, authority.count("/order"))
                self.assertGreater(seconds_left(self.status(server)["acme"]), seconds_left(before))
                self.get_over(server, authority)

    def test_a_try_by_hand_that_is_asked_for_while_another_fails_is_made(self):
        with FakeAcme(self.pki) as authority:
            authority.fault = "held"
            with self.server(authority) as server:
                self.assertTrue(authority.entered.wait(ISSUED_S))
                server.command("acme", "renew")
                authority.fault = ""
                authority.released.set()
                # Not after the two minutes that a refusal costs.
                self.wait_until_issued(server, authority)

    def test_a_slow_authority_is_asked_again_without_a_failure(self):
        with FakeAcme(self.pki) as authority:
            authority.fault = "slow-valid"
            with self.server(authority) as server:
                self.wait_until_issued(server, authority)
                self.assertEqual(0, self.status(server)["acme"]["failures"])


if __name__ == "__main__":
    unittest.main()
