#include "app/couriers.h"

#include <utility>

#include "crypto/vault.h"
#include "net/url.h"

namespace rt::app {
namespace {

constexpr std::size_t kRowsPerRun = 100;
constexpr std::int64_t kEveryMs = 1'000;
constexpr std::int64_t kProbeEveryMs = 5'000;
constexpr std::int64_t kFailuresShown = 3;
constexpr std::string_view kVaultUse = "outbox";  // auth/messages.h

Error Wanted(std::string_view option, base::Text reason) {
    return base::InvalidField(std::string(option), std::move(reason));
}

std::string HostOf(const std::string& url) {
    const auto parsed = net::Url::Parse(url);
    return parsed.ok() && !parsed->literal ? parsed->host : std::string();
}

Result<std::optional<notify::SmtpOptions>> SmtpOptionsOf(const config::Config& config) {
    if (config.notify_smtp_host.empty()) return std::optional<notify::SmtpOptions>();
    notify::SmtpOptions options;
    auto from = notify::ParseMailbox(config.notify_mail_from);
    if (!from.ok()) {
        return Wanted("notify.mail_from", {"请设置发件人，如：圆桌 <noreply@example.org>",
                                           "wants a mailbox such as Roundtable <noreply@example.org>"});
    }
    options.from = std::move(*from);
    options.host = config.notify_smtp_host;
    options.port = static_cast<std::uint16_t>(config.notify_smtp_port);
    if (config.notify_smtp_security == "tls") options.security = notify::SmtpSecurity::kTls;
    if (config.notify_smtp_security == "none") options.security = notify::SmtpSecurity::kNone;
    options.user = config.notify_smtp_user;
    options.password = config.notify_smtp_password;
    options.hello = HostOf(config.server_public_url);
    if (options.hello.empty()) options.hello = options.from.address.substr(options.from.address.rfind('@') + 1);
    return std::optional(std::move(options));
}

Result<std::optional<notify::TencentSmsOptions>> SmsOptionsOf(const config::Config& config) {
    if (config.notify_sms_provider == "none") return std::optional<notify::TencentSmsOptions>();
    return std::optional(notify::TencentSmsOptions{.endpoint = config.notify_sms_endpoint,
                                                   .region = config.notify_sms_region,
                                                   .secret_id = config.notify_sms_secret_id,
                                                   .secret_key = config.notify_sms_secret_key,
                                                   .app_id = config.notify_sms_app_id,
                                                   .sign_name = config.notify_sms_sign_name,
                                                   .template_code = config.notify_sms_template_code,
                                                   .template_notice = config.notify_sms_template_notice});
}

ops::Finding FindingOf(const notify::ChannelState& state) {
    json::Object figures{{"set_up", state.set_up}, {"failures", state.failures}};
    if (state.failures < kFailuresShown) return {ops::HealthState::kOk, "", std::move(figures)};
    return {ops::HealthState::kWarn, "nothing goes out: " + state.last_error, std::move(figures)};
}

}  // namespace

Result<notify::CourierOptions> CourierOptionsOf(const config::Config& config) {
    notify::CourierOptions options;
    RT_TRY(options.smtp, SmtpOptionsOf(config));
    RT_TRY(options.sms, SmsOptionsOf(config));
    options.service_name = config.site_name;
    options.public_url = config.server_public_url;
    if (options.public_url.ends_with('/')) options.public_url.pop_back();
    return options;
}

Result<std::unique_ptr<notify::Courier>> MakeCourier(const config::Config& config, Stores& stores,
                                                     std::shared_ptr<crypto::FieldRing> ring,
                                                     const net::Client& client) {
    RT_TRY(auto options, CourierOptionsOf(config));
    const auto open = [vault = crypto::Vault(std::move(ring), kVaultUse, stores.random)](
                          std::string_view context, std::string_view sealed) { return vault.Open(context, sealed); };
    return std::make_unique<notify::Courier>(
        std::move(options),
        notify::Courier::Parts{.client = client, .open = open, .clock = stores.clock, .metrics = stores.metrics});
}

Couriers::Couriers(notify::Courier& courier, const Handlers& more, Stores& stores, storage::lease::Keeper& leases)
    : courier_(courier) {
    Handlers handlers = courier.Handlers();
    handlers.insert(more.begin(), more.end());
    const auto holds = [&leases] { return leases.Holds(storage::lease::Role::kOutbox); };
    // Two, so that one message that takes long does not hold up the next.
    std::vector<ops::Job> jobs;
    for (const char* name : {"outbox", "outbox 2"}) {
        dispatchers_.push_back(std::make_unique<storage::outbox::Dispatcher>(*stores.db, stores.clock, stores.log,
                                                                             stores.metrics, handlers));
        jobs.push_back({.name = name,
                        .every_ms = kEveryMs,
                        .run = [dispatcher = dispatchers_.back().get()]() -> Status {
                            RT_CHECK_OK(dispatcher->RunOnce(kRowsPerRun));
                            return Ok();
                        },
                        .holds_role = holds});
    }
    scheduler_.emplace(std::move(jobs), stores.clock, stores.log);
}

std::vector<ops::Probe> Couriers::Probes(const base::Metrics& metrics) const {
    const auto outbox = [&metrics] {
        std::int64_t dead = 0;
        std::int64_t pending = 0;
        metrics.Each(Metric::kOutboxDead,
                     [&](const std::vector<std::string>&, const base::Series& series) { dead = series.Value(); });
        metrics.Each(Metric::kOutboxPending,
                     [&](const std::vector<std::string>&, const base::Series& series) { pending = series.Value(); });
        json::Object figures{{"pending", pending}, {"dead", dead}};
        if (dead == 0) return ops::Finding{ops::HealthState::kOk, "", std::move(figures)};
        return ops::Finding{ops::HealthState::kWarn, "messages were given up: see the log", std::move(figures)};
    };
    return {{"mail", kProbeEveryMs, [&courier = courier_] { return FindingOf(courier.mail()); }},
            {"sms", kProbeEveryMs, [&courier = courier_] { return FindingOf(courier.sms()); }},
            {"outbox", kProbeEveryMs, outbox}};
}

}  // namespace rt::app
