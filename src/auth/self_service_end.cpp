// The export of an account, and its end.
#include <cstdint>
#include <utility>
#include <vector>

#include "auth/access_export.h"
#include "auth/account_end_store.h"
#include "auth/self_service.h"
#include "auth/service_internal.h"

namespace rt::auth {

using domain::Channel;
using domain::Session;
using storage::sql::Reader;
using storage::sql::Writer;

namespace {

constexpr std::int64_t kPostponeMicros = base::kMicrosPerDay;

Error OwnerMissing(const std::vector<std::string>& organisations) {
    std::string zh;
    std::string en;
    for (const std::string& name : organisations) {
        zh.append(zh.empty() ? "“" : "、“").append(name).append("”");
        en.append(en.empty() ? "\"" : ", \"").append(name).append("\"");
    }
    return base::FailText(Code::kInvalidState, {"你是 " + zh + " 唯一的所有者，请先移交或关闭",
                                                "You are the only owner of " + en + "; hand over or close first"});
}

}  // namespace

Status SelfService::CheckFree(Reader& reader, UserId user, base::Time now) const {
    RT_TRY(const bool dispensable, store::CanDoWithout(reader, user));
    if (!dispensable) {
        return base::FailText(Code::kInvalidState, {"最后一位管理员不能注销", "The last administrator must stay"});
    }
    RT_TRY(const auto organisations, store::SoleOwned(reader, user));
    if (!organisations.empty()) return OwnerMissing(organisations);
    for (PersonalData* source : sources_) {
        RT_TRY(const auto blocker, source->Blocker(reader, user, now));
        if (blocker) return base::FailText(Code::kInvalidState, *blocker);
    }
    return Ok();
}

Result<base::Time> SelfService::PlanEnd(UserId id, const Reproof& who, const Caller& caller) const {
    RT_CHECK_OK(service_.Reauthenticate(id, who, caller));
    return PlanEndBy(id, "deletion_planned", caller);
}

Result<base::Time> SelfService::PlanEndOf(UserId id, const Caller& caller) const {
    if (caller.actor.user_id == id.value) {
        return base::FailText(Code::kInvalidState, {"请在“我的账号”中注销自己的账号",
                                                    "Your own account is deleted on the pages of your account"});
    }
    return PlanEndBy(id, "deletion_planned_for", caller);
}

Result<base::Time> SelfService::PlanEndBy(UserId id, std::string_view notice, const Caller& caller) const {
    const base::Time now = service_.parts().clock.Now();
    const base::Time due = now.Plus(service_.options().delete_grace_s * base::kMicrosPerSecond);
    RT_TRY(const auto told, service_.NoticeTo(id, notice, caller));
    const auto done =
        service_.accounts().Change(id, "user.plan_end", caller.actor, [&](Writer& writer, User& user) -> Status {
            RT_CHECK_OK(CheckFree(writer, id, now));
            RT_CHECK_OK(store::PlanEnd(writer, id, now, due));
            if (told) RT_CHECK_OK(Messages::AddIn(writer, *told, now));
            ++user.epoch;
            ++user.session_epoch;
            return Ok();
        });
    if (!done.ok()) return done.error();
    if (service_.options().delete_grace_s == 0) RT_CHECK_OK(Erase(id));
    return due;
}

Status SelfService::Keep(UserId id, const Actor& actor) const {
    const base::Time now = service_.parts().clock.Now();
    return service_.parts().db.Write("user.keep", [&](Writer& writer) -> Status {
        RT_TRY(const bool planned, store::CancelEnd(writer, id));
        if (!planned) return Ok();
        return AppendAudit(service_.parts().audit, writer, {"user.keep", actor, id.value, nullptr, nullptr}, now);
    });
}

Result<std::optional<base::Time>> SelfService::PlannedEnd(UserId id) const {
    return service_.parts().db.Read([&](Reader& reader) { return store::PlannedEnd(reader, id); });
}

// One commit for everything in the record; what lies in the fast store follows and is void without it.
Status SelfService::Erase(UserId id) const {
    const Service::Parts& parts = service_.parts();
    const base::Time now = parts.clock.Now();
    RT_TRY(const auto identities, service_.identities().List(id));
    std::vector<EraseFn> others;
    for (PersonalData* source : sources_) others.push_back(source->PrepareErase(id, now));
    RT_CHECK_OK(parts.db.Write("user.erase", [&](Writer& writer) -> Status {
        RT_TRY(const auto due, store::PlannedEnd(writer, id));
        if (!due || *due > now) return Fail(Code::kConflict, "the end of the account was taken back");
        RT_CHECK_OK(CheckFree(writer, id, now));
        for (const EraseFn& erase : others) RT_CHECK_OK(erase(writer));
        RT_CHECK_OK(store::RemoveAllOf(writer, id));
        RT_CHECK_OK(store::RemoveTotp(writer, id));
        RT_CHECK_OK(store::CancelEnd(writer, id));
        RT_CHECK_OK(store::EraseUser(writer, id, now));
        RT_CHECK_OK(parts.audit.EraseDetails(writer, "user", id.value));
        return AppendAudit(parts.audit, writer, {"user.erase", {}, id.value, nullptr, nullptr}, now);
    }));
    service_.revocations().MoveEpoch(id, INT64_MAX, now);
    RT_CHECK_OK(service_.sessions().EndAllOf(id));
    RT_CHECK_OK(service_.sessions().ForgetDevices(id));
    RT_CHECK_OK(ForgetWechatKeys(id, identities));
    return service_.guesses().Unlock({GuessSubject(id)});
}

Result<std::int64_t> SelfService::RunEnds(std::int64_t accounts_max) const {
    const Service::Parts& parts = service_.parts();
    const base::Time now = parts.clock.Now();
    RT_TRY(const auto due, parts.db.Read([&](Reader& reader) { return store::DueEnds(reader, now, accounts_max); }));
    std::int64_t ended = 0;
    for (const UserId id : due) {
        const Status erased = Erase(id);
        if (erased.ok()) {
            ++ended;
            continue;
        }
        // Something came up since it was planned; looked at again tomorrow, and nobody behind it waits.
        parts.log.Warn("an account could not be ended", {{"reason", Info(erased.error().code).wire}});
        RT_CHECK_OK(parts.db.Write("account_end.postpone", [&](Writer& writer) {
            return store::PostponeEnd(writer, id, now.Plus(kPostponeMicros));
        }));
    }
    return ended;
}

Result<json::Value> SelfService::Export(UserId id) const {
    RT_TRY(const User user, service_.accounts().Get(id));
    const auto time_or_null = [](const std::optional<base::Time>& time) {
        return time ? json::Value(base::FormatRfc3339(*time)) : json::Value();
    };
    json::Array addresses;
    for (const Channel channel : {Channel::kEmail, Channel::kPhone}) {
        RT_TRY(const auto contact, service_.identities().ContactOf(id, channel));
        if (contact) addresses.emplace_back(contact->address);
    }
    json::Array identities;
    RT_TRY(const auto list, service_.identities().List(id));
    for (const ShownIdentity& one : list) {
        identities.emplace_back(json::Object{
            {"kind", Name(one.kind)}, {"issuer", one.issuer}, {"verified_at", base::FormatRfc3339(one.verified_at)}});
    }
    json::Array sessions;
    RT_TRY(const auto live, Sessions(id));
    for (const Session& session : live) {
        sessions.emplace_back(json::Object{{"device", session.device},
                                           {"client", session.network},
                                           {"method", session.method},
                                           {"created", base::FormatRfc3339(session.issued)},
                                           {"last_used", base::FormatRfc3339(session.rotated)}});
    }
    RT_TRY(const auto step, SecondStepOf(user));
    json::Object out{{"account", json::Object{{"id", user.public_id},
                                              {"login_name", user.login_name},
                                              {"display_name", user.display_name},
                                              {"role", Name(user.role)},
                                              {"locale", Name(user.locale)},
                                              {"created", base::FormatRfc3339(user.created)},
                                              {"last_active_at", time_or_null(user.last_active_at)},
                                              {"second_step", step.on}}},
                     {"addresses", std::move(addresses)},
                     {"identities", std::move(identities)},
                     {"sessions", std::move(sessions)}};
    RT_TRY(const json::Object access, ExportAccess(service_.parts().db, service_.access().scopes(), id));
    for (const json::Member& part : access.members()) out.Set(part.first, part.second);
    for (PersonalData* source : sources_) {
        RT_TRY(auto part, source->Export(id));
        out.Set(std::string(source->name()), std::move(part));
    }
    return json::Value(std::move(out));
}

}  // namespace rt::auth
