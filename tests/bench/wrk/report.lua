-- Prints the figures of a run as one JSON line that the bench reads.
function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        '\nBENCH {"seconds":%.6f,"requests":%d,"p50_ms":%.4f,"p99_ms":%.4f,"bad_status":%d,"timeouts":%d,"socket_errors":%d}\n',
        summary.duration / 1e6, summary.requests, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.status, errors.timeout, errors.connect + errors.read + errors.write))
end
