"""testssl.sh against the real binary: no finding of MEDIUM or worse."""

import json
import pathlib
import subprocess
import unittest

from binary import Server
from tls_world import Pki

SECONDS_MAX = 900
BAD = {"MEDIUM", "HIGH", "CRITICAL", "FATAL"}
# Findings that are about the certificate of this test's own authority, which publishes no revocation lists.
TEST_AUTHORITY = {"cert_revocation", "cert_chain_of_trust", "cert_crlDistributionPoints", "cert_ocspURL"}


class Testssl(unittest.TestCase):
    def test_no_finding_of_medium_or_worse(self):
        pki = Pki()
        self.addCleanup(pki.folder.cleanup)
        rows = []
        for kind, key in (("ec", ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")), ("rsa", ("rsa:2048",))):
            pki.openssl("req", "-newkey", *key, "-nodes", "-subj", "/CN=localhost", "-keyout", f"{kind}.key", "-out", f"{kind}.csr")
            pki.sign(f"{kind}.csr", f"{kind}.crt", ["localhost"], days=90)
            with Server("--set", f"server.tls_certificate={pki.path(kind + '.crt')}", "--set", f"server.tls_key={pki.path(kind + '.key')}") as server:
                out = pathlib.Path(pki.path(f"{kind}.json"))
                # A page of the API: what is compressed at the root is public and the same for everybody (BREACH needs secrets).
                done = subprocess.run(["testssl", "--quiet", "--warnings", "off", "--color", "0", "--ip", "127.0.0.1", "--add-ca", pki.path("ca.crt"),
                                       "--jsonfile", str(out), f"https://localhost:{server.port}/api/v1/events"],
                                      capture_output=True, text=True, check=False, timeout=SECONDS_MAX)
                self.assertTrue(out.exists(), done.stdout[-2000:] + done.stderr[-2000:])
                found = json.loads(out.read_text())
                self.assertGreater(len(found), 100, "testssl came to its end")
                rows += [(kind, row["id"], row["severity"], row["finding"]) for row in found]
                self.assertIsNone(server.process.poll())
        bad = [row for row in rows if row[2] in BAD and row[1].split(" ")[0] not in TEST_AUTHORITY]
        self.assertEqual([], bad)
        # It looked where it should: the protocols are among what it found.
        self.assertIn(("ec", "TLS1_3"), {(kind, name) for kind, name, _, _ in rows})


if __name__ == "__main__":
    unittest.main()
