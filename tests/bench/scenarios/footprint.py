"""Start to ready, memory of an idle server, size of the binary."""
import statistics
import time

from harness import product

FIRST_START_BAR_MS = 500
START_BAR_MS = 50
MEMORY_BAR_MB = 25
BINARY_BAR_MB = 20
STARTS = 5
IDLE_SECONDS = 3


def run(bench, report):
    report.bound("footprint", "binary", product.BINARY.stat().st_size / 1e6, "MB", at_most=BINARY_BAR_MB)
    server = product.start(bench)
    report.bound("footprint", "start to ready, the very first", 1000 * server.seconds_to_ready, "ms", at_most=FIRST_START_BAR_MS)
    product.publish_event(server, "bench-start")
    starts = []
    for _ in range(STARTS):
        bench.stop(server.process)
        server = product.start(bench, data=server.data)
        starts.append(1000 * server.seconds_to_ready)
    report.bound("footprint", f"start to ready, existing store (median of {STARTS})", statistics.median(starts), "ms",
                 at_most=START_BAR_MS)
    time.sleep(IDLE_SECONDS)
    report.bound("footprint", "memory idle", server.process.resident_bytes() / 1e6, "MB", at_most=MEMORY_BAR_MB)
