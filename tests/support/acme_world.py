"""The real binary with an authority to order from: what the tests of certificates by ACME share."""

import json
import pathlib
import signal
import unittest

from binary import Server
from pebble import Pebble, free_port
from tls_world import WAIT_S, Pki, serial_for, until

NAME = "team.acme.test"
ISSUED_S = 150  # patience on a busy machine; it takes some seconds


class AcmeCase(unittest.TestCase):
    def setUp(self):
        self.pki = Pki()
        self.addCleanup(self.pki.folder.cleanup)
        self.http, self.tls = free_port(), free_port()

    def pebble(self, config=None, **environment):
        return Pebble(self.pki, self.http, self.tls, config, **environment)

    def server(self, authority, *more, names=NAME, challenge="http-01", http=None):
        sets = {"acme.names": names, "acme.directory": authority.directory, "acme.ca_file": self.pki.path("ca.crt"), "acme.email": "ops@example.org",
                "acme.terms_agreed": "true", "acme.challenge": challenge, "server.redirect_listen": f"127.0.0.1:{http or self.http}"}
        words = [word for key, value in sets.items() for word in ("--set", f"{key}={value}")]
        return Server("--listen", f"127.0.0.1:{self.tls}", *words, *more)

    def trusted(self, authority):
        path = pathlib.Path(self.pki.path("issued-root.pem"))
        path.write_text(authority.root())
        return self.pki.context(str(path))

    def is_issued(self, server, context, name=NAME):
        try:
            serial_for(server.port, name, context)
            return True
        except OSError:
            return False

    def status(self, server):
        return json.loads(server.command("acme", "status", "--json"))

    def wait_until_issued(self, server, authority, name=NAME):
        context = self.trusted(authority)
        until(lambda: self.is_issued(server, context, name), "a certificate of the authority is served", ISSUED_S)
        return context


def kill(server):
    server.process.send_signal(signal.SIGKILL)
    server.process.wait(WAIT_S)
    server.reader.join(WAIT_S)
    server.process.stdout.close()
