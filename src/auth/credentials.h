// Opaque tokens: what they look like, and who they stand for, from memory. All live ones are held by their hash, so the
// reactor answers without the store and a made-up token costs one digest.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/random.h"
#include "crypto/hash.h"
#include "net/http.h"
#include "storage/sql/database.h"

namespace rt::auth {

// "rt_" (API token) or "rd_" (device), 40 characters of base32 (200 random bits), 8 of a checksum over what is before
// them: a mistyped or cut token is told from a wrong one without a look-up, and scanners find lost ones.
struct OpaqueToken {
    static std::string New(net::Credential kind, Random& random);
    // Which kind `text` claims to be: nullopt if it is no opaque token at all.
    static std::optional<net::Credential> KindOf(std::string_view text);
    static bool IsWhole(std::string_view text);
    static std::string Hash(std::string_view text);  // SHA-256, hex
};

// Thread-safe.
class Credentials {
  public:
    static constexpr std::int64_t kNoteUseMicros = base::kMicrosPerMinute;

    Credentials(storage::sql::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}

    // UNAUTHENTICATED for what is no live token of ours, TOKEN_EXPIRED for one that has lapsed.
    Result<net::Principal> Find(std::string_view token);
    // Reads all live ones again: at the start, and after the commit of every change.
    Status Reload();
    // One of ours was revoked: refused from now on, whatever Reload() is doing.
    void Forget(std::string_view token_hash);
    // Reload() if another process changed something; writes down what was used, each once a minute at most. Once a
    // second.
    Status Turn();

  private:
    struct Entry {
        net::Principal principal;
        base::Time expires;
        std::atomic<std::int64_t> used_micros{0};
        std::atomic<std::int64_t> noted_micros{0};
    };
    struct DigestHash {
        std::size_t operator()(const crypto::Sha256Digest& digest) const;
    };
    using Table = std::unordered_map<crypto::Sha256Digest, std::shared_ptr<Entry>, DigestHash>;

    Status NoteUse();

    storage::sql::Database& db_;
    const base::Clock& clock_;
    std::atomic<std::int64_t> generation_{0};
    std::mutex reload_mutex_;  // a reload is read and taken over as one
    std::shared_mutex mutex_;  // guards table_
    Table table_;
};

}  // namespace rt::auth
