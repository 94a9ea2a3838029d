// Passwords that guessers try first (NIST SP 800-63B §3.1.1.2). Not a list of millions but rules that stand for them: a
// few hundred stems, and what people do to a stem. Pure.
#pragma once

#include <string_view>

namespace rt::auth::domain {

// `lower`: in lower case, UTF-8. True for
// - a stem, alone, doubled, backwards, two in a row, with letters written as digits and marks ("p@ssw0rd"), with
//   digits, years or marks before or after it;
// - runs ("12345678", "hgfedcba"), repetitions ("abab"), walks over a keyboard ("1qaz2wsx", "qwertyui");
// - dates and mainland phone numbers, alone or with a name's few letters.
bool IsCommonPassword(std::string_view lower);

// Is it `word` (in lower case, at least three bytes) with no more than digits and marks beside it, doubled, or
// backwards?
bool IsBuiltOn(std::string_view lower, std::string_view word);

}  // namespace rt::auth::domain
