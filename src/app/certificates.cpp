#include "app/certificates.h"

#include <algorithm>

#include "acme/store.h"
#include "base/encoding.h"
#include "crypto/certificate.h"
#include "crypto/hash.h"
#include "os/file.h"

namespace rt::app {
namespace {

constexpr std::size_t kPemBytesMax = 1 << 20;
constexpr int kSelfSignedDays = 3650;
constexpr std::int64_t kWarnMicrosMax = 14 * base::kMicrosPerDay;
constexpr std::int64_t kWarnPart = 6;

std::string NameOf(const crypto::CertificateInfo& info) {
    return info.names.empty() ? std::string("-") : info.names.front();
}

}  // namespace

std::string_view Name(CertificateSource source) {
    switch (source) {
        case CertificateSource::kFile:
            return "file";
        case CertificateSource::kAcme:
            return "acme";
        case CertificateSource::kSelfSigned:
            return "self_signed";
    }
    return "";
}

ops::Finding Judge(const crypto::CertificateInfo& info, base::Time now) {
    const std::string until = "valid until " + base::FormatRfc3339(info.not_after);
    const std::int64_t left = info.not_after.micros - now.micros;
    const std::int64_t lifetime = info.not_after.micros - info.not_before.micros;
    if (left <= 0) return {ops::HealthState::kFail, NameOf(info) + ": the certificate has ended, " + until, {}};
    if (info.not_before > now)
        return {ops::HealthState::kFail, NameOf(info) + ": the certificate is not valid yet", {}};
    if (left < std::min(kWarnMicrosMax, lifetime / kWarnPart))
        return {ops::HealthState::kWarn, NameOf(info) + ": the certificate ends soon, " + until, {}};
    return {ops::HealthState::kOk, until, {}};
}

Result<std::unique_ptr<Certificates>> Certificates::Load(const config::Config& config, bool tls_wanted,
                                                         const CertificateParts& parts) {
    std::unique_ptr<Certificates> made(new Certificates(parts));
    made->secure_ = !config.server_tls_certificate.empty() || !config.acme_names.empty();
    if (!made->secure_ && !tls_wanted) return made;
    made->paths_ = {config.server_tls_certificate, config.server_tls_key};
    RT_TRY(Material material, made->Gather(made->paths_));
    auto context = crypto::MakeTlsContext(material.pairs);
    if (!context.ok()) return Blame(material, context.error());
    made->context_ = *std::move(context);
    RT_CHECK_OK(made->Apply(std::move(material)));
    return made;
}

Result<crypto::TlsPair> Certificates::SelfSigned() const {
    const std::string certificate_path = parts_.key_folder + "/self-signed.crt";
    const std::string key_path = parts_.key_folder + "/self-signed.key";
    if (!os::Exists(certificate_path) || !os::Exists(key_path)) {
        RT_TRY(const crypto::SelfSigned made,
               crypto::MakeSelfSigned({"localhost"}, parts_.clock.Now(), kSelfSignedDays, parts_.random));
        RT_CHECK_OK(os::WriteFileAtomic(key_path, made.key_pem));
        RT_CHECK_OK(os::WriteFileAtomic(certificate_path, made.certificate_pem));
    }
    crypto::TlsPair pair;
    RT_TRY(pair.certificate_pem, os::ReadFile(certificate_path, kPemBytesMax));
    RT_TRY(pair.key_pem, os::ReadFile(key_path, kPemBytesMax));
    return pair;
}

Result<Certificates::Material> Certificates::Gather(const Paths& paths) const {
    Material out;
    for (std::size_t i = 0; i < paths.certificates.size() && i < paths.keys.size(); ++i) {
        crypto::TlsPair pair;
        RT_TRY(pair.certificate_pem, os::ReadFile(paths.certificates[i], kPemBytesMax));
        RT_TRY(pair.key_pem, os::ReadFile(paths.keys[i], kPemBytesMax));
        out.pairs.push_back(std::move(pair));
        out.rows.push_back({CertificateSource::kFile, paths.certificates[i], {}});
    }
    if (issued_) {
        RT_TRY(auto pair, issued_());
        if (pair) {
            out.pairs.push_back(std::move(*pair));
            out.rows.push_back({CertificateSource::kAcme, {}, {}});
        }
    }
    if (out.pairs.empty()) {
        RT_TRY(crypto::TlsPair pair, SelfSigned());
        out.pairs.push_back(std::move(pair));
        out.rows.push_back({CertificateSource::kSelfSigned, {}, {}});
    }
    crypto::Sha256Stream digest;
    for (const crypto::TlsPair& pair : out.pairs) {
        digest.Update(pair.certificate_pem);
        digest.Update(pair.key_pem);
    }
    out.digest = base::AsText(digest.Finish());
    return out;
}

// Which of them it is: each is tried by itself.
Error Certificates::Blame(const Material& material, const Error& error) {
    for (std::size_t i = 0; i < material.pairs.size(); ++i) {
        const auto alone = crypto::MakeTlsContext({material.pairs[i]});
        if (alone.ok() || material.rows[i].file.empty()) continue;
        return Fail(Code::kInvalid, material.rows[i].file + ": " + alone.error().detail);
    }
    return error;
}

Status Certificates::Apply(Material material) {
    const Status replaced = context_->Replace(material.pairs);
    if (!replaced.ok()) return Blame(material, replaced.error());
    const std::vector<crypto::CertificateInfo> infos = context_->Certificates();
    for (std::size_t i = 0; i < infos.size() && i < material.rows.size(); ++i) material.rows[i].info = infos[i];
    rows_ = std::move(material.rows);
    digest_ = std::move(material.digest);
    return Ok();
}

void Certificates::UseIssued(std::function<Result<std::optional<crypto::TlsPair>>()> issued) {
    {
        const std::lock_guard lock(mutex_);
        issued_ = std::move(issued);
    }
    Refresh();
}

Status Certificates::Reload(const config::Config& config) {
    if (context_ == nullptr) return Ok();
    const std::lock_guard lock(mutex_);
    Paths wanted{config.server_tls_certificate, config.server_tls_key};
    RT_TRY(Material material, Gather(wanted));
    const bool changed = material.digest != digest_;
    const Status applied = Apply(std::move(material));
    parts_.metrics.Get(Metric::kTlsReloads, {applied.ok() ? "done" : "refused"}).Add();
    if (!applied.ok()) {
        const std::string& why = applied.error().detail;
        return base::InvalidField("server.tls_certificate", {"证书无法使用：" + why, why});
    }
    paths_ = std::move(wanted);
    refused_.clear();
    refusal_.clear();
    if (changed) parts_.log.Info("certificates replaced", {{"count", rows_.size()}});
    return Ok();
}

void Certificates::Refresh() {
    if (context_ == nullptr) return;
    const std::lock_guard lock(mutex_);
    Result<Material> material = Gather(paths_);
    // A file that is away for a moment, while it is replaced, is nothing to speak of twice.
    const std::string digest = material.ok() ? material->digest : material.error().detail;
    if (digest == digest_) {
        refused_.clear();
        refusal_.clear();
    }
    if (digest == digest_ || digest == refused_) return;
    const Status applied = material.ok() ? Apply(*std::move(material)) : Status(material.error());
    parts_.metrics.Get(Metric::kTlsReloads, {applied.ok() ? "done" : "refused"}).Add();
    if (applied.ok()) {
        refused_.clear();
        refusal_.clear();
        parts_.log.Info("certificates replaced", {{"count", rows_.size()}});
    } else {
        refused_ = digest;
        refusal_ = applied.error().detail;
        parts_.log.Error("changed certificates are not used", {{"reason", applied.error().detail}});
    }
}

Status Certificates::ProveInTls(const std::string& name, const crypto::TlsPair& pair) {
    if (context_ == nullptr) {
        if (name.empty()) return Ok();
        return Fail(Code::kInvalidState, "TLS is off until a restart: tls-alpn-01 cannot prove anything");
    }
    if (!name.empty()) return context_->SetChallenge(name, pair);
    context_->ClearChallenges();
    return Ok();
}

std::string Certificates::Refusal() const {
    const std::lock_guard lock(mutex_);
    return refusal_;
}

std::vector<CertificateRow> Certificates::Rows() const {
    const std::lock_guard lock(mutex_);
    return rows_;
}

ops::Finding Certificates::Probe() const {
    ops::Finding worst;
    json::Array list;
    const base::Time now = parts_.clock.Now();
    for (const CertificateRow& row : Rows()) {
        const bool stand_in = row.source == CertificateSource::kSelfSigned;
        ops::Finding finding = Judge(row.info, now);
        if (stand_in) finding = {ops::HealthState::kWarn, "a self-signed certificate stands in: browsers warn", {}};
        parts_.metrics.Get(Metric::kTlsExpires, {NameOf(row.info)})
            .Set((row.info.not_after.micros - now.micros) / base::kMicrosPerSecond);
        list.push_back(json::Object{{"name", NameOf(row.info)},
                                    {"source", Name(row.source)},
                                    {"not_after", base::FormatRfc3339(row.info.not_after)}});
        if (finding.state > worst.state || worst.summary.empty()) worst = std::move(finding);
    }
    // The next start would fail on them.
    if (const std::string refusal = Refusal(); !refusal.empty() && worst.state == ops::HealthState::kOk)
        worst = {ops::HealthState::kWarn, "changed files are not used: " + refusal, {}};
    worst.figures = json::Object{{"certificates", std::move(list)}};
    return worst;
}

Result<std::vector<CertificateRow>> ConfiguredCertificates(const config::Config& config, storage::kv::Store& kv) {
    std::vector<CertificateRow> out;
    for (std::size_t i = 0; i < config.server_tls_certificate.size() && i < config.server_tls_key.size(); ++i) {
        const std::string& path = config.server_tls_certificate[i];
        crypto::TlsPair pair;
        RT_TRY(pair.certificate_pem, os::ReadFile(path, kPemBytesMax));
        RT_TRY(pair.key_pem, os::ReadFile(config.server_tls_key[i], kPemBytesMax));
        if (const auto fits = crypto::MakeTlsContext({pair}); !fits.ok())
            return Fail(Code::kInvalid, path + ": " + fits.error().detail);
        RT_TRY(crypto::CertificateInfo info, crypto::DescribeCertificate(pair.certificate_pem));
        out.push_back({CertificateSource::kFile, path, std::move(info)});
    }
    if (config.acme_names.empty()) return out;
    RT_TRY(const auto issued, acme::Store(kv).GetCertificate());
    if (!issued) return out;
    RT_TRY(crypto::CertificateInfo info, crypto::DescribeCertificate(issued->pair.certificate_pem));
    out.push_back({CertificateSource::kAcme, {}, std::move(info)});
    return out;
}

}  // namespace rt::app
