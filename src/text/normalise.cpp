#include "text/normalise.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace rt::text {
namespace {

constexpr unsigned kNfkc = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
constexpr unsigned kNfkcCasefold = kNfkc | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;

std::optional<std::string> Map(std::string_view text, unsigned options) {
    utf8proc_uint8_t* out = nullptr;
    const auto size =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                     &out, static_cast<utf8proc_option_t>(options));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, &std::free);
    if (size < 0) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
}

// NFKC leaves few kinds of white space; the separators of other categories are here.
bool IsSpace(utf8proc_int32_t code) {
    if (code == ' ' || (code >= '\t' && code <= '\r') || code == 0x85) return true;
    const auto category = utf8proc_category(code);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

}  // namespace

std::optional<std::string> Nfkc(std::string_view text) {
    return Map(text, kNfkc);
}

std::optional<std::string> NameKey(std::string_view text) {
    const auto folded = Map(text, kNfkcCasefold);
    if (!folded.has_value()) return std::nullopt;
    std::string out;
    bool space_pending = false;
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(folded->data());
    auto left = static_cast<utf8proc_ssize_t>(folded->size());
    while (left > 0) {
        utf8proc_int32_t code = 0;
        const auto used = utf8proc_iterate(at, left, &code);
        if (used <= 0) return std::nullopt;
        if (IsSpace(code)) {
            space_pending = !out.empty();
        } else {
            if (space_pending) out += ' ';
            space_pending = false;
            out.append(reinterpret_cast<const char*>(at), static_cast<std::size_t>(used));
        }
        at += used;
        left -= used;
    }
    return out;
}

}  // namespace rt::text
