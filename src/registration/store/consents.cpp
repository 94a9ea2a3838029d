#include "registration/store/consents.h"

#include <algorithm>

#include "registration/store/i18n.h"
#include "registration/store/members_internal.h"

namespace rt::registration::store {
namespace {

constexpr Statement kInsert{
    "consent.insert",
    "INSERT INTO consent (id, member, kind, document, doc_version, given_by, \"user\", granted_at, ip_hash, evidence)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    " ON CONFLICT (member, kind, doc_version, given_by) WHERE withdrawn_at IS NULL DO NOTHING"};
constexpr Statement kOf{"consent.of_member",
                        "SELECT kind, doc_version, given_by, granted_at, withdrawn_at FROM consent WHERE member = $1"
                        " ORDER BY id DESC LIMIT 100"};
constexpr Statement kWithdraw{"consent.withdraw",
                              "UPDATE consent SET withdrawn_at = $3 WHERE member = $1 AND kind = $2"
                              " AND withdrawn_at IS NULL"};
// Without an agreement in force the tick goes, and with that of a guardian his answer.
constexpr Statement kUntick{"team_member.untick",
                            "UPDATE team_member SET consent_at = CASE $2 WHEN 'GUARDIAN' THEN consent_at ELSE NULL END,"
                            " guardian_state = CASE WHEN $2 = 'GUARDIAN' AND guardian_state = 'GRANTED' THEN 'REQUIRED'"
                            " ELSE guardian_state END, rev = rev + 1 WHERE id = $1"};

#define RT_IN_FORCE                                                                                            \
    "EXISTS (SELECT 1 FROM consent c WHERE c.member = m.id AND c.kind = d.kind AND c.doc_version >= d.version" \
    " AND c.withdrawn_at IS NULL)"
constexpr Statement kAsked{"consent.asked", "SELECT d.id, d.kind, d.version, d.public_id, " RT_IN_FORCE
                                            " FROM team_member m JOIN document d ON d.event = m.event"
                                            " AND d.current = 1 WHERE m.id = $1"};
constexpr Statement kAcceptances{"consent.acceptances",
                                 "SELECT d.public_id, d.kind, d.version, d.title, " RT_IN_FORCE
                                 " FROM team_member m JOIN document d ON d.event = m.event AND d.current = 1"
                                 " WHERE m.id = $1 ORDER BY d.kind"};
constexpr Statement kBehind{
    "consent.behind",
    "SELECT m.public_id FROM team_member m WHERE m.team = $1 AND m.state IN ('JOINED', 'CONFIRMED') AND EXISTS"
    " (SELECT 1 FROM document d WHERE d.event = m.event AND d.current = 1 AND NOT " RT_IN_FORCE ") LIMIT 50"};
#undef RT_IN_FORCE

std::optional<std::int64_t> OrNull(std::int64_t id) {
    return id != 0 ? std::optional(id) : std::nullopt;
}

}  // namespace

Result<std::vector<Consent>> ConsentsOf(Reader& reader, MemberId member) {
    return reader.All<Consent>(kOf, {member}, [](const Row& row) {
        return Consent{*FromWord<ConsentKind>(row.TextView(0)), row.Int(1), row.TextView(2) == "GUARDIAN", row.Time(3),
                       row.OptionalTime(4)};
    });
}

Status PutConsent(Writer& writer, Commit& commit, MemberId member, const NewConsent& consent) {
    const std::string address = commit.privacy.BlindIndex("client", commit.actor.client);
    RT_TRY([[maybe_unused]] const auto put,
           writer.Run(kInsert, {commit.ids.Take(), member, Word(consent.kind), OrNull(consent.document),
                                consent.version, consent.by_guardian ? "GUARDIAN" : "MANAGER", commit.actor.user,
                                commit.now, address, OrNull(consent.evidence)}));
    return Ok();
}

Status AcceptDocuments(Writer& writer, Commit& commit, MemberId member, const ShownDocuments& shown) {
    bool seen = true;
    RT_TRY(const auto asked, writer.All<NewConsent>(kAsked, {member}, [&](const Row& row) {
        const bool agreed = row.Int(4) != 0;
        if (shown.has_value() && !agreed) {
            seen = seen && std::find(shown->begin(), shown->end(), row.TextView(3)) != shown->end();
        }
        return NewConsent{
            .kind = *FromWord<ConsentKind>(row.TextView(1)), .document = row.Int(0), .version = row.Int(2)};
    }));
    if (!seen) {
        Error out = Fail(Code::kDocumentChanged);
        const base::CodeInfo& info = base::Info(Code::kDocumentChanged);
        out.fields.push_back({"consent", {std::string(info.message_zh), std::string(info.message_en)}});
        return out;
    }
    for (const NewConsent& consent : asked) RT_CHECK_OK(PutConsent(writer, commit, member, consent));
    return Ok();
}

Result<std::vector<Acceptance>> AcceptancesOf(Reader& reader, MemberId member) {
    return reader.All<Acceptance>(kAcceptances, {member}, [](const Row& row) {
        return Acceptance{row.Text(0), *FromWord<DocumentKind>(row.TextView(1)), row.Int(2),
                          DecodeI18n(row.TextView(3)), row.Int(4) != 0};
    });
}

Status RequireAccepted(Reader& reader, TeamId team) {
    RT_TRY(const auto behind,
           reader.All<std::string>(kBehind, {team}, [](const Row& row) { return std::string(row.Text(0)); }));
    if (behind.empty()) return Ok();
    Error out = Fail(Code::kDocumentChanged);
    for (const std::string& member : behind) {
        out.fields.push_back({"members." + member, {"须同意最新的条款", "Has to agree to the terms as they are now"}});
    }
    return out;
}

Result<bool> RevokeConsent(Writer& writer, Commit& commit, const TeamFacts& team, const Member& member,
                           ConsentKind kind) {
    RT_TRY(const auto withdrawn, writer.Run(kWithdraw, {member.id, Word(kind), commit.now}));
    if (withdrawn == 0) return false;
    RT_CHECK_OK(writer.RunOne(kUntick, {member.id, Word(kind)}, Code::kInternal));
    RT_CHECK_OK(Settle(writer, commit, team, member.id));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    const std::string json = R"({"kind":")" + std::string(Word(kind)) + R"("})";
    RT_CHECK_OK(Record(writer, commit, MemberChange("consent.withdraw", team, member, json, {})));
    return true;
}

Status WithdrawConsent(Writer& writer, Commit& commit, std::string_view team_public_id,
                       std::string_view member_public_id, ConsentKind kind) {
    RT_TRY(const auto team, RequireTeam(writer, team_public_id));
    RT_TRY(const Member member, RequireMember(writer, team, member_public_id));
    if (member.user != commit.actor.user || !IsActive(member.state)) return Fail(Code::kNotFound);
    RT_TRY(const bool withdrawn, RevokeConsent(writer, commit, team, member, kind));
    return withdrawn ? Ok() : Status(Fail(Code::kNotFound, "no such consent in force"));
}

}  // namespace rt::registration::store
