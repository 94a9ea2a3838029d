// Is it he? What shows it, and what he is told of.
#include <algorithm>
#include <utility>

#include "auth/domain/device.h"
#include "auth/service.h"
#include "auth/service_internal.h"

namespace rt::auth {

using domain::Channel;

namespace {

std::optional<Channel> ChannelOf(IdentityKind kind) {
    if (kind == IdentityKind::kEmail) return Channel::kEmail;
    if (kind == IdentityKind::kPhone) return Channel::kPhone;
    return std::nullopt;
}

// What the notice of a link names: the new address, or by what it was linked.
std::string ShownProof(const IdentityProof& proof, base::Locale locale) {
    const auto channel = ChannelOf(proof.key.kind);
    if (channel) return domain::Masked({*channel, proof.address.empty() ? proof.key.subject : proof.address, {}});
    return ShownWay(proof.key.kind, {}, locale);
}

}  // namespace

std::string ShownWay(IdentityKind kind, std::string_view shown, base::Locale locale) {
    if (ChannelOf(kind)) return std::string(shown);
    return locale == base::Locale::kEn ? "WeChat" : "微信";
}

Result<domain::Proofs> Service::ProofsOf(const User& user, std::string_view session) const {
    RT_TRY(const auto list, identities_.List(user.id));
    std::vector<domain::WayIn> ways;
    for (const ShownIdentity& one : list) {
        const auto channel = ChannelOf(one.kind);
        ways.push_back({channel, !channel || CheckChannel(*channel).ok(), one.verified_at});
    }
    // The text of the method lives as long as the session that is kept here.
    std::optional<domain::Session> own;
    RT_CHECK_OK(sessions_.EachOf(user.id, [&](const domain::Session& one) {
        if (!session.empty() && one.public_id == session) own = one;
    }));
    std::optional<domain::SignInSeen> sign_in;
    if (own) sign_in = domain::SignInSeen{own->method, own->issued};
    return domain::ProofsOf(!user.password_hash.empty(), ways, sign_in, parts_.clock.Now());
}

Status Service::Reauthenticate(UserId id, const Reproof& proof, const Caller& caller) {
    RT_TRY(const User user, accounts_.Get(id));
    if (proof.password) {
        RT_TRY(const Guessed guessed, GuessedBy(GuessSubject(id), id, caller));
        const auto verified = VerifiedUser(user, guessed, *proof.password, caller);
        return verified.ok() ? Ok() : Status(verified.error());
    }
    if (proof.code) return TakeCode(CodePurpose::kConfirm, {{}, *proof.code}, id, caller);
    RT_TRY(const auto proofs, ProofsOf(user, caller.session));
    if (proofs.fresh_sign_in) return Ok();
    if (proofs.any_but_sign_in()) {
        return base::InvalidField("password", {"请输入密码或验证码", "The password or a code is needed"});
    }
    return base::FailText(Code::kSignInAgain, {"请用微信重新登录，并在十分钟内完成操作",
                                               "Sign in with WeChat again and repeat this within ten minutes"});
}

Result<CodeSent> Service::SendConfirmation(UserId id, Channel channel, const Caller& caller) {
    RT_CHECK_OK(CheckChannel(channel));
    RT_TRY(const auto to, identities_.ContactOf(id, channel));
    if (!to) {
        return base::FailText(Code::kInvalidState, {"尚未绑定邮箱或手机号", "This account has no such address"});
    }
    RT_TRY(const User user, accounts_.Get(id));
    RT_TRY(const auto proofs, ProofsOf(user, caller.session));
    if (!proofs.Has(channel)) {
        return base::FailText(Code::kInvalidState,
                              {"该地址绑定不足 72 小时，请用密码或更早的登录方式验证",
                               "This address was added less than 72 hours ago; use the password or an older one"});
    }
    return Send({CodePurpose::kConfirm, *to, id}, to, std::nullopt, caller);
}

Result<std::vector<Message>> Service::NoticesTo(UserId id, std::string_view kind, const Caller& caller,
                                                const std::string& changed) const {
    const Notice notice{.kind = kind,
                        .at = parts_.clock.Now(),
                        .device = domain::DeviceLabel(caller.device),
                        .client = MaskedNetwork(caller.actor.client),
                        .changed = changed};
    std::vector<Message> out;
    for (const Channel channel : {Channel::kEmail, Channel::kPhone}) {
        if (!CheckChannel(channel).ok()) continue;
        RT_TRY(const auto to, identities_.ContactOf(id, channel));
        if (to) out.push_back(messages_.Tell(*to, caller.locale, notice));
    }
    return out;
}

Result<std::optional<Message>> Service::NoticeTo(UserId id, std::string_view kind, const Caller& caller) const {
    RT_TRY(auto all, NoticesTo(id, kind, caller, {}));
    if (all.empty()) return std::optional<Message>();
    return std::optional<Message>(std::move(all.front()));
}

Result<Guessed> Service::GuessedBy(std::string subject, std::optional<UserId> account, const Caller& caller) const {
    Guessed out{std::move(subject), account ? GuessSubject(*account) : std::string()};
    if (out.account == out.subject) out.account.clear();  // who is signed in counts once
    // Looked for in any case: the same work for nobody.
    RT_TRY(out.known_device, sessions_.KnowsDevice(account.value_or(UserId{}), PlainDevice(caller.device),
                                                   MaskedNetwork(caller.actor.client)));
    return out;
}

namespace {

// Everything that attempts against this account may be counted by.
Result<std::vector<std::string>> GuessSubjectsOf(const Identities& identities, const User& user) {
    std::vector<std::string> out{GuessSubject(user.id)};
    if (!user.login_name.empty()) out.push_back(GuessSubject(user.login_name));
    for (const Channel channel : {Channel::kEmail, Channel::kPhone}) {
        RT_TRY(const auto contact, identities.ContactOf(user.id, channel));
        if (contact) out.push_back(GuessSubject(contact->key));
    }
    return out;
}

}  // namespace

Result<std::vector<GuessLimiter::Lock>> Service::LocksOf(const User& user) const {
    RT_TRY(const auto subjects, GuessSubjectsOf(identities_, user));
    return guesses_.LocksOf(subjects);
}

Status Service::Unlock(const User& user, std::span<const domain::GuessKind> kinds) {
    RT_TRY(const auto subjects, GuessSubjectsOf(identities_, user));
    return guesses_.Unlock(subjects, kinds);
}

Status Service::SignOutEverywhere(UserId user, ApiTokens tokens, const Actor& actor) {
    RT_CHECK_OK(accounts_.SignOutEverywhere(user, actor, tokens));
    if (tokens == ApiTokens::kRevoke) ForgetTokens();
    return Ok();
}

// The revoked ones are refused from now on; if they cannot be read now, within a second.
void Service::ForgetTokens() {
    const Status read = credentials_.Reload();
    if (!read.ok()) parts_.log.Warn("API tokens were not read again", {{"detail", read.error().detail}});
}

Result<ShownIdentity> Service::Link(UserId user, const IdentityProof& proof, const Caller& caller) {
    RT_TRY(const auto told, NoticesTo(user, "identity_added", caller, ShownProof(proof, caller.locale)));
    return identities_.Link(user, proof, caller.actor, told);
}

}  // namespace rt::auth
