// The SQL of identities. Functions run inside Database::Read or ::Write.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "auth/identity.h"
#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::auth::store {

using storage::sql::Reader;
using storage::sql::Writer;

Result<std::optional<Identity>> FindIdentity(Reader& reader, IdentityKind kind, std::string_view issuer,
                                             std::string_view subject_bi);
// Oldest first.
Result<std::vector<Identity>> IdentitiesOf(Reader& reader, UserId user);
// ALREADY_EXISTS if somebody has it, or the user has another of this kind and issuer.
Status Insert(Writer& writer, const Identity& identity);
// Takes it away unless nothing would be left to sign in with; false: not removed.
Result<bool> RemoveUnlessLast(Writer& writer, UserId user, IdentityId id);
// Whatever is left; for the end of an account and for a change of address.
Status Remove(Writer& writer, IdentityId id);
Status RemoveAllOf(Writer& writer, UserId user);

// The way back after a change of address: the row as it was.
struct Undo {
    std::string token_hash;
    base::Time expires;
    Identity old;
};
Status PutUndo(Writer& writer, const Undo& undo);
// nullopt when there is none or it has expired.
Result<std::optional<Undo>> FindUndo(Reader& reader, std::string_view token_hash, base::Time now);
// The user's that expire then or later, that is, that began with this one or after it; oldest first.
Result<std::vector<Undo>> UndosFrom(Reader& reader, UserId user, base::Time expires);
// Those, and all of anybody that have expired.
Status RemoveUndosFrom(Writer& writer, UserId user, base::Time expires, base::Time now);
// What was linked then or later.
Status RemoveLinkedFrom(Writer& writer, UserId user, base::Time created);

}  // namespace rt::auth::store
