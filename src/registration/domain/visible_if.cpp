#include "registration/domain/visible_if.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/parse.h"
#include "base/utf8.h"
#include "registration/domain/form_types.h"

namespace rt::registration {
namespace {

bool IsSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool IsWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

// Recursive descent; `depth_` bounds the recursion and kConditionNodesMax the tree.
class ConditionParser {
  public:
    explicit ConditionParser(std::string_view text) : text_(text) {}

    std::variant<Condition, base::Text> Run() {
        if (text_.size() > kConditionBytesMax) return base::Text{"条件过长", "The condition is too long"};
        if (!base::IsUtf8(text_)) return base::Text{"条件不是有效文本", "The condition is no valid text"};
        if (!Or()) return Mistake();
        Skip();
        if (at_ != text_.size()) return Mistake();
        return std::move(out_);
    }

  private:
    using Kind = Condition::Kind;
    using Node = Condition::Node;
    using MaybeNode = std::optional<std::size_t>;

    base::Text Mistake() const {
        const std::string where = std::to_string(base::CodePointCount(text_.substr(0, at_)).value_or(at_) + 1);
        if (too_large_) return {"条件过于复杂", "The condition is too complicated"};
        return {"条件在第 " + where + " 个字符处有误", "The condition is wrong at character " + where};
    }

    void Skip() {
        while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
    }
    bool Take(std::string_view sign) {
        Skip();
        if (text_.substr(at_, sign.size()) != sign) return false;
        at_ += sign.size();
        return true;
    }
    // A word that ends here, so that "order" is not "or".
    bool TakeWord(std::string_view word) {
        Skip();
        if (text_.substr(at_, word.size()) != word) return false;
        const std::size_t end = at_ + word.size();
        if (end < text_.size() && IsWord(text_[end])) return false;
        at_ = end;
        return true;
    }

    MaybeNode Add(Node node) {
        if (out_.nodes_.size() == kConditionNodesMax) {
            too_large_ = true;
            return std::nullopt;
        }
        out_.nodes_.push_back(std::move(node));
        return out_.nodes_.size() - 1;
    }

    MaybeNode Or() {
        if (++depth_ > kConditionDepthMax) {
            too_large_ = true;
            return std::nullopt;
        }
        MaybeNode left = And();
        while (left && TakeWord("or")) left = Join(Kind::kOr, *left, And());
        --depth_;
        return left;
    }
    MaybeNode And() {
        MaybeNode left = Not();
        while (left && TakeWord("and")) left = Join(Kind::kAnd, *left, Not());
        return left;
    }
    MaybeNode Join(Kind kind, std::size_t left, MaybeNode right) {
        if (!right) return std::nullopt;
        return Add({.kind = kind, .left = left, .right = *right});
    }
    MaybeNode Not() {
        bool negated = false;
        while (TakeWord("not")) negated = !negated;
        const MaybeNode inner = Atom();
        if (!inner || !negated) return inner;
        return Add({.kind = Kind::kNot, .left = *inner});
    }

    MaybeNode Atom() {
        if (Take("(")) {
            const MaybeNode inner = Or();
            return inner && Take(")") ? inner : std::nullopt;
        }
        if (TakeWord("answered")) {
            if (!Take("(")) return std::nullopt;
            auto key = Key();
            if (!key || !Take(")")) return std::nullopt;
            return Add({.kind = Kind::kAnswered, .key = *std::move(key)});
        }
        auto key = Key();
        return key ? Comparison(*std::move(key)) : std::nullopt;
    }

    MaybeNode Comparison(std::string key) {
        if (TakeWord("in")) return In(std::move(key));
        if (TakeWord("has")) return With(Kind::kHas, std::move(key));
        constexpr std::pair<std::string_view, Kind> kSigns[] = {{"==", Kind::kEq}, {"!=", Kind::kNe}, {"<=", Kind::kLe},
                                                                {">=", Kind::kGe}, {"<", Kind::kLt},  {">", Kind::kGt}};
        for (const auto& [sign, kind] : kSigns) {
            if (Take(sign)) return With(kind, std::move(key));
        }
        return Add({.kind = Kind::kTruth, .key = std::move(key)});
    }
    MaybeNode With(Kind kind, std::string key) {
        auto literal = Literal();
        if (!literal) return std::nullopt;
        return Add({.kind = kind, .key = std::move(key), .literals = {*std::move(literal)}});
    }
    MaybeNode In(std::string key) {
        Node node{.kind = Kind::kIn, .key = std::move(key)};
        if (!Take("[")) return std::nullopt;
        do {
            auto literal = Literal();
            if (!literal) return std::nullopt;
            if (node.literals.size() == kConditionListMax) {
                too_large_ = true;
                return std::nullopt;
            }
            node.literals.push_back(*std::move(literal));
        } while (Take(","));
        return Take("]") ? Add(std::move(node)) : std::nullopt;
    }

    std::optional<std::string> Key() {
        Skip();
        std::size_t end = at_;
        while (end < text_.size() && IsWord(text_[end])) ++end;
        std::string key(text_.substr(at_, end - at_));
        for (const std::string_view word : {"and", "or", "not", "in", "has", "answered", "true", "false"}) {
            if (key == word) return std::nullopt;
        }
        if (!IsFieldKey(key)) return std::nullopt;
        at_ = end;
        return key;
    }

