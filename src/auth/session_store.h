// Sessions and their refresh tokens in LMDB (durable). One record a session: the chain of its tokens is kept as the
// hash of the newest, so the space does not grow with use. Each token is made out of the one before it and a secret of
// the session; neither alone tells the next.
//
// A refresh token is "rt1." and base64url of 16 bytes that name the session and 32 random bytes. The name leaves the
// server in tokens only, so whoever sends a known name with anything but the newest token has seen one: that is reuse.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/domain/session.h"
#include "auth/user.h"
#include "base/random.h"
#include "base/result.h"
#include "storage/kv/store.h"

namespace rt::auth {

// More sign-ins than this of one user: the oldest session ends.
inline constexpr std::size_t kSessionsPerUserMax = 50;

struct RefreshToken {
    std::string name;  // of the session, 16 bytes
    std::string text;  // the whole token as the client has it

    static RefreshToken NewSession(Random& random);
    // The token after this one.
    RefreshToken Next(std::string_view chain) const;
    static std::optional<RefreshToken> Parse(std::string_view text);
    std::string Hash() const;  // SHA-256, hex
};

std::string NewChain(Random& random);

// Has this user signed in from this device and network before? kFirst: from none at all.
enum class DeviceSeen : std::uint8_t { kBefore, kNew, kFirst };

// Thread-safe.
class SessionStore {
  public:
    // access_ttl_micros: how long the end of a session is remembered for access tokens that still live.
    SessionStore(storage::kv::Store& kv, std::int64_t access_ttl_micros) : kv_(kv), keep_micros_(access_ttl_micros) {}

    // Also notes the device of the session.
    Result<DeviceSeen> Begin(const RefreshToken& token, const domain::Session& session);
    // nullopt if there is none, or it has expired.
    Result<std::optional<domain::Session>> Find(const RefreshToken& token) const;

    struct Rotation {
        domain::RefreshVerdict verdict = domain::RefreshVerdict::kExpired;
        domain::Session session;  // as it is now; as it was for kReused, which has ended it
        std::string next;         // the text of the newest token, for kRotate and kRepeat
    };
    // Judges `token` and, if it is the newest, puts the next in its place, in one commit. Reuse ends the session in the
    // same commit. kExpired also stands for "unknown". `chain`: NewChain(), for a session that has none yet.
    // `caller`: what sends it.
    Result<Rotation> Rotate(const RefreshToken& token, domain::ClientKind caller, std::string_view chain,
                            base::Time now, std::int64_t ttl_micros);
    // Idempotent.
    Status End(const RefreshToken& token, const domain::Session& session, base::Time now);
    Status EndAllOf(UserId user);
    // The live sessions of a user, in no order.
    Status EachOf(UserId user, const std::function<void(const domain::Session&)>& row) const;
    // Ends those that `which` is true for, in one commit, and returns them.
    Result<std::vector<domain::Session>> EndSome(UserId user, base::Time now,
                                                 const std::function<bool(const domain::Session&)>& which);
    // The session of this public id has given a second step.
    Status MarkSecondStep(UserId user, std::string_view public_id);
    Status ForgetDevices(UserId user);
    // Has this user signed in from there? `device` and `network` as in a session.
    Result<bool> KnowsDevice(UserId user, std::string_view device, std::string_view network) const;
    // Public ids of the sessions that ended within the life of an access token.
    Status EachEnded(const std::function<void(std::string_view)>& session) const;

  private:
    Status EndIn(storage::kv::Batch& batch, const std::string& key, const domain::Session& session,
                 base::Time now) const;

    storage::kv::Store& kv_;
    const std::int64_t keep_micros_;
};

}  // namespace rt::auth
