// Signing in, staying signed in, signing out; and the one object that owns auth.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access_control.h"
#include "auth/access_token.h"
#include "auth/accounts.h"
#include "auth/audit.h"
#include "auth/authenticator.h"
#include "auth/domain/proofs.h"
#include "auth/guess_limiter.h"
#include "auth/identities.h"
#include "auth/messages.h"
#include "auth/one_time_codes.h"
#include "auth/options.h"
#include "auth/passwords.h"
#include "auth/pending_sign_ins.h"
#include "auth/revocations.h"
#include "auth/second_steps.h"
#include "auth/session_store.h"
#include "auth/sign_in.h"
#include "auth/token_ring.h"
#include "base/log.h"
#include "base/metrics.h"

namespace rt::auth {

// Thread-safe.
class Service {
  public:
    struct Parts {
        storage::sql::Database& db;
        storage::kv::Store& kv;
        const storage::audit::Trail& audit;
        const base::Clock& clock;
        Random& random;
        IdGenerator& ids;
        base::Log& log;
        base::Metrics& metrics;
    };
    // Reads what is still revoked from the stores.
    static Result<std::unique_ptr<Service>> Create(Options options, Parts parts);

    // Hashes. FORBIDDEN when registration is closed; BAD_CODE; IDENTITY_TAKEN. `proof`: an address that is proved in
    // the same go, needed when the options say so.
    Result<SignedIn> Register(const NewUser& wanted, const std::optional<CodeProof>& proof, const Caller& caller);
    Result<SignedIn> Register(const NewUser& wanted, const Caller& caller) {
        return Register(wanted, std::nullopt, caller);
    }
    // Hashes, always once. `name`: login name, e-mail address or phone number. BAD_CREDENTIALS; TOO_MANY_REQUESTS with
    // retry_after_s; FORBIDDEN for a locked account when the password was right.
    Result<SignedIn> SignIn(std::string_view name, std::string_view password, const Caller& caller);
    // The account that has this identity, or one of `proof.also`; a new one when nobody has (FORBIDDEN while
    // registration is closed). What else the proof says is linked where it is free. `method` has static storage.
    Result<SignedIn> SignInByIdentity(const IdentityProof& proof, std::string_view method, const Caller& caller);

    // Sends a code, whether or not there is an account: the same answer, the same work. TOO_MANY_REQUESTS,
    // CHANNEL_UNAVAILABLE; UNAUTHENTICATED for purposes of the signed-in.
    Result<CodeSent> SendCode(CodePurpose purpose, const domain::Contact& to, const Caller& caller);
    // To an address of the signed-in user himself, to show that it is he. INVALID_STATE where that is no proof.
    Result<CodeSent> SendConfirmation(UserId user, domain::Channel channel, const Caller& caller);
    // BAD_CODE; as SignInByIdentity.
    Result<SignedIn> SignInByCode(const CodeProof& proof, const Caller& caller);
    // Hashes. Sets a password, ends all sessions and API tokens, forgets failed passwords. BAD_CODE, also for nobody.
    Status ResetPassword(const CodeProof& proof, std::string_view password, const Caller& caller);
    // Puts the old address back with the token that went there, ends all sessions and voids the password, which whoever
    // changed the address knew, what was added since and all API tokens. INVITE_EXPIRED, IDENTITY_TAKEN.
    Status UndoAddressChange(std::string_view token, const Caller& caller);
    // Uses up a code. Counts the attempt. BAD_CODE, TOO_MANY_REQUESTS.
    Status TakeCode(CodePurpose purpose, const CodeProof& proof, UserId user, const Caller& caller);

    // The second step of a sign-in. UNAUTHENTICATED when the token is not good any more, BAD_CODE.
    Result<SignedIn> GiveSecondStep(std::string_view token, StepMethod method, std::string_view code,
                                    const Caller& caller);
    // Setting it up in the middle of a sign-in, for who must have one.
    Result<Enrolment> EnrolInSignIn(std::string_view token);
    Result<Confirmed> ConfirmInSignIn(std::string_view token, std::string_view code, const Caller& caller);

    // UNAUTHENTICATED for an unknown token, TOKEN_EXPIRED for a lapsed one, TOKEN_REUSED for a spent one (which ends
    // the session), CONFLICT when another tab of the same browser has just renewed (nothing is lost: repeat once).
    Result<SignedIn> Renew(std::string_view refresh_token, const Caller& caller);
    // Ends the session of this token; Ok for a token that is not good.
    Status SignOut(std::string_view refresh_token, const Caller& caller);
    // Hashes twice. A new session takes the place of all others. BAD_CREDENTIALS as SignIn.
    Result<SignedIn> ChangePassword(UserId user, std::string_view current, std::string_view password, ApiTokens tokens,
                                    const Caller& caller);
    Status SignOutEverywhere(UserId user, ApiTokens tokens, const Actor& actor);
    // Attempts against this account that failed of late, by whichever of its names, and forgetting those of `kinds`.
    Result<std::vector<GuessLimiter::Lock>> LocksOf(const User& user) const;
    Status Unlock(const User& user, std::span<const domain::GuessKind> kinds = domain::kGuessKinds);
    // By what the user of `session` can show that it is he.
    Result<domain::Proofs> ProofsOf(const User& user, std::string_view session) const;
    // Hashes. Is it still he who sits there? By the password, a code sent for kConfirm, or a fresh sign-in.
    // BAD_CREDENTIALS, BAD_CODE, TOO_MANY_REQUESTS; VALIDATION_FAILED or SIGN_IN_AGAIN for nothing.
    Status Reauthenticate(UserId user, const Reproof& proof, const Caller& caller);
    // A message to the owner, to be added in the commit of its cause: by mail, or else to his phone; nullopt: nowhere.
    Result<std::optional<Message>> NoticeTo(UserId user, std::string_view kind, const Caller& caller) const;
    // To every address he has, because one of them may be the thief's. `changed`: Notice::changed.
    Result<std::vector<Message>> NoticesTo(UserId user, std::string_view kind, const Caller& caller,
                                           const std::string& changed) const;
    // As Identities::Link; tells the addresses there were. Reauthenticating is the caller's.
    Result<ShownIdentity> Link(UserId user, const IdentityProof& proof, const Caller& caller);
    // Whether this account signs in with a second step whether it wants one or not: staff, by its role or by a grant.
    Result<bool> MustHaveSecondStep(storage::sql::Reader& reader, const User& user, base::Time now) const;
    // Counts a code of the authenticator app, or a recovery code, as a guess; BAD_CODE, TOO_MANY_REQUESTS.
    Result<SecondSteps::Proof> CheckStep(UserId user, StepMethod method, std::string_view code, const Caller& caller);

