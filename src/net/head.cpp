#include "net/head.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/parse.h"

namespace rt::net {
namespace {

constexpr std::size_t kMethodBytesMax = 32;
// Content-Length over this is refused without looking at the route (10^15 bytes).
constexpr std::size_t kLengthDigitsMax = 15;

enum CharClass : std::uint8_t { kTokenChar = 1, kValueChar = 2, kPathChar = 4, kQueryChar = 8, kHostChar = 16 };

constexpr std::array<std::uint8_t, 256> MakeClasses() {
    std::array<std::uint8_t, 256> table{};
    const auto add = [&](std::string_view characters, std::uint8_t bits) {
        for (const char c : characters) table[static_cast<std::uint8_t>(c)] |= bits;
    };
    for (unsigned c = 0; c < 256; ++c) {
        const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (alphanumeric) table[c] |= kTokenChar | kPathChar | kQueryChar | kHostChar;
        if (c == '\t' || (c >= ' ' && c != 0x7F)) table[c] |= kValueChar;
    }
    add("!#$%&'*+-.^_`|~", kTokenChar);
    add("-._~!$&'()*+,;=:@%/", kPathChar);
    // Browsers send these in queries without an escape.
    add("-._~!$&'()*+,;=:@%/?[]{}|^`", kQueryChar);
    add("-._~!$&'()*+,;=%:[]", kHostChar);
    return table;
}

constexpr auto kClasses = MakeClasses();

bool AllOf(std::string_view text, std::uint8_t bits) {
    return std::all_of(text.begin(), text.end(),
                       [bits](char c) { return (kClasses[static_cast<std::uint8_t>(c)] & bits) != 0; });
}

bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}

// As many as browsers send, without growing step by step.
constexpr std::size_t kFieldsUsual = 16;

HeadVerdict Reject(Code code, std::string_view reason) {
    return {HeadState::kRejected, code, reason};
}

HeadVerdict Accept() {
    return {HeadState::kAccepted, Code::kBadRequest, {}};
}

HeadVerdict Incomplete() {
    return {};
}

bool Rejected(const HeadVerdict& verdict) {
    return verdict.state == HeadState::kRejected;
}

std::optional<Method> ParseMethod(std::string_view text) {
    for (const Method method : {Method::kGet, Method::kHead, Method::kPost, Method::kPut, Method::kPatch,
                                Method::kDelete, Method::kOptions}) {
        if (Name(method) == text) return method;
    }
    return std::nullopt;
}

// uri-host [":" port] (RFC 3986 §3.2.2) as far as it matters here: no user info, no empty host, a decimal port.
bool IsAuthority(std::string_view text) {
    if (text.empty() || !AllOf(text, kHostChar)) return false;
    std::string_view host = text;
    std::string_view port;
    if (text.front() == '[') {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos || end < 3) return false;
        host = text.substr(0, end + 1);
        port = text.substr(end + 1);
        const std::string_view address = host.substr(1, end - 1);
        if (address.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
        if (!port.empty() && port.front() != ':') return false;
    } else {
        if (text.find_first_of("[]") != std::string_view::npos) return false;
        const std::size_t colon = text.find(':');
        host = text.substr(0, colon);
        port = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
    }
    if (host.empty() || port.size() > 6) return false;
    return port.empty() || std::all_of(port.begin() + 1, port.end(), IsDigit);
}

bool HasBrokenEscape(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdefABCDEF";
    for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
        if (at + 2 >= text.size() || kHex.find(text[at + 1]) == std::string_view::npos ||
            kHex.find(text[at + 2]) == std::string_view::npos) {
            return true;
        }
    }
    return false;
}

// One pass over the head, a cursor moving line by line.
class Checker {
  public:
    Checker(std::string_view bytes, const HeadLimits& limits, Head& head)
        : bytes_(bytes), limits_(limits), head_(head) {}

