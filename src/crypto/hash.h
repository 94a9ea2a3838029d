// Digests, MACs and the secure random source (OpenSSL).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/random.h"
#include "base/result.h"

namespace rt::crypto {

using Sha256Digest = std::array<std::uint8_t, 32>;

Sha256Digest Sha256(std::string_view data);
Sha256Digest HmacSha256(std::string_view key, std::string_view data);
// For files and streams. Not thread-safe.
class Sha256Stream {
  public:
    Sha256Stream();
    ~Sha256Stream();
    void Update(std::string_view data);
    Sha256Digest Finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// SHA-1, for the WebSocket accept key only (RFC 6455 §4.2.2).
std::array<std::uint8_t, 20> Sha1(std::string_view data);

// HMAC-SHA-1, for one-time passwords only (RFC 4226, RFC 6238).
std::array<std::uint8_t, 20> HmacSha1(std::string_view key, std::string_view data);

bool EqualConstantTime(std::string_view a, std::string_view b);

// Thread-safe; the process stops if the system has no entropy.
class SystemRandom final : public Random {
  public:
    void Fill(std::span<std::uint8_t> out) override;
};

}  // namespace rt::crypto
