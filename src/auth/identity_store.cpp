#include "auth/identity_store.h"

#include "base/check.h"

namespace rt::auth::store {

namespace sql = storage::sql;

namespace {

#define RT_IDENTITY_COLUMNS "id, public_id, user, kind, issuer, subject_bi, subject, verified_at, created"

constexpr sql::Statement kFind{"identity.find", "SELECT " RT_IDENTITY_COLUMNS
                                                " FROM identity WHERE kind = $1 AND issuer = $2 AND subject_bi = $3"};
constexpr sql::Statement kOfUser{"identity.of_user",
                                 "SELECT " RT_IDENTITY_COLUMNS " FROM identity WHERE user = $1 ORDER BY id"};
constexpr sql::Statement kInsert{
    "identity.insert", "INSERT INTO identity (" RT_IDENTITY_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
constexpr sql::Statement kRemoveUnlessLast{
    "identity.remove_unless_last",
    "DELETE FROM identity WHERE id = $2 AND user = $1 AND (EXISTS (SELECT 1 FROM identity AS other WHERE other.user = "
    "$1"
    " AND other.id <> $2) OR EXISTS (SELECT 1 FROM \"user\" AS u WHERE u.id = $1 AND u.password_hash IS NOT NULL"
    " AND u.login_name IS NOT NULL))"};
constexpr sql::Statement kRemove{"identity.remove", "DELETE FROM identity WHERE id = $1"};
constexpr sql::Statement kRemoveAll{"identity.remove_all", "DELETE FROM identity WHERE user = $1"};
constexpr sql::Statement kRemoveLinked{"identity.remove_linked_from",
                                       "DELETE FROM identity WHERE user = $1 AND created >= $2"};
constexpr sql::Statement kRemoveUndos{"identity_undo.remove",
                                      "DELETE FROM identity_undo WHERE (user = $1 AND expires >= $2) OR expires <= $3"};
constexpr sql::Statement kPutUndo{"identity_undo.put",
                                  "INSERT INTO identity_undo (token_hash, expires, old_id, old_public_id, user, kind,"
                                  " issuer, old_bi, old_subject, old_verified_at, old_created)"
                                  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
#define RT_UNDO_COLUMNS                                                                                          \
    "old_id, old_public_id, user, kind, issuer, old_bi, old_subject, old_verified_at, old_created, token_hash, " \
    "expires"
constexpr sql::Statement kFindUndo{
    "identity_undo.find", "SELECT " RT_UNDO_COLUMNS " FROM identity_undo WHERE token_hash = $1 AND expires > $2"};
constexpr sql::Statement kUndosFrom{"identity_undo.from",
                                    "SELECT " RT_UNDO_COLUMNS
                                    " FROM identity_undo WHERE user = $1 AND expires >= $2 ORDER BY expires, old_id"};
#undef RT_UNDO_COLUMNS

#undef RT_IDENTITY_COLUMNS

IdentityKind KindAt(const sql::Row& row, int column) {
    const auto kind = ParseIdentityKind(row.TextView(column));
    RT_CHECK(kind.has_value());  // the table's CHECK constraint
    return *kind;
}

Identity ReadIdentity(const sql::Row& row) {
    return {row.As<IdentityId>(0), row.Text(1), row.As<UserId>(2), KindAt(row, 3), row.Text(4),
            row.Text(5),           row.Text(6), row.Time(7),       row.Time(8)};
}

Undo ReadUndo(const sql::Row& row) {
    return {row.Text(9), row.Time(10), ReadIdentity(row)};
}

}  // namespace

Result<std::optional<Identity>> FindIdentity(Reader& reader, IdentityKind kind, std::string_view issuer,
                                             std::string_view subject_bi) {
    return reader.Find<Identity>(kFind, {Name(kind), issuer, subject_bi}, ReadIdentity);
}

Result<std::vector<Identity>> IdentitiesOf(Reader& reader, UserId user) {
    return reader.All<Identity>(kOfUser, {user}, ReadIdentity);
}

Status Insert(Writer& writer, const Identity& identity) {
    return writer.RunOne(kInsert,
                         {identity.id, identity.public_id, identity.user, Name(identity.kind), identity.issuer,
                          identity.subject_bi, identity.subject, identity.verified_at, identity.created},
                         Code::kInternal);
}

Result<bool> RemoveUnlessLast(Writer& writer, UserId user, IdentityId id) {
    RT_TRY(const auto changed, writer.Run(kRemoveUnlessLast, {user, id}));
    return changed == 1;
}

Status Remove(Writer& writer, IdentityId id) {
    return writer.RunOne(kRemove, {id}, Code::kConflict);
}

Status RemoveAllOf(Writer& writer, UserId user) {
    RT_CHECK_OK(writer.Run(kRemoveAll, {user}));
    return RemoveUndosFrom(writer, user, {}, {});
}

Status PutUndo(Writer& writer, const Undo& undo) {
    const Identity& old = undo.old;
    return writer.RunOne(kPutUndo,
                         {undo.token_hash, undo.expires, old.id, old.public_id, old.user, Name(old.kind), old.issuer,
                          old.subject_bi, old.subject, old.verified_at, old.created},
                         Code::kInternal);
}

Result<std::optional<Undo>> FindUndo(Reader& reader, std::string_view token_hash, base::Time now) {
    return reader.Find<Undo>(kFindUndo, {token_hash, now}, ReadUndo);
}

Result<std::vector<Undo>> UndosFrom(Reader& reader, UserId user, base::Time expires) {
    return reader.All<Undo>(kUndosFrom, {user, expires}, ReadUndo);
}

Status RemoveUndosFrom(Writer& writer, UserId user, base::Time expires, base::Time now) {
    RT_CHECK_OK(writer.Run(kRemoveUndos, {user, expires, now}));
    return Ok();
}

Status RemoveLinkedFrom(Writer& writer, UserId user, base::Time created) {
    RT_CHECK_OK(writer.Run(kRemoveLinked, {user, created}));
    return Ok();
}

}  // namespace rt::auth::store
