// Registrations: submit, review, withdraw, cancel (registration.md §3.5). Each command is one commit that moves the
// state machine, the units, the team that mirrors it, and the journal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
    base::Time since;  // when the present state began
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
    Source source = Source::kWeb;  // kAdmin, kImport: by the organiser, also outside the windows and past the line
    std::string reserve_hash{};    // of the code of a reserve, whose stock is used
    std::string reason{};
};
// What the answer to a submit is made of.
struct Submitted {
    std::string event_public_id;
    RegistrationId id;
    std::string public_id;  // of a draft that was there, or the command's
    RegistrationState state = RegistrationState::kDraft;
    std::int64_t friendly_no = 0;
    std::int64_t rev = 1;
};
// EVENT_NOT_OPEN, TEAM_NOT_READY (with what is missing), QUOTA_FULL, WAITLIST_FULL, ADMISSION_REQUIRED, INVALID_STATE.
// Ids: kSubmitIds are enough for the plain case.
inline constexpr std::size_t kSubmitIds = kIdsPerRegistration + 2;
Result<Submitted> Submit(Writer& writer, Commit& commit, const SubmitTeam& command);

// AT_CREATE: the place is taken at the founding. Makes the DRAFT with its TEAM and PERSON units; does nothing under the
// other policies, or when everything is full and there is a waiting list to join with the submit. By an organiser
// (kAdmin) it is founded past the queue and the line. QUOTA_FULL, ADMISSION_REQUIRED.
struct NewDraft {
    TeamId team;
    RegistrationId id;
    std::string public_id;
    Source source = Source::kWeb;
    std::string_view reserve_hash{};  // of the code of a reserve, whose stock is used; only where the founding takes
};
Status FoundDraft(Writer& writer, Commit& commit, const NewDraft& draft);
// The team is disbanded: its draft, if it has one, is withdrawn.
Status EndDraft(Writer& writer, Commit& commit, TeamId team);
// After any change of a team's roster or answers, once its counts are written: takes or frees PERSON and OPTION units
// by the difference (QUOTA_FULL undoes the change), keeps the need of a waiting team, starts the review anew where the
// event says so, and serves the waiting list with what came free. Does nothing for a team without a registration.
Status RosterChanged(Writer& writer, Commit& commit, TeamId team, std::string_view cause);
// The same for answers that are asked for after the approval, which no review starts anew.
Status LateAnswersChanged(Writer& writer, Commit& commit, TeamId team);

// A command on a registration that exists. `rev`: the revision the caller saw (If-Match), nullopt if not asked.
// INVALID_STATE if the table has no such transition. Ids: kCommandIds are enough for the plain case.
inline constexpr std::size_t kCommandIds = kIdsPerRegistration + 5;
struct Command {
    std::string registration_public_id;
    RegistrationCommand command = RegistrationCommand::kWithdraw;
    std::string reason;
    std::optional<std::int64_t> rev;
};
// By the captain or an organiser of the event: withdraw, resubmit, cancel (which the captain may only ask for, or not
// at all, as the event's policy and deadline say). To withdraw what has been CONFIRMED, and is reviewed again, is to
// cancel.
Result<RegistrationRow> RunAsCaptain(Writer& writer, Commit& commit, const Command& command);
// By an organiser of the event: approve, return, reject, waitlist. The review row is part of the commit.
Result<RegistrationRow> RunAsReviewer(Writer& writer, Commit& commit, const Command& command);
// By an organiser: kGrantCancel or kRefuseCancel of a CANCEL_REQUESTED registration.
Result<RegistrationRow> DecideCancel(Writer& writer, Commit& commit, const Command& command);
// By an organiser: an ended registration becomes a DRAFT again and takes its units anew. QUOTA_FULL, INVALID_STATE.
Result<RegistrationRow> Reopen(Writer& writer, Commit& commit, const Command& command);
// By an organiser: into another division of the event, with its units. QUOTA_FULL, DUPLICATE_PERSON.
struct MoveRegistration {
    std::string registration_public_id;
    std::string division_public_id;
    std::string reason;
    std::optional<std::int64_t> rev;
};
Result<RegistrationRow> MoveToDivision(Writer& writer, Commit& commit, const MoveRegistration& command);
// The captain, or an organiser: FORBIDDEN to members, NOT_FOUND to the rest.
struct TeamFacts;
Status RequireOwnRegistration(Reader& reader, const TeamFacts& team, const Actor& actor);

// Cancels at most `registrations_max` active registrations of a CANCELLED event (kCommandIds each); returns how many.
Result<std::int64_t> CancelSomeOfEvent(Writer& writer, Commit& commit, EventId event, std::string_view reason,
                                       std::int64_t registrations_max);
Result<std::vector<EventId>> CancelledEventsWithRegistrations(Reader& reader, base::Time now);

// --- The clocks. Each has a function that tells of which events something is due, each event once or more, and one
// that does some of it for one event: at most so many registrations, returning how many. Safe to repeat. ---

// They stand while the event is paused, and run anew from when it is resumed.

// RETURNED longer than return_ttl, DRAFT longer than draft_ttl, WAITLISTED with a team deficient for kDeficientTtl
// become EXPIRED: at most `registrations_max` of each.
Result<std::int64_t> ExpireSome(Writer& writer, Commit& commit, EventId event, std::int64_t registrations_max);
Result<std::vector<EventId>> EventsToExpire(Reader& reader, base::Time now);
// IN_REVIEW with a team deficient for kDeficientTtl becomes RETURNED.
inline constexpr std::int64_t kDeficientTtl = 72 * base::kMicrosPerHour;
Result<std::int64_t> ReturnSomeDeficient(Writer& writer, Commit& commit, EventId event, std::int64_t registrations_max);
Result<std::vector<EventId>> EventsToReturn(Reader& reader, base::Time now);

}  // namespace rt::registration::store
