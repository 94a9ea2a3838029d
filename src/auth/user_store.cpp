#include "auth/user_store.h"

#include "auth/activity_store.h"
#include "base/check.h"

namespace rt::auth::store {

namespace sql = storage::sql;

namespace {

#define RT_USER_COLUMNS                                                                                    \
    "id, public_id, login_name, display_name, password_hash, role, status, locale, epoch, session_epoch, " \
    "epoch_moved, created, last_active_at, rev"

constexpr sql::Statement kById{"user.by_id", "SELECT " RT_USER_COLUMNS " FROM \"user\" WHERE id = $1"};
constexpr sql::Statement kByPublicId{"user.by_public_id",
                                     "SELECT " RT_USER_COLUMNS " FROM \"user\" WHERE public_id = $1"};
constexpr sql::Statement kByLoginName{"user.by_login_name",
                                      "SELECT " RT_USER_COLUMNS " FROM \"user\" WHERE login_name = $1"};
constexpr sql::Statement kList{
    "user.list", "SELECT " RT_USER_COLUMNS
                 " FROM \"user\" WHERE ($1 = '' OR role = $1)"
                 " AND ($2 = '' OR login_name LIKE $2 ESCAPE '\\' OR lower(display_name) LIKE $2 ESCAPE '\\')"
                 " AND ($3 = '' OR id < (SELECT id FROM \"user\" WHERE public_id = $3))"
                 " ORDER BY id DESC LIMIT $4"};
constexpr sql::Statement kCount{"user.count", "SELECT count(*) FROM \"user\" WHERE status <> 'DELETED'"};
constexpr sql::Statement kCountActive{"user.count_active", "SELECT count(*) FROM \"user\" WHERE last_active_at >= $1"};
constexpr sql::Statement kActiveAdmin{"user.active_admin",
                                      "SELECT id FROM \"user\" WHERE role = 'admin' AND status = 'ACTIVE' LIMIT 1"};
constexpr sql::Statement kMoved{"user.moved_epochs", "SELECT id, epoch FROM \"user\" WHERE epoch_moved >= $1"};
constexpr sql::Statement kGeneration{"auth.generation", "SELECT generation FROM auth_generation WHERE id = 1"};
constexpr sql::Statement kInsert{"user.insert",
                                 "INSERT INTO \"user\" (" RT_USER_COLUMNS
                                 ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"};
constexpr sql::Statement kUpdate{
    "user.update",
    "UPDATE \"user\" SET display_name = $3, password_hash = $4, role = $5, status = $6, locale = $7, epoch = $8,"
    " session_epoch = $9, epoch_moved = $10, rev = $2 + 1 WHERE id = $1 AND rev = $2"
    " AND (($5 = 'admin' AND $6 = 'ACTIVE') OR role <> 'admin' OR status <> 'ACTIVE' OR EXISTS"
    " (SELECT 1 FROM \"user\" AS other WHERE other.role = 'admin' AND other.status = 'ACTIVE' AND other.id <> $1))"};
constexpr sql::Statement kLastActive{"user.last_active", "SELECT last_active_at FROM \"user\" WHERE id = $1"};
constexpr sql::Statement kTouch{
    "user.touch", "UPDATE \"user\" SET last_active_at = $2 WHERE id = $1 AND coalesce(last_active_at, 0) < $2"};
constexpr sql::Statement kMoveEpoch{"user.move_epoch",
                                    "UPDATE \"user\" SET epoch = epoch + 1, epoch_moved = $2 WHERE id = $1"};
constexpr sql::Statement kReplaceHash{"user.replace_hash",
                                      "UPDATE \"user\" SET password_hash = $3 WHERE id = $1 AND password_hash = $2"};
constexpr sql::Statement kMoveGeneration{
    "auth.move_generation",
    "UPDATE auth_generation SET generation = CASE WHEN generation < $1 THEN $1 ELSE generation + 1 END WHERE id = 1"};
constexpr sql::Statement kPutSetupLink{
    "setup_link.put",
    "INSERT INTO setup_link (id, token_hash, created) SELECT 1, $1, $2 WHERE NOT EXISTS"
    " (SELECT 1 FROM \"user\" WHERE role = 'admin' AND status = 'ACTIVE')"
    " ON CONFLICT (id) DO UPDATE SET token_hash = excluded.token_hash, created = excluded.created"};
constexpr sql::Statement kHasSetupLink{"setup_link.find", "SELECT id FROM setup_link WHERE token_hash = $1"};
constexpr sql::Statement kTakeSetupLink{"setup_link.take", "DELETE FROM setup_link WHERE token_hash = $1"};

#undef RT_USER_COLUMNS

User ReadUser(const sql::Row& row) {
    User user;
    user.id = row.As<UserId>(0);
    user.public_id = row.Text(1);
    user.login_name = row.OptionalText(2).value_or("");
    user.display_name = row.Text(3);
    user.password_hash = row.OptionalText(4).value_or("");
    const auto role = ParseRole(row.TextView(5));
    const auto status = ParseUserStatus(row.TextView(6));
    const auto locale = ParseLocale(row.TextView(7));
    RT_CHECK(role && status && locale);  // the table's CHECK constraints
    user.role = *role;
    user.status = *status;
    user.locale = *locale;
    user.epoch = row.Int(8);
    user.session_epoch = row.Int(9);
    user.epoch_moved = row.Time(10);
    user.created = row.Time(11);
    user.last_active_at = row.OptionalTime(12);
    user.rev = row.Int(13);
    return user;
}

std::optional<std::string_view> NullIfEmpty(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return std::string_view(text);
}

}  // namespace

std::string ContainsPattern(std::string_view text) {
    if (text.empty()) return {};
    std::string out = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') out += '\\';
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out + "%";
}

Result<std::optional<User>> FindById(Reader& reader, UserId id) {
    return reader.Find<User>(kById, {id}, ReadUser);
}

Result<std::optional<User>> FindByPublicId(Reader& reader, std::string_view public_id) {
    return reader.Find<User>(kByPublicId, {public_id}, ReadUser);
}

Result<std::optional<User>> FindByLoginName(Reader& reader, std::string_view normalised) {
    return reader.Find<User>(kByLoginName, {normalised}, ReadUser);
}

Result<std::vector<User>> List(Reader& reader, const Filter& filter) {
    const std::string_view role = filter.role ? Name(*filter.role) : std::string_view();
    const std::string pattern = ContainsPattern(filter.text);
    return reader.All<User>(kList, {role, pattern, filter.after, filter.limit}, ReadUser);
}

Result<std::int64_t> Count(Reader& reader) {
    RT_TRY(const auto count, reader.FindInt(kCount, {}));
    return count.value_or(0);
}

Result<std::int64_t> CountActive(Reader& reader, base::Time since) {
    RT_TRY(const auto count, reader.FindInt(kCountActive, {since}));
    return count.value_or(0);
}

Result<bool> HasActiveAdmin(Reader& reader) {
    RT_TRY(const auto id, reader.FindInt(kActiveAdmin, {}));
    return id.has_value();
}

Result<std::vector<std::pair<UserId, std::int64_t>>> MovedEpochs(Reader& reader, base::Time since) {
    using Moved = std::pair<UserId, std::int64_t>;
    return reader.All<Moved>(kMoved, {since}, [](const sql::Row& row) { return Moved{row.As<UserId>(0), row.Int(1)}; });
}

Result<std::int64_t> Generation(Reader& reader) {
    RT_TRY(const auto generation, reader.FindInt(kGeneration, {}));
    if (!generation) return Fail(Code::kInternal, "auth_generation has no row");
    return *generation;
}

Status Insert(Writer& writer, const User& user) {
    return writer.RunOne(
        kInsert,
        {user.id, user.public_id, NullIfEmpty(user.login_name), user.display_name, NullIfEmpty(user.password_hash),
         Name(user.role), Name(user.status), Name(user.locale), user.epoch, user.session_epoch, user.epoch_moved,
         user.created, user.last_active_at, user.rev},
        Code::kInternal);
}

Status Update(Writer& writer, const User& user) {
    const std::int64_t rev_before = user.rev - 1;
    RT_TRY(
        const auto changed,
        writer.Run(kUpdate, {user.id, rev_before, user.display_name, NullIfEmpty(user.password_hash), Name(user.role),
                             Name(user.status), Name(user.locale), user.epoch, user.session_epoch, user.epoch_moved}));
    if (changed == 1) return Ok();
    RT_TRY(const auto now, FindById(writer, user.id));
    if (!now || now->rev != rev_before) return Fail(Code::kPreconditionFailed);
    return base::FailText(Code::kInvalidState, {"不能停用或降级最后一位管理员", "The last administrator must stay"});
}

Status Touch(Writer& writer, UserId id, base::Time now) {
    RT_TRY(const auto before, writer.FindInt(kLastActive, {id}));
    RT_TRY(const auto changed, writer.Run(kTouch, {id, now}));
    return changed == 1 ? CountActivity(writer, {before.value_or(0)}, now) : Ok();
}

Status MoveEpoch(Writer& writer, UserId id, base::Time now) {
    return writer.RunOne(kMoveEpoch, {id, now}, Code::kNotFound);
}

Status ReplaceHash(Writer& writer, UserId id, std::string_view old_hash, std::string_view new_hash) {
    RT_TRY([[maybe_unused]] const auto changed, writer.Run(kReplaceHash, {id, old_hash, new_hash}));
    return Ok();
}

Status MoveGeneration(Writer& writer, base::Time now) {
    return writer.RunOne(kMoveGeneration, {now.micros / base::kMicrosPerSecond}, Code::kInternal);
}

Result<bool> PutSetupLink(Writer& writer, std::string_view token_hash, base::Time now) {
    RT_TRY(const auto changed, writer.Run(kPutSetupLink, {token_hash, now}));
    return changed == 1;
}

Result<bool> HasSetupLink(Reader& reader, std::string_view token_hash) {
    RT_TRY(const auto id, reader.FindInt(kHasSetupLink, {token_hash}));
    return id.has_value();
}

Result<bool> TakeSetupLink(Writer& writer, std::string_view token_hash) {
    RT_TRY(const auto changed, writer.Run(kTakeSetupLink, {token_hash}));
    return changed == 1;
}

}  // namespace rt::auth::store
