"""nginx, Express and cpp-httplib's own server, answering the two reads of the bench."""
import shutil

from harness import machine


class Peer:
    def __init__(self, name, port, process, livez="/livez", event="/event"):
        self.name, self.port, self.process = name, port, process
        self.livez, self.event = livez, event

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"


def npm_folder():
    """The Express peers with the packages of their lock file, installed beside the build."""
    folder = machine.OUTPUT_FOLDER / "peers"
    folder.mkdir(parents=True, exist_ok=True)
    for source in (machine.BENCH_FOLDER / "peers").iterdir():
        shutil.copy(source, folder / source.name)
    machine.run([machine.SOURCE_FOLDER / "tests" / "support" / "npm_ci.sh", folder], 180)
    return folder


def start_nginx(bench, event_json):
    folder, port = bench.subfolder("nginx"), machine.free_port()
    if "'" in event_json or "$" in event_json or len(event_json) > 4000:
        raise machine.BenchError("the event's text does not fit into an nginx configuration")
    template = (machine.BENCH_FOLDER / "peers" / "nginx.conf.in").read_text()
    (folder / "nginx.conf").write_text(template.replace("@PORT@", str(port)).replace("@EVENT@", event_json))
    argv = [shutil.which("nginx") or "/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    return Peer("nginx", port, bench.start("nginx", argv, folder).wait_for_port(port))


def start_express(bench, event_file):
    port = machine.free_port()
    argv = ["node", npm_folder() / "reads.mjs", port, event_file]
    process = bench.start("express", argv, bench.folder, env={"NODE_ENV": "production"})
    return Peer("Express", port, process.wait_for_port(port))


def start_stock_httplib(bench, event_file):
    port = machine.free_port()
    process = bench.start("stock-httplib", [machine.program("bench_stock_httplib"), port, event_file], bench.folder)
    return Peer("cpp-httplib", port, process.wait_for_port(port))
