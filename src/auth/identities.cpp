#include "auth/identities.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace rt::auth {

using storage::sql::Reader;
using storage::sql::Writer;

namespace {

std::string HashOf(std::string_view token) {
    return base::HexEncode(crypto::Sha256(token));
}

std::string BlindIndexOf(const crypto::Vault& vault, const IdentityKey& key) {
    return vault.BlindIndex("identity." + std::string(Name(key.kind)) + "." + key.issuer, key.subject);
}

std::string MaskedSubject(IdentityKind kind, const std::string& subject) {
    if (kind == IdentityKind::kEmail) return domain::Masked({domain::Channel::kEmail, subject, {}});
    if (kind == IdentityKind::kPhone) return domain::Masked({domain::Channel::kPhone, subject, {}});
    return subject.size() > 8 ? subject.substr(0, 4) + "***" : "***";
}

Status AddAllIn(Writer& writer, const std::vector<Message>& told, base::Time now) {
    for (const Message& message : told) RT_CHECK_OK(Messages::AddIn(writer, message, now));
    return Ok();
}

Error HasAnother() {
    return base::FailText(Code::kInvalidState,
                          {"账号已绑定同类登录方式，请改为更换或先解绑",
                           "This account has another one of this kind; change or remove it first"});
}

}  // namespace

Error IdentityTaken() {
    return base::FailText(Code::kIdentityTaken,
                          {"已绑定其他账号。请用该方式登录那个账号，或先在那个账号中解绑；账号不会自动合并",
                           "It belongs to another account. Sign in to that one with it, or remove it there first; "
                           "accounts are never merged"});
}

std::string Identities::BlindIndex(const IdentityKey& key) const {
    return BlindIndexOf(parts_.vault, key);
}

Result<std::optional<UserId>> Identities::Find(Reader& reader, const IdentityKey& key) const {
    RT_TRY(const auto row, store::FindIdentity(reader, key.kind, key.issuer, BlindIndexOf(parts_.vault, key)));
    if (!row) return std::optional<UserId>();
    return std::optional<UserId>(row->user);
}

Result<std::optional<UserId>> Identities::Find(const IdentityKey& key) const {
    return parts_.db.Read([&](Reader& reader) { return Find(reader, key); });
}

Result<domain::Contact> Identities::Opened(const Identity& row) const {
    RT_TRY(const std::string subject, parts_.vault.Open(SubjectContext(row.id), row.subject));
    const auto channel = row.kind == IdentityKind::kPhone ? domain::Channel::kPhone : domain::Channel::kEmail;
    return domain::Contact{channel, subject, {}};
}

Result<ShownIdentity> Identities::Shown(const Identity& row) const {
    RT_TRY(const auto opened, Opened(row));
    return ShownIdentity{row.public_id, row.kind, row.issuer, MaskedSubject(row.kind, opened.address), row.verified_at};
}

Result<std::vector<ShownIdentity>> Identities::List(UserId user) const {
    RT_TRY(const auto rows, parts_.db.Read([&](Reader& reader) { return store::IdentitiesOf(reader, user); }));
    std::vector<ShownIdentity> out;
    for (const Identity& row : rows) {
        RT_TRY(auto shown, Shown(row));
        out.push_back(std::move(shown));
    }
    return out;
}

Result<std::optional<domain::Contact>> Identities::ContactOf(UserId user, domain::Channel channel) const {
    RT_TRY(const auto rows, parts_.db.Read([&](Reader& reader) { return store::IdentitiesOf(reader, user); }));
    const auto kind = channel == domain::Channel::kEmail ? IdentityKind::kEmail : IdentityKind::kPhone;
    for (const Identity& row : rows) {
        if (row.kind != kind) continue;
        RT_TRY(const domain::Contact opened, Opened(row));
        // The key is made again by the one rule, so that a code can be bound to it.
        auto contact =
            kind == IdentityKind::kEmail ? domain::ParseEmail(opened.address) : domain::ParsePhone(opened.address);
        if (contact) return contact;
    }
    return std::optional<domain::Contact>();
}

Identity Identities::NewRow() const {
    Identity row;
    row.id = parts_.ids.Next<IdentityId>();
    row.public_id = base::NewPublicId(parts_.random);
    row.created = parts_.clock.Now();
    row.verified_at = row.created;
    return row;
}

