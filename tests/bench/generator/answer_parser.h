// Finds the end of one HTTP/1.1 answer in the bytes received so far. Answers without a body or with a Content-Length.
#pragma once

#include <cstddef>
#include <string_view>

namespace rt::bench {

struct ParsedAnswer {
    enum class State { kIncomplete, kComplete, kBad };
    State state = State::kIncomplete;
    int status = 0;
    std::size_t head_bytes = 0;
    std::size_t body_bytes = 0;
    bool closes = false;  // "Connection: close"
};

ParsedAnswer ParseAnswer(std::string_view in);

}  // namespace rt::bench
