"""A service of the internet, played by a server of ours on the loopback interface."""

import http.server
import json
import threading


class HttpFake:
    """with Subclass() as fake: fake.url ...; each request goes to answer(), on a thread of its own."""

    protocol = "HTTP/1.0"

    def __enter__(self):
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = fake.protocol

            def do_GET(self):
                fake.answer(self, b"")

            def do_POST(self):
                fake.answer(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, http, body):
        """Answers one request; `http`: its BaseHTTPRequestHandler."""
        raise NotImplementedError


def send_json(http, value):
    text = json.dumps(value).encode()
    http.send_response(200)
    http.send_header("Content-Length", str(len(text)))
    http.end_headers()
    http.wfile.write(text)


def options_of(values):
    """{"a.b": 1} as words of the command line."""
    return [word for key, value in values.items() for word in ("--set", f"{key}={value}")]
