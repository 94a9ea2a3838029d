// The SQL of TOTP and recovery codes. Functions run inside Database::Read or ::Write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/user.h"
#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::auth::store {

using storage::sql::Reader;
using storage::sql::Writer;

struct Totp {
    std::string secret;  // sealed
    std::optional<base::Time> confirmed_at;
    std::int64_t last_step = 0;
};

Result<std::optional<Totp>> FindTotp(Reader& reader, UserId user);
// Has the user a confirmed one?
Result<bool> HasTotp(Reader& reader, UserId user);
// A secret that waits for its confirmation, in place of an earlier one; false when there is a confirmed one.
Result<bool> PutTotp(Writer& writer, UserId user, std::string_view sealed, base::Time now);
// Confirms this very secret; false when it is another one by now, or confirmed.
Result<bool> ConfirmTotp(Writer& writer, UserId user, std::string_view sealed, std::int64_t step, base::Time now);
// Uses up a time step of a confirmed secret; false when it, or a later one, was used before.
Result<bool> UseTotpStep(Writer& writer, UserId user, std::int64_t step);
// With the recovery codes. false when there was none.
Result<bool> RemoveTotp(Writer& writer, UserId user);
// The same, if it was set up then or later.
Status RemoveTotpFrom(Writer& writer, UserId user, base::Time created);

// In place of all earlier ones.
Status PutRecoveryCodes(Writer& writer, UserId user, const std::vector<std::string>& hashes);
// false when there is no such code, or it was used.
Result<bool> UseRecoveryCode(Writer& writer, UserId user, std::string_view hash, base::Time now);
Result<bool> HasRecoveryCode(Reader& reader, UserId user, std::string_view hash);
Result<std::int64_t> RecoveryCodesLeft(Reader& reader, UserId user);

}  // namespace rt::auth::store
