#include "ops/life_cycle.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "json/json.h"
#include "ops/state_store.h"

namespace rt::ops {

namespace {

constexpr std::string_view kStateName = "notice";
constexpr std::int64_t kRetryAfterMax = 86'400;
constexpr std::uint32_t kRetryAfterDefault = 60;

std::string Encode(const Notice& notice) {
    return json::Encode(json::Object{{"restriction", Name(notice.restriction)},
                                     {"message", notice.message},
                                     {"until", notice.until ? json::Value(notice.until->micros) : json::Value()}});
}

Notice Decode(std::string_view text) {
    Notice notice;
    const auto decoded = json::Decode(text);
    if (!decoded.ok()) return notice;
    const json::Value* restriction = decoded->Find("restriction");
    const json::Value* message = decoded->Find("message");
    const json::Value* until = decoded->Find("until");
    if (restriction != nullptr && restriction->IsString()) {
        notice.restriction = ParseRestriction(restriction->AsString()).value_or(Restriction::kNone);
    }
    if (message != nullptr && message->IsString()) notice.message = message->AsString();
    if (until != nullptr && until->IsInt()) notice.until = base::Time{until->AsInt()};
    return notice;
}

bool ChangesNothing(net::Method method) {
    return method == net::Method::kGet || method == net::Method::kHead || method == net::Method::kOptions;
}

Error Refusal(const Notice& notice, Code code, base::Time now) {
    Error error = notice.message.empty() ? Fail(code) : base::FailText(code, {notice.message, notice.message});
    error.retry_after_s = kRetryAfterDefault;
    if (notice.until && *notice.until > now) {
        const std::int64_t left = (notice.until->micros - now.micros) / base::kMicrosPerSecond + 1;
        error.retry_after_s = static_cast<std::uint32_t>(std::min(left, kRetryAfterMax));
    }
    return error;
}

}  // namespace

std::string_view Name(Phase phase) {
    switch (phase) {
        case Phase::kStarting:
            return "starting";
        case Phase::kReady:
            return "ready";
        case Phase::kDraining:
            return "draining";
    }
    return "starting";
}

std::string_view Name(Restriction restriction) {
    switch (restriction) {
        case Restriction::kNone:
            return "none";
        case Restriction::kReadOnly:
            return "read_only";
        case Restriction::kMaintenance:
            return "maintenance";
    }
    return "none";
}

std::optional<Restriction> ParseRestriction(std::string_view text) {
    for (const auto restriction : {Restriction::kNone, Restriction::kReadOnly, Restriction::kMaintenance}) {
        if (Name(restriction) == text) return restriction;
    }
    return std::nullopt;
}

LifeCycle::LifeCycle(const base::Clock& clock, std::vector<os::Cidr> always_served)
    : clock_(clock), always_served_(std::move(always_served)) {}

Status LifeCycle::Admit(const net::Route& route, const net::Request& head) {
    if (route.rate_class == net::RateClass::kExempt) return Ok();
    if (phase_.load() == Phase::kStarting) {
        Error error = Fail(Code::kUnavailable, "still starting");
        error.retry_after_s = 1;
        return error;
    }
    const Restriction restriction = restriction_.load();
    if (restriction == Restriction::kNone) return Ok();
    if (!head.principal.anonymous() && head.principal.role == net::Role::kAdmin) return Ok();
    if (std::string_view(route.name).starts_with("auth.")) return Ok();
    if (restriction == Restriction::kReadOnly) {
        return ChangesNothing(head.method) ? Ok() : Status(Refusal(notice(), Code::kReadOnly, clock_.Now()));
    }
    const auto address = os::Address::Parse(head.client);
    if (address && os::AnyContains(always_served_, *address)) return Ok();
    return Refusal(notice(), Code::kMaintenance, clock_.Now());
}

Notice LifeCycle::notice() const {
    const std::scoped_lock lock(mutex_);
    return notice_;
}

bool LifeCycle::Ready() const {
    return phase_.load() == Phase::kReady && restriction_.load() != Restriction::kMaintenance;
}

Status LifeCycle::Load(storage::sql::Database& db) {
    RT_TRY(const auto text, LoadState(db, kStateName));
    if (!text) return Ok();
    const std::scoped_lock lock(mutex_);
    notice_ = Decode(*text);
    restriction_.store(notice_.restriction);
    return Ok();
}

Status LifeCycle::Set(storage::sql::Database& db, Notice notice) {
    const auto count = base::CodePointCount(notice.message);
    if (!count || *count > kMessageCharsMax || !base::IsPlainLine(notice.message)) {
        return base::InvalidField("message", {"说明最多 200 个字符", "The message may have 200 characters at most"});
    }
    const std::scoped_lock setting(set_mutex_);
    RT_CHECK_OK(SaveState(db, kStateName, Encode(notice), clock_.Now()));
    const std::scoped_lock lock(mutex_);
    notice_ = std::move(notice);
    restriction_.store(notice_.restriction);
    return Ok();
}

}  // namespace rt::ops
