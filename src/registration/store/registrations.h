// Registrations: submit, review, withdraw, cancel (registration.md §3.5). Each command is one commit that moves the
// state machine, the units, the team that mirrors it, and the journal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "registration/domain/registration_states.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

struct RegistrationRow {
    RegistrationId id;
    std::string public_id;
    EventId event;
    DivisionId division;
    TeamId team;
    std::int64_t friendly_no = 0;
    RegistrationState state = RegistrationState::kDraft;
    std::int64_t review_stage = 0;
    base::Time submitted_at;
    std::optional<base::Time> approved_at;
    std::optional<base::Time> decided_at;
    std::optional<std::string> decision_reason;
    std::optional<base::Time> deficient_since;
    std::int64_t rev = 1;
};
Result<std::optional<RegistrationRow>> FindRegistration(Reader& reader, std::string_view public_id);
Result<std::optional<RegistrationRow>> FindRegistration(Reader& reader, RegistrationId id);
// The one that has not ended, if any.
Result<std::optional<RegistrationRow>> ActiveRegistrationOf(Reader& reader, TeamId team);
// The newest, ended or not.
Result<std::optional<RegistrationRow>> LatestRegistrationOf(Reader& reader, TeamId team);

enum class Source : std::uint8_t { kWeb, kMp, kAdmin, kImport, kApi };

struct SubmitTeam {
    std::string team_public_id;
    RegistrationId id;
    std::string public_id;
    Source source = Source::kWeb;
};
// What the answer to a submit is made of.
struct Submitted {
    std::string event_public_id;
    RegistrationState state = RegistrationState::kDraft;
    std::int64_t friendly_no = 0;
};
// EVENT_NOT_OPEN, TEAM_NOT_READY (with what is missing), QUOTA_FULL, INVALID_STATE. Ids: kSubmitIds.
inline constexpr std::size_t kSubmitIds = kIdsPerRegistration + 2;
Result<Submitted> Submit(Writer& writer, Commit& commit, const SubmitTeam& command);

// A command on a registration that exists. `rev`: the revision the caller saw (If-Match), nullopt if not asked.
// INVALID_STATE if the table has no such transition. Ids: kCommandIds.
inline constexpr std::size_t kCommandIds = kIdsPerRegistration + 5;
struct Command {
    std::string registration_public_id;
    RegistrationCommand command = RegistrationCommand::kWithdraw;
    std::string reason;
    std::optional<std::int64_t> rev;
};
// By the captain (until the cancel deadline) or an organiser of the event: withdraw, cancel, resubmit.
Result<RegistrationRow> RunAsCaptain(Writer& writer, Commit& commit, const Command& command);
// By an organiser of the event: approve, return, reject. The review row is part of the commit.
Result<RegistrationRow> RunAsReviewer(Writer& writer, Commit& commit, const Command& command);

// Cancels at most `registrations_max` active registrations of a CANCELLED event (kCommandIds each); returns how many.
Result<std::int64_t> CancelSomeOfEvent(Writer& writer, Commit& commit, EventId event, std::string_view reason,
                                       std::int64_t registrations_max);
// RETURNED longer than the event's return_ttl becomes EXPIRED: at most `registrations_max`; returns how many.
Result<std::int64_t> ExpireSome(Writer& writer, Commit& commit, std::int64_t registrations_max);
// IN_REVIEW with a team deficient for kDeficientTtl becomes RETURNED: at most `registrations_max`; returns how many.
inline constexpr std::int64_t kDeficientTtl = 72 * base::kMicrosPerHour;
Result<std::int64_t> ReturnSomeDeficient(Writer& writer, Commit& commit, std::int64_t registrations_max);
// A CANCELLED event that still has active registrations, if any.
Result<std::optional<EventId>> CancelledEventWithRegistrations(Reader& reader);

}  // namespace rt::registration::store
