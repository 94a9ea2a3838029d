// What people do with their own account: sessions, addresses, the second step, export, the end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/personal_data.h"
#include "auth/service.h"

namespace rt::auth {

// Thread-safe after construction.
class SelfService {
  public:
    // `sources` and `service` outlive it.
    SelfService(Service& service, std::vector<PersonalData*> sources)
        : service_(service), sources_(std::move(sources)) {}

    // The live ones, last used first.
    Result<std::vector<domain::Session>> Sessions(UserId user) const;
    // NOT_FOUND when there is none of this id.
    Status EndSession(UserId user, std::string_view session, const Actor& actor) const;
    // All but this one; how many ended.
    Result<std::int64_t> EndOtherSessions(UserId user, std::string_view session, const Actor& actor) const;

    // The first address of its kind, with the code that came there. Reauthenticates, and tells the addresses there
    // are. IDENTITY_TAKEN, INVALID_STATE, BAD_CODE.
    Result<ShownIdentity> AddAddress(UserId user, const CodeProof& proof, const Reproof& who,
                                     const Caller& caller) const;
    // In place of another; the old address is told, with a way back for kUndoSeconds. Reauthenticates.
    Result<ShownIdentity> ChangeAddress(UserId user, const CodeProof& proof, const Reproof& who,
                                        const Caller& caller) const;
    // Tells the addresses there were, the removed one among them.
    Status RemoveIdentity(UserId user, std::string_view identity, const Reproof& who, const Caller& caller) const;

    // Each hashes where it reauthenticates.
    Result<Enrolment> BeginSecondStep(UserId user, const Reproof& who, const Caller& caller) const;
    // The session that confirms goes on, all others end. Counts the guess.
    Result<std::vector<std::string>> ConfirmSecondStep(UserId user, std::string_view code, std::string_view session,
                                                       const Caller& caller) const;
    // INVALID_STATE for who must have one.
    Status EndSecondStep(UserId user, const Reproof& who, StepMethod method, std::string_view code,
                         const Caller& caller) const;
    Result<std::vector<std::string>> NewRecoveryCodes(UserId user, std::string_view code, const Caller& caller) const;
    struct SecondStepState {
        bool on = false;
        bool required = false;
        std::int64_t recovery_codes_left = 0;
    };
    Result<SecondStepState> SecondStepOf(const User& user) const;

    // The account ends when the grace is over; all sessions end now. Signing in again and Keep() take it back.
    // INVALID_STATE with the reason when something must be settled first.
    Result<base::Time> PlanEnd(UserId user, const Reproof& who, const Caller& caller) const;
    // The same by an administrator or the operator, for whom it is not his own: INVALID_STATE for oneself.
    Result<base::Time> PlanEndOf(UserId user, const Caller& caller) const;
    Status Keep(UserId user, const Actor& actor) const;
    Result<std::optional<base::Time>> PlannedEnd(UserId user) const;
    // Ends accounts whose time has come, at most `accounts_max`; how many. For the scheduler.
    Result<std::int64_t> RunEnds(std::int64_t accounts_max) const;
    // Forgets the failed attempts against this account; for administrators.
    Status Unlock(UserId user, const Actor& actor) const;
    // The same of an address (GuessLimiter::LockedAddresses). NOT_FOUND.
    Status UnlockAddress(std::string_view id, const Actor& actor) const;
    // Everything kept about this person.
    Result<json::Value> Export(UserId user) const;

  private:
    Result<base::Time> PlanEndBy(UserId user, std::string_view notice, const Caller& caller) const;
    Status CheckFree(storage::sql::Reader& reader, UserId user, base::Time now) const;
    Status Erase(UserId user) const;
    // The session keys of mini-programs among these identities, which are his no more.
    Status ForgetWechatKeys(UserId user, const std::vector<ShownIdentity>& identities) const;
    Status NoteEnded(UserId user, const std::vector<domain::Session>& ended, const Actor& actor) const;

    Service& service_;
    const std::vector<PersonalData*> sources_;
};

}  // namespace rt::auth
