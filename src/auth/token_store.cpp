#include "auth/token_store.h"

#include <algorithm>
#include <utility>

namespace rt::auth {

std::string Words(PermissionSet permissions) {
    std::string out;
    for (std::size_t i = 0; i < net::kPermissionCount; ++i) {
        const Permission one = net::PermissionAt(i);
        if (permissions.Has(one)) out.append(out.empty() ? "" : " ").append(Word(one));
    }
    return out;
}

PermissionSet ParseWords(std::string_view words) {
    PermissionSet out;
    while (!words.empty()) {
        const std::string_view word = words.substr(0, words.find(' '));
        words.remove_prefix(std::min(words.size(), word.size() + 1));
        if (const auto permission = net::ParsePermission(word)) out |= PermissionSet{*permission};
    }
    return out;
}

namespace store {

namespace sql = storage::sql;

namespace {

constexpr sql::Statement kInsertToken{
    "api_token.insert",
    "INSERT INTO api_token (id, public_id, \"user\", name, token_hash, permissions, organisation, event, created,"
    " expires) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 WHERE (SELECT COUNT(*) FROM api_token WHERE"
    " \"user\" = $3 AND revoked IS NULL AND expires > $9) < $11 AND (SELECT COUNT(*) FROM api_token WHERE"
    " revoked IS NULL AND expires > $9) < $12"};
#define RT_TOKEN_COLUMNS                                                                                       \
    "SELECT t.id, t.public_id, t.\"user\", u.public_id, t.name, t.token_hash, t.permissions, t.organisation, " \
    "t.event, t.created, t.expires, t.last_used, t.revoked FROM api_token t JOIN \"user\" u ON u.id = t.\"user\" "
constexpr sql::Statement kTokensOf{"api_token.of_user", RT_TOKEN_COLUMNS
                                   "WHERE t.\"user\" = $1 AND t.revoked IS NULL AND t.expires > $2 ORDER BY t.id"
                                   " LIMIT $3"};
constexpr sql::Statement kTokensEverOf{"api_token.ever_of_user",
                                       RT_TOKEN_COLUMNS "WHERE t.\"user\" = $1 ORDER BY t.id DESC LIMIT $2"};
constexpr sql::Statement kLiveTokens{
    "api_token.live", RT_TOKEN_COLUMNS "WHERE t.revoked IS NULL AND t.expires > $1 ORDER BY t.id LIMIT $2"};
constexpr sql::Statement kToken{"api_token.by_public_id", RT_TOKEN_COLUMNS "WHERE t.public_id = $1"};
#undef RT_TOKEN_COLUMNS
constexpr sql::Statement kRevokeToken{"api_token.revoke",
                                      "UPDATE api_token SET revoked = $2 WHERE id = $1 AND revoked IS NULL"};
constexpr sql::Statement kRevokeTokensOf{"api_token.revoke_all",
                                         "UPDATE api_token SET revoked = $2 WHERE \"user\" = $1 AND revoked IS NULL"};
constexpr sql::Statement kTokenUse{"api_token.note_use",
                                   "UPDATE api_token SET last_used = $2 WHERE id = $1 AND coalesce(last_used, 0) < $2"};

constexpr sql::Statement kInsertDevice{
    "device.insert",
    "INSERT INTO device (id, public_id, organisation, event, name, token_hash, paired_by, created)"
    " SELECT $1, $2, $3, $4, $5, $6, $7, $8"
    " WHERE (SELECT COUNT(*) FROM device WHERE event = $4 AND revoked IS NULL) < $9"
    " AND (SELECT COUNT(*) FROM device WHERE revoked IS NULL) < $10"};
#define RT_DEVICE_COLUMNS                                                                                       \
    "SELECT id, public_id, organisation, event, name, token_hash, paired_by, created, last_used, revoked FROM " \
    "device "
constexpr sql::Statement kDevicesOf{"device.of_event",
                                    RT_DEVICE_COLUMNS "WHERE event = $1 AND revoked IS NULL ORDER BY id LIMIT $2"};
constexpr sql::Statement kDevicesPairedBy{"device.paired_by",
                                          RT_DEVICE_COLUMNS "WHERE paired_by = $1 ORDER BY id DESC LIMIT $2"};
constexpr sql::Statement kLiveDevices{"device.live", RT_DEVICE_COLUMNS "WHERE revoked IS NULL ORDER BY id LIMIT $1"};
constexpr sql::Statement kDevice{"device.by_public_id", RT_DEVICE_COLUMNS "WHERE public_id = $1"};
#undef RT_DEVICE_COLUMNS
constexpr sql::Statement kRevokeDevice{"device.revoke",
                                       "UPDATE device SET revoked = $2 WHERE id = $1 AND revoked IS NULL"};
constexpr sql::Statement kEventsOfDevices{"device.events",
                                          "SELECT DISTINCT event FROM device WHERE revoked IS NULL AND event > $1"
                                          " ORDER BY event LIMIT $2"};
constexpr sql::Statement kRevokeOfEvent{"device.revoke_of_event",
                                        "UPDATE device SET revoked = $2 WHERE event = $1 AND revoked IS NULL"};
constexpr sql::Statement kDeviceUse{"device.note_use",
                                    "UPDATE device SET last_used = $2 WHERE id = $1 AND coalesce(last_used, 0) < $2"};

constexpr sql::Statement kTokenPublicId{"api_token.public_id", "SELECT public_id FROM api_token WHERE id = $1"};
constexpr sql::Statement kDevicePublicId{"device.public_id", "SELECT public_id FROM device WHERE id = $1"};

constexpr sql::Statement kInsertPairing{
    "device_pairing.insert",
    "INSERT INTO device_pairing (id, organisation, event, name, code_hash, created_by, created, expires)"
    " SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE (SELECT COUNT(*) FROM device_pairing WHERE event = $3"
    " AND used IS NULL AND expires > $7) < $9"};
constexpr sql::Statement kTakePairing{
    "device_pairing.take",
    "UPDATE device_pairing SET used = $2 WHERE code_hash = $1 AND used IS NULL AND expires > $2"};
constexpr sql::Statement kPairing{"device_pairing.by_hash",
                                  "SELECT id, organisation, event, name, code_hash, created_by, created, expires"
                                  " FROM device_pairing WHERE code_hash = $1"};

ApiToken ReadToken(const sql::Row& row) {
    ApiToken out;
    out.id = row.Int(0);
    out.public_id = row.Text(1);
    out.user = row.As<UserId>(2);
    out.user_public_id = row.Text(3);
    out.name = row.Text(4);
    out.token_hash = row.Text(5);
    out.permissions = ParseWords(row.TextView(6));
    out.scope = {row.Int(7), row.Int(8)};
    out.created = row.Time(9);
    out.expires = row.Time(10);
    out.last_used = row.OptionalTime(11);
    out.revoked = row.OptionalTime(12);
    return out;
}

Device ReadDevice(const sql::Row& row) {
    Device out;
    out.id = row.Int(0);
    out.public_id = row.Text(1);
    out.scope = {row.Int(2), row.Int(3)};
    out.name = row.Text(4);
    out.token_hash = row.Text(5);
    out.paired_by = row.Int(6);
    out.created = row.Time(7);
    out.last_used = row.OptionalTime(8);
    out.revoked = row.OptionalTime(9);
    return out;
}

Status Capped(Status status, base::Text message) {
    if (status.ok() || status.error().code != Code::kInvalidState) return status;
    return base::FailText(Code::kInvalidState, std::move(message));
}

}  // namespace

Status InsertToken(Writer& writer, const ApiToken& token) {
    return Capped(writer.RunOne(kInsertToken,
                                {token.id, token.public_id, token.user, token.name, token.token_hash,
                                 Words(token.permissions), token.scope.organisation, token.scope.event, token.created,
                                 token.expires, kTokensPerUserMax, kTokensMax},
                                Code::kInvalidState),
                  {"令牌数量已达上限", "There are as many tokens as there may be"});
}

Result<std::vector<ApiToken>> TokensOf(Reader& reader, UserId user, base::Time now) {
    return reader.All<ApiToken>(kTokensOf, {user, now, kTokensPerUserMax}, ReadToken);
}

Result<std::vector<ApiToken>> TokensEverOf(Reader& reader, UserId user, std::int64_t limit) {
    return reader.All<ApiToken>(kTokensEverOf, {user, limit}, ReadToken);
}

Result<std::vector<ApiToken>> LiveTokens(Reader& reader, base::Time now) {
    return reader.All<ApiToken>(kLiveTokens, {now, kTokensMax}, ReadToken);
}

Result<std::optional<ApiToken>> FindToken(Reader& reader, std::string_view public_id) {
    return reader.Find<ApiToken>(kToken, {public_id}, ReadToken);
}

Status RevokeToken(Writer& writer, const ApiToken& token, base::Time now) {
    return writer.RunOne(kRevokeToken, {token.id, now}, Code::kNotFound);
}

Status RevokeTokensOf(Writer& writer, UserId user, base::Time now) {
    RT_CHECK_OK(writer.Run(kRevokeTokensOf, {user, now}));
    return Ok();
}

Status InsertDevice(Writer& writer, const Device& device) {
    return Capped(
        writer.RunOne(kInsertDevice,
                      {device.id, device.public_id, device.scope.organisation, device.scope.event, device.name,
                       device.token_hash, device.paired_by, device.created, kDevicesPerEventMax, kDevicesMax},
                      Code::kInvalidState),
        {"设备数量已达上限", "There are as many devices as there may be"});
}

Result<std::vector<Device>> DevicesOf(Reader& reader, std::int64_t event) {
    return reader.All<Device>(kDevicesOf, {event, kDevicesPerEventMax}, ReadDevice);
}

Result<std::vector<Device>> DevicesPairedBy(Reader& reader, UserId user, std::int64_t limit) {
    return reader.All<Device>(kDevicesPairedBy, {user, limit}, ReadDevice);
}

Result<std::vector<Device>> LiveDevices(Reader& reader) {
    return reader.All<Device>(kLiveDevices, {kDevicesMax}, ReadDevice);
}

Result<std::optional<Device>> FindDevice(Reader& reader, std::string_view public_id) {
    return reader.Find<Device>(kDevice, {public_id}, ReadDevice);
}

Status RevokeDevice(Writer& writer, const Device& device, base::Time now) {
    return writer.RunOne(kRevokeDevice, {device.id, now}, Code::kNotFound);
}

Result<std::vector<std::int64_t>> EventsOfDevices(Reader& reader, std::int64_t after, std::int64_t limit) {
    return reader.All<std::int64_t>(kEventsOfDevices, {after, limit}, [](const sql::Row& row) { return row.Int(0); });
}

Result<std::int64_t> RevokeDevicesOf(Writer& writer, std::int64_t event, base::Time now) {
    return writer.Run(kRevokeOfEvent, {event, now});
}

Status InsertPairing(Writer& writer, const Pairing& pairing) {
    return Capped(
        writer.RunOne(kInsertPairing,
                      {pairing.id, pairing.scope.organisation, pairing.scope.event, pairing.name, pairing.code_hash,
                       pairing.created_by, pairing.created, pairing.expires, kPairingsPerEventMax},
                      Code::kInvalidState),
        {"未使用的配对码过多", "There are too many open pairing codes"});
}

Result<Pairing> TakePairing(Writer& writer, std::string_view code_hash, base::Time now) {
    RT_CHECK_OK(writer.RunOne(kTakePairing, {code_hash, now}, Code::kInviteExpired));
    RT_TRY(auto pairing, writer.Find<Pairing>(kPairing, {code_hash}, [](const sql::Row& row) {
        return Pairing{row.Int(0), {row.Int(1), row.Int(2)}, row.Text(3), row.Text(4), row.Int(5), row.Time(6),
                       row.Time(7)};
    }));
    if (!pairing) return Fail(Code::kInviteExpired);
    return *std::move(pairing);
}

Result<std::optional<std::string>> TokenPublicId(Reader& reader, std::int64_t id) {
    return reader.Find<std::string>(kTokenPublicId, {id}, [](const sql::Row& row) { return row.Text(0); });
}

Result<std::optional<std::string>> DevicePublicId(Reader& reader, std::int64_t id) {
    return reader.Find<std::string>(kDevicePublicId, {id}, [](const sql::Row& row) { return row.Text(0); });
}

Status NoteTokenUse(Writer& writer, std::int64_t id, base::Time at) {
    RT_TRY([[maybe_unused]] const auto changed, writer.Run(kTokenUse, {id, at}));
    return Ok();
}

Status NoteDeviceUse(Writer& writer, std::int64_t id, base::Time at) {
    RT_TRY([[maybe_unused]] const auto changed, writer.Run(kDeviceUse, {id, at}));
    return Ok();
}

}  // namespace store
}  // namespace rt::auth