    HeadVerdict Run() {
        std::vector<FieldView> fields = std::move(head_.fields);
        fields.clear();
        head_ = {};
        head_.fields = std::move(fields);
        head_.fields.reserve(kFieldsUsual);
        // A client may send one empty line too many after the request before (RFC 9112 §2.2).
        if (bytes_.starts_with("\r\n")) position_ = 2;
        std::string_view line;
        if (const auto verdict = NextLine(line, Line::kRequest); verdict.state != HeadState::kAccepted) return verdict;
        if (const auto verdict = CheckRequestLine(line); Rejected(verdict)) return verdict;
        while (true) {
            if (const auto verdict = NextLine(line, Line::kField); verdict.state != HeadState::kAccepted) {
                return verdict;
            }
            if (line.empty()) break;
            if (const auto verdict = AddField(line); Rejected(verdict)) return verdict;
        }
        head_.size = position_;
        return Finish();
    }

  private:
    enum class Line : std::uint8_t { kRequest, kField };

    HeadVerdict TooLong(Line kind) const {
        return kind == Line::kRequest ? Reject(Code::kUriTooLong, "target_too_long")
                                      : Reject(Code::kHeadersTooLarge, "head_too_large");
    }

    // The next line without its CRLF. Bytes of an unfinished line are checked as well, so that a client that does not
    // speak HTTP is answered at once.
    HeadVerdict NextLine(std::string_view& line, Line kind) {
        const std::string_view rest = bytes_.substr(position_);
        const std::size_t end = rest.find('\n');
        line = rest.substr(0, end);
        if (end == std::string_view::npos) {
            if (line.ends_with('\r')) line.remove_suffix(1);
        } else {
            if (!line.ends_with('\r')) return Reject(Code::kBadRequest, "bare_lf");
            line.remove_suffix(1);
        }
        if (line.find('\r') != std::string_view::npos) return Reject(Code::kBadRequest, "bare_cr");
        if (!AllOf(line, kValueChar)) return Reject(Code::kBadRequest, "control_character");
        if (end != std::string_view::npos) {
            position_ += end + 1;
            if (position_ > limits_.head_bytes_max) return TooLong(kind);
            return Accept();
        }
        if (kind == Line::kRequest) {
            if (const auto verdict = CheckUnfinishedRequestLine(line); Rejected(verdict)) return verdict;
        }
        return bytes_.size() >= limits_.head_bytes_max ? TooLong(kind) : Incomplete();
    }

    HeadVerdict CheckUnfinishedRequestLine(std::string_view line) const {
        const std::string_view method = line.substr(0, std::min(line.find(' '), line.size()));
        if (!method.empty() && !IsToken(method)) return Reject(Code::kBadRequest, "bad_method");
        if (line.starts_with(' ')) return Reject(Code::kBadRequest, "bad_request_line");
        if (method.size() > kMethodBytesMax) return Reject(Code::kNotImplemented, "unknown_method");
        if (line.size() > method.size() + limits_.target_bytes_max + 10) return TooLong(Line::kRequest);
        return Incomplete();
    }

    HeadVerdict CheckRequestLine(std::string_view line) {
        const std::size_t first = line.find(' ');
        const std::size_t last = line.rfind(' ');
        if (first == std::string_view::npos || first == 0 || first == last)
            return Reject(Code::kBadRequest, "bad_request_line");
        const std::string_view method = line.substr(0, first);
        const std::string_view target = line.substr(first + 1, last - first - 1);
        if (!IsToken(method)) return Reject(Code::kBadRequest, "bad_method");
        if (target.find_first_of(" \t") != std::string_view::npos || target.empty()) {
            return Reject(Code::kBadRequest, "bad_request_line");
        }
        if (const auto verdict = CheckVersion(line.substr(last + 1)); Rejected(verdict)) return verdict;
        if (target.size() > limits_.target_bytes_max) return TooLong(Line::kRequest);
        const auto known = ParseMethod(method);
        if (!known) return Reject(Code::kNotImplemented, "unknown_method");
        head_.method = *known;
        return CheckTarget(target);
    }

    HeadVerdict CheckVersion(std::string_view version) {
        const bool shaped = version.size() == 8 && version.starts_with("HTTP/") && IsDigit(version[5]) &&
                            version[6] == '.' && IsDigit(version[7]);
        if (!shaped) return Reject(Code::kBadRequest, "bad_version");
        if (version[5] != '1' || version[7] > '1') return Reject(Code::kVersionNotSupported, "version_not_supported");
        head_.minor_version = version[7] - '0';
        head_.keep_alive = head_.minor_version == 1;
        return Accept();
    }

