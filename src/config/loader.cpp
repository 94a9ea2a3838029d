#include "config/loader.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

#include "base/parse.h"
#include "config/checks.h"
#include "config/options_internal.h"
#include "config/toml_file.h"

namespace rt::config {
namespace {

using base::FieldError;
using base::Text;

constexpr std::string_view kEnvironmentPrefix = "RT_";
constexpr std::string_view kFileSuffix = "_file";

// Variables of the original services whose server is inside this binary now.
constexpr std::array<std::string_view, 8> kReplaced{"DB_URI",     "MONGODB_URI",    "MONGO_URL", "REDIS_HOST",
                                                    "REDIS_PORT", "REDIS_PASSWORD", "REDIS_URL", "REDIS_URI"};

std::string EnvironmentName(std::string_view key) {
    std::string name(kEnvironmentPrefix);
    for (const char c : key) name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return name;
}

std::size_t EditDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

bool IsPort(std::string_view legacy) {
    return legacy == "PORT" || legacy == "WS_PORT";
}

constexpr std::size_t kNameCompared = 80;

std::string_view Nearest(std::string_view key) {
    key = key.substr(0, kNameCompared);
    const auto& options = Options();
    return std::min_element(
               options.begin(), options.end(),
               [&](const Option& a, const Option& b) { return EditDistance(a.key, key) < EditDistance(b.key, key); })
        ->key;
}

// "900", "15m", "12h", "7d", "30s" to seconds.
std::optional<std::int64_t> ParseSeconds(std::string_view text) {
    std::int64_t unit = 1;
    if (!text.empty()) {
        static constexpr std::array<std::pair<char, std::int64_t>, 4> kUnits{
            {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}}};
        for (const auto& [letter, seconds] : kUnits) {
            if (text.back() != letter) continue;
            unit = seconds;
            text.remove_suffix(1);
            break;
        }
    }
    const auto number = base::ParseSigned(text);
    if (!number.has_value() || *number > 1'000'000'000) return std::nullopt;
    return *number * unit;
}

bool IsWord(std::string_view words, std::string_view text) {
    while (!words.empty()) {
        const auto bar = words.find('|');
        if (words.substr(0, bar) == text) return true;
        words = bar == std::string_view::npos ? std::string_view() : words.substr(bar + 1);
    }
    return false;
}

class Loading {
  public:
    explicit Loading(const Sources& sources) : sources_(sources) {
        loaded_.config = Config::Defaults();
        loaded_.origins.assign(Options().size(), "default");
    }

    Result<Loaded> Run() {
        ReadTomlFile();
        ReadDotenv();
        ReadEnvironment(sources_.environment, "environment ");
        for (const auto& [key, text] : sources_.flags) SetByKey(key, text, "--" + key);
        auto wrong = CheckMeaning(loaded_);
        std::move(wrong.begin(), wrong.end(), std::back_inserter(mistakes_));
        if (!loaded_.config.acme_names.empty() && !loaded_.config.acme_terms_agreed)
            loaded_.notices.emplace_back("acme.names is set, but nothing is ordered before acme.terms_agreed = true");
        if (mistakes_.empty()) return std::move(loaded_);
        Error error = FailText(Code::kInvalid, {"配置有误", "the configuration has mistakes"});
        error.fields = std::move(mistakes_);
        return error;
    }

  private:
    void Mistake(const std::string& place, std::string zh, std::string en) {
        mistakes_.push_back({place, {std::move(zh), std::move(en)}});
    }

    void CannotRead(const std::string& place, const std::string& path, const std::error_code& why) {
        Mistake(place, "无法读取文件 " + path + "：" + why.message(), "cannot read " + path + ": " + why.message());
    }

    // What is told when the file is not read: kOptional lets one that is not there pass, kQuiet every reason.
    enum class Want : std::uint8_t { kRequired, kOptional, kQuiet };

    std::optional<std::string> ReadFile(const std::string& path, Want want, const std::string& place) {
        std::ifstream in(path, std::ios::binary);
        if (!in) {
            const std::error_code why(errno, std::generic_category());
            const bool absent = why == std::errc::no_such_file_or_directory || why == std::errc::not_a_directory;
            if (want == Want::kRequired || (want == Want::kOptional && !absent)) CannotRead(place, path, why);
            return std::nullopt;
        }
        std::string text(kConfigBytesMax + 1, '\0');
        in.read(text.data(), static_cast<std::streamsize>(text.size()));
        if (in.bad()) {  // a folder can be opened but not read
            if (want != Want::kQuiet) CannotRead(place, path, std::error_code(errno, std::generic_category()));
            return std::nullopt;
        }
        text.resize(static_cast<std::size_t>(in.gcount()));
        if (text.size() > kConfigBytesMax) {
            Mistake(place, path + " 过大", path + " is larger than 1 MB");
            return std::nullopt;
        }
        return text;
    }

