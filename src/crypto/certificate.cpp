#include "crypto/certificate.h"

#include <openssl/ec.h>
#include <openssl/pem.h>

#include <array>
#include <span>

#include "base/encoding.h"
#include "crypto/openssl_internal.h"

namespace rt::crypto {
namespace {

constexpr long kVersion3 = 2;
constexpr std::size_t kSerialBytes = 16;
constexpr std::uint8_t kOctetString = 0x04;  // DER tag
constexpr int kChallengeDays = 7;

Result<base::Time> TimeOf(const ASN1_TIME* time) {
    // Differences to the epoch, because timegm and its kin are not portable for dates after 2038.
    const std::unique_ptr<ASN1_TIME, OpenSslDeleter<ASN1_TIME_free>> epoch(ASN1_TIME_set(nullptr, 0));
    int days = 0;
    int seconds = 0;
    if (epoch == nullptr || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) {
        return Fail(Code::kInvalid, "a date of the certificate cannot be read: " + TakeErrorText());
    }
    return base::Time{days * base::kMicrosPerDay + seconds * base::kMicrosPerSecond};
}

std::string AddressText(const ASN1_OCTET_STRING& address) {
    // OpenSSL takes text to bytes; this is the way back for both sizes.
    const unsigned char* bytes = ASN1_STRING_get0_data(&address);
    std::string out;
    if (ASN1_STRING_length(&address) == 4) {
        for (int i = 0; i < 4; ++i) out += (i > 0 ? "." : "") + std::to_string(bytes[i]);
        return out;
    }
    for (int i = 0; i + 1 < ASN1_STRING_length(&address); i += 2) {
        std::array<char, 8> group{};
        const int size = BIO_snprintf(group.data(), group.size(), "%x", bytes[i] * 256 + bytes[i + 1]);
        out.append(i > 0 ? ":" : "").append(group.data(), static_cast<std::size_t>(size));
    }
    return out;
}

std::vector<std::string> NamesOf(const X509& certificate) {
    std::vector<std::string> names;
    const std::unique_ptr<GENERAL_NAMES, OpenSslDeleter<GENERAL_NAMES_free>> list(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; list != nullptr && i < sk_GENERAL_NAME_num(list.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(list.get(), i);
        if (name->type == GEN_DNS) {
            const ASN1_IA5STRING* text = name->d.dNSName;
            names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                               static_cast<std::size_t>(ASN1_STRING_length(text)));
        } else if (name->type == GEN_IPADD) {
            names.push_back(AddressText(*name->d.iPAddress));
        }
    }
    return names;
}

std::string IssuerOf(const X509& certificate) {
    const X509_NAME* issuer = X509_get_issuer_name(&certificate);
    for (const int part : {NID_commonName, NID_organizationName}) {
        const int at = X509_NAME_get_index_by_NID(issuer, part, -1);
        if (at < 0) continue;
        unsigned char* text = nullptr;
        const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(issuer, at)));
        if (size < 0) continue;
        std::string out(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
        OPENSSL_free(text);
        return out;
    }
    return {};
}

Status SetTime(ASN1_TIME* field, base::Time time) {
    const auto seconds = static_cast<time_t>(time.micros / base::kMicrosPerSecond);
    return ASN1_TIME_set(field, seconds) != nullptr ? Ok() : Status(Fail(Code::kInternal, "certificate date"));
}

Status AddExtension(X509& certificate, int nid, const std::string& value) {
    const std::unique_ptr<X509_EXTENSION, OpenSslDeleter<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()));
    if (extension != nullptr && X509_add_ext(&certificate, extension.get(), -1) == 1) return Ok();
    return Fail(Code::kInternal, "certificate extension: " + TakeErrorText());
}

// "DNS:a,IP:1.2.3.4"; VALIDATION_FAILED for a name that is neither.
Result<std::string> AlternativeNames(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) {
        const std::unique_ptr<ASN1_OCTET_STRING, OpenSslDeleter<ASN1_OCTET_STRING_free>> address(
            a2i_IPADDRESS(name.c_str()));
        ERR_clear_error();
        constexpr std::string_view kNameCharacters =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.*_";
        if (address == nullptr && (name.empty() || name.find_first_not_of(kNameCharacters) != std::string::npos)) {
            return Fail(Code::kInvalid, "'" + name + "' is no name for a certificate");
        }
        out.append(out.empty() ? "" : ",").append(address != nullptr ? "IP:" : "DNS:").append(name);
    }
    if (out.empty()) return Fail(Code::kInvalid, "a certificate needs a name");
    return out;
}

Status SetSerial(X509& certificate, Random& random) {
    std::array<std::uint8_t, kSerialBytes> bytes{};
    random.Fill(bytes);
    bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x3FU) | 0x40U);  // positive, never zero (RFC 5280 §4.1.2.2)
    const std::unique_ptr<BIGNUM, OpenSslDeleter<BN_free>> number(BN_bin2bn(bytes.data(), bytes.size(), nullptr));
    const bool done =
        number != nullptr && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr;
    return done ? Ok() : Status(Fail(Code::kInternal, "certificate serial number"));
}

