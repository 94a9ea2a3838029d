// Reading registrations.
#include "registration/store/registrations.h"

namespace rt::registration::store {
namespace {

#define RT_REGISTRATION_COLUMNS                                                                                 \
    "SELECT id, public_id, event, division, team, friendly_no, state, review_stage, submitted_at, approved_at," \
    " decided_at, decision_reason, deficient_since, rev, since FROM registration "

constexpr Statement kByPublicId{"registration.by_public_id", RT_REGISTRATION_COLUMNS "WHERE public_id = $1"};
constexpr Statement kById{"registration.by_id", RT_REGISTRATION_COLUMNS "WHERE id = $1"};
constexpr Statement kActive{"registration.active_of_team", RT_REGISTRATION_COLUMNS
                            "WHERE team = $1"
                            " AND state NOT IN ('REJECTED', 'WITHDRAWN', 'EXPIRED', 'NOT_DRAWN', 'CANCELLED')"};
constexpr Statement kLatest{"registration.latest_of_team",
                            RT_REGISTRATION_COLUMNS "WHERE team = $1 ORDER BY id DESC LIMIT 1"};
#undef RT_REGISTRATION_COLUMNS

RegistrationRow ReadRegistration(const Row& row) {
    RegistrationRow out;
    out.id = row.As<RegistrationId>(0);
    out.public_id = row.Text(1);
    out.event = row.As<EventId>(2);
    out.division = row.As<DivisionId>(3);
    out.team = row.As<TeamId>(4);
    out.friendly_no = row.Int(5);
    out.state = *FromWord<RegistrationState>(row.TextView(6));
    out.review_stage = row.Int(7);
    out.submitted_at = row.Time(8);
    out.approved_at = row.OptionalTime(9);
    out.decided_at = row.OptionalTime(10);
    out.decision_reason = row.OptionalText(11);
    out.deficient_since = row.OptionalTime(12);
    out.rev = row.Int(13);
    out.since = row.Time(14);
    return out;
}

}  // namespace

Result<std::optional<RegistrationRow>> FindRegistration(Reader& reader, std::string_view public_id) {
    return reader.Find<RegistrationRow>(kByPublicId, {public_id}, ReadRegistration);
}

Result<std::optional<RegistrationRow>> FindRegistration(Reader& reader, RegistrationId id) {
    return reader.Find<RegistrationRow>(kById, {id}, ReadRegistration);
}

Result<std::optional<RegistrationRow>> ActiveRegistrationOf(Reader& reader, TeamId team) {
    return reader.Find<RegistrationRow>(kActive, {team}, ReadRegistration);
}

Result<std::optional<RegistrationRow>> LatestRegistrationOf(Reader& reader, TeamId team) {
    return reader.Find<RegistrationRow>(kLatest, {team}, ReadRegistration);
}

}  // namespace rt::registration::store
