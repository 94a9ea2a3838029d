#include "bench/generator/answer_parser.h"

#include <strings.h>

#include <charconv>

namespace rt::bench {
namespace {

std::string_view Trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

bool Same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

template <class Number>
bool ParseNumber(std::string_view text, Number& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
}

void ReadField(std::string_view line, ParsedAnswer& out) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = Trim(line.substr(colon + 1));
    if (Same(name, "content-length") && !ParseNumber(value, out.body_bytes)) out.state = ParsedAnswer::State::kBad;
    if (Same(name, "connection") && Same(value, "close")) out.closes = true;
    if (Same(name, "transfer-encoding")) out.state = ParsedAnswer::State::kBad;
}

}  // namespace

ParsedAnswer ParseAnswer(std::string_view in) {
    ParsedAnswer out;
    const std::size_t head_end = in.find("\r\n\r\n");
    if (head_end == std::string_view::npos) return out;
    out.head_bytes = head_end + 4;
    std::string_view head = in.substr(0, head_end + 2);
    if (!head.starts_with("HTTP/1.1 ") || !ParseNumber(head.substr(9, 3), out.status)) {
        out.state = ParsedAnswer::State::kBad;
        return out;
    }
    head.remove_prefix(head.find("\r\n") + 2);
    while (!head.empty() && out.state != ParsedAnswer::State::kBad) {
        const std::size_t end = head.find("\r\n");
        ReadField(head.substr(0, end), out);
        head.remove_prefix(end + 2);
    }
    const bool whole = in.size() >= out.head_bytes + out.body_bytes;
    if (out.state != ParsedAnswer::State::kBad && whole) out.state = ParsedAnswer::State::kComplete;
    return out;
}

}  // namespace rt::bench
