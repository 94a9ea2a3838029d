"""Pebble, the ACME server of the distribution's packages, with a name server that knows every name as 127.0.0.1."""

import json
import os
import pathlib
import socket
import ssl
import subprocess
import threading
import time
import urllib.request

START_S = 30


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Pebble:
    """with Pebble(pki, http_port=..., tls_port=..., PEBBLE_WFE_NONCEREJECT="50") as pebble: ..."""

    def __init__(self, pki, http_port, tls_port, config=None, **environment):
        self.pki = pki
        self.port, self.management, self.dns = free_port(), free_port(), free_port()
        self.environment = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"} | environment
        self.config = {"listenAddress": f"127.0.0.1:{self.port}", "managementListenAddress": f"127.0.0.1:{self.management}",
                       "certificate": pki.path("pebble.crt"), "privateKey": pki.path("pebble.key"), "httpPort": http_port, "tlsPort": tls_port,
                       "ocspResponderURL": "", "externalAccountBindingRequired": False} | (config or {})
        self.directory = f"https://localhost:{self.port}/dir"
        self.log = []
        self.processes = []

    def __enter__(self):
        self.pki.issue("pebble", "localhost")
        config = pathlib.Path(self.pki.path("pebble.json"))
        config.write_text(json.dumps({"pebble": self.config}))
        self._start(["pebble-challtestsrv", "-dns01", f"127.0.0.1:{self.dns}", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-http01", "", "-https01",
                     "", "-tlsalpn01", "", "-management", f"127.0.0.1:{free_port()}"], {})
        self._start(["pebble", "-config", str(config), "-dnsserver", f"127.0.0.1:{self.dns}"], self.environment)
        deadline = time.monotonic() + START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                if time.monotonic() > deadline or any(process.poll() is not None for process in self.processes):
                    self.__exit__()
                    raise AssertionError("pebble did not start:\n" + "".join(self.log[-20:])) from None
                time.sleep(0.05)

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait(START_S)
        for reader in self.readers:
            reader.join(START_S)
        for process in self.processes:
            process.stdout.close()

    readers = ()

    def _start(self, argv, environment):
        process = subprocess.Popen(argv, env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   text=True)
        self.processes.append(process)
        reader = threading.Thread(target=lambda: self.log.extend(process.stdout), daemon=True)
        reader.start()
        self.readers = (*self.readers, reader)

    def root(self):
        """The certificate that vouches for what it issues, PEM."""
        context = ssl.create_default_context(cafile=self.pki.path("ca.crt"))
        with urllib.request.urlopen(f"https://localhost:{self.management}/roots/0", context=context, timeout=START_S) as answer:
            return answer.read().decode()

    def count(self, text):
        return sum(text in line for line in list(self.log))