std::vector<Identity> Identities::Prepare(const IdentityProof& proof) const {
    std::vector<Identity> rows;
    const auto add = [&](const IdentityKey& key, const std::string& address) {
        Identity row = NewRow();
        row.kind = key.kind;
        row.issuer = key.issuer;
        row.subject_bi = BlindIndexOf(parts_.vault, key);
        row.subject = parts_.vault.Seal(SubjectContext(row.id), address);
        rows.push_back(std::move(row));
    };
    add(proof.key, proof.address.empty() ? proof.key.subject : proof.address);
    for (const IdentityKey& key : proof.also) add(key, key.subject);
    return rows;
}

Status Identities::InsertIn(Writer& writer, const Identity& row, const Actor& actor, base::Time now) const {
    RT_CHECK_OK(store::Insert(writer, row));
    json::Object after{{"identity", row.public_id}, {"kind", Name(row.kind)}};
    return AppendAudit(parts_.audit, writer, {"identity.link", actor, row.user.value, nullptr, std::move(after)}, now);
}

Status Identities::LinkFreeIn(Writer& writer, UserId user, const std::vector<Identity>& rows, const Actor& actor,
                              base::Time now) const {
    RT_TRY(const auto own, store::IdentitiesOf(writer, user));
    for (Identity row : rows) {
        const bool has_kind = std::any_of(own.begin(), own.end(), [&](const Identity& other) {
            return other.kind == row.kind && other.issuer == row.issuer;
        });
        if (has_kind) continue;
        RT_TRY(const auto holder, store::FindIdentity(writer, row.kind, row.issuer, row.subject_bi));
        if (holder) continue;
        row.user = user;
        RT_CHECK_OK(InsertIn(writer, row, actor, now));
    }
    return Ok();
}

Status Identities::LinkAllIn(Writer& writer, UserId user, const std::vector<Identity>& rows, const Actor& actor,
                             base::Time now) const {
    for (const Identity& row : rows) RT_CHECK_OK(CheckFreeIn(writer, user, row));
    return LinkFreeIn(writer, user, rows, actor, now);
}

Status Identities::CheckFreeIn(Writer& writer, UserId user, const Identity& row) const {
    RT_TRY(const auto holder, store::FindIdentity(writer, row.kind, row.issuer, row.subject_bi));
    if (holder && holder->user != user) return IdentityTaken();
    return Ok();
}

Result<ShownIdentity> Identities::Link(UserId user, const IdentityProof& proof, const Actor& actor,
                                       const std::vector<Message>& told) const {
    const auto rows = Prepare(proof);
    const base::Time now = parts_.clock.Now();
    RT_TRY(const Identity linked, parts_.db.Write("identity.link", [&](Writer& writer) -> Result<Identity> {
        RT_TRY(const auto own, store::IdentitiesOf(writer, user));
        for (const Identity& row : rows) {
            RT_CHECK_OK(CheckFreeIn(writer, user, row));
            for (const Identity& other : own) {
                const bool same_kind = other.kind == row.kind && other.issuer == row.issuer;
                if (same_kind && other.subject_bi != row.subject_bi) return HasAnother();
            }
        }
        RT_CHECK_OK(LinkFreeIn(writer, user, rows, actor, now));
        RT_TRY(const auto after, store::IdentitiesOf(writer, user));
        if (after.size() > own.size()) RT_CHECK_OK(AddAllIn(writer, told, now));
        const Identity& first = rows.front();
        RT_TRY(auto now_there, store::FindIdentity(writer, first.kind, first.issuer, first.subject_bi));
        if (!now_there) return Fail(Code::kInternal, "an identity was not linked");
        return std::move(*now_there);
    }));
    return Shown(linked);
}