    HeadVerdict CheckTarget(std::string_view target) {
        if (target == "*") {
            if (head_.method != Method::kOptions) return Reject(Code::kBadRequest, "bad_target");
            head_.path = target;
            return Accept();
        }
        if (target.front() != '/') {
            // absolute-form (RFC 9112 §3.2.2): the authority must be the Host, which is compared at the end.
            const std::size_t scheme = target.find("://");
            if (scheme == std::string_view::npos) return Reject(Code::kBadRequest, "bad_target");
            const std::string_view name = target.substr(0, scheme);
            if (!base::EqualsIgnoreAsciiCase(name, "http") && !base::EqualsIgnoreAsciiCase(name, "https")) {
                return Reject(Code::kBadRequest, "bad_target");
            }
            target.remove_prefix(scheme + 3);
            absolute_authority_ = target.substr(0, target.find_first_of("/?"));
            target.remove_prefix(absolute_authority_.size());
            if (!IsAuthority(absolute_authority_) || !target.starts_with('/')) {
                return Reject(Code::kBadRequest, "bad_target");
            }
        }
        const std::size_t question = target.find('?');
        head_.path = target.substr(0, question);
        if (question != std::string_view::npos) head_.query = target.substr(question + 1);
        if (!AllOf(head_.path, kPathChar) || !AllOf(head_.query, kQueryChar)) {
            return Reject(Code::kBadRequest, "bad_target");
        }
        if (HasBrokenEscape(head_.path) || HasBrokenEscape(head_.query)) {
            return Reject(Code::kBadRequest, "bad_escape");
        }
        return Accept();
    }

    HeadVerdict AddField(std::string_view line) {
        if (line.front() == ' ' || line.front() == '\t') return Reject(Code::kBadRequest, "folded_field");
        FieldView field;
        if (!ParseField(line, field)) return Reject(Code::kBadRequest, "bad_field");
        if (head_.fields.size() == limits_.fields_max) return Reject(Code::kHeadersTooLarge, "too_many_fields");
        if (IsSingleton(field.name) && std::any_of(head_.fields.begin(), head_.fields.end(), [&](const FieldView& f) {
                return base::EqualsIgnoreAsciiCase(f.name, field.name);
            })) {
            return Reject(Code::kBadRequest, "repeated_field");
        }
        head_.fields.push_back(field);
        return Accept();
    }

    // Fields that steer framing, access or decoding: two of them mean two readings of one request.
    static bool IsSingleton(std::string_view name) {
        static constexpr std::array<std::string_view, 14> kSingletons{"host",
                                                                      "content-length",
                                                                      "transfer-encoding",
                                                                      "content-type",
                                                                      "content-encoding",
                                                                      "authorization",
                                                                      "range",
                                                                      "expect",
                                                                      "upgrade",
                                                                      "sec-websocket-key",
                                                                      "sec-websocket-version",
                                                                      "origin",
                                                                      "idempotency-key",
                                                                      "if-match"};
        return std::any_of(kSingletons.begin(), kSingletons.end(),
                           [&](std::string_view single) { return base::EqualsIgnoreAsciiCase(single, name); });
    }

    const FieldView* Find(std::string_view name) const {
        const auto found = std::find_if(head_.fields.begin(), head_.fields.end(), [&](const FieldView& field) {
            return base::EqualsIgnoreAsciiCase(field.name, name);
        });
        return found == head_.fields.end() ? nullptr : &*found;
    }

    HeadVerdict Finish() {
        if (const auto verdict = CheckHost(); Rejected(verdict)) return verdict;
        if (const auto verdict = CheckConnection(); Rejected(verdict)) return verdict;
        if (const auto verdict = CheckFraming(); Rejected(verdict)) return verdict;
        return CheckExpect();
    }

