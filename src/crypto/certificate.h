// X.509 certificates: what is in one, and a self-signed one for the first start.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace rt::crypto {

struct CertificateInfo {
    std::vector<std::string> names;  // DNS names and IP addresses of subjectAltName
    std::string issuer;              // its common name or organisation
    base::Time not_before;
    base::Time not_after;
    bool self_signed = false;
};

// The first certificate of a PEM text. VALIDATION_FAILED if there is none.
Result<CertificateInfo> DescribeCertificate(std::string_view certificate_pem);

struct SelfSigned {
    std::string certificate_pem;
    std::string key_pem;  // PKCS #8, EC P-256
};

// For DNS names and IP addresses, valid from a day before `now` (clocks differ) for `days`. No CA will vouch for it.
Result<SelfSigned> MakeSelfSigned(const std::vector<std::string>& names, base::Time now, int days, Random& random);

// What answers a TLS-ALPN-01 validation of a DNS name (RFC 8737 §3): self-signed, with the SHA-256 digest of the key
// authorization in a critical extension.
Result<SelfSigned> MakeAlpnChallenge(const std::string& name, const std::array<std::uint8_t, 32>& digest,
                                     base::Time now, Random& random);

}  // namespace rt::crypto
