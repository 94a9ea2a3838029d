// The SQL of API tokens, devices and pairing codes. Functions run inside Database::Read or ::Write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access_control.h"
#include "auth/user.h"
#include "storage/sql/database.h"

namespace rt::auth {

inline constexpr std::int64_t kTokensPerUserMax = 50;     // live ones
inline constexpr std::int64_t kTokensMax = 20'000;        // live ones of all people: each process holds them in memory
inline constexpr std::int64_t kDevicesPerEventMax = 200;  // live ones
inline constexpr std::int64_t kDevicesMax = 20'000;       // live ones of all events: in memory as well
inline constexpr std::int64_t kPairingsPerEventMax = 20;  // open ones
inline constexpr std::int64_t kPairingMinutes = 10;

struct ApiToken {
    std::int64_t id = 0;
    std::string public_id;
    UserId user;
    std::string user_public_id{};  // filled when read
    std::string name;
    std::string token_hash;  // SHA-256, hex
    PermissionSet permissions;
    ScopeIds scope;  // bounds; {0, 0}: wherever the person may
    base::Time created;
    base::Time expires;
    std::optional<base::Time> last_used{};
    std::optional<base::Time> revoked{};
};

struct Device {
    std::int64_t id = 0;
    std::string public_id;
    ScopeIds scope;  // one event
    std::string name;
    std::string token_hash;  // SHA-256, hex
    std::int64_t paired_by = 0;
    base::Time created;
    std::optional<base::Time> last_used{};
    std::optional<base::Time> revoked{};
};

struct Pairing {
    std::int64_t id = 0;
    ScopeIds scope;
    std::string name;
    std::string code_hash;
    std::int64_t created_by = 0;
    base::Time created;
    base::Time expires;
};

// "event.view reg.view": as they are stored. Words of another version are left out.
std::string Words(PermissionSet permissions);
PermissionSet ParseWords(std::string_view words);

namespace store {

using storage::sql::Reader;
using storage::sql::Writer;

// INVALID_STATE over kTokensPerUserMax or kTokensMax.
Status InsertToken(Writer& writer, const ApiToken& token);
// Live ones, oldest first.
Result<std::vector<ApiToken>> TokensOf(Reader& reader, UserId user, base::Time now);
// Also revoked and lapsed ones, newest first.
Result<std::vector<ApiToken>> TokensEverOf(Reader& reader, UserId user, std::int64_t limit);
Result<std::vector<ApiToken>> LiveTokens(Reader& reader, base::Time now);
Result<std::optional<ApiToken>> FindToken(Reader& reader, std::string_view public_id);
// NOT_FOUND for one that is revoked already.
Status RevokeToken(Writer& writer, const ApiToken& token, base::Time now);
// All live ones of the user.
Status RevokeTokensOf(Writer& writer, UserId user, base::Time now);

// INVALID_STATE over kDevicesPerEventMax or kDevicesMax.
Status InsertDevice(Writer& writer, const Device& device);
Result<std::vector<Device>> DevicesOf(Reader& reader, std::int64_t event);
// Also revoked ones, newest first.
Result<std::vector<Device>> DevicesPairedBy(Reader& reader, UserId user, std::int64_t limit);
Result<std::vector<Device>> LiveDevices(Reader& reader);
Result<std::optional<Device>> FindDevice(Reader& reader, std::string_view public_id);
Status RevokeDevice(Writer& writer, const Device& device, base::Time now);
// Events with live devices, from the first id above `after` on.
Result<std::vector<std::int64_t>> EventsOfDevices(Reader& reader, std::int64_t after, std::int64_t limit);
// All devices of one event; how many.
Result<std::int64_t> RevokeDevicesOf(Writer& writer, std::int64_t event, base::Time now);

// INVALID_STATE over kPairingsPerEventMax.
Status InsertPairing(Writer& writer, const Pairing& pairing);
// Takes the pairing with this code; INVITE_EXPIRED for one that is spent, lapsed or unknown.
Result<Pairing> TakePairing(Writer& writer, std::string_view code_hash, base::Time now);

// Live or not.
Result<std::optional<std::string>> TokenPublicId(Reader& reader, std::int64_t id);
Result<std::optional<std::string>> DevicePublicId(Reader& reader, std::int64_t id);

// Leaves a later time alone.
Status NoteTokenUse(Writer& writer, std::int64_t id, base::Time at);
Status NoteDeviceUse(Writer& writer, std::int64_t id, base::Time at);

}  // namespace store
}  // namespace rt::auth
