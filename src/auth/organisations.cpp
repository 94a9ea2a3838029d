#include "auth/organisations.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "base/utf8.h"
#include "crypto/hash.h"

namespace rt::auth {

using storage::sql::Reader;
using storage::sql::Writer;

namespace {

constexpr std::size_t kTokenBytes = 24;
// The addresses of personal organisations.
constexpr std::string_view kPersonalPrefix = "u-";

std::string HashOf(std::string_view token) {
    return base::HexEncode(crypto::Sha256(token));
}

Status CheckSlug(const std::string& slug) {
    if (IsSlug(slug) && !slug.starts_with(kPersonalPrefix)) return Ok();
    return base::InvalidField("slug", {"3 到 60 个小写字母、数字或 -", "3 to 60 lower-case letters, digits or -"});
}

Status CheckName(std::string_view name) {
    const auto count = base::CodePointCount(name);
    if (count && *count >= 1 && *count <= kOrganisationNameCharsMax && base::IsPlainLine(name)) return Ok();
    return base::InvalidField("name", {"名称须为 1 到 80 个字符", "The name must have 1 to 80 characters"});
}

json::Value Shown(const Organisation& organisation) {
    return json::Object{{"name", organisation.name}, {"slug", organisation.slug}, {"state", Name(organisation.state)}};
}

Result<Organisation> Found(Result<std::optional<Organisation>> organisation) {
    if (!organisation.ok()) return std::move(organisation).error();
    if (!organisation->has_value()) return Fail(Code::kNotFound);
    return **std::move(organisation);
}

// The slug's is the only constraint that a person can hit.
Status SlugTaken(Status status) {
    if (status.ok() || status.error().code != Code::kAlreadyExists) return status;
    Error taken = base::FailText(Code::kAlreadyExists, {"该地址已被占用", "This address is taken"});
    taken.fields.push_back({"slug", taken.message});
    return taken;
}

Grant NewGrantOf(const AccessParts& parts, UserId user, OrganisationId id, GrantRole role, std::int64_t by) {
    Grant grant;
    grant.id = parts.ids.Next();
    grant.public_id = base::NewPublicId(parts.random);
    grant.user = user;
    grant.role = role;
    grant.scope = {id.value, 0};
    grant.granted_by = by;
    grant.granted_at = parts.clock.Now();
    return grant;
}

}  // namespace

bool IsSlug(std::string_view slug) {
    if (slug.size() < 3 || slug.size() > 60 || slug.front() == '-' || slug.back() == '-') return false;
    return std::all_of(slug.begin(), slug.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

Status Organisations::Note(Writer& writer, std::string_view action, const Actor& actor, const Organisation& of,
                           json::Value before, json::Value after, base::Time at) {
    return AppendAudit(
        parts_.audit, writer,
        {action, actor, of.id.value, std::move(before), std::move(after), "organisation", of.id.value, 0}, at);
}

Result<Organisation> Organisations::Create(std::string_view name, std::string slug, const Actor& actor) {
    RT_CHECK_OK(CheckName(name));
    if (!slug.empty()) RT_CHECK_OK(CheckSlug(slug));
    Organisation made;
    made.id = parts_.ids.Next<OrganisationId>();
    made.public_id = base::NewPublicId(parts_.random);
    made.slug = slug.empty() ? made.public_id : std::move(slug);
    made.name = name;
    made.created_by = UserId{actor.user_id};
    made.created = parts_.clock.Now();
    const Grant owner = NewGrantOf(parts_, made.created_by, made.id, GrantRole::kOwner, actor.user_id);
    const Status done = parts_.db.Write("organisation.create", [&](Writer& writer) -> Status {
        RT_CHECK_OK(SlugTaken(store::InsertOrganisation(writer, made)));
        RT_CHECK_OK(store::InsertGrant(writer, owner));
        return Note(writer, "organisation.create", actor, made, nullptr, Shown(made), made.created);
    });
    parts_.access.Changed();
    if (!done.ok()) return done.error();
    return made;
}

Result<Organisation> Organisations::Get(std::string_view name) {
    return Found(parts_.db.Read([&](Reader& reader) { return store::FindOrganisation(reader, name); }));
}

Result<Organisation> Organisations::Get(OrganisationId id) {
    return Found(parts_.db.Read([&](Reader& reader) { return store::FindOrganisation(reader, id); }));
}

Result<std::vector<Organisation>> Organisations::List(const store::OrganisationFilter& filter) {
    return parts_.db.Read([&](Reader& reader) { return store::ListOrganisations(reader, filter); });
}

Result<std::vector<std::pair<Organisation, Grant>>> Organisations::Of(UserId user) {
    using Row = std::pair<Organisation, Grant>;
    return parts_.db.Read([&](Reader& reader) -> Result<std::vector<Row>> {
        RT_TRY(const auto grants, store::GrantsOf(reader, user));
        std::vector<Row> out;
        for (const Grant& grant : grants) {
            if (grant.place() != Place::kOrganisation) continue;
            RT_TRY(auto organisation, Found(store::FindOrganisation(reader, OrganisationId{grant.scope.organisation})));
            out.emplace_back(std::move(organisation), grant);
        }
        return out;
    });
}

Result<Organisation> Organisations::Edit(std::string_view name, std::int64_t rev, const OrganisationEdit& edit,
                                         const Actor& actor) {
    if (edit.name) RT_CHECK_OK(CheckName(*edit.name));
    if (edit.slug) RT_CHECK_OK(CheckSlug(*edit.slug));
    const base::Time now = parts_.clock.Now();
    auto done = parts_.db.Write("organisation.edit", [&](Writer& writer) -> Result<Organisation> {
        RT_TRY(const Organisation before, Found(store::FindOrganisation(writer, name)));
        if (before.rev != rev) return Fail(Code::kPreconditionFailed);
        Organisation after = before;
        if (edit.name) after.name = *edit.name;
        if (edit.slug) after.slug = *edit.slug;
        if (edit.state) after.state = *edit.state;
        after.rev = before.rev + 1;
        RT_CHECK_OK(SlugTaken(store::UpdateOrganisation(writer, after)));
        RT_CHECK_OK(Note(writer, "organisation.edit", actor, after, Shown(before), Shown(after), now));
        return after;
    });
    parts_.access.Changed();
    return done;
}

Status Organisations::HandOver(OrganisationId id, UserId to, const Actor& actor) {
    const ScopeIds scope{id.value, 0};
    const base::Time now = parts_.clock.Now();
    const Status done = parts_.db.Write("organisation.hand_over", [&](Writer& writer) -> Status {
        RT_TRY(const auto mine, store::FindGrantOf(writer, UserId{actor.user_id}, scope));
        RT_TRY(const auto other, store::FindGrantOf(writer, to, scope));
        if (!mine || mine->role != GrantRole::kOwner) return Fail(Code::kForbidden, "only an owner hands over");
        if (!other || other->user == mine->user) {
            return base::InvalidField("user", {"请选择另一位成员", "Choose another member"});
        }
        RT_CHECK_OK(store::ChangeRole(writer, *other, GrantRole::kOwner, std::nullopt));
        RT_CHECK_OK(store::ChangeRole(writer, *mine, GrantRole::kManager, std::nullopt));
        Grant owner = *other;
        owner.role = GrantRole::kOwner;
        RT_CHECK_OK(Grants::AskForStepIn(parts_, writer, *other, owner, now));
        RT_CHECK_OK(Grants::Note(parts_, writer, "organisation.hand_over", actor, *other, owner, now));
        Grant manager = *mine;
        manager.role = GrantRole::kManager;
        return Grants::Note(parts_, writer, "organisation.hand_over", actor, *mine, manager, now);
    });
    Grants::Enforce(parts_, to);
    return done;
}

Result<Organisations::Draft> Organisations::DraftInvitation(OrganisationId id, const NewInvitation& wanted,
                                                            const Granter& granter) {
    RT_CHECK_OK(CheckMayGive(granter.held, wanted.role, Place::kOrganisation));
    std::array<std::uint8_t, kTokenBytes> bytes{};
    parts_.random.Fill(bytes);
    Draft draft;
    draft.token = base::Base64UrlEncode(bytes);
    Invitation& made = draft.invitation;
    made.id = parts_.ids.Next();
    made.public_id = base::NewPublicId(parts_.random);
    made.organisation = id;
    made.role = wanted.role;
    made.token_hash = HashOf(draft.token);
    made.target = wanted.target;
    made.invited_by = UserId{granter.actor.user_id};
    made.created = parts_.clock.Now();
    made.expires = made.created.Plus(wanted.hours * base::kMicrosPerHour);
    return draft;
}

Status Organisations::InviteIn(Writer& writer, const Draft& draft, const Actor& actor) {
    const Invitation& made = draft.invitation;
    RT_TRY(const Organisation organisation, Found(store::FindOrganisation(writer, made.organisation)));
    RT_CHECK_OK(store::InsertInvitation(writer, made));
    if (draft.mail) RT_CHECK_OK(Messages::AddIn(writer, *draft.mail, made.created));
    return Note(writer, "organisation.invite", actor, organisation, nullptr,
                json::Object{{"invitation", made.public_id}, {"role", Name(made.role)}, {"target", made.target}},
                made.created);
}

Result<std::vector<Invitation>> Organisations::Invitations(OrganisationId id) {
    const base::Time now = parts_.clock.Now();
    return parts_.db.Read([&](Reader& reader) { return store::OpenInvitations(reader, id, now); });
}

Status Organisations::Revoke(OrganisationId id, std::string_view invitation, const Granter& granter) {
    const base::Time now = parts_.clock.Now();
    return parts_.db.Write("invitation.revoke", [&](Writer& writer) -> Status {
        RT_TRY(const auto found, store::FindInvitation(writer, invitation));
        if (!found || found->organisation != id) return Fail(Code::kNotFound);
        RT_TRY(const Organisation organisation, Found(store::FindOrganisation(writer, id)));
        RT_CHECK_OK(store::RevokeInvitation(writer, *found));
        return Note(writer, "organisation.revoke_invitation", granter.actor, organisation,
                    json::Object{{"invitation", found->public_id}, {"role", Name(found->role)}}, nullptr, now);
    });
}

Result<Organisations::Offer> Organisations::OfferOf(Reader& reader, std::string_view hash, base::Time now) {
    RT_TRY(auto invitation, store::FindInvitationByHash(reader, hash));
    if (!invitation) return Fail(Code::kNotFound, "no such invitation");
    RT_TRY(auto organisation, Found(store::FindOrganisation(reader, invitation->organisation)));
    const bool open = invitation->state == InvitationState::kOpen && now < invitation->expires;
    if (!open || organisation.state != OrganisationState::kActive) return Fail(Code::kInviteExpired);
    return Offer{*std::move(invitation), std::move(organisation)};
}

Result<Organisations::Offer> Organisations::LookUp(std::string_view token) {
    const base::Time now = parts_.clock.Now();
    return parts_.db.Read([&](Reader& reader) { return OfferOf(reader, HashOf(token), now); });
}

Result<Organisations::Offer> Organisations::Accept(std::string_view token, UserId user, const Actor& actor) {
    const std::string hash = HashOf(token);
    const base::Time now = parts_.clock.Now();
    Grant grant = NewGrantOf(parts_, user, {}, GrantRole::kViewer, 0);
    auto done = parts_.db.Write("invitation.accept", [&](Writer& writer) -> Result<Offer> {
        RT_TRY(Offer offer, OfferOf(writer, hash, now));
        const ScopeIds scope{offer.organisation.id.value, 0};
        RT_TRY(const auto inviter, store::LoadRights(writer, offer.invitation.invited_by, now));
        RT_CHECK_OK(CheckMayGive(inviter->In(scope), offer.invitation.role, Place::kOrganisation));
        RT_CHECK_OK(store::TakeInvitation(writer, hash, user, now));
        grant.role = offer.invitation.role;
        grant.scope = scope;
        grant.granted_by = offer.invitation.invited_by.value;
        RT_CHECK_OK(store::InsertGrant(writer, grant));
        RT_TRY(const auto given, store::FindGrant(writer, grant.public_id));
        RT_CHECK_OK(Grants::AskForStepIn(parts_, writer, {}, grant, now));
        RT_CHECK_OK(Grants::Note(parts_, writer, "organisation.join", actor, {}, given.value_or(grant), now));
        return offer;
    });
    Grants::Enforce(parts_, user);
    return done;
}

}  // namespace rt::auth
