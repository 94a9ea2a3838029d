#include "notify/messages.h"

#include <algorithm>

#include "base/utf8.h"

namespace rt::notify {
namespace {

constexpr std::size_t kParamBytesMax = 1'000;
constexpr std::size_t kTimeBytes = 16;  // "2026-11-22T14:24"
constexpr std::int64_t kShanghaiMicros = 8 * base::kMicrosPerHour;

// Fit for a line: what would break it, or turn its direction, becomes a blank.
std::string Line(std::string_view value) {
    if (value.size() > kParamBytesMax) value = value.substr(0, kParamBytesMax);
    std::string out;
    while (!value.empty()) {
        const std::string_view before = value;
        if (!base::NextCodePoint(value)) {
            value = before.substr(1);  // a broken byte is dropped
            continue;
        }
        const std::string_view character = before.substr(0, before.size() - value.size());
        out += base::IsPlainLine(character) ? std::string(character) : " ";
    }
    return out;
}

// nullopt: a parameter is absent or empty.
std::optional<std::string> Fill(std::string_view line, const Params& params) {
    std::string out;
    while (true) {
        const std::size_t open = line.find('{');
        const std::size_t close = line.find('}', open == std::string_view::npos ? 0 : open);
        if (open == std::string_view::npos || close == std::string_view::npos) return out.append(line);
        const auto found = params.find(line.substr(open + 1, close - open - 1));
        if (found == params.end() || found->second.empty()) return std::nullopt;
        out.append(line.substr(0, open)).append(Line(found->second));
        line.remove_prefix(close + 1);
    }
}

}  // namespace

const std::vector<MessageText>& MessageTexts() {
    static const std::vector<MessageText> kTexts{
#define RT_MESSAGE(topic, kind, subject_zh, body_zh, subject_en, body_en) \
    {topic, kind, subject_zh, body_zh, subject_en, body_en},
#include "notify/messages.def"
#undef RT_MESSAGE
    };
    return kTexts;
}

const MessageText* FindText(std::string_view topic, std::string_view kind) {
    const auto& texts = MessageTexts();
    const auto found = std::find_if(texts.begin(), texts.end(),
                                    [&](const MessageText& text) { return text.topic == topic && text.kind == kind; });
    return found == texts.end() ? nullptr : &*found;
}

Rendered Render(const MessageText& text, base::Locale locale, const Params& params) {
    const bool zh = locale == base::Locale::kZhCn;
    Rendered out;
    out.subject = Fill(zh ? text.subject_zh : text.subject_en, params).value_or("");
    std::string_view rest = zh ? text.body_zh : text.body_en;
    while (true) {
        const std::size_t end = rest.find('\n');
        if (const auto line = Fill(rest.substr(0, end), params)) out.body.append(*line).append("\n");
        if (end == std::string_view::npos) return out;
        rest.remove_prefix(end + 1);
    }
}

std::string LocalTime(base::Time time) {
    std::string text = base::FormatRfc3339(time.Plus(kShanghaiMicros)).substr(0, kTimeBytes);
    text[10] = ' ';
    return text + " (UTC+8)";
}

}  // namespace rt::notify
