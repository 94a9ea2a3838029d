// Telling people: the row of the inbox and the outbox row its mail comes from, in the commit of the cause.
//
//   RT_CHECK_OK(Notify(writer, commit, {.kind = NoticeKind::kReturned, .user = captain, .event = team.event,
//                                       .team = team.id, .registration = row.id, .reason = command.reason}));
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "registration/domain/notice_kinds.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

// Names, titles and numbers are looked up when it is shown: put in no personal data.
struct Notice {
    NoticeKind kind = NoticeKind::kSubmitted;
    UserId user;  // 0: nobody, and nothing is written
    EventId event;
    TeamId team{};                        // 0: none
    RegistrationId registration{};        // 0: none
    std::string_view reason{};            // what the organiser wrote
    std::string_view answer{};            // a word, of kJoinAnswered
    std::optional<base::Time> expires{};  // of kOffer, kDeadline, kGuardianLink, kInvited, kReopened
    std::int64_t announcement = 0;
    std::string_view member{};  // public id, of kInvitationAccepted and kInvitationDeclined; the name is looked up
};

// Takes one id. Tells one person, in the inbox and by mail when there is an address.
Status Notify(Writer& writer, Commit& commit, const Notice& notice);

// Announce() (journal.h) and Notify() in two rows instead of three: for the commands of a rush. Takes one id.
// `others_than` (0: nobody else): the others who manage an active member of notice.team are told as well, within
// seconds; that costs no row here.
Status AnnounceAndNotify(Writer& writer, Commit& commit, std::string_view topic, const std::string& payload,
                         const Notice& notice, UserId others_than = {});

// Tells many: everybody who manages an active member of notice.team, or everybody who may review the event. One row
// now, which takes one id; the inboxes are filled within seconds. notice.user is left out (told by other means, or who
// did it).
enum class Audience : std::uint8_t { kTeam, kOrganisers };
Status NotifyAll(Writer& writer, Commit& commit, Audience audience, const Notice& notice);

// --- For those who fill the inboxes of many ---

struct InboxRow {
    UserId user;
    std::int64_t id = 0;
    std::string_view kind;
    EventId event;
    TeamId team;
    RegistrationId registration;
    std::int64_t announcement = 0;
    std::string params;  // JSON
    base::Time at;
};
// False: this person has a message with this id already.
Result<bool> PutIntoInbox(Writer& writer, const InboxRow& row);

}  // namespace rt::registration::store
