// Sign-ins by proved identities and codes; registration.
#include <array>
#include <utility>

#include "auth/domain/credentials.h"
#include "auth/domain/device.h"
#include "auth/grant_store.h"
#include "auth/service.h"
#include "auth/service_internal.h"
#include "auth/token_store.h"
#include "os/address.h"
#include "text/normalise.h"

namespace rt::auth {

using domain::Channel;
using domain::GuessKind;
using storage::sql::Reader;
using storage::sql::Writer;

std::string GuessSubject(UserId user) {
    return "user:" + std::to_string(user.value);
}

std::string GuessSubject(std::string_view typed) {
    if (const auto contact = ContactTyped(typed)) return "name:" + contact->key;
    const auto nfkc = text::Nfkc(typed);
    return "name:" + domain::NormaliseLoginName(nfkc ? std::string_view(*nfkc) : typed);
}

std::optional<domain::Contact> ContactTyped(std::string_view typed) {
    const auto nfkc = text::Nfkc(typed);
    if (!nfkc) return std::nullopt;
    return nfkc->find('@') != std::string::npos ? domain::ParseEmail(*nfkc) : domain::ParsePhone(*nfkc);
}

std::string MaskedNetwork(std::string_view client) {
    constexpr unsigned kMappedBits = 96;  // in front of an IPv4 address inside an IPv6 one
    const auto address = os::Address::Parse(client);
    if (!address) return {};
    return address->IsIpv4() ? address->Prefix(kMappedBits + 24).Text() + "/24" : address->Prefix(48).Text() + "/48";
}

Error AccountLocked() {
    return base::FailText(Code::kForbidden, {"账号已停用，请联系管理员", "This account is locked"});
}

namespace {

Error RegistrationClosed() {
    return base::FailText(Code::kForbidden, {"未开放注册", "Registration of accounts is closed"});
}

std::string_view MethodOf(Channel channel) {
    return channel == Channel::kEmail ? "email" : "phone";
}

Status CheckProofGiven(Options::Needs needs, const std::optional<CodeProof>& proof) {
    using Needs = Options::Needs;
    const bool email = proof && proof->contact.channel == Channel::kEmail;
    const bool phone = proof && proof->contact.channel == Channel::kPhone;
    const bool enough = needs == Needs::kNothing || (needs == Needs::kEmail && email) ||
                        (needs == Needs::kPhone && phone) || (needs == Needs::kEither && (email || phone));
    if (enough) return Ok();
    return base::InvalidField("verify", {"请先验证邮箱或手机号", "Verify an e-mail address or a phone number first"});
}

}  // namespace

Result<bool> Service::MustHaveSecondStep(Reader& reader, const User& user, base::Time now) const {
    if (!options_.staff_second_step) return false;
    if (user.role != Role::kUser) return true;
    return store::IsStaffByGrant(reader, user.id, now);
}

Result<Service::Step> Service::StepFor(Reader& reader, const User& user, base::Time now) const {
    RT_TRY(const bool has, store::HasTotp(reader, user.id));
    if (has) return Step::kAsk;
    RT_TRY(const bool must, MustHaveSecondStep(reader, user, now));
    return must ? Step::kEnrol : Step::kNone;
}

// The row of the sign-in itself. A first step alone is none.
Status Service::NoteSignInIn(Writer& writer, const User& user, const Caller& caller, base::Time now) {
    RT_CHECK_OK(store::Touch(writer, user.id, now));
    Actor actor = caller.actor;
    actor.user_id = user.id.value;
    return AppendAudit(parts_.audit, writer, {"session.begin", actor, user.id.value, nullptr, nullptr}, now);
}

Result<Service::Admitted> Service::AdmitIn(Writer& writer, const User& user, const Caller& caller, base::Time now) {
    if (user.status != UserStatus::kActive) return AccountLocked();
    RT_TRY(const Step step, StepFor(writer, user, now));
    if (step == Step::kNone) RT_CHECK_OK(NoteSignInIn(writer, user, caller, now));
    return Admitted{user, step, false};
}

Result<SignedIn> Service::Finish(const Admitted& admitted, std::string_view method, const Caller& caller) {
    if (admitted.step == Step::kNone) {
        parts_.metrics.Get(Metric::kLogins, {"ok"}).Add();
        RT_TRY(SignedIn done, Open(admitted.user, method, false, caller));
        done.created = admitted.created;
        return done;
    }
    const bool enrol = admitted.step == Step::kEnrol;
    PendingSignIn pending;
    pending.user = admitted.user.id;
    pending.session_epoch = admitted.user.session_epoch;
    pending.generation = generation_.load();
    pending.client = caller.kind;
    pending.method = method;
    pending.enrol = enrol;
    RT_TRY(std::string token, pending_.Begin(std::move(pending)));
    parts_.metrics.Get(Metric::kLogins, {"second_step"}).Add();
    SignedIn waiting;
    waiting.created = admitted.created;
    waiting.client = caller.kind;
    waiting.second_step =
        SecondStep{std::move(token), kSecondStepSeconds,
                   enrol ? std::vector<std::string_view>{"enrol"} : std::vector<std::string_view>{"totp", "recovery"}};
    return waiting;
}

// A message that cannot be written must not cost the session.
void Service::TellOfNewDevice(const User& user, const domain::Session& session) {
    const base::Time now = parts_.clock.Now();
    const auto told = [&]() -> Status {
        RT_TRY(const auto to, identities_.ContactOf(user.id, Channel::kEmail));
        if (!to) return Ok();
        const Message message = messages_.Tell(*to, user.locale,
                                               {.kind = "new_sign_in",
                                                .at = now,
                                                .device = domain::DeviceLabel(session.device),
                                                .client = session.network});
        return parts_.db.Write("notice.new_sign_in",
                               [&](Writer& writer) { return Messages::AddIn(writer, message, now); });
    }();
    if (!told.ok()) parts_.log.Warn("notice of a new device was not written", {{"detail", told.error().detail}});
}

Result<SignedIn> Service::Register(const NewUser& wanted, const std::optional<CodeProof>& proof, const Caller& caller) {
    if (!options_.registration_open) return RegistrationClosed();
    RT_CHECK_OK(CheckProofGiven(options_.registration_needs, proof));
    NewUser plain = wanted;
    plain.role = Role::kUser;
    RT_TRY(const User user, accounts_.Prepare(plain));
    std::vector<Identity> rows;
    if (proof) {
        RT_CHECK_OK(TakeCode(CodePurpose::kRegister, *proof, {}, caller));
        rows = identities_.Prepare(ProofOf(proof->contact));
    }
    RT_CHECK_OK(parts_.db.Write("user.register", [&](Writer& writer) -> Status {
        RT_CHECK_OK(accounts_.InsertIn(writer, user, caller.actor));
        Actor self = caller.actor;
        self.user_id = user.id.value;
        RT_CHECK_OK(identities_.LinkAllIn(writer, user.id, rows, self, user.created));
        return store::Touch(writer, user.id, user.created);
    }));
    RT_TRY(SignedIn done, Open(user, "register", false, caller));
    done.created = true;
    return done;
}

Result<SignedIn> Service::SignInByIdentity(const IdentityProof& proof, std::string_view method, const Caller& caller) {
    const auto rows = identities_.Prepare(proof);
    const User fresh = accounts_.PrepareProved(proof.display_name, caller.locale);
    const base::Time now = parts_.clock.Now();
    RT_TRY(const Admitted admitted,
           parts_.db.Write("session.begin_by_identity", [&](Writer& writer) -> Result<Admitted> {
               std::optional<UserId> holder;
               for (const Identity& row : rows) {
                   RT_TRY(const auto found, store::FindIdentity(writer, row.kind, row.issuer, row.subject_bi));
                   if (found && !holder) holder = found->user;
               }
               if (!holder) {
                   if (!options_.registration_open) return RegistrationClosed();
                   RT_CHECK_OK(accounts_.InsertIn(writer, fresh, caller.actor));
               }
               RT_TRY(const auto user, store::FindById(writer, holder.value_or(fresh.id)));
               if (!user) return Fail(Code::kInternal, "an identity without an account");
               RT_TRY(Admitted done, AdmitIn(writer, *user, caller, now));
               Actor self = caller.actor;
               self.user_id = user->id.value;
               RT_CHECK_OK(identities_.LinkFreeIn(writer, user->id, rows, self, now));
               done.created = !holder;
               return done;
           }));
    return Finish(admitted, method, caller);
}

Result<SignedIn> Service::SignInByCode(const CodeProof& proof, const Caller& caller) {
    RT_CHECK_OK(TakeCode(CodePurpose::kSignIn, proof, {}, caller));
    return SignInByIdentity(ProofOf(proof.contact), MethodOf(proof.contact.channel), caller);
}

Status Service::CheckChannel(Channel channel) const {
    const bool there = channel == Channel::kEmail ? options_.email_codes : options_.phone_codes;
    return there ? Ok() : Status(Fail(Code::kChannelUnavailable));
}

// `to` nullopt: nobody gets it, but the work is the same. `instead` goes out in its place.
Result<CodeSent> Service::Send(const CodeSubject& subject, const std::optional<domain::Contact>& to,
                               const std::optional<Message>& instead, const Caller& caller) {
    RT_TRY(const auto made, codes_.Make(subject, caller.actor.client));
    const Message message =
        instead ? *instead : messages_.Code(to, caller.locale, Name(subject.purpose), made.code, made.expires);
    const base::Time now = parts_.clock.Now();
    RT_CHECK_OK(parts_.db.Write("code.send", [&](Writer& writer) { return Messages::AddIn(writer, message, now); }));
    return CodeSent{};
}

Result<CodeSent> Service::SendCode(CodePurpose purpose, const domain::Contact& to, const Caller& caller) {
    RT_CHECK_OK(CheckChannel(to.channel));
    const bool signed_in = purpose == CodePurpose::kVerify || purpose == CodePurpose::kChange;
    const UserId user{signed_in ? caller.actor.user_id : 0};
    if (signed_in && !user) return Fail(Code::kUnauthenticated);
    if (purpose == CodePurpose::kRegister && !options_.registration_open) return RegistrationClosed();
    RT_TRY(const auto holder, identities_.Find(ProofOf(to).key));
    const CodeSubject subject{purpose, to, user};
    // Who registers an address that has an account is told so there, not here.
    if (purpose == CodePurpose::kRegister && holder) {
        const Notice notice{.kind = "account_exists", .at = parts_.clock.Now()};
        return Send(subject, to, messages_.Tell(to, caller.locale, notice), caller);
    }
    const bool for_accounts_only =
        purpose == CodePurpose::kReset || (purpose == CodePurpose::kSignIn && !options_.registration_open);
    const bool wanted = holder || !for_accounts_only;
    return Send(subject, wanted ? std::optional(to) : std::nullopt, std::nullopt, caller);
}

Status Service::TakeCode(CodePurpose purpose, const CodeProof& proof, UserId user, const Caller& caller) {
    Guessed guessed;
    if (user) {
        RT_TRY(guessed, GuessedBy(GuessSubject(user), user, caller));
    } else {
        RT_TRY(const auto holder, identities_.Find(ProofOf(proof.contact).key));
        RT_TRY(guessed, GuessedBy(GuessSubject(proof.contact.key), holder, caller));
    }
    RT_CHECK_OK(guesses_.Attempt(GuessKind::kCode, guessed, caller.actor.client));
    RT_CHECK_OK(codes_.Take({purpose, proof.contact, user}, proof.code));
    return guesses_.Forgive(GuessKind::kCode, guessed, caller.actor.client);
}

Status Service::ResetPassword(const CodeProof& proof, std::string_view password, const Caller& caller) {
    // Before the code is used up, as far as it can be said without an account.
    if (auto problem = domain::PasswordProblem(Passwords::Normalise(password), "")) {
        return base::InvalidField("password", std::move(*problem));
    }
    RT_CHECK_OK(TakeCode(CodePurpose::kReset, proof, {}, caller));
    RT_TRY(const auto holder, identities_.Find(ProofOf(proof.contact).key));
    if (!holder) return Fail(Code::kBadCode, "no account");
    RT_TRY(const User user, accounts_.Get(*holder));
    if (user.status != UserStatus::kActive) return AccountLocked();
    RT_TRY(const auto told, NoticeTo(user.id, "password_reset", caller));
    Caller self = caller;
    self.actor.user_id = user.id.value;
    RT_CHECK_OK(accounts_.SetPassword(user.id, password, {}, self.actor, told, ApiTokens::kRevoke));
    ForgetTokens();
    // Who was guessing must not keep out who has just shown that it is his. The second step stays as it is.
    constexpr std::array kPasswords{GuessKind::kPassword};
    return Unlock(user, kPasswords);
}

Status Service::UndoAddressChange(std::string_view token, const Caller& caller) {
    RT_TRY(const UserId id, identities_.UserOfUndo(token));
    Actor self = caller.actor;
    self.user_id = id.value;
    const base::Time now = parts_.clock.Now();
    const auto done = accounts_.Change(id, "identity.undo", self, [&](Writer& writer, User& user) -> Status {
        RT_TRY(const base::Time began, identities_.UndoChangeIn(writer, token, now));
        RT_CHECK_OK(store::RemoveTotpFrom(writer, id, began));
        RT_CHECK_OK(store::RevokeTokensOf(writer, id, now));
        user.password_hash.clear();
        ++user.epoch;
        ++user.session_epoch;
        return Ok();
    });
    if (!done.ok()) return done.error();
    ForgetTokens();
    return Ok();
}

}  // namespace rt::auth
