// Why a setup or a move is refused: stable words for programs, sentences for people (reasons.def).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace rt::avalon {

enum class Reason : std::uint8_t {
#define RT_REASON(name, word, zh, en) name,
#include "avalon/domain/reasons.def"
#undef RT_REASON
};

// "wrong_team_size".
std::string_view Word(Reason reason);
base::Text Sentence(Reason reason);

// An error of this code. Its `detail` is the word (nothing secret is in it), its message the sentence, and `field`,
// when there is one, the member of the command or setup that is wrong.
Error Refuse(Code code, Reason reason, std::string field = {});
// The word of an error made by Refuse, for answers to clients; empty for any other error.
std::string_view ReasonWord(const Error& error);

}  // namespace rt::avalon
