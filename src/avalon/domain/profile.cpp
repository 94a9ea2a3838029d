#include "avalon/domain/profile.h"

#include <algorithm>

#include "base/utf8.h"

namespace rt::avalon {
namespace {

// Nobody may look like the people who run the place. As names are compared.
constexpr std::array<std::string_view, 8> kReserved{"管理员", "系统",      "官方",     "客服",
                                                    "admin",  "moderator", "official", "system"};
constexpr std::size_t kTailLength = 4;

}  // namespace

std::string DefaultNickname(std::string_view public_id) {
    std::string tail(public_id.substr(public_id.size() - std::min(kTailLength, public_id.size())));
    std::transform(tail.begin(), tail.end(), tail.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return "玩家" + tail;
}

std::string_view DefaultAvatar(std::string_view public_id) {
    std::size_t sum = 0;
    for (const char c : public_id) sum = sum * 31 + static_cast<unsigned char>(c);
    return kAvatars[sum % kAvatars.size()];
}

std::optional<base::Text> NicknameProblem(std::string_view nickname, std::string_view key) {
    const auto size = base::CodePointCount(nickname);
    if (!size.has_value() || !base::IsPlainLine(nickname)) {
        return base::Text{"昵称含有不能使用的字符", "It has characters that a nickname cannot have"};
    }
    if (key.empty()) return base::Text{"昵称不能为空白", "It has no visible characters"};
    if (*size > kNicknameSizeMax) return base::Text{"昵称最多 16 个字", "At most 16 characters"};
    for (const std::string_view word : kReserved) {
        if (key.find(word) != std::string_view::npos) {
            return base::Text{"昵称不能冒充工作人员", "It looks like a name of those who run this place"};
        }
    }
    return std::nullopt;
}

}  // namespace rt::avalon
