#include "app/avalon.h"

#include <utility>

namespace rt::app {
namespace {

avalon::RoomsOptions OptionsOf(const config::Config& config) {
    avalon::RoomsOptions options;
    options.rooms_max = static_cast<std::size_t>(config.avalon_rooms_max);
    options.rooms_per_user_max = static_cast<std::size_t>(config.avalon_rooms_per_user_max);
    options.workers = static_cast<std::size_t>(config.avalon_workers);
    options.limits.spectators_max = static_cast<std::size_t>(config.avalon_spectators_max);
    options.limits.bot_wait_max_ms = config.avalon_bot_wait_max_ms;
    options.limits.bot_wait_min_ms = config.avalon_bot_wait_max_ms / 3;
    return options;
}

// As the HTTP API knows its callers, by the same tokens.
std::function<Result<avalon::Ticket>(std::string_view)> VerifyBy(auth::Service& auth) {
    return [&auth](std::string_view token) -> Result<avalon::Ticket> {
        RT_TRY(const auth::AccessClaims claims, auth.authenticator().Check(token));
        return avalon::Ticket{{claims.user.value, claims.public_id, claims.role, claims.session, false},
                              [&auth, claims] { return !auth.revocations().Voids(claims); }};
    };
}

}  // namespace

void AvalonTexts::Check(std::int64_t user_id, const std::string& text, std::function<void(avalon::TextVerdict)> done) {
    if (wechat_ == nullptr || !wechat_->set_up(auth::wechat::Product::kAvalon)) return done(avalon::TextVerdict::kPass);
    const bool taken = submit_(net::Run::kOutgoing, [this, user_id, text, done] {
        if (!wechat_->Keeps(auth::UserId{user_id}, auth::wechat::Product::kAvalon)) {
            return done(avalon::TextVerdict::kPass);
        }
        const auto good = wechat_->CheckText(auth::UserId{user_id}, auth::wechat::Product::kAvalon, text);
        if (!good.ok()) return done(avalon::TextVerdict::kUnchecked);
        done(*good ? avalon::TextVerdict::kPass : avalon::TextVerdict::kRefused);
    });
    if (!taken) done(avalon::TextVerdict::kUnchecked);
}

Avalon::Avalon(const config::Config& config, Services& services, auth::wechat::SignIns& wechat,
               net::RateLimiter& limiter, const Submit& submit)
    : hall_(*services.hall),
      service_(OptionsOf(config), {.kv = *services.stores.kv,
                                   .clock = services.stores.clock,
                                   .random = services.stores.random,
                                   .log = services.stores.log,
                                   .metrics = services.stores.metrics,
                                   .text = *services.texts,
                                   .archive = hall_,
                                   .people = hall_,
                                   .limiter = limiter,
                                   .verify = VerifyBy(*services.auth),
                                   .submit = submit}) {
    services.texts->Use(wechat, submit);
}

Status Avalon::Start() {
    RT_CHECK_OK(service_.Start());
    hall_.Attach(&service_.rooms());
    return Ok();
}

void Avalon::Stop() {
    hall_.Attach(nullptr);
    service_.Stop();
}

}  // namespace rt::app
