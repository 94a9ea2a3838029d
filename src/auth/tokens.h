// API tokens of people and check-in devices: making, listing, revoking. Every change is one commit with its audit row
// and holds at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/credentials.h"
#include "auth/grants.h"
#include "auth/messages.h"
#include "auth/token_store.h"

namespace rt::auth {

inline constexpr std::int64_t kTokenDaysMax = 365;
inline constexpr std::int64_t kTokenDaysDefault = 90;
inline constexpr std::size_t kTokenNameCharsMax = 60;

struct NewToken {
    UserId user;
    std::string name;
    PermissionSet permissions;
    ScopeIds scope;  // {0, 0}: wherever the person may
    std::int64_t days = kTokenDaysDefault;
};

// The first and the last characters: "abcd…wxyz".
std::string MaskedId(std::string_view public_id);

// Thread-safe.
class Tokens {
  public:
    Tokens(AccessParts parts, Credentials& credentials) : parts_(parts), credentials_(credentials) {}

    // With the token, which is told only here. VALIDATION_FAILED for a permission that the person does not hold there
    // or that no token carries; INVALID_STATE over the caps. `told`: added in the same commit.
    Result<std::pair<ApiToken, std::string>> Create(const NewToken& wanted, const Actor& actor,
                                                    const std::vector<Message>& told = {});
    Result<std::vector<ApiToken>> Of(UserId user);
    // NOT_FOUND unless it is this person's.
    Status Revoke(std::string_view public_id, UserId user, const Actor& actor);

    // A code that makes one device of an event within kPairingMinutes: "ABCD-2345".
    Result<std::pair<Pairing, std::string>> Pair(ScopeIds event, std::string name, const Actor& actor);
    // Trades a code for a device and its token, once. INVITE_EXPIRED.
    Result<std::pair<Device, std::string>> Redeem(std::string_view code, const Actor& actor);
    Result<std::vector<Device>> Devices(ScopeIds event);
    // NOT_FOUND unless it is of this event.
    Status RevokeDevice(std::string_view public_id, ScopeIds event, const Actor& actor);
    // Revokes the devices of events that ended long ago (device_life.h), so that they make room; how many. For
    // the scheduler.
    Result<std::int64_t> SweepDevices(ScopeSource& scopes);
    Result<Device> DeviceOf(std::string_view public_id);
    // Of a token or device that is, or was, there. NOT_FOUND.
    Result<std::string> PublicIdOf(net::Credential kind, std::int64_t id);

  private:
    Status CheckHolds(const NewToken& wanted);
    void Changed();

    AccessParts parts_;
    Credentials& credentials_;
};

}  // namespace rt::auth