    void ReadTomlFile() {
        if (sources_.toml_path.empty()) return;
        const auto text = ReadFile(sources_.toml_path, sources_.toml_required ? Want::kRequired : Want::kOptional,
                                   sources_.toml_path);
        if (!text.has_value()) return;
        TomlFile file = ParseToml(*text, sources_.toml_path);
        std::move(file.mistakes.begin(), file.mistakes.end(), std::back_inserter(mistakes_));
        for (const TomlEntry& entry : file.entries) {
            const std::string place = sources_.toml_path + ":" + std::to_string(entry.line);
            if (const auto index = Find(entry.key)) {
                SetToml(*index, entry.value, place);
            } else if (const auto* path = std::get_if<std::string>(&entry.value);
                       path == nullptr || !SetSecretFile(entry.key, *path, place)) {
                Unknown(entry.key, place);
            }
        }
    }

    // NAME=value lines, "export " allowed, quotes around the value dropped, # comments.
    void ReadDotenv() {
        if (sources_.dotenv_path.empty()) return;
        // It belongs to whatever folder one stands in, which may be closed to the service's user.
        const auto text = ReadFile(sources_.dotenv_path, Want::kQuiet, sources_.dotenv_path);
        if (!text.has_value()) return;
        std::istringstream lines(*text);
        std::string row;
        for (std::size_t line = 1; std::getline(lines, row); ++line) {
            std::string_view rest = base::TrimAscii(row);
            if (rest.empty() || rest.starts_with('#')) continue;
            if (rest.starts_with("export ")) rest = base::TrimAscii(rest.substr(7));
            const auto equals = rest.find('=');
            const std::string place = sources_.dotenv_path + ":" + std::to_string(line);
            if (equals == std::string_view::npos || equals == 0) {
                Mistake(place, "应为 名称=值", "expected NAME=value");
                continue;
            }
            std::string_view value = base::TrimAscii(rest.substr(equals + 1));
            if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
                value = value.substr(1, value.size() - 2);
            }
            ReadEnvironment({{std::string(base::TrimAscii(rest.substr(0, equals))), std::string(value)}}, place + " ");
        }
    }

    void ReadEnvironment(const std::map<std::string, std::string>& variables, const std::string& place_prefix) {
        for (std::size_t i = 0; i < Options().size(); ++i) {
            const Option& option = Options()[i];
            const std::string own = EnvironmentName(option.key);
            // The original services' name first, so that our own wins when both are set.
            if (const auto found = variables.find(std::string(option.legacy)); found != variables.end()) {
                SetText(i, IsPort(option.legacy) ? "0.0.0.0:" + found->second : found->second,
                        place_prefix + found->first);
            }
            if (const auto found = variables.find(own); found != variables.end()) {
                SetText(i, found->second, place_prefix + own);
            }
            if (const auto found = variables.find(own + "_FILE");
                option.kind == Kind::kSecret && found != variables.end()) {
                SetSecretFile(std::string(option.key) + std::string(kFileSuffix), found->second,
                              place_prefix + own + "_FILE");
            }
        }
        ReadCredentials(variables);
        for (const std::string_view name : kReplaced) {
            if (!variables.contains(std::string(name))) continue;
            loaded_.notices.push_back(place_prefix + std::string(name) +
                                      " is not used: the embedded stores in the data folder take that server's place");
        }
        ReportUnknown(variables, place_prefix);
    }

    // systemd credentials (LoadCredential=auth.jwt_secret:...).
    void ReadCredentials(const std::map<std::string, std::string>& variables) {
        const auto folder = variables.find("CREDENTIALS_DIRECTORY");
        if (folder == variables.end()) return;
        for (const Option& option : Options()) {
            const std::string path = folder->second + "/" + std::string(option.key);
            if (option.kind == Kind::kSecret && access(path.c_str(), R_OK) == 0) {
                SetSecretFile(std::string(option.key) + std::string(kFileSuffix), path, path);
            }
        }
    }

