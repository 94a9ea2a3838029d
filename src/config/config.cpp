#include "config/config.h"

#include "base/parse.h"
#include "config/options_internal.h"

namespace rt::config {
namespace {

template <class... Fns>
struct Overloaded : Fns... {
    using Fns::operator()...;
};
template <class... Fns>
Overloaded(Fns...) -> Overloaded<Fns...>;

std::string Join(const std::vector<std::string>& list, std::string_view separator) {
    std::string out;
    for (const std::string& item : list) out.append(out.empty() ? "" : separator).append(item);
    return out;
}

std::string Quoted(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

std::string DefaultToml(const Option& option) {
    switch (option.kind) {
        case Kind::kInt:
        case Kind::kSeconds:
        case Kind::kBool:
            return std::string(option.default_text);
        case Kind::kText:
        case Kind::kSecret:
            return Quoted(option.default_text);
        case Kind::kList:
            break;
    }
    std::string out;
    for (const std::string& item : SplitList(option.default_text))
        out.append(out.empty() ? "" : ", ").append(Quoted(item));
    return "[" + out + "]";
}

std::string Allowed(const Option& option) {
    if (option.kind == Kind::kInt) return std::to_string(option.min) + " to " + std::to_string(option.max);
    if (option.kind == Kind::kSeconds) {
        return std::to_string(option.min) + " to " + std::to_string(option.max) +
               " seconds, or as \"15m\", \"12h\", \"7d\"";
    }
    std::string out;
    for (const char c : option.words) out.append(c == '|' ? ", " : std::string(1, c));
    return out;
}

}  // namespace

std::vector<std::string> SplitList(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto comma = text.find(',');
        const auto item = base::TrimAscii(text.substr(0, comma));
        if (!item.empty()) out.emplace_back(item);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    }
    return out;
}

const std::vector<Option>& Options() {
    static const std::vector<Option> kOptions{
#define RT_INT(member, key, def, min, max, reload, legacy, sentence) \
    {key, Kind::kInt, #def, min, max, {}, Reload::reload, legacy, sentence},
#define RT_SECONDS(member, key, def, min, max, reload, legacy, sentence) \
    {key, Kind::kSeconds, #def, min, max, {}, Reload::reload, legacy, sentence},
#define RT_BOOL(member, key, def, reload, legacy, sentence) \
    {key, Kind::kBool, #def, 0, 0, "true|false", Reload::reload, legacy, sentence},
#define RT_TEXT(member, key, def, words, reload, legacy, sentence) \
    {key, Kind::kText, def, 0, 0, words, Reload::reload, legacy, sentence},
#define RT_LIST(member, key, def, reload, legacy, sentence) \
    {key, Kind::kList, def, 0, 0, {}, Reload::reload, legacy, sentence},
#define RT_SECRET(member, key, reload, legacy, sentence) \
    {key, Kind::kSecret, "", 0, 0, {}, Reload::reload, legacy, sentence},
#include "config/options.def"
#undef RT_INT
#undef RT_SECONDS
#undef RT_BOOL
#undef RT_TEXT
#undef RT_LIST
#undef RT_SECRET
    };
    return kOptions;
}

const std::vector<MemberPointer>& Members() {
    static const std::vector<MemberPointer> kMembers{
#define RT_INT(member, ...) &Config::member,
#define RT_SECONDS(member, ...) &Config::member,
#define RT_BOOL(member, ...) &Config::member,
#define RT_TEXT(member, ...) &Config::member,
#define RT_LIST(member, ...) &Config::member,
#define RT_SECRET(member, ...) &Config::member,
#include "config/options.def"
#undef RT_INT
#undef RT_SECONDS
#undef RT_BOOL
#undef RT_TEXT
#undef RT_LIST
#undef RT_SECRET
    };
    return kMembers;
}

Config Config::Defaults() {
    Config config;
#define RT_INT(...)
#define RT_SECONDS(...)
#define RT_BOOL(...)
#define RT_TEXT(...)
#define RT_LIST(member, key, def, reload, legacy, sentence) config.member = SplitList(def);
#define RT_SECRET(...)
#include "config/options.def"
#undef RT_INT
#undef RT_SECONDS
#undef RT_BOOL
#undef RT_TEXT
#undef RT_LIST
#undef RT_SECRET
    return config;
}

std::string ValueText(const Config& config, std::size_t option) {
    if (Options()[option].kind == Kind::kSecret) {
        return (config.*std::get<std::string Config::*>(Members()[option])).empty() ? "" : "(set)";
    }
    return std::visit(Overloaded{[&](std::int64_t Config::*member) { return std::to_string(config.*member); },
                                 [&](bool Config::*member) { return std::string(config.*member ? "true" : "false"); },
                                 [&](std::string Config::*member) { return config.*member; },
                                 [&](std::vector<std::string> Config::*member) { return Join(config.*member, ", "); }},
                      Members()[option]);
}

std::string ExampleToml() {
    std::string out =
        "# The configuration of roundtable: every option with its default. A line without # changes an option.\n"
        "# Order: this file, .env, the environment (RT_SECTION_KEY), command-line flags; the last one wins.\n"
        "# `roundtable config check` reports every mistake. Generated by `roundtable config example`.\n";
    std::string_view section;
    for (const Option& option : Options()) {
        const auto dot = option.key.find('.');
        const auto this_section = dot == std::string_view::npos ? std::string_view() : option.key.substr(0, dot);
        if (this_section != section) {
            section = this_section;
            out.append("\n[").append(section).append("]\n");
        } else {
            out.append("\n");
        }
        out.append("# ").append(option.sentence);
        if (!option.legacy.empty()) out.append(" Also: ").append(option.legacy).append(".");
        if (option.reload == Reload::kLive) out.append(" Applied by `config reload`.");
        if (const std::string allowed = Allowed(option); !allowed.empty()) out.append("\n# Allowed: ").append(allowed);
        const auto name = dot == std::string_view::npos ? option.key : option.key.substr(dot + 1);
        if (option.kind == Kind::kSecret) out.append("\n# ").append(name).append("_file = \"/path/of/a/file\"");
        out.append("\n# ").append(name).append(" = ").append(DefaultToml(option)).append("\n");
    }
    return out;
}

std::vector<std::string_view> NeedRestart(const Config& running, const Config& wanted) {
    std::vector<std::string_view> keys;
    for (std::size_t i = 0; i < Options().size(); ++i) {
        if (Options()[i].reload != Reload::kRestart) continue;
        const bool same = std::visit([&](auto member) { return running.*member == wanted.*member; }, Members()[i]);
        if (!same) keys.push_back(Options()[i].key);
    }
    return keys;
}

}  // namespace rt::config
