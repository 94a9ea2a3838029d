// The second step of a sign-in.
#include <utility>

#include "auth/service.h"
#include "auth/service_internal.h"

namespace rt::auth {

using domain::GuessKind;
using storage::sql::Reader;
using storage::sql::Writer;

namespace {

std::string_view Word(StepMethod method) {
    return method == StepMethod::kTotp ? "totp" : "recovery";
}

// The session belongs to the client that began the sign-in.
Caller CallerOf(const PendingSignIn& pending, const Caller& caller) {
    Caller out = caller;
    out.kind = pending.client;
    out.actor.user_id = pending.user.value;
    return out;
}

}  // namespace

// The user whose first step it was, unless something ended it meanwhile.
Result<User> Service::UserOfPending(Reader& reader, const PendingSignIn& pending) const {
    RT_TRY(auto user, store::FindById(reader, pending.user));
    if (!user || user->status != UserStatus::kActive || user->session_epoch != pending.session_epoch ||
        pending.generation != generation_.load()) {
        return Fail(Code::kUnauthenticated, "the account changed during the sign-in");
    }
    return std::move(*user);
}

Result<SecondSteps::Proof> Service::CheckStep(UserId user, StepMethod method, std::string_view code,
                                              const Caller& caller) {
    const std::string subject = GuessSubject(user);
    RT_CHECK_OK(guesses_.Attempt(GuessKind::kSecondStep, subject, caller.actor.client));
    auto proof = second_steps_.Check(user, method, code);
    parts_.metrics.Get(Metric::kSecondSteps, {Word(method), proof.ok() ? "ok" : "refused"}).Add();
    if (proof.ok()) RT_CHECK_OK(guesses_.Forgive(GuessKind::kSecondStep, subject, caller.actor.client));
    return proof;
}

Result<SignedIn> Service::GiveSecondStep(std::string_view token, StepMethod method, std::string_view code,
                                         const Caller& caller) {
    RT_TRY(const PendingSignIn pending, pending_.Try(token));
    const Caller self = CallerOf(pending, caller);
    RT_TRY(const auto proof, CheckStep(pending.user, method, code, self));
    std::optional<Message> told;
    if (method == StepMethod::kRecovery) {
        RT_TRY(told, NoticeTo(pending.user, "recovery_code_used", self));
    }
    const base::Time now = parts_.clock.Now();
    RT_TRY(const User user, parts_.db.Write("session.begin_second_step", [&](Writer& writer) -> Result<User> {
        RT_TRY(User found, UserOfPending(writer, pending));
        RT_CHECK_OK(SecondSteps::SpendIn(writer, found.id, proof, now));
        RT_CHECK_OK(NoteSignInIn(writer, found, self, now));
        if (told) RT_CHECK_OK(Messages::AddIn(writer, *told, now));
        return found;
    }));
    RT_TRY(const bool taken, pending_.Take(token));
    if (!taken) return Fail(Code::kUnauthenticated, "the second step was given twice");
    parts_.metrics.Get(Metric::kLogins, {"ok"}).Add();
    return Open(user, pending.method, true, self);
}

namespace {

Error NothingToEnrol() {
    return base::FailText(Code::kInvalidState,
                          {"已启用两步验证，请输入验证码", "The second step is set up already; give a code"});
}

}  // namespace

Result<Enrolment> Service::EnrolInSignIn(std::string_view token) {
    RT_TRY(const PendingSignIn pending, pending_.Look(token));
    if (!pending.enrol) return NothingToEnrol();
    RT_TRY(const User user, parts_.db.Read([&](Reader& reader) { return UserOfPending(reader, pending); }));
    return second_steps_.Enrol(user);
}

Result<Confirmed> Service::ConfirmInSignIn(std::string_view token, std::string_view code, const Caller& caller) {
    RT_TRY(const PendingSignIn pending, pending_.Try(token));
    if (!pending.enrol) return NothingToEnrol();
    const Caller self = CallerOf(pending, caller);
    RT_TRY(const User seen, parts_.db.Read([&](Reader& reader) { return UserOfPending(reader, pending); }));
    const std::string subject = GuessSubject(seen.id);
    RT_CHECK_OK(guesses_.Attempt(GuessKind::kSecondStep, subject, caller.actor.client));
    RT_TRY(auto codes, second_steps_.Confirm(seen.id, code, self.actor));
    RT_CHECK_OK(guesses_.Forgive(GuessKind::kSecondStep, subject, caller.actor.client));
    const base::Time now = parts_.clock.Now();
    RT_TRY(const User user, parts_.db.Write("session.begin_second_step", [&](Writer& writer) -> Result<User> {
        RT_TRY(User found, UserOfPending(writer, pending));
        RT_CHECK_OK(NoteSignInIn(writer, found, self, now));
        return found;
    }));
    RT_TRY(const bool taken, pending_.Take(token));
    if (!taken) return Fail(Code::kUnauthenticated, "the sign-in was completed elsewhere");
    parts_.metrics.Get(Metric::kLogins, {"ok"}).Add();
    RT_TRY(auto session, Open(user, pending.method, true, self));
    return Confirmed{std::move(session), std::move(codes)};
}

}  // namespace rt::auth
