#include "avalon/domain/reasons.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rt::avalon {
namespace {

struct ReasonRow {
    std::string_view word;
    std::string_view zh;
    std::string_view en;
};

constexpr auto kReasons = std::to_array<ReasonRow>({
#define RT_REASON(name, word, zh, en) {word, zh, en},
#include "avalon/domain/reasons.def"
#undef RT_REASON
});

const ReasonRow& RowOf(Reason reason) {
    return kReasons.at(static_cast<std::size_t>(reason));
}

}  // namespace

std::string_view Word(Reason reason) {
    return RowOf(reason).word;
}

base::Text Sentence(Reason reason) {
    return {std::string(RowOf(reason).zh), std::string(RowOf(reason).en)};
}

Error Refuse(Code code, Reason reason, std::string field) {
    Error error = base::FailText(code, Sentence(reason), std::string(Word(reason)));
    if (!field.empty()) error.fields.push_back({std::move(field), Sentence(reason)});
    return error;
}

std::string_view ReasonWord(const Error& error) {
    const bool ours =
        std::any_of(kReasons.begin(), kReasons.end(), [&](const ReasonRow& row) { return row.word == error.detail; });
    return ours ? std::string_view(error.detail) : std::string_view();
}

}  // namespace rt::avalon
