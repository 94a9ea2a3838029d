// The identities of accounts: found by proof, linked, changed and removed. Every change is one commit with its audit
// row. Nothing is ever moved from one account to another: who has an identity keeps it until he removes it himself.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/audit.h"
#include "auth/identity.h"
#include "auth/identity_store.h"
#include "auth/messages.h"
#include "base/random.h"
#include "crypto/vault.h"

namespace rt::auth {

// For so long the holder of an old address can take its change back.
inline constexpr std::int64_t kUndoSeconds = 72 * 3'600;

// An identity as its owner or an administrator sees it.
struct ShownIdentity {
    std::string public_id;
    IdentityKind kind = IdentityKind::kEmail;
    std::string issuer;
    std::string shown;  // masked
    base::Time verified_at;
};

// Thread-safe.
class Identities {
  public:
    struct Parts {
        storage::sql::Database& db;
        const crypto::Vault& vault;
        const storage::audit::Trail& audit;
        const base::Clock& clock;
        Random& random;
        IdGenerator& ids;
    };
    explicit Identities(Parts parts) : parts_(parts) {}

    // The blind index under which rows of `identity` keep it: to look for an address without opening anything.
    std::string BlindIndex(const IdentityKey& key) const;
    // The account that has it, active or not.
    Result<std::optional<UserId>> Find(storage::sql::Reader& reader, const IdentityKey& key) const;
    Result<std::optional<UserId>> Find(const IdentityKey& key) const;
    Result<std::vector<ShownIdentity>> List(UserId user) const;
    // Where messages for this user go; nullopt: nowhere by this channel.
    Result<std::optional<domain::Contact>> ContactOf(UserId user, domain::Channel channel) const;

    // Rows for everything a proof says, to be inserted by LinkIn() for whatever user it turns out to be.
    std::vector<Identity> Prepare(const IdentityProof& proof) const;
    // Inserts those of `rows` that nobody has and the user has none of the kind yet; others stay where they are.
    Status LinkFreeIn(storage::sql::Writer& writer, UserId user, const std::vector<Identity>& rows, const Actor& actor,
                      base::Time now) const;

    // All of `rows` or, when somebody has one, IDENTITY_TAKEN.
    Status LinkAllIn(storage::sql::Writer& writer, UserId user, const std::vector<Identity>& rows, const Actor& actor,
                     base::Time now) const;

    // IDENTITY_TAKEN when another account has one of them, INVALID_STATE when this one has another of the kind. Ok for
    // what it has already. `told`: added in the same commit, if there is anything new.
    Result<ShownIdentity> Link(UserId user, const IdentityProof& proof, const Actor& actor,
                               const std::vector<Message>& told = {}) const;
    // Puts `proof` in the place of the user's identity of that kind. `undo_token`: opens the way back until
    // `undo_until`; `told`: added in the same commit. IDENTITY_TAKEN; INVALID_STATE when there is none to change.
    struct ChangePlan {
        std::string undo_token;
        base::Time undo_until;
        std::vector<Message> told{};
    };
    Result<ShownIdentity> Change(UserId user, const IdentityProof& proof, const ChangePlan& plan,
                                 const Actor& actor) const;
    // Whose change this token undoes; INVITE_EXPIRED for one that is not good.
    Result<UserId> UserOfUndo(std::string_view token) const;
    // Puts the ways in back as they were before that change: the old address in place of whatever is there, other
    // addresses that were changed since as well, and what was added since goes. Ways back that are older than this one
    // stay good, the others go. Answers with when the change was. INVITE_EXPIRED; IDENTITY_TAKEN when somebody else has
    // the old address by now.
    Result<base::Time> UndoChangeIn(storage::sql::Writer& writer, std::string_view token, base::Time now) const;
    // NOT_FOUND; INVALID_STATE when nothing would be left to sign in with. `told`: added in the same commit.
    Status Remove(UserId user, std::string_view public_id, const Actor& actor,
                  const std::vector<Message>& told = {}) const;

  private:
    Identity NewRow() const;
    Result<domain::Contact> Opened(const Identity& row) const;
    Result<ShownIdentity> Shown(const Identity& row) const;
    Status InsertIn(storage::sql::Writer& writer, const Identity& row, const Actor& actor, base::Time now) const;
    Status CheckFreeIn(storage::sql::Writer& writer, UserId user, const Identity& row) const;

    Parts parts_;
};

// The one sentence people get when an identity is somebody else's.
Error IdentityTaken();

}  // namespace rt::auth