    // A token for the page of the first administrator; replaces an older one. nullopt when there is one already.
    Result<std::optional<std::string>> NewSetupToken();
    // Hashes. INVALID_STATE when there is an administrator, INVITE_EXPIRED for a token that is not the current one.
    Result<SignedIn> SetUp(std::string_view token, const NewUser& wanted, const Caller& caller);

    Status ReloadKeys();  // takes over keys that were rotated
    // Takes over what another process changed in the stores, and forgets what has lapsed. Once a second.
    Status Reload();

    Accounts& accounts() { return accounts_; }
    AccessControl& access() { return access_; }
    Credentials& credentials() { return credentials_; }
    const TokenRing& ring() const { return ring_; }
    Authenticator& authenticator() { return authenticator_; }
    Identities& identities() { return identities_; }
    SecondSteps& second_steps() { return second_steps_; }
    SessionStore& sessions() { return sessions_; }
    Revocations& revocations() { return revocations_; }
    GuessLimiter& guesses() { return guesses_; }
    const Messages& messages() const { return messages_; }
    const Options& options() const { return options_; }
    const Parts& parts() const { return parts_; }

  private:
    Service(Options options, TokenKeys keys, crypto::Vault vault, crypto::Vault outbox_vault, Parts parts);

    static Result<TokenKeys> ReadKeys(const Options& options, Random& random, base::Time now);

    // What stands between a first step that was right and a session.
    enum class Step : std::uint8_t { kNone, kAsk, kEnrol };
    struct Admitted {
        User user;
        Step step = Step::kNone;
        bool created = false;
    };
    Status ReloadEpochs(base::Time now);
    Result<Step> StepFor(storage::sql::Reader& reader, const User& user, base::Time now) const;
    Result<Admitted> AdmitIn(storage::sql::Writer& writer, const User& user, const Caller& caller, base::Time now);
    Status NoteSignInIn(storage::sql::Writer& writer, const User& user, const Caller& caller, base::Time now);
    Result<SignedIn> Finish(const Admitted& admitted, std::string_view method, const Caller& caller);
    Result<SignedIn> Open(const User& user, std::string_view method, bool second_step, const Caller& caller);
    SignedIn Issue(const User& user, const domain::Session& session, std::string refresh_token);
    void TellOfNewDevice(const User& user, const domain::Session& session);
    Result<std::optional<User>> FindTyped(std::string_view name);
    Result<User> VerifiedUser(const std::optional<User>& user, const Guessed& guessed, std::string_view password,
                              const Caller& caller);
    Result<Guessed> GuessedBy(std::string subject, std::optional<UserId> account, const Caller& caller) const;
    void ForgetTokens();
    Result<User> UserOfPending(storage::sql::Reader& reader, const PendingSignIn& pending) const;
    Result<CodeSent> Send(const CodeSubject& subject, const std::optional<domain::Contact>& to,
                          const std::optional<Message>& instead, const Caller& caller);
    Status CheckChannel(domain::Channel channel) const;
    Status Judge(const SessionStore::Rotation& rotation, const Caller& caller);
    Result<User> UserOf(const domain::Session& session);
    void NoteActive(const User& user, base::Time now);

    const Options options_;
    Parts parts_;
    const crypto::Vault vault_;
    const Messages messages_;
    std::mutex keys_mutex_;                 // guards signing_keys_
    std::vector<SigningKey> signing_keys_;  // as they were read last
    TokenRing ring_;
    AccessControl access_;
    Credentials credentials_;
    Revocations revocations_;
    SessionStore sessions_;
    GuessLimiter guesses_;
    const Passwords passwords_;
    Accounts accounts_;
    Identities identities_;
    SecondSteps second_steps_;
    OneTimeCodes codes_;
    PendingSignIns pending_;
    Authenticator authenticator_;
    std::atomic<std::int64_t> generation_{0};
    std::atomic<std::int64_t> data_version_{-1};  // of SQLite when the epochs were read
};

// Voids every token and session ever given out: after a restore. Works on a stopped server's store.
Status EndEverySession(storage::sql::Database& db, base::Time now);

}  // namespace rt::auth