Result<ShownIdentity> Identities::Change(UserId user, const IdentityProof& proof, const ChangePlan& plan,
                                         const Actor& actor) const {
    Identity row = Prepare(proof).front();
    row.user = user;
    const base::Time now = parts_.clock.Now();
    RT_TRY(const auto before, parts_.db.Read([&](Reader& reader) { return store::IdentitiesOf(reader, user); }));
    const auto old = std::find_if(before.begin(), before.end(), [&](const Identity& one) {
        return one.kind == row.kind && one.issuer == row.issuer;
    });
    if (old == before.end()) {
        return base::FailText(Code::kInvalidState, {"尚未绑定，无法更换", "There is none to change; add it first"});
    }
    RT_TRY(const auto opened, Opened(*old));
    const store::Undo undo{HashOf(plan.undo_token), plan.undo_until, *old};
    const json::Object shown_before{{"kind", Name(row.kind)}, {"shown", MaskedSubject(row.kind, opened.address)}};
    RT_TRY(const ShownIdentity shown, Shown(row));
    const json::Object shown_after{{"kind", Name(row.kind)}, {"shown", shown.shown}};
    RT_CHECK_OK(parts_.db.Write("identity.change", [&](Writer& writer) -> Status {
        RT_CHECK_OK(CheckFreeIn(writer, user, row));
        RT_CHECK_OK(store::Remove(writer, old->id));
        RT_CHECK_OK(store::Insert(writer, row));
        RT_CHECK_OK(store::PutUndo(writer, undo));
        RT_CHECK_OK(AddAllIn(writer, plan.told, now));
        return AppendAudit(parts_.audit, writer, {"identity.change", actor, user.value, shown_before, shown_after},
                           now);
    }));
    return shown;
}

namespace {

Error UndoBad() {
    return base::FailText(Code::kInviteExpired, {"链接已失效", "This link is not valid any more"});
}

}  // namespace

Result<UserId> Identities::UserOfUndo(std::string_view token) const {
    const base::Time now = parts_.clock.Now();
    RT_TRY(const auto undo,
           parts_.db.Read([&](Reader& reader) { return store::FindUndo(reader, HashOf(token), now); }));
    if (!undo) return UndoBad();
    return undo->old.user;
}

Result<base::Time> Identities::UndoChangeIn(Writer& writer, std::string_view token, base::Time now) const {
    RT_TRY(const auto undo, store::FindUndo(writer, HashOf(token), now));
    if (!undo) return UndoBad();
    const UserId user = undo->old.user;
    const base::Time began = undo->expires.Plus(-kUndoSeconds * base::kMicrosPerSecond);
    RT_CHECK_OK(CheckFreeIn(writer, user, undo->old));
    // Of each kind, what the first change since then replaced.
    std::vector<Identity> back{undo->old};
    const auto same_kind_as = [](const Identity& one) {
        return [&one](const Identity& other) { return other.kind == one.kind && other.issuer == one.issuer; };
    };
    RT_TRY(const auto later, store::UndosFrom(writer, user, undo->expires));
    for (const store::Undo& one : later) {
        if (one.old.created >= began || std::any_of(back.begin(), back.end(), same_kind_as(one.old))) continue;
        const bool free = CheckFreeIn(writer, user, one.old).ok();
        if (free) back.push_back(one.old);
    }
    RT_CHECK_OK(store::RemoveLinkedFrom(writer, user, began));
    RT_TRY(const auto own, store::IdentitiesOf(writer, user));
    for (const Identity& old : back) {
        // A clock that was set back may have left one.
        const auto there = std::find_if(own.begin(), own.end(), same_kind_as(old));
        if (there != own.end()) RT_CHECK_OK(store::Remove(writer, there->id));
        RT_CHECK_OK(store::Insert(writer, old));
    }
    RT_CHECK_OK(store::RemoveUndosFrom(writer, user, undo->expires, now));
    return began;
}

Status Identities::Remove(UserId user, std::string_view public_id, const Actor& actor,
                          const std::vector<Message>& told) const {
    const base::Time now = parts_.clock.Now();
    return parts_.db.Write("identity.unlink", [&](Writer& writer) -> Status {
        RT_TRY(const auto own, store::IdentitiesOf(writer, user));
        const auto found =
            std::find_if(own.begin(), own.end(), [&](const Identity& one) { return one.public_id == public_id; });
        if (found == own.end()) return Fail(Code::kNotFound);
        RT_TRY(const bool removed, store::RemoveUnlessLast(writer, user, found->id));
        if (!removed) {
            return base::FailText(Code::kInvalidState, {"这是唯一的登录方式，不能解绑",
                                                        "This is the only way to sign in; it cannot be removed"});
        }
        RT_CHECK_OK(AddAllIn(writer, told, now));
        json::Object before{{"identity", found->public_id}, {"kind", Name(found->kind)}};
        return AppendAudit(parts_.audit, writer, {"identity.unlink", actor, user.value, std::move(before), nullptr},
                           now);
    });
}

}  // namespace rt::auth
