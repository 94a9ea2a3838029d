#include "registration/store/consents.h"

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

Status WithdrawConsent(Writer& writer, Commit& commit, std::string_view team_public_id,
                       std::string_view member_public_id, ConsentKind kind) {
    RT_TRY(const auto team, RequireTeam(writer, team_public_id));
    RT_TRY(const Member member, RequireMember(writer, team, member_public_id));
    if (member.user != commit.actor.user || !IsActive(member.state)) return Fail(Code::kNotFound);
    RT_TRY(const auto withdrawn, writer.Run(kWithdraw, {member.id, Word(kind), commit.now}));
    if (withdrawn == 0) return Fail(Code::kNotFound, "no such consent in force");
    RT_CHECK_OK(writer.RunOne(kUntick, {member.id, Word(kind)}, Code::kInternal));
    RT_CHECK_OK(Settle(writer, commit, team, member.id));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    const std::string json = R"({"kind":")" + std::string(Word(kind)) + R"("})";
    return Record(writer, commit, MemberChange("consent.withdraw", team, member, json, {}));
}

}  // namespace rt::registration::store
