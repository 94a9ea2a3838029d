#include "auth/domain/credentials.h"

#include <algorithm>
#include <array>

#include "base/parse.h"
#include "base/utf8.h"

namespace rt::auth::domain {

namespace {

bool IsLowerLetter(char c) {
    return c >= 'a' && c <= 'z';
}
bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}

char LowerAscii(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string LowerAscii(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return LowerAscii(c); });
    return out;
}

// Words and keyboard walks that every guesser tries first, in lower case and sorted. Short ones stand here because
// IsCommon() also looks at a password without the digits and marks at its end.
constexpr std::array kCommon = std::to_array<std::string_view>(
    {"0okm9ijn",     "11223344",  "112233445566", "12121212",   "12341234",      "12344321",   "123abc456",
     "123qweasd",    "147258369", "14789632",     "159753456",  "1q2w3e4r",      "1q2w3e4r5t", "1qaz2wsx",
     "1qaz2wsx3edc", "1qazxsw2",  "31415926",     "52013145",   "5201314520",    "741852963",  "789456123",
     "87654321",     "963852741", "987654321",    "a12345678",  "a123456789",    "aa",         "aa123456",
     "aa12345678",   "abc",       "abc12345",     "abcd",       "abcd1234",      "abcd12345",  "access",
     "admin",        "admin123",  "admin1234",    "adminadmin", "administrator", "alexander",  "asd",
     "asd123456",    "asdasdasd", "asdf1234",     "asdfasdf",   "asdfghjkl",     "baseball",   "basketball",
     "changeme",     "chocolate", "computer",     "default",    "default1",      "dragon",     "dragon12",
     "football",     "google",    "guest",        "hello",      "iloveu",        "iloveyou",   "internet",
     "jennifer",     "jordan",    "letmein",      "letmein1",   "letmeinnow",    "liverpool",  "login",
     "master",       "master12",  "metallica",    "michael",    "michelle",      "monkey",     "monkey12",
     "motdepasse",   "nihao",     "organiser",    "p@ssw0rd",   "p@ssword",      "pa$$w0rd",   "pass",
     "pass1234",     "passw0rd",  "password",     "passwort",   "princess",      "q1w2e3r4",   "q1w2e3r4t5",
     "qaz",          "qazwsxedc", "qq",           "qq123456",   "qwe",           "qwe123456",  "qweasdzxc",
     "qwer1234",     "qwerty",    "qwerty12",     "qwerty123",  "qwertyui",      "qwertyuiop", "root",
     "roundtable",   "samantha",  "secret",       "shadow",     "shadow12",      "starwars",   "sunshine",
     "superman",     "taobao",    "test",         "test1234",   "testtest",      "trustno1",   "user",
     "wechat",       "weixin",    "welcome",      "welcome1",   "whatever",      "woaini",     "woaini1314",
     "yuanzhuo",     "zxc",       "zxcvbnm123"});
static_assert(std::is_sorted(kCommon.begin(), kCommon.end()));

bool InCommonList(std::string_view lower) {
    return std::binary_search(kCommon.begin(), kCommon.end(), lower);
}

// "password", "password2026", "password!" alike.
bool IsCommon(std::string_view lower) {
    if (InCommonList(lower)) return true;
    const std::size_t word = lower.find_last_not_of("0123456789!.@#");
    return word != std::string_view::npos && InCommonList(lower.substr(0, word + 1));
}

// "aaaaaaaa", "12345678", "hgfedcba": every byte is the one before it plus the same step of -1, 0 or 1; 9 may go on to
// 0.
bool IsRun(std::string_view lower) {
    for (const int step : {-1, 0, 1}) {
        bool run = true;
        for (std::size_t i = 1; i < lower.size() && run; ++i) {
            const int difference = lower[i] - lower[i - 1];
            const bool wraps = (step == 1 && lower[i - 1] == '9' && lower[i] == '0') ||
                               (step == -1 && lower[i - 1] == '0' && lower[i] == '9');
            run = difference == step || wraps;
        }
        if (run) return true;
    }
    return false;
}

// "abababab", "1231231231": one short piece over and over.
bool IsRepetition(std::string_view lower) {
    for (std::size_t period = 1; period <= 4 && period * 2 <= lower.size(); ++period) {
        if (lower.substr(period) == lower.substr(0, lower.size() - period)) return true;
    }
    return false;
}

bool HasControlByte(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

std::string NormaliseLoginName(std::string_view text) {
    return LowerAscii(base::TrimAscii(text));
}

std::optional<base::Text> LoginNameProblem(std::string_view normalised) {
    if (normalised.size() < kLoginNameCharsMin || normalised.size() > kLoginNameCharsMax) {
        return base::Text{"登录名须为 3 到 32 个字符", "The login name must have 3 to 32 characters"};
    }
    const auto allowed = [](char c) { return IsLowerLetter(c) || IsDigit(c) || c == '.' || c == '_' || c == '-'; };
    if (!std::all_of(normalised.begin(), normalised.end(), allowed)) {
        return base::Text{"登录名只能包含英文字母、数字、点、下划线和连字符",
                          "The login name may contain letters a to z, digits, dots, underscores and hyphens only"};
    }
    if (!IsLowerLetter(normalised.front()) && !IsDigit(normalised.front())) {
        return base::Text{"登录名须以字母或数字开头", "The login name must begin with a letter or a digit"};
    }
    return std::nullopt;
}

std::optional<base::Text> PasswordProblem(std::string_view password, std::string_view login_name) {
    if (password.size() < kPasswordBytesMin) {
        return base::Text{"密码至少 8 个字符", "The password must have at least 8 characters"};
    }
    if (password.size() > kPasswordBytesMax) {
        return base::Text{"密码过长（最多 72 字节）", "The password is too long (72 bytes at most)"};
    }
    if (!base::IsUtf8(password) || HasControlByte(password)) {
        return base::Text{"密码不能包含控制字符", "The password may not contain control characters"};
    }
    const std::string lower = LowerAscii(password);
    if (!login_name.empty() && lower == login_name) {
        return base::Text{"密码不能与登录名相同", "The password may not be the login name"};
    }
    if (IsCommon(lower) || IsRun(lower) || IsRepetition(lower)) {
        return base::Text{"密码过于常见，请换一个", "This password is too common, please choose another one"};
    }
    return std::nullopt;
}

}  // namespace rt::auth::domain
