// The patterns a text field may be held to: a part of regular expressions that every browser knows too, matched in time
// proportional to text times pattern, whatever the pattern. The whole text must match. Pure.
//   [A-Z]{2}\d{6}     第?\d+号     [^ ]{1,20}
// One character, `.`, `\d`, `\w`, a class `[a-z0-9]` or `[^...]`, or `\` before a sign; each may be followed by `?`,
// `*`,
// `+`, `{n}` or `{n,m}`. No groups, no alternatives.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace rt::registration {

inline constexpr std::size_t kPatternBytesMax = 200;
inline constexpr std::size_t kPatternAtomsMax = 256;

class Pattern {
  public:
    // nullopt when it is none, or too large.
    static std::optional<Pattern> Parse(std::string_view text);
    // `text` in UTF-8.
    bool Matches(std::string_view text) const;

  private:
    friend class PatternParser;
    struct Atom {
        std::vector<std::pair<char32_t, char32_t>> ranges;  // first and last
        bool negated = false;
        bool skippable = false;
        bool repeats = false;
        bool Takes(char32_t c) const;
    };
    std::vector<Atom> atoms_;
};

}  // namespace rt::registration
