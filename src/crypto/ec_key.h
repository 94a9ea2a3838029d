// EC P-256 key pairs: signatures ES256 (RFC 7518 §3.4) and certificate requests (PKCS #10, RFC 2986).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rt::crypto {

// Immutable; thread-safe. The secret is wiped with the last copy.
class EcKey {
  public:
    static Result<EcKey> Generate();
    // VALIDATION_FAILED if the text is no unencrypted private key of this kind.
    static Result<EcKey> FromPem(std::string_view pem);

    // PKCS #8.
    Result<std::string> Pem() const;

    // The public point as in a JWK (RFC 7518 §6.2.1): base64url, 32 bytes each.
    struct Point {
        std::string x;
        std::string y;
    };
    Result<Point> PublicPoint() const;

    // r and s, 32 bytes each, of the SHA-256 digest of `data`.
    Result<std::string> Sign(std::string_view data) const;

    // DER of a request for DNS names, with an empty subject. VALIDATION_FAILED for a text that is no name.
    Result<std::string> CertificateRequest(const std::vector<std::string>& names) const;

  private:
    struct State;
    explicit EcKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}
    std::shared_ptr<const State> state_;
};

}  // namespace rt::crypto
