// The strict check of a request head (RFC 9112, RFC 9110): the only code that decides how a message is framed. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/http.h"

namespace rt::net {

struct HeadLimits {
    std::size_t target_bytes_max = 8'000;  // over it: 414
    std::size_t head_bytes_max = 16'384;   // request line and fields with their ends of line; over it: 431
    std::size_t fields_max = 100;          // over it: 431
};

enum class Framing : std::uint8_t { kNone, kLength, kChunked };

struct FieldView {
    std::string_view name;
    std::string_view value;  // without surrounding white space
};

// An accepted head. All views are into the bytes that were checked.
struct Head {
    Method method = Method::kGet;
    std::string_view path;   // as sent, starts with '/'; "*" for OPTIONS *
    std::string_view query;  // as sent, without '?'
    std::string_view host;   // empty only for HTTP/1.0
    std::vector<FieldView> fields;
    int minor_version = 1;
    Framing framing = Framing::kNone;
    std::uint64_t content_length = 0;  // kLength only
    bool keep_alive = true;
    bool expects_continue = false;
    bool upgrades_to_websocket = false;  // Connection: upgrade and Upgrade: websocket
    std::size_t size = 0;                // bytes of the head, an empty line before it included

    // First value of a field; empty if absent.
    std::string_view Value(std::string_view name) const;
};

enum class HeadState : std::uint8_t { kIncomplete, kAccepted, kRejected };

struct HeadVerdict {
    HeadState state = HeadState::kIncomplete;
    Code code = Code::kBadRequest;  // when rejected
    std::string_view reason;        // when rejected: a snake_case word for the metric and the log
};

// `bytes` begin where a request begins. Rejects as soon as the bytes cannot become an acceptable head. `head` is
// meaningful after kAccepted only; passing the same object again saves allocations.
HeadVerdict CheckHead(std::string_view bytes, const HeadLimits& limits, Head& head);

// A field line without its end of line, as in heads and trailers; false if it is not `name ":" OWS value OWS`.
bool ParseField(std::string_view line, FieldView& field);

// Characters of a token (RFC 9110 §5.6.2), not empty.
bool IsToken(std::string_view text);

// true if the comma-separated list holds the token, in any case.
bool ListHas(std::string_view list, std::string_view token);

}  // namespace rt::net
