"""A mail server of the distribution's packages (aiosmtpd) with STARTTLS and AUTH, and an authority of its own."""

import asyncio
import email
import email.policy
import pathlib
import queue
import ssl
import subprocess
import sys
import tempfile
import threading
import warnings

# The distribution's package, whichever python3 runs this.
sys.path.append("/usr/lib/python3/dist-packages")
from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = "team", "mail-password-0123456789"


def make_authority(folder, host):
    """ca.pem, and a certificate for `host` signed by it."""
    path = pathlib.Path(folder)

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=path, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
            "-days", "2", "-subj", "/CN=Test authority")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "mail.key", "-out", "mail.csr", "-subj", "/CN=mail")
    (path / "san.cnf").write_text(f"subjectAltName=IP:{host}\n")
    openssl("x509", "-req", "-in", "mail.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "san.cnf", "-out", "mail.pem")


class Handler:
    def __init__(self):
        self.mails = queue.Queue()
        self.refuse = {}  # part of an address: reply to RCPT
        self.replies = []  # for DATA, before it is taken

    async def handle_RCPT(self, server, session, envelope, address, options):
        for part, reply in self.refuse.items():
            if part in address:
                return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        if self.replies:
            return self.replies.pop(0)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.put((envelope.mail_from, envelope.rcpt_tos, message))
        return "250 2.0.0 queued"


class MailServer:
    """with MailServer() as mail: mail.options(), mail.next()"""

    def __enter__(self):
        warnings.simplefilter("ignore")
        self.folder = tempfile.TemporaryDirectory(prefix="rt-mail-")
        make_authority(self.folder.name, "127.0.0.1")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(f"{self.folder.name}/mail.pem", f"{self.folder.name}/mail.key")
        self.handler = Handler()
        self.sign_ins = []

        def authenticator(server, session, envelope, mechanism, data):
            good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
            self.sign_ins.append((mechanism, good))
            return AuthResult(success=good, handled=False)

        def protocol():
            return SMTP(self.handler, hostname="mail.test", tls_context=context, require_starttls=True, auth_required=True,
                        authenticator=authenticator, loop=self.loop)

        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(self.loop.create_server(protocol, "127.0.0.1", 0))
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.folder.cleanup()

    def options(self, **more):
        values = {"notify.smtp_host": "127.0.0.1", "notify.smtp_port": self.port, "notify.smtp_user": USER, "notify.smtp_password": PASSWORD,
                  "notify.mail_from": "圆桌报名 <noreply@team.example.org>", "outgoing.extra_ca_file": f"{self.folder.name}/ca.pem",
                  "server.public_url": "https://team.example.org", **more}
        return [word for key, value in values.items() for word in ("--set", f"{key}={value}")]

    def next(self, timeout_s=30):
        """(from, [to], message)"""
        return self.handler.mails.get(timeout=timeout_s)
