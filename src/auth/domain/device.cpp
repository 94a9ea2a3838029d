#include "auth/domain/device.h"

#include <array>
#include <utility>

namespace rt::auth::domain {

namespace {

constexpr std::size_t kLabelBytesMax = 40;

struct Mark {
    std::string_view part;  // of the User-Agent
    std::string_view name;
};

// In order: browsers carry the names of those they want to be taken for.
constexpr std::array kPrograms = std::to_array<Mark>({{"MicroMessenger", "WeChat"},
                                                      {"AlipayClient", "Alipay"},
                                                      {"DingTalk", "DingTalk"},
                                                      {"MQQBrowser", "QQ Browser"},
                                                      {"UCBrowser", "UC Browser"},
                                                      {"HuaweiBrowser", "Huawei Browser"},
                                                      {"MiuiBrowser", "Mi Browser"},
                                                      {"Edg", "Edge"},
                                                      {"OPR/", "Opera"},
                                                      {"SamsungBrowser", "Samsung Internet"},
                                                      {"Firefox/", "Firefox"},
                                                      {"FxiOS", "Firefox"},
                                                      {"CriOS", "Chrome"},
                                                      {"Chrome/", "Chrome"},
                                                      {"Safari/", "Safari"}});

constexpr std::array kSystems = std::to_array<Mark>({{"HarmonyOS", "HarmonyOS"},
                                                     {"OpenHarmony", "HarmonyOS"},
                                                     {"Android", "Android"},
                                                     {"iPhone", "iPhone"},
                                                     {"iPad", "iPad"},
                                                     {"Windows", "Windows"},
                                                     {"Mac OS X", "Mac"},
                                                     {"CrOS", "ChromeOS"},
                                                     {"Linux", "Linux"}});

template <std::size_t Size>
std::string_view Find(const std::array<Mark, Size>& marks, std::string_view text) {
    for (const Mark& mark : marks) {
        if (text.find(mark.part) != std::string_view::npos) return mark.name;
    }
    return {};
}

// "curl" of "curl/8.5.0".
std::string FirstWord(std::string_view text) {
    std::string word;
    for (const char c : text) {
        const bool plain = c > ' ' && c < 0x7F && c != '/' && c != '(' && c != ';';
        if (!plain || word.size() >= kLabelBytesMax) break;
        word += c;
    }
    return word;
}

}  // namespace

std::string DeviceLabel(std::string_view user_agent) {
    std::string label(Find(kPrograms, user_agent));
    if (label.empty()) label = FirstWord(user_agent);
    const std::string_view system = Find(kSystems, user_agent);
    if (!system.empty()) label.append(label.empty() ? "" : ", ").append(system);
    return label.empty() ? "?" : label.substr(0, kLabelBytesMax);
}

}  // namespace rt::auth::domain
