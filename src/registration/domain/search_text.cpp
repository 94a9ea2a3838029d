#include "registration/domain/search_text.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace rt::registration {
namespace {

struct Character {
    std::string_view bytes;
    char32_t code = 0;
};

std::vector<Character> CharactersOf(std::string_view text) {
    std::vector<Character> out;
    while (!text.empty()) {
        const std::string_view before = text;
        const auto code = base::NextCodePoint(text);
        if (!code.has_value()) break;
        out.push_back({before.substr(0, before.size() - text.size()), *code});
    }
    return out;
}

bool IsSpace(char32_t code) {
    return code == U' ';
}

// Scripts that are written without spaces between words.
bool StandsAlone(char32_t code) {
    return (code >= U'\u0E00' && code <= U'\u0E7F') || (code >= U'\u2E80' && code <= U'\uA4CF') ||
           (code >= U'\uAC00' && code <= U'\uD7AF') || (code >= U'\uF900' && code <= U'\uFAFF') ||
           (code >= U'\U00020000' && code <= U'\U0003FFFF');
}

bool IsWordCharacter(char32_t code) {
    if (code < 0x80) return (code >= U'0' && code <= U'9') || (code >= U'a' && code <= U'z');
    return !StandsAlone(code);
}

std::string PartFrom(const std::vector<Character>& name, std::size_t start) {
    std::string out;
    std::size_t taken = 0;
    for (std::size_t i = start; i < name.size() && taken < kPartCharactersMax; ++i) {
        if (IsSpace(name[i].code)) continue;
        out += name[i].bytes;
        ++taken;
    }
    return out;
}

}  // namespace

std::vector<std::string> NameParts(std::string_view name_norm) {
    const auto name = CharactersOf(name_norm);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < name.size() && out.size() < kPartsMax; ++i) {
        if (IsSpace(name[i].code)) continue;
        const bool inside_word = i > 0 && IsWordCharacter(name[i].code) && IsWordCharacter(name[i - 1].code);
        if (inside_word) continue;
        std::string part = PartFrom(name, i);
        if (std::find(out.begin(), out.end(), part) == out.end()) out.push_back(std::move(part));
    }
    return out;
}

std::string SearchPart(std::string_view typed_norm) {
    return PartFrom(CharactersOf(typed_norm), 0);
}

std::string PrefixEnd(std::string_view prefix) {
    std::string out(prefix);
    while (!out.empty()) {
        const auto last = static_cast<unsigned char>(out.back());
        if (last < 0xFF) {
            out.back() = static_cast<char>(last + 1);
            return out;
        }
        out.pop_back();
    }
    return out;
}

}  // namespace rt::registration
