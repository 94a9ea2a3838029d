#include "config/loader.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/parse.h"
#include "config/options_internal.h"
#include "config/toml_file.h"
#include "os/address.h"

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

// Two or more labels of letters, digits and hyphens; no wildcard, which HTTP-01 and TLS-ALPN-01 cannot prove.
bool IsDnsName(std::string_view name) {
    constexpr std::size_t kNameCharsMax = 253;
    constexpr std::size_t kLabelCharsMax = 63;
    if (name.size() > kNameCharsMax || name.find('.') == std::string_view::npos) return false;
    if (os::Address::Parse(name)) return false;
    while (true) {
        const std::string_view label = name.substr(0, name.find('.'));
        const bool good = std::all_of(label.begin(), label.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        });
        if (!good || label.empty() || label.size() > kLabelCharsMax || label.front() == '-' || label.back() == '-')
            return false;
        if (label.size() == name.size()) return true;
        name.remove_prefix(label.size() + 1);
    }
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
        CheckAddresses();
        CheckProduction();
        if (mistakes_.empty()) return std::move(loaded_);
        Error error = FailText(Code::kInvalid, {"配置有误", "the configuration has mistakes"});
        error.fields = std::move(mistakes_);
        return error;
    }

  private:
    void Mistake(const std::string& place, std::string zh, std::string en) {
        mistakes_.push_back({place, {std::move(zh), std::move(en)}});
    }

    std::optional<std::string> ReadFile(const std::string& path, bool required, const std::string& place) {
        std::ifstream in(path, std::ios::binary);
        if (!in) {
            if (required) Mistake(place, "无法读取文件 " + path, "cannot read " + path);
            return std::nullopt;
        }
        std::string text(kConfigBytesMax + 1, '\0');
        in.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(in.gcount()));
        if (text.size() > kConfigBytesMax) {
            Mistake(place, path + " 过大", path + " is larger than 1 MB");
            return std::nullopt;
        }
        return text;
    }

    void ReadTomlFile() {
        if (sources_.toml_path.empty()) return;
        const auto text = ReadFile(sources_.toml_path, sources_.toml_required, sources_.toml_path);
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
        const auto text = ReadFile(sources_.dotenv_path, false, sources_.dotenv_path);
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
                SetText(i, option.legacy == "PORT" ? "0.0.0.0:" + found->second : found->second,
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
        if (const auto text = ReadFile(path, true, place)) SetText(*index, base::TrimAscii(*text), place);
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
            if (option.kind == Kind::kList) {
                std::string joined;
                for (const std::string& item : *list) joined.append(joined.empty() ? "" : ",").append(item);
                return SetText(index, joined, place);
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
                return Mistake(place, key + " 应为 " + range + " 之间的整数",
                               key + " wants a whole number in " + range);
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

    const std::string& Origin(std::string_view key) const { return loaded_.origins[*Find(key)]; }

    // Calls `valid` for every text of a list.
    void CheckList(std::string_view key, const std::vector<std::string>& list, const Text& wanted,
                   bool (*valid)(std::string_view)) {
        for (const std::string& text : list) {
            if (valid(text)) continue;
            const std::string start = std::string(key) + ": '" + text + "' ";
            Mistake(Origin(key), start + wanted.zh, start + wanted.en);
        }
    }

    void CheckAddresses() {
        const Text endpoint{"不是有效的 地址:端口", "is no ADDRESS:PORT (IPv6 in brackets, no names)"};
        const Text range{"不是有效的地址或网段", "is no address or CIDR range"};
        const auto is_endpoint = [](std::string_view text) { return os::ParseEndpoint(text).ok(); };
        const auto is_range = [](std::string_view text) { return os::Cidr::Parse(text).has_value(); };
        const Config& config = loaded_.config;
        CheckList("server.listen", config.server_listen, endpoint, is_endpoint);
        CheckList("server.redirect_listen", config.server_redirect_listen, endpoint, is_endpoint);
        CheckList("server.trusted_proxies", config.server_trusted_proxies, range, is_range);
        CheckList("admin.allow", config.admin_allow, range, is_range);
        CheckList("outgoing.allow", config.outgoing_allow, range, is_range);
        CheckList("outgoing.name_servers", config.outgoing_name_servers, endpoint, is_endpoint);
    }

    void CheckTls() {
        const Config& config = loaded_.config;
        if (config.server_tls_certificate.size() != config.server_tls_key.size()) {
            Mistake(Origin("server.tls_key"), "证书和私钥必须一一对应",
                    "server.tls_certificate and server.tls_key go together, one key for each certificate");
        }
        if (config.server_hsts_preload &&
            (!config.server_hsts_include_subdomains || config.server_hsts_max_age_s < kPreloadSecondsMin)) {
            Mistake(Origin("server.hsts_preload"), "预加载需要 hsts_include_subdomains 以及至少一年的 hsts_max_age",
                    "server.hsts_preload wants hsts_include_subdomains and an hsts_max_age of a year or more");
        }
        const Text name{"不是有效的域名", "is no name that a certificate can be ordered for"};
        CheckList("acme.names", config.acme_names, name, IsDnsName);
        if (config.acme_eab_key_id.empty() != config.acme_eab_hmac_key.empty()) {
            Mistake(Origin("acme.eab_key_id"), "eab_key_id 和 eab_hmac_key 必须同时设置",
                    "acme.eab_key_id and acme.eab_hmac_key go together");
        }
        if (!config.acme_directory.starts_with("https://")) {
            Mistake(Origin("acme.directory"), "acme.directory 应以 https:// 开头", "acme.directory wants https://");
        }
    }

    void CheckProduction() {
        const Config& config = loaded_.config;
        const auto place = [&](std::string_view key) { return Origin(key); };
        const std::string& secret = config.auth_jwt_secret;
        if (!secret.empty() && secret.size() < kSecretBytesMin) {
            Mistake(place("auth.jwt_secret"), "auth.jwt_secret 至少需要 32 字节",
                    "auth.jwt_secret wants at least 32 bytes");
        }
        CheckTls();
        if (!config.Production()) return;
        if (std::all_of(secret.begin(), secret.end(), [&](char c) { return c == secret.front(); }) && !secret.empty()) {
            Mistake(place("auth.jwt_secret"), "生产环境不能使用弱密钥", "production refuses this weak auth.jwt_secret");
        }
        for (const std::string_view weak :
             {"changeme", "change-me", "change_me", "secret-key", "your-secret", "your_secret"}) {
            if (secret.find(weak) == std::string::npos) continue;
            Mistake(place("auth.jwt_secret"), "生产环境不能使用示例密钥",
                    "production refuses an example's auth.jwt_secret");
            break;
        }
        for (const auto& [key, url] : {std::pair{"notify.sms_endpoint", &config.notify_sms_endpoint},
                                       {"wechat.api_url", &config.wechat_api_url},
                                       {"wechat.open_url", &config.wechat_open_url}}) {
            if (url->starts_with("https://")) continue;
            Mistake(place(key), "生产环境必须使用 https", std::string("production wants https in ") + key);
        }
        if (config.log_level == "debug") {
            Mistake(place("log.level"), "生产环境不能使用 debug 日志", "production refuses log.level = \"debug\"");
        }
        if (config.auth_bcrypt_cost < 10) {
            Mistake(place("auth.bcrypt_cost"), "生产环境的 bcrypt 成本至少为 10",
                    "production wants auth.bcrypt_cost of 10 or more");
        }
    }

    static constexpr std::size_t kSecretBytesMin = 32;
    static constexpr std::int64_t kPreloadSecondsMin = 31'536'000;  // what the browsers' list asks for

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