    HeadVerdict CheckHost() {
        const FieldView* host = Find("host");
        if (host == nullptr) {
            return head_.minor_version == 0 && absolute_authority_.empty() ? Accept()
                                                                           : Reject(Code::kBadRequest, "no_host");
        }
        if (!IsAuthority(host->value)) return Reject(Code::kBadRequest, "bad_host");
        if (!absolute_authority_.empty() && !base::EqualsIgnoreAsciiCase(absolute_authority_, host->value)) {
            return Reject(Code::kBadRequest, "host_differs");
        }
        head_.host = host->value;
        return Accept();
    }

    HeadVerdict CheckConnection() {
        bool upgrade = false;
        for (const FieldView& field : head_.fields) {
            if (!base::EqualsIgnoreAsciiCase(field.name, "connection")) continue;
            if (ListHas(field.value, "close")) {
                head_.keep_alive = false;
                closes_ = true;
            } else if (head_.minor_version == 0 && !closes_ && ListHas(field.value, "keep-alive")) {
                head_.keep_alive = true;
            }
            upgrade = upgrade || ListHas(field.value, "upgrade");
        }
        const FieldView* protocol = Find("upgrade");
        head_.upgrades_to_websocket =
            upgrade && head_.minor_version == 1 && protocol != nullptr && ListHas(protocol->value, "websocket");
        return Accept();
    }

    HeadVerdict CheckFraming() {
        const FieldView* length = Find("content-length");
        const FieldView* coding = Find("transfer-encoding");
        if (coding != nullptr) {
            if (length != nullptr) return Reject(Code::kBadRequest, "length_and_coding");
            if (head_.minor_version == 0) return Reject(Code::kBadRequest, "coding_in_http_1_0");
            if (!base::EqualsIgnoreAsciiCase(coding->value, "chunked")) {
                // A last coding other than chunked leaves no way to find the end (RFC 9112 §6.3).
                const bool chunked_last = coding->value.size() > 7 && ListHas(coding->value, "chunked");
                return chunked_last ? Reject(Code::kNotImplemented, "unknown_coding")
                                    : Reject(Code::kBadRequest, "unknown_coding");
            }
            head_.framing = Framing::kChunked;
            return Accept();
        }
        if (length == nullptr) return Accept();
        if (length->value.empty() || !std::all_of(length->value.begin(), length->value.end(), IsDigit)) {
            return Reject(Code::kBadRequest, "bad_length");
        }
        if (length->value.size() > kLengthDigitsMax) return Reject(Code::kBodyTooLarge, "length_too_large");
        head_.framing = Framing::kLength;
        head_.content_length = base::ParseUnsigned(length->value).value_or(0);
        return Accept();
    }

    HeadVerdict CheckExpect() {
        const FieldView* expect = Find("expect");
        if (expect == nullptr || head_.minor_version == 0) return Accept();
        if (!base::EqualsIgnoreAsciiCase(expect->value, "100-continue")) {
            return Reject(Code::kExpectationFailed, "unknown_expectation");
        }
        head_.expects_continue = head_.framing == Framing::kChunked || head_.content_length > 0;
        return Accept();
    }

    const std::string_view bytes_;
    const HeadLimits& limits_;
    Head& head_;
    std::size_t position_ = 0;
    std::string_view absolute_authority_;
    bool closes_ = false;
};

}  // namespace

std::string_view Head::Value(std::string_view name) const {
    for (const FieldView& field : fields) {
        if (base::EqualsIgnoreAsciiCase(field.name, name)) return field.value;
    }
    return {};
}

HeadVerdict CheckHead(std::string_view bytes, const HeadLimits& limits, Head& head) {
    return Checker(bytes, limits, head).Run();
}

bool IsToken(std::string_view text) {
    return !text.empty() && AllOf(text, kTokenChar);
}

bool ParseField(std::string_view line, FieldView& field) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) return false;
    std::string_view value = line.substr(colon + 1);
    if (!AllOf(value, kValueChar)) return false;
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    field = {line.substr(0, colon), value};
    return true;
}

bool ListHas(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        if (base::EqualsIgnoreAsciiCase(base::TrimAscii(list.substr(0, comma)), token)) return true;
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
    return false;
}

}  // namespace rt::net
