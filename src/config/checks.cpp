#include "config/checks.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/parse.h"
#include "config/options_internal.h"
#include "os/address.h"

namespace rt::config {
namespace {

using base::Text;

bool IsLower(char c) {
    return c >= 'a' && c <= 'z';
}

bool IsLetterOrDigit(char c) {
    return IsLower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Two or more labels of letters, digits and hyphens; no wildcard, which HTTP-01 and TLS-ALPN-01 cannot prove.
bool IsDnsName(std::string_view name) {
    constexpr std::size_t kNameCharsMax = 253;
    constexpr std::size_t kLabelCharsMax = 63;
    if (name.size() > kNameCharsMax || name.find('.') == std::string_view::npos) return false;
    if (os::Address::Parse(name)) return false;
    while (true) {
        const std::string_view label = name.substr(0, name.find('.'));
        const bool good = std::all_of(label.begin(), label.end(),
                                      [](char c) { return IsLower(c) || (c >= '0' && c <= '9') || c == '-'; });
        if (!good || label.empty() || label.size() > kLabelCharsMax || label.front() == '-' || label.back() == '-')
            return false;
        if (label.size() == name.size()) return true;
        name.remove_prefix(label.size() + 1);
    }
}

// A name or an address, such as stands in a URL: letters, digits, points, hyphens, or IPv6 in brackets.
bool IsHost(std::string_view host) {
    if (host.starts_with('[')) return host.ends_with(']') && os::Address::Parse(host).has_value();
    return !host.empty() && host.front() != '.' && host.front() != '-' &&
           std::all_of(host.begin(), host.end(), [](char c) { return IsLetterOrDigit(c) || c == '.' || c == '-'; });
}

bool IsHostAndPort(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || text.ends_with(']')) return IsHost(text);
    const auto port = base::ParseUnsigned(text.substr(colon + 1));
    return port.has_value() && *port > 0 && *port <= 65'535 && IsHost(text.substr(0, colon));
}

// What follows "http://" or "https://"; empty if neither does.
std::string_view AfterScheme(std::string_view url) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (base::EqualsIgnoreAsciiCase(url.substr(0, scheme.size()), scheme)) return url.substr(scheme.size());
    }
    return {};
}

bool IsOrigin(std::string_view text) {
    return IsHostAndPort(AfterScheme(text));
}

