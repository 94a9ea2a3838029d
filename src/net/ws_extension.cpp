#include "net/ws_extension.h"

#include <algorithm>
#include <utility>

#include "base/parse.h"

namespace rt::net {
namespace {

constexpr std::string_view kField = "sec-websocket-extensions";
constexpr std::string_view kDeflate = "permessage-deflate";
constexpr std::string_view kServerNoContext = "server_no_context_takeover";
constexpr std::string_view kClientNoContext = "client_no_context_takeover";
constexpr std::string_view kServerBits = "server_max_window_bits";
constexpr std::string_view kClientBits = "client_max_window_bits";
constexpr int kBitsMin = 8;
constexpr int kBitsMax = 15;

// Cuts one field into tokens, quoted strings and the marks between them.
class ListReader {
  public:
    explicit ListReader(std::string_view text) : rest_(text) {}

    bool AtEnd() {
        SkipSpace();
        return rest_.empty();
    }
    bool Take(char mark) {
        if (AtEnd() || rest_.front() != mark) return false;
        rest_.remove_prefix(1);
        return true;
    }
    // Empty: there is none.
    std::string_view Token() {
        SkipSpace();
        const std::size_t size = std::min(rest_.find_first_of(" \t,;=\""), rest_.size());
        const std::string_view token = rest_.substr(0, size);
        if (!IsToken(token)) return {};
        rest_.remove_prefix(size);
        return token;
    }
    // A token, or a quoted string whose content is one (RFC 6455 §9.1).
    std::string_view Value() {
        if (!Take('"')) return Token();
        const std::size_t end = rest_.find('"');
        if (end == std::string_view::npos || !IsToken(rest_.substr(0, end))) return {};
        const std::string_view value = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return value;
    }

  private:
    void SkipSpace() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }
    std::string_view rest_;
};

std::optional<ExtensionOffer> ReadOffer(ListReader& in) {
    ExtensionOffer offer{in.Token(), {}};
    if (offer.name.empty()) return std::nullopt;
    while (in.Take(';')) {
        ExtensionOffer::Parameter parameter{in.Token(), {}};
        if (parameter.name.empty()) return std::nullopt;
        if (in.Take('=')) {
            parameter.value = in.Value();
            if (parameter.value->empty()) return std::nullopt;
        }
        offer.parameters.push_back(parameter);
    }
    return offer;
}

bool ReadField(std::string_view field, std::vector<ExtensionOffer>& out) {
    ListReader in(field);
    while (true) {
        if (in.Take(',')) continue;  // empty elements are allowed in lists (RFC 9110 §5.6.1)
        if (in.AtEnd()) return true;
        auto offer = ReadOffer(in);
        if (!offer.has_value()) return false;
        out.push_back(*std::move(offer));
        if (!in.AtEnd() && !in.Take(',')) return false;
    }
}

// "8" to "15", without a leading zero.
std::optional<int> WindowBits(std::string_view text) {
    const auto number = text.starts_with('0') ? std::nullopt : base::ParseUnsigned(text);
    if (!number.has_value() || *number < kBitsMin || *number > kBitsMax) return std::nullopt;
    return static_cast<int>(*number);
}

// What one offer says; each parameter at most once.
struct Wishes {
    bool server_no_context = false;
    bool client_no_context = false;
    std::optional<int> server_bits;
    std::optional<int> client_bits;
};

bool ReadFlag(const ExtensionOffer::Parameter& parameter, bool& flag) {
    return !parameter.value.has_value() && !std::exchange(flag, true);
}

bool ReadBits(const ExtensionOffer::Parameter& parameter, std::optional<int> otherwise, std::optional<int>& bits) {
    if (bits.has_value()) return false;
    bits = parameter.value.has_value() ? WindowBits(*parameter.value) : otherwise;
    return bits.has_value();
}

std::optional<Wishes> ReadWishes(const ExtensionOffer& offer) {
    Wishes out;
    for (const auto& parameter : offer.parameters) {
        bool good = false;
        if (parameter.name == kServerNoContext) good = ReadFlag(parameter, out.server_no_context);
        if (parameter.name == kClientNoContext) good = ReadFlag(parameter, out.client_no_context);
        if (parameter.name == kServerBits) good = ReadBits(parameter, std::nullopt, out.server_bits);
        if (parameter.name == kClientBits) good = ReadBits(parameter, kBitsMax, out.client_bits);
        if (!good) return std::nullopt;
    }
    return out;
}

}  // namespace

std::optional<std::vector<ExtensionOffer>> ParseExtensions(const Head& head) {
    std::vector<ExtensionOffer> out;
    for (const FieldView& field : head.fields) {
        if (base::EqualsIgnoreAsciiCase(field.name, kField) && !ReadField(field.value, out)) return std::nullopt;
    }
    return out;
}

std::optional<DeflateTerms> ChooseDeflate(const std::vector<ExtensionOffer>& offers, const SocketCompression& ours) {
    if (!ours.enabled) return std::nullopt;
    for (const ExtensionOffer& offer : offers) {
        if (offer.name != kDeflate) continue;
        const auto wishes = ReadWishes(offer);
        if (!wishes.has_value()) continue;
        DeflateTerms terms;
        terms.server_window_bits = std::min(wishes->server_bits.value_or(kBitsMax), ours.window_bits);
        if (terms.server_window_bits == kBitsMin) continue;
        if (wishes->client_bits.has_value())
            terms.client_window_bits = std::min(*wishes->client_bits, ours.window_bits);
        terms.server_keeps_context = ours.keeps_context && !wishes->server_no_context;
        terms.client_keeps_context = ours.keeps_context && !wishes->client_no_context;
        return terms;
    }
    return std::nullopt;
}

std::string DeflateAnswer(const DeflateTerms& terms) {
    std::string out(kDeflate);
    const auto add = [&](std::string_view name, std::optional<int> value) {
        out.append("; ").append(name);
        if (value.has_value()) out.append("=").append(std::to_string(*value));
    };
    if (!terms.server_keeps_context) add(kServerNoContext, std::nullopt);
    if (!terms.client_keeps_context) add(kClientNoContext, std::nullopt);
    if (terms.server_window_bits != kBitsMax) add(kServerBits, terms.server_window_bits);
    if (terms.client_window_bits.has_value()) add(kClientBits, terms.client_window_bits);
    return out;
}

}  // namespace rt::net
