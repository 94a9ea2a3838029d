// X.509 certificates: what is in one, and a self-signed one for the first start.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace rt::crypto {

struct CertificateInfo {
    std::vector<std::string> names;  // DNS names and IP addresses of subjectAltName
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

}  // namespace rt::crypto
