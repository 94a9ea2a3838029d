#include "net/exchange.h"

#include <algorithm>
#include <exception>

#include "base/clock.h"
#include "crypto/tls.h"
#include "net/field_lines.h"
#include "net/security_fields.h"

namespace rt::net {
namespace {

constexpr std::string_view kNoRoute = "-";
constexpr std::int64_t kCostUnitMicros = 10'000;
constexpr std::int64_t kCostMax = 1'000'000;

void AppendRate(const RateDecision& rate, std::string& lines) {
    if (!rate.counted) return;
    AppendFieldLine(lines, "RateLimit-Limit", std::to_string(rate.limit));
    AppendFieldLine(lines, "RateLimit-Remaining", std::to_string(rate.remaining));
    AppendFieldLine(lines, "RateLimit-Reset", std::to_string(rate.reset_s));
}

// Fields of every answer, unless the handler said otherwise.
void AppendDefaults(const Core& core, const Exchange& exchange, const Response& response, std::string& lines) {
    lines += exchange.lines;
    AppendRate(exchange.rate, lines);
    AppendFieldLine(lines, "X-Request-Id", exchange.request.request_id);
    if (!HasField(response, "Cache-Control")) AppendFieldLine(lines, "Cache-Control", "no-store");
    AppendReplaceableSecurity(response, lines);
    lines += SecurityFieldLines();
    // Not with a certificate that nobody vouches for: browsers would lock people out (RFC 6797 §12.1).
    const bool strict = exchange.request.secure && (core.options.tls == nullptr || core.options.tls->Vouched());
    if (strict && !core.options.hsts.empty()) {
        AppendFieldLine(lines, "Strict-Transport-Security", core.options.hsts);
    }
}

Result<Response> Guarded(const Core& core, Exchange& exchange) {
    try {
        if (NeedsAuthorizer(*exchange.route, exchange.request.principal)) {
            RT_CHECK_OK(core.parts.authorizer->BeforeHandler(*exchange.route, exchange.request));
        }
        return exchange.route->handler(exchange.request);
    } catch (const std::exception& error) {
        core.parts.log.Error(
            "handler threw",
            {{"route", exchange.RouteName()}, {"requestId", exchange.request.request_id}, {"error", error.what()}});
    } catch (...) {
        core.parts.log.Error("handler threw",
                             {{"route", exchange.RouteName()}, {"requestId", exchange.request.request_id}});
    }
    return Fail(Code::kInternal);
}

void LogError(const Core& core, const Exchange& exchange, const Error& error) {
    const base::CodeInfo& info = base::Info(error.code);
    core.parts.metrics.Get(Metric::kHttpErrors, {info.wire}).Add();
    if (!core.parts.log.Enabled(info.level)) return;
    core.parts.log.Write(info.level, "request failed",
                         {{"requestId", exchange.request.request_id},
                          {"route", exchange.RouteName()},
                          {"code", info.wire},
                          {"detail", error.detail}});
}

// What an expensive route used beyond what it was charged for at the head.
void ChargeCost(const Core& core, const Exchange& exchange, std::int64_t cpu_micros) {
    const Route& route = *exchange.route;
    const auto used = static_cast<std::uint32_t>(std::clamp<std::int64_t>(cpu_micros / kCostUnitMicros, 0, kCostMax));
    if (used > route.cost) {
        core.parts.limiter.ChargeCost(used - route.cost, exchange.request.principal, exchange.client);
    }
    core.parts.metrics.Get(Metric::kHttpCost, {route.name}).Add(std::max(used, route.cost));
}

// 200 to a request that was counted as a sign-in: who he is was proved, and no account was made (that is 201). It takes
// nothing, so that a school behind one address is not shut out by its own people. The answer's fields say so too.
void GiveBackSignIn(const Core& core, Exchange& exchange, int status) {
    if (exchange.route->rate_class != RateClass::kSignIn || status != 200) return;
    core.parts.limiter.GiveBack(RateClass::kSignIn, exchange.request.principal, exchange.client);
    if (exchange.rate.counted && exchange.rate.remaining < exchange.rate.limit) ++exchange.rate.remaining;
}

Response CallHandler(const Core& core, Exchange& exchange) {
    exchange.request.body = std::move(exchange.body);
    const std::int64_t began = exchange.route->cost > 0 ? base::ThreadCpuMicros() : 0;
    Result<Response> result = Guarded(core, exchange);
    if (exchange.route->cost > 0) ChargeCost(core, exchange, base::ThreadCpuMicros() - began);
    // What was received makes room before the client hears of it.
    exchange.request.file.reset();
    exchange.request.body = {};
    if (result.ok()) {
        GiveBackSignIn(core, exchange, result->status);
        return *std::move(result);
    }
    LogError(core, exchange, result.error());
    return Failure(result.error(), exchange.request.locale, exchange.request.request_id);
}

}  // namespace

bool NeedsAuthorizer(const Route& route, const Principal& principal) {
    if (route.access == Access::kPublic) return false;
    return route.permission != Permission::kNone || principal.credential != Credential::kSession;
}

std::string_view Exchange::RouteName() const {
    if (route != nullptr) return route->name;
    return socket != nullptr ? std::string_view(socket->name) : kNoRoute;
}

EngineAnswer Answer(const Core& core, Engine& engine, Exchange& exchange, std::string_view date) {
    EngineCall call;
    call.method = exchange.request.method;
    call.close = &exchange.close;
    call.minor_version = exchange.minor_version;
    call.date = date;
    call.handle = [&](std::string& lines) {
        // A refused request's body was read to keep the connection, and is not looked at.
        Response response = exchange.refusal ? *std::move(exchange.refusal) : CallHandler(core, exchange);
        AppendDefaults(core, exchange, response, lines);
        return response;
    };
    // Before the handler, which takes the refusal.
    const bool inline_run = exchange.IsInline();
    EngineAnswer answer = inline_run ? engine.RunInline(call) : engine.Run(call);
    exchange.status = answer.status;
    return answer;
}

EngineAnswer AnswerError(const Core& core, Engine& engine, Exchange& exchange, const Error& error,
                         std::string_view date) {
    LogError(core, exchange, error);
    exchange.refusal = Failure(error, exchange.request.locale, exchange.request.request_id);
    return Answer(core, engine, exchange, date);
}

void LogAccess(const Core& core, const Exchange& exchange, std::int64_t duration_micros) {
    core.parts.log.Info("request", {{"requestId", exchange.request.request_id},
                                    {"userId", exchange.request.principal.public_id},
                                    {"client", exchange.request.client},
                                    {"method", Name(exchange.request.method)},
                                    {"route", exchange.RouteName()},
                                    {"status", exchange.status},
                                    {"duration", static_cast<double>(duration_micros) / 1000.0},
                                    {"bytes", exchange.bytes_out}});
}

}  // namespace rt::net
