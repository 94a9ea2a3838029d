#include "acme/manager.h"

#include <algorithm>
#include <utility>

#include "acme/domain/schedule.h"
#include "base/encoding.h"
#include "crypto/certificate.h"
#include "crypto/hash.h"
#include "json/json.h"

namespace rt::acme {
namespace {

constexpr std::string_view kTlsAlpn01 = "tls-alpn-01";
// An order that is not through by then is given up.
constexpr std::int64_t kOrderMicrosMax = base::kMicrosPerHour;
// So many answers in a row without a wait, and the rest waits a moment.
constexpr int kAdvancesMax = 10;
constexpr std::int64_t kNever = INT64_MAX;

bool IsTransient(Code code) {
    return code == Code::kUpstream || code == Code::kDeadline || code == Code::kUnavailable ||
           code == Code::kTooManyRequests || code == Code::kUnauthenticated || code == Code::kStorageFull;
}

std::string Joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out.append(out.empty() ? "" : ", ").append(name);
    return out;
}

}  // namespace

std::vector<std::string> Tidy(std::vector<std::string> names) {
    for (std::string& name : names) {
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

Manager::Manager(ManagerParts parts, Settings settings) : parts_(std::move(parts)), store_(parts_.kv) {
    Configure(std::move(settings));
}

void Manager::Configure(Settings settings) {
    settings.names = Tidy(std::move(settings.names));
    const std::lock_guard lock(mutex_);
    if (settings == settings_) return;
    settings_ = std::move(settings);
    due_micros_ = settings_.names.empty() ? kNever : 0;
}

Settings Manager::settings() const {
    const std::lock_guard lock(mutex_);
    return settings_;
}

bool Manager::Due() const {
    return parts_.clock.Now().micros >= due_micros_.load();
}

void Manager::RenewNow() {
    ++asked_;
    forced_ = true;
    due_micros_ = 0;
}

double Manager::Chance() {
    constexpr std::uint64_t kSteps = 1U << 20;
    return static_cast<double>(parts_.random.Below(kSteps)) / static_cast<double>(kSteps);
}

void Manager::Step() {
    const std::unique_lock lock(step_mutex_, std::try_to_lock);
    if (!lock.owns_lock()) return;
    asked_before_ = asked_.load();
    StepLocked();
    // Whoever asked meanwhile must not wait for what this step came to.
    if (asked_.load() != asked_before_) due_micros_ = 0;
}

void Manager::StepLocked() {
    const Settings wanted = settings();
    Wait wait = 0;
    for (int i = 0; i < kAdvancesMax && wait == 0; ++i) {
        const Result<Wait> next = Advance(wanted);
        if (!next.ok()) {
            Failed(next.error());
            return;
        }
        wait = *next;
    }
    if (settings() != wanted) wait = 0;  // changed meanwhile: look again
    due_micros_ = wait == kNever ? kNever : parts_.clock.Now().micros + std::max(wait, base::kMicrosPerSecond);
}

Result<Manager::Wait> Manager::Advance(const Settings& settings) {
    if (settings.names.empty()) return kNever;
    const base::Time now = parts_.clock.Now();
    RT_TRY(Attempt attempt, store_.GetAttempt());
    RT_TRY(const auto certificate, store_.GetCertificate());
    RT_TRY(const auto order, store_.GetOrder());
    const bool forced = forced_.load();
    if (attempt.next > now) {
        if (!forced || attempt.limited) return attempt.next.micros - now.micros;
        attempt.next = {};
        RT_CHECK_OK(store_.PutFailure(attempt, false));
    }
    if (order) {
        if (order->names == settings.names && order->directory == settings.directory) {
            forced_ = false;  // it is under way
            return Continue(settings, *order);
        }
        RT_CHECK_OK(store_.DropOrder());
        ForgetProofs();
    }
    const bool fits =
        certificate && certificate->names == settings.names && certificate->directory == settings.directory;
    if (fits && certificate->renew_at > now && !forced) return certificate->renew_at.micros - now.micros;
    return BeginOrder(settings);
}

// The account is the one of the store; a new key is saved before it is told.
Status Manager::EnsureAuthority(const Settings& settings) {
    RT_TRY(std::optional<Account> account, store_.GetAccount());
    if (!account || account->directory != settings.directory) {
        RT_TRY(const crypto::EcKey key, crypto::EcKey::Generate());
        account = Account{settings.directory, {}, {}, {}};
        RT_TRY(account->key_pem, key.Pem());
        RT_CHECK_OK(store_.Put(*account));
        authority_.reset();
    }
    if (!authority_ || authority_->directory_url() != settings.directory) {
        RT_TRY(crypto::EcKey key, crypto::EcKey::FromPem(account->key_pem));
        authority_.emplace(parts_.client, parts_.clock, settings.directory, std::move(key));
    }
    authority_->set_account(account->url);
    if (account->url.empty()) {
        RT_TRY(account->url, authority_->OpenAccount(settings.account));
        account->email = settings.account.email;
        RT_CHECK_OK(store_.Put(*account));
        parts_.log.Info("certificate authority: account opened", {{"directory", settings.directory}});
    } else if (account->email != settings.account.email) {
        json::Array contact;
        if (!settings.account.email.empty()) contact.emplace_back("mailto:" + settings.account.email);
        RT_CHECK_OK(authority_->Post(account->url, json::Encode(json::Object{{"contact", std::move(contact)}})));
        account->email = settings.account.email;
        RT_CHECK_OK(store_.Put(*account));
    }
    return Ok();
}

Result<Manager::Wait> Manager::BeginOrder(const Settings& settings) {
    RT_CHECK_OK(EnsureAuthority(settings));
    RT_TRY(const Directory directory, authority_->GetDirectory());
    json::Array identifiers;
    for (const std::string& name : settings.names)
        identifiers.push_back(json::Object{{"type", "dns"}, {"value", name}});
    RT_TRY(const crypto::EcKey key, crypto::EcKey::Generate());
    RT_TRY(const Reply reply,
           authority_->Post(directory.new_order, json::Encode(json::Object{{"identifiers", std::move(identifiers)}})));
    if (!reply.location.starts_with("https://")) return Fail(Code::kUpstream, "an order without its address");
    PendingOrder order{settings.directory, settings.names, reply.location, {}, parts_.clock.Now()};
    RT_TRY(order.key_pem, key.Pem());
    RT_CHECK_OK(store_.Put(order));
    forced_ = false;
    parts_.log.Info("certificate ordered", {{"names", Joined(settings.names)}, {"directory", settings.directory}});
    return Wait{0};
}

Result<Manager::Wait> Manager::Continue(const Settings& settings, const PendingOrder& order) {
    RT_CHECK_OK(EnsureAuthority(settings));
    RT_TRY(const Reply reply, authority_->Post(order.url, std::nullopt));
    RT_TRY(const Order state, ParseOrder(reply.body));
    const std::int64_t age = parts_.clock.Now().micros - order.created.micros;
    if (age > kOrderMicrosMax && state.state != State::kValid)
        return Fail(Code::kInvalidState, "the authority did not finish the order within an hour");
    switch (state.state) {
        case State::kPending: {
            RT_TRY(const Wait wait, Prove(settings, order, state));
            return std::max(wait, PollDelayMicros(age, reply.retry_after_s));
        }
        case State::kReady:
            return Finalize(order, state);
        case State::kProcessing:
            return PollDelayMicros(age, reply.retry_after_s);
        case State::kValid:
            return Collect(order, state);
        case State::kInvalid:
        case State::kOther:
            break;
    }
    // The order's own words are often general; those of the name that failed say more.
    RT_CHECK_OK(Prove(settings, order, state));
    const std::string why = state.problem.Text();
    return Fail(Code::kInvalidState, why.empty() ? "the authority gave the order up" : why);
}

Result<Manager::Wait> Manager::Prove(const Settings& settings, const PendingOrder& /*order*/, const Order& state) {
    Wait wait = 0;
    for (const std::string& url : state.authorizations) {
        RT_TRY(const Reply reply, authority_->Post(url, std::nullopt));
        RT_TRY(const Authorization authorization, ParseAuthorization(reply.body));
        if (authorization.state == State::kValid) continue;
        RT_CHECK_OK(ProveName(settings, authorization));
        wait = std::max(wait, reply.retry_after_s * base::kMicrosPerSecond);
    }
    return wait;
}

Status Manager::ProveName(const Settings& settings, const Authorization& authorization) {
    const auto challenge = std::find_if(authorization.challenges.begin(), authorization.challenges.end(),
                                        [&](const Challenge& one) { return one.type == settings.challenge; });
    if (challenge == authorization.challenges.end()) {
        return Fail(Code::kInvalidState,
                    authorization.name + ": the authority does not offer the challenge " + settings.challenge);
    }
    if (authorization.state != State::kPending || challenge->state == State::kInvalid) {
        const std::string why = challenge->problem.Text();
        return Fail(Code::kInvalidState, authorization.name + ": " + (why.empty() ? "the proof was refused" : why));
    }
    // Also when it was announced already: after a restart the answer must be there again.
    RT_CHECK_OK(Present(settings, authorization.name, *challenge));
    if (challenge->state != State::kPending) return Ok();
    RT_CHECK_OK(authority_->Post(challenge->url, "{}"));
    return Ok();
}

Status Manager::Present(const Settings& settings, const std::string& name, const Challenge& challenge) {
    RT_TRY(std::string answer, authority_->KeyAuthorization(challenge.token));
    if (settings.challenge != kTlsAlpn01) {
        return store_.PutProof(challenge.token, answer, parts_.clock.Now().Plus(kOrderMicrosMax));
    }
    RT_TRY(const crypto::SelfSigned made,
           crypto::MakeAlpnChallenge(name, crypto::Sha256(answer), parts_.clock.Now(), parts_.random));
    return parts_.prove_in_tls(name, {made.certificate_pem, made.key_pem});
}

Result<Manager::Wait> Manager::Finalize(const PendingOrder& order, const Order& state) {
    RT_TRY(const crypto::EcKey key, crypto::EcKey::FromPem(order.key_pem));
    RT_TRY(const std::string request, key.CertificateRequest(order.names));
    const json::Object payload{{"csr", base::Base64UrlEncode(base::AsBytes(request))}};
    RT_TRY(const Reply reply, authority_->Post(state.finalize, json::Encode(payload)));
    return PollDelayMicros(0, reply.retry_after_s);
}

Result<Manager::Wait> Manager::Collect(const PendingOrder& order, const Order& state) {
    RT_TRY(Reply reply, authority_->Post(state.certificate, std::nullopt));
    Certificate certificate{order.directory, order.names, {std::move(reply.body), order.key_pem}, {}, {}, {}};
    // What cannot be used is not kept: it is ordered anew.
    const auto usable = crypto::MakeTlsContext({certificate.pair});
    const auto info = crypto::DescribeCertificate(certificate.pair.certificate_pem);
    if (!usable.ok() || !info.ok())
        return Fail(Code::kInvalidState, "the certificate that was issued cannot be used: " +
                                             (usable.ok() ? info.error().detail : usable.error().detail));
    if (Tidy(info->names) != order.names)
        return Fail(Code::kInvalidState, "the certificate that was issued is for other names");
    certificate.not_before = info->not_before;
    certificate.not_after = info->not_after;
    certificate.renew_at = RenewAt(info->not_before, info->not_after, Chance());
    RT_CHECK_OK(store_.PutCertificate(certificate));
    ForgetProofs();
    parts_.metrics.Get(Metric::kAcmeOrders, {"issued"}).Add();
    parts_.log.Info("certificate issued", {{"names", Joined(order.names)},
                                           {"until", base::FormatRfc3339(info->not_after)},
                                           {"renewal", base::FormatRfc3339(certificate.renew_at)}});
    Note("certificate.issue", {{"names", Joined(order.names)},
                               {"issuer", info->issuer},
                               {"not_after", base::FormatRfc3339(info->not_after)}});
    parts_.changed();
    return Wait{0};
}

void Manager::Failed(const Error& error) {
    const base::Time now = parts_.clock.Now();
    const bool transient = IsTransient(error.code);
    const auto before = store_.GetAttempt();
    Attempt attempt = before.ok() ? *before : Attempt{};
    ++attempt.failures;
    attempt.error = error.detail.empty() ? std::string(error.MessageFor(base::Locale::kEn)) : error.detail;
    attempt.failed_at = now;
    const FailureKind kind = transient ? FailureKind::kTransient : FailureKind::kRefused;
    const std::int64_t delay = RetryDelayMicros(kind, attempt.failures, error.retry_after_s, Chance());
    attempt.next = now.Plus(delay);
    attempt.limited = error.code == Code::kTooManyRequests;
    due_micros_ = attempt.next.micros;
    forced_ = asked_.load() != asked_before_;  // a request by hand is one try; one that came during this try, the next
    authority_.reset();                        // its directory may have moved
    if (!transient) ForgetProofs();
    Status saved = store_.PutFailure(attempt, !transient);
    if (saved.ok() && error.code == Code::kUnauthenticated) saved = ForgetAccount();
    if (!saved.ok())
        parts_.log.Error("the state of the certificate order was not saved", {{"reason", saved.error().detail}});
    parts_.metrics.Get(Metric::kAcmeOrders, {transient ? "postponed" : "refused"}).Add();
    parts_.log.Warn(
        "no certificate yet",
        {{"reason", attempt.error}, {"failures", attempt.failures}, {"next", base::FormatRfc3339(attempt.next)}});
    if (!transient) Note("certificate.refused", {{"reason", attempt.error}});
}

// The key stays: the authority finds or opens the account by it.
Status Manager::ForgetAccount() {
    RT_TRY(std::optional<Account> account, store_.GetAccount());
    if (!account) return Ok();
    account->url.clear();
    return store_.Put(*account);
}

void Manager::ForgetProofs() {
    const Status cleared = parts_.prove_in_tls({}, {});
    if (!cleared.ok()) parts_.log.Warn("challenge not withdrawn", {{"reason", cleared.error().detail}});
}

void Manager::Note(std::string_view action, const json::Object& after) const {
    const std::string text = json::Encode(after);
    storage::audit::Entry entry;
    entry.at = parts_.clock.Now();
    entry.entity = "server";
    entry.action = action;
    entry.after = text;
    const Status noted =
        parts_.db.Write("acme.note", [&](storage::sql::Writer& writer) { return parts_.audit.Append(writer, entry); });
    if (!noted.ok())
        parts_.log.Error("no audit row was written", {{"action", action}, {"reason", noted.error().detail}});
}

Result<std::optional<crypto::TlsPair>> Manager::InForce() const {
    if (settings().names.empty()) return std::optional<crypto::TlsPair>();
    RT_TRY(auto certificate, store_.GetCertificate());
    if (!certificate) return std::optional<crypto::TlsPair>();
    return std::optional<crypto::TlsPair>(std::move(certificate->pair));
}

Result<ManagerReport> Manager::Report() const {
    ManagerReport out;
    const Settings wanted = settings();
    out.names = wanted.names;
    out.directory = wanted.directory;
    RT_TRY(const auto certificate, store_.GetCertificate());
    RT_TRY(const auto order, store_.GetOrder());
    RT_TRY(const Attempt attempt, store_.GetAttempt());
    out.order_under_way = order.has_value();
    if (certificate) {
        out.not_after = certificate->not_after;
        out.renew_at = certificate->renew_at;
    }
    out.failures = attempt.failures;
    out.error = attempt.error;
    if (attempt.failures > 0) out.next_attempt = attempt.next;
    return out;
}

net::RouteTable Manager::Routes() {
    net::Route route;
    route.name = "acme.challenge";
    route.pattern = "/.well-known/acme-challenge/{token}";
    route.access = net::Access::kPublic;
    route.run = net::Run::kInline;
    route.rate_class = net::RateClass::kExempt;
    route.on_redirect = true;
    route.summary = "Proof that a name is ours, for the certificate authority (RFC 8555 §8.3).";
    route.handler = [this](const net::Request& request) -> Result<net::Response> {
        RT_TRY(auto answer, store_.GetProof(request.Param("token")));
        if (!answer) return Fail(Code::kNotFound);
        net::Response response;
        response.content_type = "application/octet-stream";
        response.body = *std::move(answer);
        return response;
    };
    net::RouteTable table;
    table.push_back(std::move(route));
    return table;
}

}  // namespace rt::acme
