// The certificates in use: files of the configuration, the one that ACME got, or a self-signed one until there is a
// real one. Read again on demand and when a file changed; a bad one changes nothing.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "config/config.h"
#include "crypto/tls.h"
#include "ops/health.h"
#include "storage/kv/store.h"

namespace rt::app {

enum class CertificateSource : std::uint8_t { kFile, kAcme, kSelfSigned };
std::string_view Name(CertificateSource source);  // "file", "acme", "self_signed"

struct CertificateRow {
    CertificateSource source = CertificateSource::kFile;
    std::string file;  // kFile
    crypto::CertificateInfo info;
};

struct CertificateParts {
    std::string key_folder;  // of the self-signed one
    const base::Clock& clock;
    base::Random& random;
    base::Log& log;
    base::Metrics& metrics;
};

// Thread-safe.
class Certificates {
  public:
    // `tls_wanted`: there is a listener for TLS even when the configuration names no certificate.
    static Result<std::unique_ptr<Certificates>> Load(const config::Config& config, bool tls_wanted,
                                                      const CertificateParts& parts);

    // Null when nothing is served over TLS.
    const std::shared_ptr<crypto::TlsContext>& context() const { return context_; }
    // A real certificate is there or will be ordered: plain listeners redirect, the main one speaks TLS.
    bool secure() const { return secure_; }

    // What ACME has, from now on; called for each look. Takes it over at once.
    void UseIssued(std::function<Result<std::optional<crypto::TlsPair>>()> issued);
    // The files that this configuration names, now. VALIDATION_FAILED with the file and the reason: nothing changed.
    Status Reload(const config::Config& config);
    // Takes changed files and a new certificate of ACME over; what is bad is logged once and looked at again later.
    void Refresh();

    // For validations inside TLS (acme/manager.h); an empty name withdraws them. INVALID_STATE without TLS.
    Status ProveInTls(const std::string& name, const crypto::TlsPair& pair);

    // Why changed files are not used; empty when all that is there is in use.
    std::string Refusal() const;
    // In the order of use: the first is the default.
    std::vector<CertificateRow> Rows() const;
    // For health; also sets the metric.
    ops::Finding Probe() const;

  private:
    struct Paths {
        std::vector<std::string> certificates;
        std::vector<std::string> keys;
    };
    struct Material {
        std::vector<crypto::TlsPair> pairs;
        std::vector<CertificateRow> rows;  // without `info`
        std::string digest;
    };

    explicit Certificates(const CertificateParts& parts) : parts_(parts) {}
    Result<Material> Gather(const Paths& paths) const;
    Status Apply(Material material);
    static Error Blame(const Material& material, const Error& error);
    Result<crypto::TlsPair> SelfSigned() const;

    const CertificateParts parts_;
    bool secure_ = false;
    std::shared_ptr<crypto::TlsContext> context_;
    mutable std::mutex mutex_;
    Paths paths_;
    std::function<Result<std::optional<crypto::TlsPair>>()> issued_;
    std::string digest_;   // of what is in use
    std::string refused_;  // of what was refused last
    std::string refusal_;  // and why
    std::vector<CertificateRow> rows_;
};

// What a stopped server would use, for `doctor`: the files and the certificate of ACME. Empty without TLS.
Result<std::vector<CertificateRow>> ConfiguredCertificates(const config::Config& config, storage::kv::Store& kv);

// How a certificate stands: ok, warn within its last fortnight (or sixth, if it lives shorter), fail when it has ended.
ops::Finding Judge(const crypto::CertificateInfo& info, base::Time now);

}  // namespace rt::app
