// When a field is shown: a small expression over the answers before it, evaluated here and nowhere trusted from the
// page.
//   kind == "student" and not (age < 18 or answered(school))
//   size in ["s", "m"]     hobbies has "chess"     agreed
// Bounded in bytes, nodes and depth; evaluation takes one pass over the nodes. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "registration/domain/form.h"

namespace rt::registration {

inline constexpr std::size_t kConditionBytesMax = 500;
inline constexpr std::size_t kConditionNodesMax = 50;
inline constexpr int kConditionDepthMax = 10;
inline constexpr std::size_t kConditionListMax = 20;

// Grammar: or := and {"or" and}; and := not {"and" not}; not := "not" not | "(" or ")" | "answered(" key ")" |
// key [("==" | "!=" | "<" | "<=" | ">" | ">=") literal | "in" "[" literal {"," literal} "]" | "has" text].
// A literal is a text in double quotes, a whole number, true or false. A key alone means: answered, and not false.
class Condition {
  public:
    // The tree, or what is wrong with the text and where.
    static std::variant<Condition, base::Text> Parse(std::string_view text);

    // What is not answered makes every comparison false, except "!=".
    bool Holds(const Answers& answers) const;
    // What is wrong with it where these fields come before it: unknown keys, options that are not there, comparisons
    // that can never be true; empty texts: nothing.
    base::Text CheckAgainst(std::span<const Field> before) const;

  private:
    friend class ConditionParser;
    enum class Kind : std::uint8_t { kTruth, kAnswered, kEq, kNe, kLt, kLe, kGt, kGe, kIn, kHas, kNot, kAnd, kOr };
    using Literal = std::variant<std::string, std::int64_t, bool>;
    struct Node {
        Kind kind = Kind::kTruth;
        std::string key{};                // of a comparison
        std::vector<Literal> literals{};  // one, or those of kIn
        std::size_t left = 0;             // of kNot, kAnd, kOr: an earlier node
        std::size_t right = 0;
    };

    static bool Compare(const Node& node, const AnswerValue& value);
    static base::Text CheckNode(const Node& node, const Field& field);

    std::vector<Node> nodes_;  // operands before operators; the last is the whole
};

}  // namespace rt::registration