    // RT_ names of a section of ours that are no option are mistakes; other RT_ names belong to somebody else.
    void ReportUnknown(const std::map<std::string, std::string>& variables, const std::string& place_prefix) {
        for (const auto& [name, value] : variables) {
            const bool ours = std::any_of(Options().begin(), Options().end(), [&, &n = name](const Option& option) {
                return option.key.find('.') != std::string_view::npos &&
                       n.starts_with(EnvironmentName(option.key.substr(0, option.key.find('.') + 1)));
            });
            const bool known = std::any_of(Options().begin(), Options().end(), [&, &n = name](const Option& option) {
                const std::string own = EnvironmentName(option.key);
                return n == own || (option.kind == Kind::kSecret && n == own + "_FILE");
            });
            if (!ours || known) continue;
            std::string key = name.substr(kEnvironmentPrefix.size());
            std::transform(key.begin(), key.end(), key.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
            const std::string nearest = EnvironmentName(Nearest(key));
            Mistake(place_prefix + name, "没有这个选项，是否为 " + nearest + "？",
                    "is no option; the nearest is " + nearest);
        }
    }

    std::optional<std::size_t> Find(std::string_view key) const {
        for (std::size_t i = 0; i < Options().size(); ++i) {
            if (Options()[i].key == key) return i;
        }
        return std::nullopt;
    }

    void Unknown(const std::string& key, const std::string& place) {
        const std::string nearest(Nearest(key));
        if (EditDistance(nearest, key.substr(0, kNameCompared)) > nearest.size() / 2) {
            return Mistake(place, key + ": 没有这个选项，`config example` 列出全部选项",
                           key + " is no option; `config example` lists them all");
        }
        Mistake(place, key + ": 没有这个选项，是否为 " + nearest + "？",
                key + " is no option; the nearest is " + nearest);
    }

    void SetByKey(const std::string& key, const std::string& text, const std::string& place) {
        const auto index = Find(key);
        if (index.has_value()) {
            SetText(*index, text, place);
        } else if (!SetSecretFile(key, text, place)) {
            Unknown(key, place);
        }
    }

    // "section.key_file" of a secret: the file's content without the last line end.
    bool SetSecretFile(const std::string& key, const std::string& path, const std::string& place) {
        if (!key.ends_with(kFileSuffix)) return false;
        const auto index = Find(key.substr(0, key.size() - kFileSuffix.size()));
        if (!index.has_value() || Options()[*index].kind != Kind::kSecret) return false;
        const auto text = ReadFile(path, Want::kRequired, place);
        if (!text.has_value()) return true;
        const std::string_view secret = base::TrimAscii(*text);
        if (secret.empty()) Mistake(place, key + ": 文件 " + path + " 是空的", key + ": " + path + " is empty");
        SetText(*index, secret, place);
        return true;
    }

    void SetToml(std::size_t index, const TomlValue& value, const std::string& place) {
        const Option& option = Options()[index];
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            if (option.kind == Kind::kInt || option.kind == Kind::kSeconds)
                return SetText(index, std::to_string(*number), place);
        } else if (const auto* flag = std::get_if<bool>(&value)) {
            if (option.kind == Kind::kBool) return SetText(index, *flag ? "true" : "false", place);
        } else if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
            if (const auto* member = std::get_if<std::vector<std::string> Config::*>(&Members()[index])) {
                loaded_.origins[index] = place;
                loaded_.config.** member = *list;  // whole texts: a comma inside one divides nothing
                return;
            }
        } else if (option.kind == Kind::kText || option.kind == Kind::kSecret || option.kind == Kind::kSeconds ||
                   option.key.starts_with("server.tls_")) {  // lists since there may be several; one is a text
            return SetText(index, std::get<std::string>(value), place);
        }
        static constexpr std::array<std::string_view, 6> kExpected{"a whole number", "a duration",      "true or false",
                                                                   "a text",         "a list of texts", "a text"};
        static constexpr std::array<std::string_view, 6> kExpectedZh{"整数", "时长",     "true 或 false",
                                                                     "文本", "文本列表", "文本"};
        const auto kind = static_cast<std::size_t>(option.kind);
        Mistake(place, std::string(option.key) + " 应为" + std::string(kExpectedZh.at(kind)),
                std::string(option.key) + " wants " + std::string(kExpected.at(kind)));
    }

    void SetText(std::size_t index, std::string_view text, const std::string& place) {
        const Option& option = Options()[index];
        const MemberPointer& member = Members()[index];
        loaded_.origins[index] = place;
        const std::string key(option.key);
        if (const auto* number = std::get_if<std::int64_t Config::*>(&member)) {
            const auto value = option.kind == Kind::kSeconds ? ParseSeconds(text) : base::ParseSigned(text);
            if (!value.has_value() || *value < option.min || *value > option.max) {
                const std::string range = std::to_string(option.min) + ".." + std::to_string(option.max);
                const bool seconds = option.kind == Kind::kSeconds;
                return Mistake(
                    place, key + " 应为 " + range + (seconds ? " 秒，或 15m、12h、7d 这样的时长" : " 之间的整数"),
                    key + " wants " +
                        (seconds ? range + " seconds, or a time such as 15m, 12h, 7d" : "a whole number in " + range));
            }
            loaded_.config.** number = *value;
        } else if (const auto* flag = std::get_if<bool Config::*>(&member)) {
            if (text != "true" && text != "false")
                return Mistake(place, key + " 应为 true 或 false", key + " wants true or false");
            loaded_.config.** flag = text == "true";
        } else if (const auto* list = std::get_if<std::vector<std::string> Config::*>(&member)) {
            loaded_.config.** list = SplitList(text);
        } else {
            if (!option.words.empty() && !IsWord(option.words, text)) {
                return Mistake(place, key + " 应为 " + std::string(option.words) + " 之一",
                               key + " wants one of " + std::string(option.words));
            }
            loaded_.config.*std::get<std::string Config::*>(member) = std::string(text);
        }
    }

    const Sources& sources_;
    Loaded loaded_;
    std::vector<FieldError> mistakes_;
};

}  // namespace

Result<Loaded> Load(const Sources& sources) {
    return Loading(sources).Run();
}

std::map<std::string, std::string> ProcessEnvironment() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
}

}  // namespace rt::config