bool IsUrl(std::string_view text) {
    const std::string_view rest = AfterScheme(text);
    return IsHostAndPort(rest.substr(0, rest.find_first_of("/?#"))) &&
           std::all_of(rest.begin(), rest.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

// "/api", "/a/b" or nothing.
bool IsPrefix(std::string_view text) {
    if (text.empty()) return true;
    return text.starts_with('/') && !text.ends_with('/') && text.find("//") == std::string_view::npos &&
           text.find("/.") == std::string_view::npos && std::all_of(text.begin(), text.end(), [](char c) {
               return IsLetterOrDigit(c) || std::string_view("/-._~").find(c) != std::string_view::npos;
           });
}

bool HasAt(std::string_view text) {
    const auto at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size();
}

class Checking {
  public:
    explicit Checking(const Loaded& loaded) : loaded_(loaded), config_(loaded.config) {}

    std::vector<base::FieldError> Run() {
        CheckAddresses();
        CheckUrls();
        CheckSecret();
        CheckTls();
        CheckAcme();
        CheckMail();
        CheckSms();
        CheckWechat();
        CheckPaths();
        if (config_.Production()) CheckProduction();
        return std::move(mistakes_);
    }

  private:
    // "default" where nothing sets it.
    const std::string& Origin(std::string_view key) const {
        const auto found =
            std::find_if(Options().begin(), Options().end(), [&](const Option& option) { return option.key == key; });
        return loaded_.origins[static_cast<std::size_t>(found - Options().begin())];
    }

    void Mistake(std::string_view key, Text text) { mistakes_.push_back({Origin(key), std::move(text)}); }

    // Begins with the key, which the place does not name when it is a line of a file.
    void Wants(std::string_view key, std::string_view zh, std::string_view en) {
        const std::string start(key);
        Mistake(key, {start + " " + std::string(zh), start + " " + std::string(en)});
    }

    // Two that go together: the place is where the one that is set comes from.
    void Together(std::string_view set, std::string_view missing) {
        const std::string first(set);
        const std::string second(missing);
        Mistake(set, {"设置了 " + first + " 就必须设置 " + second, first + " wants " + second + " beside it"});
    }

    // Calls `valid` for every text of a list.
    void CheckList(std::string_view key, const std::vector<std::string>& list, const Text& wanted,
                   bool (*valid)(std::string_view)) {
        for (const std::string& text : list) {
            if (valid(text)) continue;
            const std::string start = std::string(key) + ": '" + text + "' ";
            Mistake(key, {start + wanted.zh, start + wanted.en});
        }
    }

    void CheckAddresses() {
        const Text endpoint{"不是有效的 地址:端口", "is no ADDRESS:PORT (IPv6 in brackets, no names)"};
        const Text range{"不是有效的地址或网段", "is no address or CIDR range"};
        const auto is_endpoint = [](std::string_view text) { return os::ParseEndpoint(text).ok(); };
        const auto is_range = [](std::string_view text) { return os::Cidr::Parse(text).has_value(); };
        CheckList("server.listen", config_.server_listen, endpoint, is_endpoint);
        CheckList("server.socket_listen", config_.server_socket_listen, endpoint, is_endpoint);
        CheckList("server.redirect_listen", config_.server_redirect_listen, endpoint, is_endpoint);
        CheckList("server.trusted_proxies", config_.server_trusted_proxies, range, is_range);
        CheckList("admin.allow", config_.admin_allow, range, is_range);
        CheckList("admin.console_allow", config_.admin_console_allow, range, is_range);
        CheckList("outgoing.allow", config_.outgoing_allow, range, is_range);
        CheckList("outgoing.name_servers", config_.outgoing_name_servers, endpoint, is_endpoint);
    }

    void CheckUrls() {
        const std::string& own = config_.server_public_url;
        if (!own.empty() && !IsOrigin(own.ends_with('/') ? own.substr(0, own.size() - 1) : own)) {
            Wants("server.public_url", "应为 https://主机[:端口]，不含路径", "wants https://HOST[:PORT] and no path");
        }
        if (!IsPrefix(config_.server_api_prefix)) {
            Wants("server.api_prefix", "应为 /api 这样的路径，结尾没有 /",
                  "wants a path such as /api, without a last /");
        }
        CheckList("server.cors_origins", config_.server_cors_origins,
                  {"不是 https://example.org 这样的来源", "is no origin such as https://example.org"}, IsOrigin);
        for (const auto& [key, url] : {std::pair{"files.scan_url", &config_.files_scan_url},
                                       {"notify.sms_endpoint", &config_.notify_sms_endpoint},
                                       {"wechat.api_url", &config_.wechat_api_url},
                                       {"wechat.open_url", &config_.wechat_open_url}}) {
            if (!url->empty() && !IsUrl(*url)) Wants(key, "不是有效的网址", "is no http:// or https:// URL");
        }
    }

    void CheckSecret() {
        constexpr std::size_t kSecretBytesMin = 32;
        for (const auto& [key, secret] : JwtSecrets()) {
            if (!secret->empty() && secret->size() < kSecretBytesMin)
                Wants(key, "至少需要 32 字节", "wants at least 32 bytes");
        }
        if (!config_.auth_jwt_secret_previous.empty() && config_.auth_jwt_secret.empty()) {
            Together("auth.jwt_secret_previous", "auth.jwt_secret");
        }
    }

    std::array<std::pair<const char*, const std::string*>, 2> JwtSecrets() const {
        return {{{"auth.jwt_secret", &config_.auth_jwt_secret},
                 {"auth.jwt_secret_previous", &config_.auth_jwt_secret_previous}}};
    }

    void CheckJwtSecret(const std::string& key, const std::string& secret) {
        if (std::all_of(secret.begin(), secret.end(), [&](char c) { return c == secret.front(); }) && !secret.empty()) {
            Mistake(key, {"生产环境不能使用弱密钥", "production refuses this weak " + key});
        }
        for (const std::string_view weak :
             {"changeme", "change-me", "change_me", "secret-key", "your-secret", "your_secret"}) {
            if (secret.find(weak) == std::string::npos) continue;
            Mistake(key, {"生产环境不能使用示例密钥", "production refuses an example's " + key});
            break;
        }
    }

    void CheckTls() {
        constexpr std::int64_t kPreloadSecondsMin = 31'536'000;  // what the browsers' list asks for
        if (config_.server_tls_certificate.size() != config_.server_tls_key.size()) {
            Mistake(config_.server_tls_key.empty() ? "server.tls_certificate" : "server.tls_key",
                    {"证书和私钥必须一一对应",
                     "server.tls_certificate and server.tls_key go together, one key for each certificate"});
        }
        if (config_.server_hsts_preload &&
            (!config_.server_hsts_include_subdomains || config_.server_hsts_max_age_s < kPreloadSecondsMin)) {
            Wants("server.hsts_preload", "需要 hsts_include_subdomains 以及至少一年的 hsts_max_age",
                  "wants hsts_include_subdomains and an hsts_max_age of a year or more");
        }
    }

    void CheckAcme() {
        const Text name{"不是有效的域名", "is no name that a certificate can be ordered for"};
        CheckList("acme.names", config_.acme_names, name, IsDnsName);
        if (!config_.acme_email.empty() && !HasAt(config_.acme_email))
            Wants("acme.email", "不是邮箱地址", "is no e-mail address");
        if (config_.acme_eab_key_id.empty() && !config_.acme_eab_hmac_key.empty())
            Together("acme.eab_hmac_key", "acme.eab_key_id");
        if (!config_.acme_eab_key_id.empty() && config_.acme_eab_hmac_key.empty())
            Together("acme.eab_key_id", "acme.eab_hmac_key");
        if (!config_.acme_directory.starts_with("https://") || !IsUrl(config_.acme_directory))
            Wants("acme.directory", "应以 https:// 开头", "wants https://");
    }

    void CheckMail() {
        if (config_.notify_smtp_host.empty()) return;
        if (!IsHost(config_.notify_smtp_host) && !os::Address::Parse(config_.notify_smtp_host))
            Wants("notify.smtp_host", "不是有效的主机名", "is no name of a host");
        if (!HasAt(config_.notify_mail_from)) {
            Mistake("notify.smtp_host", {"设置了 notify.smtp_host 就必须设置 notify.mail_from，如：圆桌 "
                                         "<noreply@example.org>",
                                         "notify.smtp_host wants notify.mail_from beside it, such as Roundtable "
                                         "<noreply@example.org>"});
        }
        if (config_.notify_smtp_user.empty()) return;
        if (config_.notify_smtp_password.empty()) Together("notify.smtp_user", "notify.smtp_password");
        if (config_.notify_smtp_security == "none") {
            Mistake("notify.smtp_security",
                    {"不加密的连接不能发送密码",
                     "notify.smtp_security: credentials are not sent without TLS: use starttls or tls"});
        }
    }

    void CheckSms() {
        if (config_.notify_sms_provider == "none") return;
        for (const auto& [key, value] : {std::pair{"notify.sms_secret_id", &config_.notify_sms_secret_id},
                                         {"notify.sms_secret_key", &config_.notify_sms_secret_key},
                                         {"notify.sms_app_id", &config_.notify_sms_app_id},
                                         {"notify.sms_sign_name", &config_.notify_sms_sign_name},
                                         {"notify.sms_template_code", &config_.notify_sms_template_code}}) {
            if (value->empty()) Together("notify.sms_provider", key);
        }
    }

    // An appid without its secret cannot work.
    void CheckWechat() {
        for (const auto& [appid_key, appid, secret_key, secret] :
             {std::tuple{"wechat.appid", &config_.wechat_appid, "wechat.secret", &config_.wechat_secret},
              {"wechat.avalon_appid", &config_.wechat_avalon_appid, "wechat.avalon_secret",
               &config_.wechat_avalon_secret},
              {"wechat.web_appid", &config_.wechat_web_appid, "wechat.web_secret", &config_.wechat_web_secret}}) {
            if (!appid->empty() && secret->empty()) Together(appid_key, secret_key);
        }
    }

    void CheckPaths() {
        if (config_.data_dir.empty()) Wants("data.dir", "不能为空", "wants a folder");
        if (!config_.files_scan_command.empty() && !config_.files_scan_command.front().starts_with('/')) {
            Wants("files.scan_command", "应以程序的绝对路径开头", "wants the whole path of the program first");
        }
    }

    void CheckProduction() {
        for (const auto& [key, secret] : JwtSecrets()) CheckJwtSecret(key, *secret);
        for (const auto& [key, url] : {std::pair{"notify.sms_endpoint", &config_.notify_sms_endpoint},
                                       {"wechat.api_url", &config_.wechat_api_url},
                                       {"wechat.open_url", &config_.wechat_open_url}}) {
            if (url->starts_with("https://")) continue;
            Mistake(key, {"生产环境必须使用 https", std::string("production wants https in ") + key});
        }
        if (config_.log_level == "debug") {
            Mistake("log.level", {"生产环境不能使用 debug 日志", "production refuses log.level = \"debug\""});
        }
        if (config_.auth_bcrypt_cost < 10) {
            Mistake("auth.bcrypt_cost",
                    {"生产环境的 bcrypt 成本至少为 10", "production wants auth.bcrypt_cost of 10 or more"});
        }
    }

    const Loaded& loaded_;
    const Config& config_;
    std::vector<base::FieldError> mistakes_;
};

}  // namespace

std::vector<base::FieldError> CheckMeaning(const Loaded& loaded) {
    return Checking(loaded).Run();
}

}  // namespace rt::config