    std::optional<Condition::Literal> Literal() {
        if (TakeWord("true")) return Condition::Literal(true);
        if (TakeWord("false")) return Condition::Literal(false);
        Skip();
        if (at_ < text_.size() && text_[at_] == '"') return Quoted();
        std::size_t end = at_;
        if (end < text_.size() && text_[end] == '-') ++end;
        while (end < text_.size() && text_[end] >= '0' && text_[end] <= '9') ++end;
        const auto number = base::ParseSigned(text_.substr(at_, end - at_));
        if (!number) return std::nullopt;
        at_ = end;
        return Condition::Literal(*number);
    }
    // \" and \\ are the only escapes.
    std::optional<Condition::Literal> Quoted() {
        std::string out;
        std::size_t end = at_ + 1;
        for (; end < text_.size() && text_[end] != '"'; ++end) {
            if (text_[end] == '\\') {
                ++end;
                if (end == text_.size() || (text_[end] != '"' && text_[end] != '\\')) return std::nullopt;
            }
            out += text_[end];
        }
        if (end >= text_.size()) return std::nullopt;
        at_ = end + 1;
        return Condition::Literal(std::move(out));
    }

    const std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool too_large_ = false;
    Condition out_;
};

std::variant<Condition, base::Text> Condition::Parse(std::string_view text) {
    return ConditionParser(text).Run();
}

bool Condition::Compare(const Node& node, const AnswerValue& value) {
    const auto equals = [&](const Literal& literal) {
        return std::visit(
            [&](const auto& wanted) {
                const auto* given = std::get_if<std::decay_t<decltype(wanted)>>(&value);
                return given != nullptr && *given == wanted;
            },
            literal);
    };
    if (node.kind == Kind::kHas) {
        const auto* list = std::get_if<std::vector<std::string>>(&value);
        const auto* wanted = std::get_if<std::string>(&node.literals.front());
        return list != nullptr && wanted != nullptr && std::find(list->begin(), list->end(), *wanted) != list->end();
    }
    if (node.kind == Kind::kIn) return std::any_of(node.literals.begin(), node.literals.end(), equals);
    if (node.kind == Kind::kEq) return equals(node.literals.front());
    if (node.kind == Kind::kNe) return !equals(node.literals.front());
    if (value.index() != (std::holds_alternative<std::string>(node.literals.front()) ? 0U : 1U)) return false;
    // Dates and times in their normal form compare as texts do.
    const auto order = [&]() -> std::strong_ordering {
        if (const auto* text = std::get_if<std::string>(&value)) {
            return text->compare(std::get<std::string>(node.literals.front())) <=> 0;
        }
        const auto* wanted = std::get_if<std::int64_t>(&node.literals.front());
        return std::get<std::int64_t>(value) <=> (wanted != nullptr ? *wanted : 0);
    }();
    if (node.kind == Kind::kLt) return order < 0;
    if (node.kind == Kind::kLe) return order <= 0;
    if (node.kind == Kind::kGt) return order > 0;
    return order >= 0;
}

bool Condition::Holds(const Answers& answers) const {
    std::vector<bool> value(nodes_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const Node& node = nodes_[i];
        if (node.kind == Kind::kNot) {
            value[i] = !value[node.left];
        } else if (node.kind == Kind::kAnd) {
            value[i] = value[node.left] && value[node.right];
        } else if (node.kind == Kind::kOr) {
            value[i] = value[node.left] || value[node.right];
        } else {
            const auto at = answers.find(node.key);
            if (at == answers.end()) {
                value[i] = node.kind == Kind::kNe;
            } else if (node.kind == Kind::kAnswered) {
                value[i] = true;
            } else if (node.kind == Kind::kTruth) {
                const bool* flag = std::get_if<bool>(&at->second);
                value[i] = flag == nullptr || *flag;
            } else {
                value[i] = Compare(node, at->second);
            }
        }
    }
    return !value.empty() && value.back();
}

base::Text Condition::CheckNode(const Node& node, const Field& field) {
    const ValueKind kind = InfoOf(field.type).value;
    if (kind == ValueKind::kNone) {
        return {"“" + field.key + "”没有答案", "\"" + field.key + "\" has no answer"};
    }
    const base::Text wrong{"“" + field.key + "”不能这样比较", "\"" + field.key + "\" cannot be compared like that"};
    const bool ordered =
        node.kind == Kind::kLt || node.kind == Kind::kLe || node.kind == Kind::kGt || node.kind == Kind::kGe;
    if (node.kind == Kind::kHas && kind != ValueKind::kList) return wrong;
    for (const Literal& literal : node.literals) {
        const bool text = std::holds_alternative<std::string>(literal);
        const bool number = std::holds_alternative<std::int64_t>(literal);
        const ValueKind needs = node.kind == Kind::kHas ? ValueKind::kList
                                : text                  ? ValueKind::kText
                                : number                ? ValueKind::kInt
                                                        : ValueKind::kBool;
        if (kind != needs) return wrong;
        if (ordered && !number && !InfoOf(field.type).ordered) return wrong;
        if (!text || field.options.empty()) continue;
        const auto& id = std::get<std::string>(literal);
        const bool there = std::any_of(field.options.begin(), field.options.end(),
                                       [&](const FieldOption& option) { return option.id == id; });
        if (!there)
            return {"“" + field.key + "”没有选项“" + id + "”", "\"" + field.key + "\" has no option \"" + id + "\""};
    }
    return {};
}

base::Text Condition::CheckAgainst(std::span<const Field> before) const {
    for (const Node& node : nodes_) {
        if (node.key.empty()) continue;
        const auto field =
            std::find_if(before.begin(), before.end(), [&](const Field& one) { return one.key == node.key; });
        if (field == before.end()) {
            return {"之前没有字段“" + node.key + "”", "No field \"" + node.key + "\" comes before"};
        }
        if (base::Text wrong = CheckNode(node, *field); !wrong.empty()) return wrong;
    }
    return {};
}

}  // namespace rt::registration
