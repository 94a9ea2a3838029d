#include "registration/member_view.h"

#include <utility>

#include "registration/domain/field_checks.h"
#include "registration/domain/roster_rules.h"
#include "registration/store/consents.h"
#include "registration/store/guardians.h"
#include "registration/store/i18n.h"
#include "registration/store/member_facts.h"

namespace rt::registration {
namespace {

using store::Member;
using store::Reader;
using store::TeamFacts;

Result<json::Value> ConsentsJson(Reader& reader, MemberId member) {
    RT_TRY(const auto consents, store::ConsentsOf(reader, member));
    json::Array out;
    for (const store::Consent& consent : consents) {
        out.push_back(json::Object{{"kind", Word(consent.kind)},
                                   {"version", consent.version},
                                   {"by", consent.by_guardian ? "GUARDIAN" : "MANAGER"},
                                   {"at", TimeJson(consent.granted_at)},
                                   {"withdrawn_at", TimeJson(consent.withdrawn_at)}});
    }
    return json::Value(std::move(out));
}

// What the event asks to agree to now.
Result<json::Value> AcceptancesJson(Reader& reader, MemberId member) {
    RT_TRY(const auto acceptances, store::AcceptancesOf(reader, member));
    json::Array out;
    for (const store::Acceptance& one : acceptances) {
        out.push_back(json::Object{{"id", one.document},
                                   {"kind", Word(one.kind)},
                                   {"version", one.version},
                                   {"title", store::ToJson(one.title)},
                                   {"accepted", one.accepted}});
    }
    return json::Value(std::move(out));
}

Result<json::Value> GuardianJson(Reader& reader, const Member& member) {
    if (member.guardian == GuardianState::kNotNeeded) return json::Value();
    RT_TRY(const auto link, store::GuardianLinkOf(reader, member.id));
    json::Object out{{"state", Word(member.guardian)},
                     {"link_expires", json::Value()},
                     {"at", json::Value()},
                     {"relation", json::Value()}};
    if (!link.has_value()) return json::Value(std::move(out));
    if (!link->answer.has_value() && !link->revoked.has_value()) out.Set("link_expires", TimeJson(link->expires));
    out.Set("at", TimeJson(link->answered_at));
    if (link->relation.has_value()) out.Set("relation", Word(*link->relation));
    return json::Value(std::move(out));
}

// What the member himself, or who manages him, sees beside what all see.
Status SetOwn(Reader& reader, const Privacy& privacy, json::Object& out, const Member& member) {
    RT_TRY(json::Value answers, AnswersOr(reader, privacy, member.answer_set, Show::kAll));
    out.Set("answers", std::move(answers));
    out.Set("consent", member.consent_at.has_value());
    RT_TRY(json::Value consents, ConsentsJson(reader, member.id));
    out.Set("consents", std::move(consents));
    RT_TRY(json::Value documents, AcceptancesJson(reader, member.id));
    out.Set("documents", std::move(documents));
    out.Set("relation", Word(member.relation));
    return Ok();
}

json::Array UnmetJson(const std::vector<Unmet>& unmet, base::Locale locale) {
    json::Array out;
    for (const Unmet& one : unmet) {
        out.push_back(json::Object{{"rule", Word(one.rule)},
                                   {"member", one.member.empty() ? json::Value() : json::Value(one.member)},
                                   {"text", one.text.In(locale)}});
    }
    return out;
}

Status SetMembers(Reader& reader, const Privacy& privacy, json::Object& out, const RosterView& roster,
                  const Viewer& viewer) {
    const bool sees_guardians = roster.captain || viewer.actor.May(net::Permission::kRegView);
    json::Array list;
    for (const Member& member : roster.members) {
        RT_TRY(json::Object one, MemberJson(privacy, member));
        const bool mine = member.user == viewer.actor.user;
        one.Set("is_me", &member == roster.me);
        one.Set("managed", mine);
        if (mine) RT_CHECK_OK(SetOwn(reader, privacy, one, member));
        if (mine || sees_guardians) {
            RT_TRY(json::Value guardian, GuardianJson(reader, member));
            one.Set("guardian", std::move(guardian));
        }
        list.push_back(std::move(one));
    }
    out.Set("members", std::move(list));
    return Ok();
}

Status SetWaiting(Reader& reader, const Privacy& privacy, json::Object& out, const RosterView& roster) {
    json::Array pending;
    json::Array invited;
    for (const Member& member : roster.waiting) {
        if (member.state == MemberState::kPendingCaptain) {
            RT_TRY(json::Object one, MemberJson(privacy, member));
            pending.push_back(std::move(one));
            continue;
        }
        RT_TRY(const auto invite, store::FindInvite(reader, member.invite));
        RT_CHECK(invite.has_value());
        std::string target;  // empty: erased since
        if (invite->target.has_value()) {
            RT_TRY(target, privacy.Open({Owner::Kind::kInviteTarget, invite->id.value}, *invite->target));
        }
        invited.push_back(json::Object{{"id", member.public_id},
                                       {"invite", invite->public_id},
                                       {"target", MaskMiddle(target)},
                                       {"role", Word(member.role)},
                                       {"state", Word(member.state)},
                                       {"expires", TimeJson(invite->expires)}});
    }
    out.Set("pending", std::move(pending));
    out.Set("invited", std::move(invited));
    return Ok();
}

// What the viewer may do to the roster now; the commands decide.
json::Array MayJson(const TeamFacts& team, const RosterView& roster, const Viewer& viewer, base::Time now) {
    json::Array out;
    const bool organiser = viewer.actor.May(net::Permission::kRegEdit);
    const bool leads = roster.captain || organiser;
    const bool open = store::RosterMayChange(team, viewer.actor, now).ok();
    const bool alone = team.kind == TeamKind::kSolo;
    const auto add = [&out](bool may, std::string_view word) {
        if (may) out.push_back(word);
    };
    add(leads && open, "edit");
    add(leads && open && !alone, "invite");
    add(roster.captain && open && !alone, "enter");
    add(leads && open && !alone, "remove");
    add(leads && open && !alone, "handover");
    add(leads && open && !alone, "role");
    add(leads && open && !alone, "substitute");
    add(roster.captain && !open && HasRegistration(team.state), "request_substitution");
    add(leads && (team.state == TeamState::kForming || team.state == TeamState::kReady), "disband");
    add(roster.captain && team.state == TeamState::kReady && team.TakesSubmit(now), "submit");
    add(roster.me != nullptr && roster.me->id != team.captain && open, "leave");
    return out;
}

}  // namespace

Result<RosterView> ReadRoster(Reader& reader, const Privacy& /*privacy*/, const TeamFacts& team, const Viewer& viewer) {
    RosterView out;
    RT_TRY(out.members, store::MembersOf(reader, team.id));
    RT_TRY(out.waiting, store::WaitingOf(reader, team.id));
    for (const Member& member : out.members) {
        if (member.user != viewer.actor.user) continue;
        if (out.me == nullptr || member.relation == PersonRelation::kSelf) out.me = &member;
    }
    for (const Member& member : out.waiting) {
        const bool mine = member.user == viewer.actor.user && member.state == MemberState::kPendingCaptain;
        if (mine) out.asks = &member;
    }
    out.captain = team.IsCaptain(viewer.actor);
    return out;
}

Result<json::Object> MemberJson(const Privacy& privacy, const Member& member) {
    RT_TRY(const std::string name, OpenName(privacy, member.user, member.person_name));
    return json::Object{{"id", member.public_id},
                        {"name", name},
                        {"role", Word(member.role)},
                        {"counted", SeatOf(member.role) == Seat::kCounted},
                        {"state", Word(member.state)},
                        {"complete", member.state == MemberState::kConfirmed},
                        {"guardian_state", Word(member.guardian)},
                        {"joined_at", TimeJson(member.joined_at)}};
}

Result<json::Value> AnswersOr(Reader& reader, const Privacy& privacy, const std::optional<AnswerSetId>& id, Show show) {
    if (!id.has_value()) return json::Value(json::Object{});
    return ShowAnswers(reader, privacy, *id, show);
}

Status SetRoster(Reader& reader, const Privacy& privacy, json::Object& out, const TeamFacts& team,
                 const RosterView& roster, const Viewer& viewer) {
    const Member* me = roster.me;
    out.Set("my_role", me != nullptr ? json::Value(Word(me->role)) : json::Value());
    out.Set("my_state", me != nullptr ? json::Value(Word(me->state)) : json::Value());
    RT_CHECK_OK(SetMembers(reader, privacy, out, roster, viewer));
    if (roster.captain || viewer.actor.May(net::Permission::kRegView)) {
        RT_CHECK_OK(SetWaiting(reader, privacy, out, roster));
    }
    std::vector<Unmet> unmet;
    if (team.state != TeamState::kDisbanded) {
        RT_TRY(unmet, store::UnmetOf(reader, privacy, team));
    }
    json::Array missing;
    for (const Unmet& one : unmet) {
        if (one.member.empty()) missing.push_back(one.text.In(viewer.locale));
    }
    out.Set("missing", std::move(missing));
    out.Set("unmet", UnmetJson(unmet, viewer.locale));
    out.Set("may", MayJson(team, roster, viewer, viewer.now));
    return Ok();
}

}  // namespace rt::registration
