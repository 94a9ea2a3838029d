#include "auth/second_steps.h"

#include <array>
#include <utility>

#include "auth/totp.h"
#include "base/encoding.h"
#include "base/parse.h"

namespace rt::auth {

using storage::sql::Reader;
using storage::sql::Writer;

namespace {

constexpr std::size_t kRecoveryBytes = 10;  // 16 characters, 80 bits

// "abcd-efgh-jkmn-pqrs"
std::string Grouped(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i > 0 && i % 4 == 0) out += '-';
        out += text[i];
    }
    return out;
}

// As a person copies it: any case, hyphens and spaces anywhere, look-alikes.
std::string NormalRecoveryCode(std::string_view code) {
    std::string plain;
    for (const char c : code) {
        if (c != '-' && c != ' ') plain += c;
    }
    return base::Base32Normalise(plain).value_or(std::string());
}

std::string Digits(std::string_view code) {
    std::string out;
    for (const char c : code) {
        if (c != ' ') out += c;
    }
    return out;
}

Error AlreadyOn() {
    return base::FailText(Code::kInvalidState,
                          {"已启用两步验证，请先停用", "The second step is on already; turn it off first"});
}

Error NothingToConfirm() {
    return base::FailText(Code::kInvalidState, {"没有待确认的两步验证", "There is no second step to confirm"});
}

}  // namespace

std::string TotpContext(UserId user) {
    return "totp:" + std::to_string(user.value);
}

Result<Enrolment> SecondSteps::Enrol(const User& user) const {
    const std::string secret = totp::NewSecret(parts_.random);
    const std::string sealed = parts_.vault.Seal(TotpContext(user.id), secret);
    const base::Time now = parts_.clock.Now();
    RT_TRY(const bool put,
           parts_.db.Write("totp.enrol", [&](Writer& writer) { return store::PutTotp(writer, user.id, sealed, now); }));
    if (!put) return AlreadyOn();
    const std::string& name = user.login_name.empty() ? user.display_name : user.login_name;
    return Enrolment{totp::Base32(secret), totp::Uri(parts_.issuer, name, secret)};
}

std::string SecondSteps::RecoveryHash(UserId user, std::string_view normalised) const {
    return parts_.vault.BlindIndex("recovery_code." + std::to_string(user.value), normalised);
}

SecondSteps::NewCodes SecondSteps::MakeRecoveryCodes(UserId user) const {
    NewCodes codes;
    for (std::size_t i = 0; i < kRecoveryCodes; ++i) {
        std::array<std::uint8_t, kRecoveryBytes> bytes{};
        parts_.random.Fill(bytes);
        const std::string code = base::Base32Encode(bytes);
        codes.hashes.push_back(RecoveryHash(user, code));
        codes.shown.push_back(Grouped(code));
    }
    return codes;
}

Result<std::vector<std::string>> SecondSteps::Confirm(UserId id, std::string_view code, const Actor& actor,
                                                      const std::optional<Message>& told) const {
    RT_TRY(const auto row, parts_.db.Read([&](Reader& reader) { return store::FindTotp(reader, id); }));
    if (!row || row->confirmed_at) return NothingToConfirm();
    RT_TRY(const std::string secret, parts_.vault.Open(TotpContext(id), row->secret));
    const base::Time now = parts_.clock.Now();
    const auto step = totp::MatchingStep(secret, Digits(code), now, 0);
    if (!step) return Fail(Code::kBadCode);
    NewCodes codes = MakeRecoveryCodes(id);
    RT_CHECK_OK(parts_.db.Write("totp.confirm", [&](Writer& writer) -> Status {
        RT_TRY(const bool confirmed, store::ConfirmTotp(writer, id, row->secret, *step, now));
        if (!confirmed) return NothingToConfirm();
        RT_CHECK_OK(store::PutRecoveryCodes(writer, id, codes.hashes));
        if (told) RT_CHECK_OK(Messages::AddIn(writer, *told, now));
        return AppendAudit(parts_.audit, writer, {"second_step.on", actor, id.value, nullptr, nullptr}, now);
    }));
    return std::move(codes.shown);
}

Result<SecondSteps::Proof> SecondSteps::Check(UserId id, StepMethod method, std::string_view code) const {
    Proof proof;
    proof.method = method;
    if (method == StepMethod::kRecovery) {
        const std::string normal = NormalRecoveryCode(code);
        proof.recovery_hash = RecoveryHash(id, normal);
        RT_TRY(const bool known,
               parts_.db.Read([&](Reader& reader) { return store::HasRecoveryCode(reader, id, proof.recovery_hash); }));
        if (!known) return Fail(Code::kBadCode);
        return proof;
    }
    RT_TRY(const auto row, parts_.db.Read([&](Reader& reader) { return store::FindTotp(reader, id); }));
    if (!row || !row->confirmed_at) return Fail(Code::kBadCode, "no second step");
    RT_TRY(const std::string secret, parts_.vault.Open(TotpContext(id), row->secret));
    const auto step = totp::MatchingStep(secret, Digits(code), parts_.clock.Now(), row->last_step);
    if (!step) return Fail(Code::kBadCode);
    proof.step = *step;
    return proof;
}

Status SecondSteps::SpendIn(Writer& writer, UserId user, const Proof& proof, base::Time now) {
    const auto spent = proof.method == StepMethod::kTotp
                           ? store::UseTotpStep(writer, user, proof.step)
                           : store::UseRecoveryCode(writer, user, proof.recovery_hash, now);
    if (!spent.ok()) return spent.error();
    return *spent ? Ok() : Status(Fail(Code::kBadCode, "used before"));
}

Result<std::vector<std::string>> SecondSteps::NewRecoveryCodes(UserId id, const Proof& proof, const Actor& actor,
                                                               const std::vector<Message>& told) const {
    NewCodes codes = MakeRecoveryCodes(id);
    const base::Time now = parts_.clock.Now();
    RT_CHECK_OK(parts_.db.Write("recovery_code.renew", [&](Writer& writer) -> Status {
        RT_CHECK_OK(SpendIn(writer, id, proof, now));
        RT_CHECK_OK(store::PutRecoveryCodes(writer, id, codes.hashes));
        for (const Message& message : told) RT_CHECK_OK(Messages::AddIn(writer, message, now));
        return AppendAudit(parts_.audit, writer, {"second_step.new_codes", actor, id.value, nullptr, nullptr}, now);
    }));
    return std::move(codes.shown);
}

Status SecondSteps::Disable(UserId id, const Proof& proof, const Actor& actor,
                            const std::optional<Message>& told) const {
    const base::Time now = parts_.clock.Now();
    return parts_.db.Write("totp.disable", [&](Writer& writer) -> Status {
        RT_CHECK_OK(SpendIn(writer, id, proof, now));
        RT_CHECK_OK(store::RemoveTotp(writer, id));
        if (told) RT_CHECK_OK(Messages::AddIn(writer, *told, now));
        return AppendAudit(parts_.audit, writer, {"second_step.off", actor, id.value, nullptr, nullptr}, now);
    });
}

Status SecondSteps::Reset(UserId id, const Actor& actor) const {
    const auto done = parts_.accounts.Change(id, "second_step.reset", actor, [&](Writer& writer, User& user) -> Status {
        RT_TRY(const bool removed, store::RemoveTotp(writer, id));
        if (!removed) {
            return base::FailText(Code::kInvalidState, {"该账号未启用两步验证", "This account has no second step"});
        }
        ++user.epoch;
        ++user.session_epoch;
        return Ok();
    });
    return done.ok() ? Ok() : Status(done.error());
}

}  // namespace rt::auth
