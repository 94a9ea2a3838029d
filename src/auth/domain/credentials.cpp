#include "auth/domain/credentials.h"

#include <algorithm>

#include "auth/domain/common_passwords.h"
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

bool HasControlByte(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// The whole name, or one of its words.
bool IsNamed(std::string_view lower, std::string_view name) {
    if (lower == name || IsBuiltOn(lower, name)) return true;
    while (!name.empty()) {
        const std::size_t end = std::min(name.find_first_of(" ._-@"), name.size());
        if (IsBuiltOn(lower, name.substr(0, end))) return true;
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    return false;
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
    // Else somebody could take a stranger's number for a name.
    if (normalised.size() == 11 && normalised[0] == '1' && std::all_of(normalised.begin(), normalised.end(), IsDigit)) {
        return base::Text{"登录名不能是手机号码", "The login name may not be a phone number"};
    }
    return std::nullopt;
}

std::optional<base::Text> PasswordProblem(std::string_view password, std::string_view login_name) {
    return PasswordProblem(password, PasswordOwner{login_name, {}, {}});
}

std::optional<base::Text> PasswordProblem(std::string_view password, const PasswordOwner& owner) {
    const auto chars = base::CodePointCount(password);
    if (chars.value_or(password.size()) < kPasswordCharsMin) {
        return base::Text{"密码至少 8 个字符", "The password must have at least 8 characters"};
    }
    if (password.size() > kPasswordBytesMax) {
        return base::Text{"密码过长（最多 72 字节）", "The password is too long (72 bytes at most)"};
    }
    if (!chars || HasControlByte(password)) {
        return base::Text{"密码不能包含控制字符", "The password may not contain control characters"};
    }
    const std::string lower = LowerAscii(password);
    for (const std::string_view name : {owner.login_name, owner.display_name, owner.site_name}) {
        if (IsNamed(lower, LowerAscii(name))) {
            return base::Text{"密码不能由您的名字或网站名称组成",
                              "The password may not be made of your name or the site's"};
        }
    }
    if (IsCommonPassword(lower)) {
        return base::Text{"密码过于常见，请换一个", "This password is too common, please choose another one"};
    }
    return std::nullopt;
}

std::vector<int> RemainingCosts(std::optional<int> used, int full) {
    if (!used.has_value()) return {full};
    std::vector<int> costs;
    for (int cost = *used; cost < full; ++cost) costs.push_back(cost);
    return costs;
}

}  // namespace rt::auth::domain
