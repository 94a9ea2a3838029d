#include "acme/authority.h"

#include <utility>

#include "acme/domain/schedule.h"
#include "base/build_info.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "json/json.h"

namespace rt::acme {
namespace {

// The authority may reject good nonces (§6.5); each answer brings a fresh one.
constexpr int kNonceTriesMax = 12;
constexpr std::int64_t kTimeoutMs = 15'000;
constexpr std::size_t kAnswerBytesMax = 256U << 10;
constexpr std::string_view kService = "acme";
constexpr int kHttpNotFound = 404;
constexpr int kHttpTooMany = 429;

std::string Encoded(std::string_view text) {
    return base::Base64UrlEncode(base::AsBytes(text));
}

std::string JwsText(std::string protected_part, std::string payload, std::string_view signature) {
    return json::Encode(json::Object{
        {"protected", std::move(protected_part)}, {"payload", std::move(payload)}, {"signature", Encoded(signature)}});
}

net::ClientRequest Request(net::Method method, const std::string& url) {
    net::ClientRequest request;
    request.method = method;
    request.url = url;
    request.timeout_ms = kTimeoutMs;
    request.answer_bytes_max = kAnswerBytesMax;
    request.addresses = net::AddressPolicy::kAny;  // the operator named the authority, which may be his own
    request.service = kService;
    request.headers.push_back({"User-Agent", "roundtable/" + std::string(base::BuildVersion())});
    return request;
}

}  // namespace

Authority::Authority(const net::Client& client, const base::Clock& clock, std::string directory_url, crypto::EcKey key)
    : client_(client), clock_(clock), directory_url_(std::move(directory_url)), key_(std::move(key)) {}

Result<Directory> Authority::GetDirectory() {
    if (directory_) return *directory_;
    RT_TRY(const net::ClientAnswer answer, client_.Send(Request(net::Method::kGet, directory_url_)));
    if (answer.status != 200) return Refusal(answer, ParseProblem(answer.body));
    RT_TRY(directory_, ParseDirectory(answer.body));
    return *directory_;
}

Result<std::string> Authority::Jwk() const {
    RT_TRY(const crypto::EcKey::Point point, key_.PublicPoint());
    // In the order that the thumbprint wants (RFC 7638 §3.2).
    return json::Encode(json::Object{{"crv", "P-256"}, {"kty", "EC"}, {"x", point.x}, {"y", point.y}});
}

Result<std::string> Authority::KeyAuthorization(std::string_view token) const {
    RT_TRY(const std::string jwk, Jwk());
    return std::string(token) + "." + base::Base64UrlEncode(crypto::Sha256(jwk));
}

Result<std::string> Authority::Binding(const AccountWishes& wishes, const std::string& url) const {
    const auto secret = base::Base64UrlDecode(wishes.eab_hmac_key);
    if (!secret) return Fail(Code::kInvalidState, "acme.eab_hmac_key is not base64url");
    RT_TRY(const std::string jwk, Jwk());
    const std::string head =
        Encoded(json::Encode(json::Object{{"alg", "HS256"}, {"kid", wishes.eab_key_id}, {"url", url}}));
    const std::string payload = Encoded(jwk);
    const auto mac = crypto::HmacSha256(base::AsText(*secret), head + "." + payload);
    return JwsText(head, payload, base::AsText(mac));
}

Result<std::string> Authority::OpenAccount(const AccountWishes& wishes) {
    RT_TRY(const Directory directory, GetDirectory());
    if (!directory.terms_of_service.empty() && !wishes.terms_agreed) {
        return Fail(Code::kInvalidState, "read " + directory.terms_of_service + " and set acme.terms_agreed = true");
    }
    if (directory.external_account_required && wishes.eab_key_id.empty())
        return Fail(Code::kInvalidState, "the authority wants acme.eab_key_id and acme.eab_hmac_key");
    json::Object account{{"termsOfServiceAgreed", wishes.terms_agreed}};
    if (!wishes.email.empty()) account.Set("contact", json::Array{"mailto:" + wishes.email});
    if (!wishes.eab_key_id.empty()) {
        RT_TRY(const std::string binding, Binding(wishes, directory.new_account));
        RT_TRY(json::Value value, json::Decode(binding));
        account.Set("externalAccountBinding", std::move(value));
    }
    RT_TRY(const Reply reply, Call(directory.new_account, json::Encode(account), true));
    if (!reply.location.starts_with("https://")) return Fail(Code::kUpstream, "an account without its address");
    account_ = reply.location;
    return account_;
}

Result<Reply> Authority::Post(const std::string& url, const std::optional<std::string>& payload) {
    return Call(url, payload.value_or(std::string()), false);
}

Result<std::string> Authority::TakeNonce() {
    if (!nonce_.empty()) return std::exchange(nonce_, {});
    RT_TRY(const Directory directory, GetDirectory());
    RT_TRY(const net::ClientAnswer answer, client_.Send(Request(net::Method::kHead, directory.new_nonce)));
    const std::string_view nonce = answer.HeaderValue("replay-nonce");
    if (nonce.empty()) return Refusal(answer, {"", "no nonce"});
    return std::string(nonce);
}

Result<std::string> Authority::SignedBody(const std::string& url, const std::string& payload, bool by_key) {
    RT_TRY(std::string nonce, TakeNonce());
    json::Object head{{"alg", "ES256"}, {"nonce", std::move(nonce)}, {"url", url}};
    if (by_key) {
        RT_TRY(const std::string jwk, Jwk());
        RT_TRY(json::Value value, json::Decode(jwk));
        head.Set("jwk", std::move(value));
    } else {
        head.Set("kid", account_);
    }
    const std::string protected_part = Encoded(json::Encode(head));
    const std::string encoded = Encoded(payload);
    RT_TRY(const std::string signature, key_.Sign(protected_part + "." + encoded));
    return JwsText(protected_part, encoded, signature);
}

Result<Reply> Authority::Call(const std::string& url, const std::string& payload, bool by_key) {
    for (int tries = 1;; ++tries) {
        net::ClientRequest request = Request(net::Method::kPost, url);
        RT_TRY(request.body, SignedBody(url, payload, by_key));
        request.headers.push_back({"Content-Type", "application/jose+json"});
        RT_TRY(const net::ClientAnswer answer, client_.Send(request));
        nonce_ = answer.HeaderValue("replay-nonce");
        if (answer.status >= 200 && answer.status < 300)
            return Reply{answer.body, std::string(answer.HeaderValue("location")), RetryAfter(answer)};
        const Problem problem = ParseProblem(answer.body);
        if (problem.type != "badNonce" || tries >= kNonceTriesMax) return Refusal(answer, problem);
    }
}

Error Authority::Refusal(const net::ClientAnswer& answer, const Problem& problem) const {
    std::string text = problem.Text();
    if (text.empty()) text = "HTTP status " + std::to_string(answer.status);
    Code code = Code::kInvalidState;
    if (answer.status == kHttpTooMany || problem.type == "rateLimited") {
        code = Code::kTooManyRequests;
    } else if (answer.status >= 500 || answer.status < 400 || problem.type == "badNonce") {
        code = Code::kUpstream;
    } else if (problem.type == "accountDoesNotExist") {
        code = Code::kUnauthenticated;
    } else if (answer.status == kHttpNotFound) {
        code = Code::kNotFound;
    }
    Error error = Fail(code, std::move(text));
    error.retry_after_s = static_cast<std::uint32_t>(RetryAfter(answer));
    return error;
}

std::int64_t Authority::RetryAfter(const net::ClientAnswer& answer) const {
    return RetryAfterSeconds(answer.HeaderValue("retry-after"), clock_.Now());
}

}  // namespace rt::acme
