#include "registration/domain/pattern.h"

#include <algorithm>
#include <bitset>

#include "base/utf8.h"

namespace rt::registration {

bool Pattern::Atom::Takes(char32_t c) const {
    const bool inside = std::any_of(ranges.begin(), ranges.end(),
                                    [c](const auto& range) { return c >= range.first && c <= range.second; });
    return inside != negated;
}

class PatternParser {
  public:
    explicit PatternParser(std::string_view text) : text_(text) {}

    std::optional<Pattern> Run() {
        if (text_.empty() || text_.size() > kPatternBytesMax || !base::IsUtf8(text_)) return std::nullopt;
        while (!text_.empty()) {
            auto atom = ReadAtom();
            if (!atom || !Repeat(*atom) || out_.atoms_.size() > kPatternAtomsMax) return std::nullopt;
        }
        return std::move(out_);
    }

  private:
    using Atom = Pattern::Atom;

    bool Take(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }

    // After a backslash.
    static bool Escape(char32_t c, Atom& atom) {
        if (c == 'd') {
            atom.ranges.push_back({'0', '9'});
        } else if (c == 'w') {
            atom.ranges.insert(atom.ranges.end(), {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}});
        } else if (c < 0x80 &&
                   std::string_view("\\.[](){}?*+|^$-/").find(static_cast<char>(c)) != std::string_view::npos) {
            atom.ranges.push_back({c, c});
        } else {
            return false;
        }
        return true;
    }

    std::optional<Atom> ReadAtom() {
        Atom atom;
        const auto c = base::NextCodePoint(text_);
        if (!c) return std::nullopt;
        if (*c == '[') return ReadClass();
        if (*c == '.') {
            atom.negated = true;
            atom.ranges = {{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}};
            return atom;
        }
        if (*c == '\\') {
            const auto sign = base::NextCodePoint(text_);
            return sign && Escape(*sign, atom) ? std::optional(atom) : std::nullopt;
        }
        if (*c < 0x80 && std::string_view("](){}?*+|^$").find(static_cast<char>(*c)) != std::string_view::npos) {
            return std::nullopt;
        }
        atom.ranges.push_back({*c, *c});
        return atom;
    }

    std::optional<Atom> ReadClass() {
        Atom atom;
        atom.negated = Take('^');
        while (!text_.empty() && text_.front() != ']') {
            const auto first = base::NextCodePoint(text_);
            if (!first || *first == '[' || *first == '-') return std::nullopt;
            if (*first == '\\') {
                const auto sign = base::NextCodePoint(text_);
                if (!sign || !Escape(*sign, atom)) return std::nullopt;
                continue;
            }
            char32_t last = *first;
            if (Take('-')) {
                const auto end = base::NextCodePoint(text_);
                if (!end || *end == ']' || *end == '\\' || *end == '[' || *end < *first) return std::nullopt;
                last = *end;
            }
            atom.ranges.push_back({*first, last});
        }
        return Take(']') && !atom.ranges.empty() ? std::optional(atom) : std::nullopt;
    }

    std::optional<std::size_t> Number() {
        std::size_t out = 0;
        std::size_t digits = 0;
        while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9' && digits < 4) {
            out = out * 10 + static_cast<std::size_t>(text_.front() - '0');
            text_.remove_prefix(1);
            ++digits;
        }
        return digits > 0 && out <= kPatternAtomsMax ? std::optional(out) : std::nullopt;
    }

    // Adds the atom as often as what follows it says.
    bool Repeat(Atom& atom) {
        std::size_t least = 1;
        std::size_t most = 1;
        if (Take('?')) {
            least = 0;
        } else if (Take('*')) {
            least = 0;
            most = 1;
            atom.repeats = true;
        } else if (Take('+')) {
            atom.repeats = true;
        } else if (Take('{')) {
            const auto from = Number();
            if (!from) return false;
            least = most = *from;
            if (Take(',')) {
                const auto to = Number();
                if (!to || *to < least) return false;
                most = *to;
            }
            if (!Take('}')) return false;
        }
        if (most > kPatternAtomsMax - std::min(kPatternAtomsMax, out_.atoms_.size())) return false;
        for (std::size_t i = 0; i < most; ++i) {
            atom.skippable = i >= least;
            out_.atoms_.push_back(atom);
        }
        return true;
    }

    std::string_view text_;
    Pattern out_;
};

std::optional<Pattern> Pattern::Parse(std::string_view text) {
    return PatternParser(text).Run();
}

bool Pattern::Matches(std::string_view text) const {
    using States = std::bitset<kPatternAtomsMax + 1>;  // i: everything before atom i is matched
    const auto close = [this](States& states) {
        for (std::size_t i = 0; i < atoms_.size(); ++i) {
            if (states[i] && atoms_[i].skippable) states.set(i + 1);
        }
    };
    States states;
    states.set(0);
    close(states);
    while (!text.empty()) {
        const auto c = base::NextCodePoint(text);
        if (!c) return false;
        States next;
        for (std::size_t i = 0; i < atoms_.size(); ++i) {
            if (!states[i] || !atoms_[i].Takes(*c)) continue;
            next.set(i + 1);
            if (atoms_[i].repeats) next.set(i);
        }
        close(next);
        states = next;
        if (states.none()) return false;
    }
    return states[atoms_.size()];
}

}  // namespace rt::registration
