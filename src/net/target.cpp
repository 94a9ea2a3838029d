#include "net/target.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/utf8.h"

namespace rt::net {
namespace {

bool IsHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool HasDotSegment(std::string_view path) {
    std::size_t begin = 1;
    while (begin <= path.size()) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string_view segment = path.substr(begin, end - begin);
        if (segment == "." || segment == "..") return true;
        begin = end + 1;
    }
    return false;
}

bool DecodesAgain(std::string_view path) {
    for (std::size_t at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
        if (at + 2 < path.size() && IsHex(path[at + 1]) && IsHex(path[at + 2])) return true;
    }
    return false;
}

bool HasEncodedSeparator(std::string_view raw) {
    for (std::size_t at = raw.find('%'); at != std::string_view::npos; at = raw.find('%', at + 1)) {
        const std::string_view escape = raw.substr(at + 1, 2);
        if (escape == "2f" || escape == "2F" || escape == "5c" || escape == "5C") return true;
    }
    return false;
}

bool HasControl(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
}

}  // namespace

Result<std::string> DecodePath(std::string_view raw) {
    if (raw.find('%') == std::string_view::npos) {
        if (HasDotSegment(raw)) return Fail(Code::kBadRequest, "dot_segment");
        return std::string(raw);
    }
    if (HasEncodedSeparator(raw)) return Fail(Code::kBadRequest, "encoded_slash");
    std::optional<std::string> path = base::PercentDecode(raw, false);
    if (!path) return Fail(Code::kBadRequest, "bad_escape");
    if (HasControl(*path)) return Fail(Code::kBadRequest, "control_character");
    if (HasDotSegment(*path)) return Fail(Code::kBadRequest, "dot_segment");
    if (DecodesAgain(*path)) return Fail(Code::kBadRequest, "double_encoding");
    if (!base::IsUtf8(*path)) return Fail(Code::kBadRequest, "bad_utf8");
    return *std::move(path);
}

Result<QueryPairs> ParseQuery(std::string_view raw) {
    QueryPairs pairs;
    while (!raw.empty()) {
        const std::size_t end = raw.find('&');
        const std::string_view pair = raw.substr(0, end);
        raw = end == std::string_view::npos ? std::string_view() : raw.substr(end + 1);
        if (pair.empty()) continue;
        if (pairs.size() == kQueryPairsMax) return Fail(Code::kBadRequest, "too_many_query_pairs");
        const std::size_t equals = pair.find('=');
        auto name = base::PercentDecode(pair.substr(0, equals), true);
        auto value =
            base::PercentDecode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
        if (!name || !value) return Fail(Code::kBadRequest, "bad_escape");
        for (const std::string& text : {*name, *value}) {
            if (!base::IsUtf8(text) || text.find('\0') != std::string::npos) return Fail(Code::kBadRequest, "bad_utf8");
        }
        pairs.emplace_back(*std::move(name), *std::move(value));
    }
    return pairs;
}

}  // namespace rt::net