Status SetNames(X509& certificate) {
    constexpr std::string_view kSubject = "Roundtable self-signed";
    X509_NAME* subject = X509_get_subject_name(&certificate);
    const bool done = X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                                 reinterpret_cast<const unsigned char*>(kSubject.data()),
                                                 static_cast<int>(kSubject.size()), -1, 0) == 1 &&
                      X509_set_issuer_name(&certificate, subject) == 1;
    return done ? Ok() : Status(Fail(Code::kInternal, "certificate subject"));
}

// id-pe-acmeIdentifier, critical, an OCTET STRING of the digest (RFC 8737 §3).
Status AddAcmeIdentifier(X509& certificate, std::span<const std::uint8_t> digest) {
    const std::unique_ptr<ASN1_OBJECT, OpenSslDeleter<ASN1_OBJECT_free>> id(OBJ_txt2obj("1.3.6.1.5.5.7.1.31", 1));
    const std::unique_ptr<ASN1_OCTET_STRING, OpenSslDeleter<ASN1_OCTET_STRING_free>> value(ASN1_OCTET_STRING_new());
    base::Bytes der{kOctetString, static_cast<std::uint8_t>(digest.size())};
    der.insert(der.end(), digest.begin(), digest.end());
    if (id == nullptr || value == nullptr ||
        ASN1_OCTET_STRING_set(value.get(), der.data(), static_cast<int>(der.size())) != 1) {
        return Fail(Code::kInternal, "challenge certificate: " + TakeErrorText());
    }
    const std::unique_ptr<X509_EXTENSION, OpenSslDeleter<X509_EXTENSION_free>> extension(
        X509_EXTENSION_create_by_OBJ(nullptr, id.get(), 1, value.get()));
    if (extension != nullptr && X509_add_ext(&certificate, extension.get(), -1) == 1) return Ok();
    return Fail(Code::kInternal, "challenge certificate: " + TakeErrorText());
}

std::string Written(const BioPtr& bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

// An empty digest: no challenge.
Result<SelfSigned> MakeSigned(const std::vector<std::string>& names, base::Time now, int days,
                              std::span<const std::uint8_t> digest, Random& random) {
    RT_TRY(const std::string alternatives, AlternativeNames(names));
    const KeyPtr key(EVP_EC_gen("P-256"));
    const CertificatePtr certificate(X509_new());
    if (key == nullptr || certificate == nullptr) return Fail(Code::kInternal, "certificate key: " + TakeErrorText());
    X509& out = *certificate;
    if (X509_set_version(&out, kVersion3) != 1 || X509_set_pubkey(&out, key.get()) != 1) {
        return Fail(Code::kInternal, "certificate: " + TakeErrorText());
    }
    RT_CHECK_OK(SetSerial(out, random));
    RT_CHECK_OK(SetNames(out));
    RT_CHECK_OK(SetTime(X509_getm_notBefore(&out), now.Plus(-base::kMicrosPerDay)));
    RT_CHECK_OK(SetTime(X509_getm_notAfter(&out), now.Plus(days * base::kMicrosPerDay)));
    RT_CHECK_OK(AddExtension(out, NID_basic_constraints, "critical,CA:FALSE"));
    RT_CHECK_OK(AddExtension(out, NID_key_usage, "critical,digitalSignature"));
    RT_CHECK_OK(AddExtension(out, NID_ext_key_usage, "serverAuth"));
    RT_CHECK_OK(AddExtension(out, NID_subject_alt_name, alternatives));
    if (!digest.empty()) RT_CHECK_OK(AddAcmeIdentifier(out, digest));
    if (X509_sign(&out, key.get(), EVP_sha256()) == 0) return Fail(Code::kInternal, "sign: " + TakeErrorText());

    const BioPtr certificate_bio(BIO_new(BIO_s_mem()));
    const BioPtr key_bio(BIO_new(BIO_s_secmem()));
    if (PEM_write_bio_X509(certificate_bio.get(), &out) != 1 ||
        PEM_write_bio_PKCS8PrivateKey(key_bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        return Fail(Code::kInternal, "write the certificate: " + TakeErrorText());
    }
    return SelfSigned{Written(certificate_bio), Written(key_bio)};
}

}  // namespace

Result<CertificateInfo> DescribeCertificate(std::string_view certificate_pem) {
    const BioPtr bio = ReadBio(certificate_pem);
    const CertificatePtr certificate(PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr));
    if (certificate == nullptr) return Fail(Code::kInvalid, "no certificate in PEM form: " + TakeErrorText());
    CertificateInfo info;
    info.names = NamesOf(*certificate);
    info.issuer = IssuerOf(*certificate);
    RT_TRY(info.not_before, TimeOf(X509_get0_notBefore(certificate.get())));
    RT_TRY(info.not_after, TimeOf(X509_get0_notAfter(certificate.get())));
    info.self_signed = X509_self_signed(certificate.get(), 0) == 1;
    ERR_clear_error();
    return info;
}

Result<SelfSigned> MakeSelfSigned(const std::vector<std::string>& names, base::Time now, int days, Random& random) {
    return MakeSigned(names, now, days, {}, random);
}

Result<SelfSigned> MakeAlpnChallenge(const std::string& name, const std::array<std::uint8_t, 32>& digest,
                                     base::Time now, Random& random) {
    return MakeSigned({name}, now, kChallengeDays, digest, random);
}

}  // namespace rt::crypto
