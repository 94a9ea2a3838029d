// The SQL of accounts. Functions run inside Database::Read or ::Write.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/user.h"
#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::auth::store {

using storage::sql::Reader;
using storage::sql::Writer;

Result<std::optional<User>> FindById(Reader& reader, UserId id);
Result<std::optional<User>> FindByPublicId(Reader& reader, std::string_view public_id);
Result<std::optional<User>> FindByLoginName(Reader& reader, std::string_view normalised);

// A LIKE pattern (ESCAPE '\\') for "contains", with the caller's wildcards made literal; empty for an empty text.
std::string ContainsPattern(std::string_view text);

struct Filter {
    std::string text;  // part of the login or display name; empty: all
    std::optional<Role> role;
    std::string after;  // public id of the last user of the page before; empty: the first page
    std::int64_t limit = 20;
};
// Newest first.
Result<std::vector<User>> List(Reader& reader, const Filter& filter);
Result<std::int64_t> Count(Reader& reader);
// Signed in or refreshed at or after `since`.
Result<std::int64_t> CountActive(Reader& reader, base::Time since);
Result<bool> HasActiveAdmin(Reader& reader);
// Users whose epoch moved at or after `since`.
Result<std::vector<std::pair<UserId, std::int64_t>>> MovedEpochs(Reader& reader, base::Time since);
Result<std::int64_t> Generation(Reader& reader);

// ALREADY_EXISTS if the login name is taken.
Status Insert(Writer& writer, const User& user);
// Writes the changeable columns of `user` over the row with its id and the revision before (`user.rev` - 1), in one
// conditional write that also keeps the last active administrator. PRECONDITION_FAILED or INVALID_STATE.
Status Update(Writer& writer, const User& user);
// Sign-in and refresh: the time, and the hash where it was made stronger. Leaves `rev` alone.
Status Touch(Writer& writer, UserId id, base::Time now);
// Access tokens given out so far are void.
Status MoveEpoch(Writer& writer, UserId id, base::Time now);
Status ReplaceHash(Writer& writer, UserId id, std::string_view old_hash, std::string_view new_hash);
// To one never used before, also by a store that was restored meanwhile: it follows the time.
Status MoveGeneration(Writer& writer, base::Time now);

// The set-up link: replaced unless there is an active administrator (false: there is one).
Result<bool> PutSetupLink(Writer& writer, std::string_view token_hash, base::Time now);
Result<bool> HasSetupLink(Reader& reader, std::string_view token_hash);
// Removes the link; false if it is not this one.
Result<bool> TakeSetupLink(Writer& writer, std::string_view token_hash);

}  // namespace rt::auth::store
