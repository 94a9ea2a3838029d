// One thread, one epoll set, many keep-alive connections with one request in flight each.
//
// Closed loop (rate 0): every connection sends its next request when the answer to the last one is there.
// Open loop (rate > 0): requests are due at times drawn beforehand (exponential gaps, fixed seed). A request that is
// due while no connection is free waits for one, and its latency counts from the moment it was due, so a stalled server
// cannot hide its stalls (no coordinated omission).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bench/generator/histogram.h"
#include "bench/generator/request_file.h"

namespace rt::bench {

struct LoadOptions {
    std::uint16_t port = 0;       // on 127.0.0.1
    int connections = 64;         // at most 10 000
    double rate = 0;              // requests per second; 0: closed loop
    double seconds_max = 10;      // no request starts later
    double timeout_seconds = 10;  // an answer that takes longer counts as failed and its connection is reopened
    int sources = 1;              // local addresses the connections come from: 127.1.0.1 and following; 1: 127.0.0.1
    bool repeat = false;          // start again at the first request after the last one
    bool keep_answers = false;
    bool until_gone = false;  // the run ends when the server is gone; else that is an error
};

struct StatusFigures {
    std::uint64_t count = 0;
    double first_seconds = 0;  // since the start
    double last_seconds = 0;
    Histogram latency;
};

struct LoadResult {
    double seconds = 0;      // from the first request to the last answer
    double cpu_seconds = 0;  // of the generator
    std::uint64_t sent = 0;
    std::uint64_t timeouts = 0;
    std::uint64_t broken = 0;           // connections closed or answers unreadable in the middle of a request
    std::uint64_t failed_connects = 0;  // connections that could not be opened
    std::uint64_t backlog_max = 0;      // most requests that were due without a free connection
    std::uint64_t unserved = 0;         // requests that were due and never had one
    Histogram latency;                  // of all answers
    std::map<int, StatusFigures> by_status;
    std::vector<Answer> answers;  // by request, if asked for
};

LoadResult RunLoad(const LoadOptions& options, const std::vector<std::string_view>& requests);

}  // namespace rt::bench
