#include "auth/self_service.h"

#include <algorithm>
#include <array>
#include <utility>

#include "auth/domain/device.h"
#include "auth/kv_tables.h"
#include "auth/service_internal.h"
#include "auth/wechat/session_keys.h"
#include "base/encoding.h"

namespace rt::auth {

using domain::Channel;
using domain::GuessKind;
using domain::Session;
using storage::sql::Reader;
using storage::sql::Writer;

namespace {

constexpr std::size_t kUndoTokenBytes = 24;

std::string NewUndoToken(Random& random) {
    std::array<std::uint8_t, kUndoTokenBytes> bytes{};
    random.Fill(bytes);
    return base::Base64UrlEncode(bytes);
}

}  // namespace

Result<std::vector<Session>> SelfService::Sessions(UserId id) const {
    RT_TRY(const User user, service_.accounts().Get(id));
    std::vector<Session> out;
    RT_CHECK_OK(service_.sessions().EachOf(id, [&](const Session& session) {
        if (session.user_session_epoch == user.session_epoch) out.push_back(session);
    }));
    std::sort(out.begin(), out.end(), [](const Session& a, const Session& b) { return a.rotated > b.rotated; });
    return out;
}

Status SelfService::NoteEnded(UserId user, const std::vector<Session>& ended, const Actor& actor) const {
    const base::Time now = service_.parts().clock.Now();
    for (const Session& session : ended) service_.revocations().EndSession(session.public_id, now);
    if (ended.empty()) return Ok();
    json::Array names;
    for (const Session& session : ended) names.emplace_back(session.public_id);
    const AuditEvent event{"session.end", actor, user.value, nullptr, json::Object{{"sessions", std::move(names)}}};
    return service_.parts().db.Write(
        "session.end", [&](Writer& writer) { return AppendAudit(service_.parts().audit, writer, event, now); });
}

Status SelfService::EndSession(UserId user, std::string_view id, const Actor& actor) const {
    RT_TRY(const auto ended,
           service_.sessions().EndSome(user, service_.parts().clock.Now(),
                                       [&](const Session& session) { return session.public_id == id; }));
    if (ended.empty()) return Fail(Code::kNotFound);
    return NoteEnded(user, ended, actor);
}

Result<std::int64_t> SelfService::EndOtherSessions(UserId user, std::string_view id, const Actor& actor) const {
    RT_TRY(const auto ended,
           service_.sessions().EndSome(user, service_.parts().clock.Now(),
                                       [&](const Session& session) { return session.public_id != id; }));
    RT_CHECK_OK(NoteEnded(user, ended, actor));
    return static_cast<std::int64_t>(ended.size());
}

Result<ShownIdentity> SelfService::AddAddress(UserId user, const CodeProof& proof, const Reproof& who,
                                              const Caller& caller) const {
    RT_CHECK_OK(service_.Reauthenticate(user, who, caller));
    RT_CHECK_OK(service_.TakeCode(CodePurpose::kVerify, proof, user, caller));
    return service_.Link(user, ProofOf(proof.contact), caller);
}

Result<ShownIdentity> SelfService::ChangeAddress(UserId user, const CodeProof& proof, const Reproof& who,
                                                 const Caller& caller) const {
    RT_CHECK_OK(service_.Reauthenticate(user, who, caller));
    RT_CHECK_OK(service_.TakeCode(CodePurpose::kChange, proof, user, caller));
    const Channel channel = proof.contact.channel;
    const base::Time now = service_.parts().clock.Now();
    Identities::ChangePlan plan;
    plan.undo_token = NewUndoToken(service_.parts().random);
    plan.undo_until = now.Plus(kUndoSeconds * base::kMicrosPerSecond);
    Notice notice{.kind = channel == Channel::kEmail ? "email_changed" : "phone_changed",
                  .at = now,
                  .device = domain::DeviceLabel(caller.device),
                  .client = MaskedNetwork(caller.actor.client),
                  .link = "/account/undo?token=" + plan.undo_token,
                  .changed = domain::Masked(proof.contact)};
    // The old address of the kind and, for a phone, the e-mail address as well: whoever took the one has not the other.
    for (const Channel told : {Channel::kEmail, Channel::kPhone}) {
        if (told == Channel::kPhone && channel == Channel::kEmail) continue;
        RT_TRY(const auto to, service_.identities().ContactOf(user, told));
        if (to) plan.told.push_back(service_.messages().Tell(*to, caller.locale, notice));
    }
    return service_.identities().Change(user, ProofOf(proof.contact), plan, caller.actor);
}

Status SelfService::RemoveIdentity(UserId user, std::string_view identity, const Reproof& who,
                                   const Caller& caller) const {
    RT_CHECK_OK(service_.Reauthenticate(user, who, caller));
    RT_TRY(auto gone, service_.identities().List(user));
    std::erase_if(gone, [&](const ShownIdentity& one) { return one.public_id != identity; });
    if (gone.empty()) return Fail(Code::kNotFound);
    const std::string shown = ShownWay(gone.front().kind, gone.front().shown, caller.locale);
    RT_TRY(const auto told, service_.NoticesTo(user, "identity_removed", caller, shown));
    RT_CHECK_OK(service_.identities().Remove(user, identity, caller.actor, told));
    return ForgetWechatKeys(user, gone);
}

Status SelfService::ForgetWechatKeys(UserId user, const std::vector<ShownIdentity>& identities) const {
    for (const ShownIdentity& one : identities) {
        if (one.kind != IdentityKind::kWechatMini) continue;
        RT_CHECK_OK(service_.parts().kv.Delete(kWechatSessionTable, wechat::SessionKeyOf(user, one.issuer)));
    }
    return Ok();
}

Result<Enrolment> SelfService::BeginSecondStep(UserId id, const Reproof& who, const Caller& caller) const {
    RT_CHECK_OK(service_.Reauthenticate(id, who, caller));
    RT_TRY(const User user, service_.accounts().Get(id));
    return service_.second_steps().Enrol(user);
}

Result<std::vector<std::string>> SelfService::ConfirmSecondStep(UserId user, std::string_view code,
                                                                std::string_view session, const Caller& caller) const {
    const std::string subject = GuessSubject(user);
    RT_CHECK_OK(service_.guesses().Attempt(GuessKind::kSecondStep, subject, caller.actor.client));
    RT_TRY(const auto told, service_.NoticeTo(user, "second_step_on", caller));
    RT_TRY(auto codes, service_.second_steps().Confirm(user, code, caller.actor, told));
    RT_CHECK_OK(service_.guesses().Forgive(GuessKind::kSecondStep, subject, caller.actor.client));
    // The codes are on their way once only: what follows must not cost them. A session that stays without the mark is
    // refused when it is renewed.
    const Status marked = service_.sessions().MarkSecondStep(user, session);
    const auto ended = EndOtherSessions(user, session, caller.actor);
    if (!marked.ok() || !ended.ok()) {
        service_.parts().log.Warn("sessions were not brought in line with a new second step", {});
    }
    return codes;
}

Status SelfService::EndSecondStep(UserId id, const Reproof& who, StepMethod method, std::string_view code,
                                  const Caller& caller) const {
    RT_TRY(const User user, service_.accounts().Get(id));
    const base::Time now = service_.parts().clock.Now();
    RT_TRY(const bool must,
           service_.parts().db.Read([&](Reader& reader) { return service_.MustHaveSecondStep(reader, user, now); }));
    if (must) {
        return base::FailText(Code::kInvalidState, {"工作人员必须启用两步验证", "Staff must keep the second step"});
    }
    RT_CHECK_OK(service_.Reauthenticate(id, who, caller));
    RT_TRY(const auto proof, service_.CheckStep(id, method, code, caller));
    RT_TRY(const auto told, service_.NoticeTo(id, "second_step_off", caller));
    return service_.second_steps().Disable(id, proof, caller.actor, told);
}

Result<std::vector<std::string>> SelfService::NewRecoveryCodes(UserId user, std::string_view code,
                                                               const Caller& caller) const {
    RT_TRY(const auto proof, service_.CheckStep(user, StepMethod::kTotp, code, caller));
    RT_TRY(const auto told, service_.NoticesTo(user, "recovery_codes_new", caller, {}));
    return service_.second_steps().NewRecoveryCodes(user, proof, caller.actor, told);
}

Status SelfService::Unlock(UserId user, const Actor& actor) const {
    const base::Time now = service_.parts().clock.Now();
    RT_TRY(const User named, service_.accounts().Get(user));
    RT_CHECK_OK(service_.Unlock(named));
    return service_.parts().db.Write("user.unlock", [&](Writer& writer) {
        return AppendAudit(service_.parts().audit, writer, {"user.unlock", actor, user.value, nullptr, nullptr}, now);
    });
}

Status SelfService::UnlockAddress(std::string_view id, const Actor& actor) const {
    const base::Time now = service_.parts().clock.Now();
    RT_TRY(const std::string address, service_.guesses().UnlockAddress(id));
    const json::Object what{{"network", MaskedNetwork(address)}};
    return service_.parts().db.Write("address.unlock", [&](Writer& writer) {
        return AppendAudit(service_.parts().audit, writer, {"address.unlock", actor, 0, nullptr, what, "server"}, now);
    });
}

Result<SelfService::SecondStepState> SelfService::SecondStepOf(const User& user) const {
    const base::Time now = service_.parts().clock.Now();
    return service_.parts().db.Read([&](Reader& reader) -> Result<SecondStepState> {
        SecondStepState state;
        RT_TRY(state.on, store::HasTotp(reader, user.id));
        RT_TRY(state.recovery_codes_left, store::RecoveryCodesLeft(reader, user.id));
        RT_TRY(state.required, service_.MustHaveSecondStep(reader, user, now));
        return state;
    });
}

}  // namespace rt::auth
