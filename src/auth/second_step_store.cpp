#include "auth/second_step_store.h"

namespace rt::auth::store {

namespace sql = storage::sql;

namespace {

constexpr sql::Statement kFind{"totp.find", "SELECT secret, confirmed_at, last_step FROM totp WHERE user = $1"};
constexpr sql::Statement kHas{"totp.has", "SELECT user FROM totp WHERE user = $1 AND confirmed_at IS NOT NULL"};
constexpr sql::Statement kPut{
    "totp.put",
    "INSERT INTO totp (user, secret, confirmed_at, last_step, created) VALUES ($1, $2, NULL, 0, $3)"
    " ON CONFLICT (user) DO UPDATE SET secret = excluded.secret, created = excluded.created, last_step = 0"
    " WHERE totp.confirmed_at IS NULL"};
constexpr sql::Statement kConfirm{
    "totp.confirm",
    "UPDATE totp SET confirmed_at = $4, last_step = $3 WHERE user = $1 AND secret = $2 AND confirmed_at IS NULL"};
constexpr sql::Statement kUseStep{
    "totp.use_step", "UPDATE totp SET last_step = $2 WHERE user = $1 AND confirmed_at IS NOT NULL AND last_step < $2"};
constexpr sql::Statement kCreated{"totp.created", "SELECT created FROM totp WHERE user = $1"};
constexpr sql::Statement kRemove{"totp.remove", "DELETE FROM totp WHERE user = $1"};
constexpr sql::Statement kRemoveCodes{"recovery_code.remove_all", "DELETE FROM recovery_code WHERE user = $1"};
constexpr sql::Statement kPutCode{"recovery_code.put", "INSERT INTO recovery_code (user, code_hash) VALUES ($1, $2)"};
constexpr sql::Statement kUseCode{
    "recovery_code.use",
    "UPDATE recovery_code SET used_at = $3 WHERE user = $1 AND code_hash = $2 AND used_at IS NULL"};
constexpr sql::Statement kHasCode{
    "recovery_code.has", "SELECT user FROM recovery_code WHERE user = $1 AND code_hash = $2 AND used_at IS NULL"};
constexpr sql::Statement kLeft{"recovery_code.left",
                               "SELECT count(*) FROM recovery_code WHERE user = $1 AND used_at IS NULL"};

}  // namespace

Result<std::optional<Totp>> FindTotp(Reader& reader, UserId user) {
    return reader.Find<Totp>(kFind, {user}, [](const sql::Row& row) {
        return Totp{row.Text(0), row.OptionalTime(1), row.Int(2)};
    });
}

Result<bool> HasTotp(Reader& reader, UserId user) {
    RT_TRY(const auto found, reader.FindInt(kHas, {user}));
    return found.has_value();
}

Result<bool> PutTotp(Writer& writer, UserId user, std::string_view sealed, base::Time now) {
    RT_TRY(const auto changed, writer.Run(kPut, {user, sealed, now}));
    return changed == 1;
}

Result<bool> ConfirmTotp(Writer& writer, UserId user, std::string_view sealed, std::int64_t step, base::Time now) {
    RT_TRY(const auto changed, writer.Run(kConfirm, {user, sealed, step, now}));
    return changed == 1;
}

Result<bool> UseTotpStep(Writer& writer, UserId user, std::int64_t step) {
    RT_TRY(const auto changed, writer.Run(kUseStep, {user, step}));
    return changed == 1;
}

Result<bool> RemoveTotp(Writer& writer, UserId user) {
    RT_CHECK_OK(writer.Run(kRemoveCodes, {user}));
    RT_TRY(const auto changed, writer.Run(kRemove, {user}));
    return changed == 1;
}

Status RemoveTotpFrom(Writer& writer, UserId user, base::Time created) {
    RT_TRY(const auto there,
           writer.Find<base::Time>(kCreated, {user}, [](const sql::Row& row) { return row.Time(0); }));
    if (!there || *there < created) return Ok();
    const auto removed = RemoveTotp(writer, user);
    return removed.ok() ? Ok() : Status(removed.error());
}

Status PutRecoveryCodes(Writer& writer, UserId user, const std::vector<std::string>& hashes) {
    RT_CHECK_OK(writer.Run(kRemoveCodes, {user}));
    for (const std::string& hash : hashes) RT_CHECK_OK(writer.RunOne(kPutCode, {user, hash}, Code::kInternal));
    return Ok();
}

Result<bool> UseRecoveryCode(Writer& writer, UserId user, std::string_view hash, base::Time now) {
    RT_TRY(const auto changed, writer.Run(kUseCode, {user, hash, now}));
    return changed == 1;
}

Result<bool> HasRecoveryCode(Reader& reader, UserId user, std::string_view hash) {
    RT_TRY(const auto found, reader.FindInt(kHasCode, {user, hash}));
    return found.has_value();
}

Result<std::int64_t> RecoveryCodesLeft(Reader& reader, UserId user) {
    RT_TRY(const auto left, reader.FindInt(kLeft, {user}));
    return left.value_or(0);
}

}  // namespace rt::auth::store
