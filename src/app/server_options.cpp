#include "app/server_options.h"

#include <algorithm>
#include <iterator>

#include "net/cross_origin.h"

namespace rt::app {
namespace {

constexpr std::string_view kHttpsSocket = "https";
constexpr std::string_view kHttpSocket = "http";
constexpr std::uint32_t kSocketWindow = 2;
constexpr std::uint32_t kMinute = 60;
constexpr std::uint32_t kQuarterHour = 900;
constexpr std::uint32_t kHour = 3600;

std::uint32_t Count(std::int64_t value) {
    return static_cast<std::uint32_t>(value);
}

Status AddListeners(const std::vector<std::string>& texts, net::ListenKind kind, std::string_view option,
                    std::vector<net::ListenOptions>& out) {
    for (const std::string& text : texts) {
        auto endpoint = os::ParseEndpoint(text);
        if (!endpoint.ok()) {
            return base::InvalidField(std::string(option),
                                      {"地址无效：" + text, text + ": " + endpoint.error().detail});
        }
        out.push_back({.endpoint = *endpoint, .kind = kind});
    }
    return Ok();
}

// Where WS_PORT is the same as PORT, that port serves everything.
Status AddSocketListeners(const config::Config& config, net::ListenKind kind, std::vector<net::ListenOptions>& out) {
    std::vector<std::string> others;
    std::copy_if(config.server_socket_listen.begin(), config.server_socket_listen.end(), std::back_inserter(others),
                 [&](const std::string& text) {
                     const auto& main = config.server_listen;
                     return std::find(main.begin(), main.end(), text) == main.end();
                 });
    const std::size_t before = out.size();
    RT_CHECK_OK(AddListeners(others, kind, "server.socket_listen", out));
    for (std::size_t i = before; i < out.size(); ++i) out[i].serves = net::Serves::kSockets;
    return Ok();
}

// "max-age=31536000; includeSubDomains; preload" (RFC 6797 §6.1).
std::string HstsOf(const config::Config& config) {
    if (config.server_hsts_max_age_s == 0) return {};
    std::string out = "max-age=" + std::to_string(config.server_hsts_max_age_s);
    if (config.server_hsts_include_subdomains) out.append("; includeSubDomains");
    if (config.server_hsts_preload) out.append("; preload");
    return out;
}

// "host" or "host:port" of a public URL on https.
std::string PublicHost(std::string_view url) {
    constexpr std::string_view kScheme = "https://";
    if (!url.starts_with(kScheme)) return {};
    url.remove_prefix(kScheme.size());
    return std::string(url.substr(0, url.find('/')));
}

}  // namespace

Result<std::vector<os::Cidr>> ParseCidrs(const std::vector<std::string>& texts, std::string_view option) {
    std::vector<os::Cidr> out;
    Error error = Fail(Code::kInvalid);
    for (const std::string& text : texts) {
        if (const auto cidr = os::Cidr::Parse(text)) {
            out.push_back(*cidr);
        } else {
            error.fields.push_back({std::string(option), {"地址段无效：" + text, text + " is no address or CIDR"}});
        }
    }
    if (!error.fields.empty()) return error;
    return out;
}

namespace {

Result<std::vector<std::string>> ParseOrigins(const std::vector<std::string>& texts) {
    std::vector<std::string> out;
    Error error = Fail(Code::kInvalid);
    for (const std::string& text : texts) {
        if (auto origin = net::NormaliseOrigin(text); origin.ok()) {
            out.push_back(*std::move(origin));
        } else {
            error.fields.push_back({"server.cors_origins", {"来源无效：" + text, origin.error().detail}});
        }
    }
    if (!error.fields.empty()) return error;
    return out;
}

// The pages and the administrators' API by their paths, what else is the platform staff's by what it wants.
Status GuardConsole(const config::Config& config, net::AccessLists& lists) {
    if (config.admin_console_allow.empty()) return Ok();
    RT_TRY(lists.staff, ParseCidrs(config.admin_console_allow, "admin.console_allow"));
    lists.guarded = {{"/admin", lists.staff}, {config.server_api_prefix + "/v1/admin", lists.staff}};
    return Ok();
}

}  // namespace

Result<net::AccessLists> AccessListsOf(const config::Config& config) {
    net::AccessLists lists;
    RT_TRY(lists.allowed_origins, ParseOrigins(config.server_cors_origins));
    RT_CHECK_OK(GuardConsole(config, lists));
    return lists;
}

bool ConsoleOpen(const config::Config& config) {
    return config.Production() && config.admin_console_allow.empty();
}

net::RateRules RateRulesOf(const config::Config& config) {
    net::RateRules rules;
    rules.address_general = {Count(config.limits_address_per_15min), kQuarterHour};
    rules.user_general = {Count(config.limits_user_per_15min), kQuarterHour};
    if (config.limits_address_per_minute > 0)
        rules.address_general = {Count(config.limits_address_per_minute), kMinute};
    if (config.limits_user_per_minute > 0) rules.user_general = {Count(config.limits_user_per_minute), kMinute};
    rules.address_sign_in = {Count(config.limits_sign_in_per_15min), kQuarterHour};
    rules.user_sign_in = {Count(config.limits_sign_in_per_15min), kQuarterHour};
    rules.address_export = {Count(config.limits_export_per_hour), kHour};
    rules.user_export = {Count(config.limits_export_per_hour), kHour};
    rules.address_token = {Count(config.limits_token_address_per_15min), kQuarterHour};
    rules.user_token = {Count(config.limits_token_user_per_15min), kQuarterHour};
    rules.address_cost = {Count(config.limits_cost_address_per_minute), kMinute};
    rules.user_cost = {Count(config.limits_cost_user_per_minute), kMinute};
    rules.socket_messages = {Count(config.limits_socket_per_2s), kSocketWindow};
    return rules;
}

ops::LimitSettings LimitsOf(const config::Config& config) {
    return {RateRulesOf(config), {config.server_connections_max, config.server_connections_per_address_max}};
}

bool WantsTls(const std::vector<os::ListenSocket>& inherited) {
    return std::any_of(inherited.begin(), inherited.end(),
                       [](const os::ListenSocket& socket) { return socket.name == kHttpsSocket; });
}

Result<net::ServerOptions> ServerOptionsOf(const config::Config& config, const Certificates& certificates,
                                           std::vector<os::ListenSocket>& inherited, const std::string& upload_folder) {
    net::ServerOptions options;
    const bool secure = certificates.secure();
    const auto main_kind = secure ? net::ListenKind::kTls : net::ListenKind::kPlain;
    for (os::ListenSocket& socket : inherited) {
        net::ListenKind kind = main_kind;
        if (socket.name == kHttpsSocket) kind = net::ListenKind::kTls;
        if (socket.name == kHttpSocket && secure) kind = net::ListenKind::kRedirect;
        options.listeners.push_back({.endpoint = {}, .kind = kind, .inherited = socket.fd.Release()});
    }
    if (inherited.empty())
        RT_CHECK_OK(AddListeners(config.server_listen, main_kind, "server.listen", options.listeners));
    RT_CHECK_OK(AddSocketListeners(config, main_kind, options.listeners));
    RT_CHECK_OK(AddListeners(config.server_redirect_listen, net::ListenKind::kRedirect, "server.redirect_listen",
                             options.listeners));
    if (options.listeners.empty())
        return base::InvalidField("server.listen",
                                  {"没有可监听的地址", "names no address, and no socket was handed in"});
    RT_TRY(options.trusted_proxies, ParseCidrs(config.server_trusted_proxies, "server.trusted_proxies"));
    RT_TRY(options.access, AccessListsOf(config));
    options.reactors = static_cast<std::size_t>(config.server_reactors);
    options.deadlines.head_ms = config.server_head_timeout_ms;
    options.deadlines.idle_ms = config.server_idle_timeout_ms;
    options.pools.store_threads = static_cast<std::size_t>(config.server_store_workers);
    options.pools.hash_threads = static_cast<std::size_t>(config.server_hash_workers);
    options.caps.connections_max = static_cast<std::size_t>(config.server_connections_max);
    options.caps.connections_per_address_max = static_cast<std::size_t>(config.server_connections_per_address_max);
    options.api_prefix = config.server_api_prefix;
    options.upload_folder = upload_folder;
    options.tls = certificates.context();
    options.hsts = HstsOf(config);
    options.public_host = PublicHost(config.server_public_url);
    options.proxy_protocol = config.server_proxy_protocol;
    return options;
}

std::string UrlOf(const net::ListenOptions& listener, const os::Endpoint& bound) {
    return (listener.kind == net::ListenKind::kTls ? "https://" : "http://") + bound.Text();
}

}  // namespace rt::app
