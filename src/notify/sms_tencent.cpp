#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "json/json.h"
#include "net/url.h"
#include "notify/sms.h"

namespace rt::notify {
namespace {

constexpr std::string_view kAction = "SendSms";
constexpr std::string_view kVersion = "2021-01-11";
constexpr std::string_view kService = "sms";
constexpr std::string_view kContentType = "application/json; charset=utf-8";
constexpr std::string_view kSignedFields = "content-type;host";
constexpr std::int64_t kTimeoutMillis = 10'000;
constexpr std::size_t kAnswerBytesMax = 64 * 1024;
constexpr std::size_t kDigitsMin = 8;
constexpr std::size_t kDigitsMax = 15;

std::string HexSha256(std::string_view data) {
    return base::HexEncode(crypto::Sha256(data));
}

std::string Mac(std::string_view key, std::string_view data) {
    return std::string(base::AsText(crypto::HmacSha256(key, data)));
}

std::string UtcDay(base::Time now) {
    return base::FormatRfc3339(now).substr(0, 10);
}

// TC3-HMAC-SHA256: the secret is narrowed to a day and a service, as in AWS Signature 4.
std::string Authorization(const TencentSmsOptions& options, std::string_view host, std::string_view body,
                          base::Time now) {
    const std::string day = UtcDay(now);
    const std::string scope = day + "/" + std::string(kService) + "/tc3_request";
    std::string canonical = "POST\n/\n\n";
    canonical.append("content-type:").append(kContentType).append("\nhost:").append(host).append("\n\n");
    canonical.append(kSignedFields).append("\n").append(HexSha256(body));
    const std::string to_sign = "TC3-HMAC-SHA256\n" + std::to_string(now.micros / base::kMicrosPerSecond) + "\n" +
                                scope + "\n" + HexSha256(canonical);
    const std::string key = Mac(Mac(Mac("TC3" + options.secret_key, day), kService), "tc3_request");
    return "TC3-HMAC-SHA256 Credential=" + options.secret_id + "/" + scope +
           ", SignedHeaders=" + std::string(kSignedFields) +
           ", Signature=" + base::HexEncode(crypto::HmacSha256(key, to_sign));
}

// The provider's words for what concerns one number or one text only. Everything else is tried again.
Error Explain(const std::string& code) {
    const auto starts = [&](std::initializer_list<std::string_view> words) {
        return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return code.starts_with(word); });
    };
    // Only the code: the provider's sentence may hold the number.
    const std::string detail = "SMS provider: " + code.substr(0, 80);
    if (starts({"LimitExceeded.PhoneNumber", "LimitExceeded.DeliveryFrequencyLimit"}))
        return Fail(Code::kTooManyRequests, detail);
    if (starts({"InvalidParameterValue.IncorrectPhoneNumber", "FailedOperation.PhoneNumberInBlacklist",
                "UnsupportedOperation.UnsupportedRegion"}))
        return Fail(Code::kInvalid, detail);
    if (starts({"AuthFailure", "UnauthorizedOperation", "InvalidParameter", "FailedOperation.Insufficient",
                "FailedOperation.SignatureIncorrectOrUnapproved", "FailedOperation.TemplateIncorrectOrUnapproved",
                "FailedOperation.MissingSignature", "FailedOperation.MissingTemplate", "MissingParameter"}))
        return Fail(Code::kUnavailable, detail);
    return Fail(Code::kUpstream, detail);
}

std::string TextAt(const json::Value* object, std::string_view key) {
    const json::Value* value = object == nullptr ? nullptr : object->Find(key);
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

}  // namespace

bool IsE164(std::string_view number) {
    return number.size() > kDigitsMin && number.size() <= kDigitsMax + 1 && number[0] == '+' && number[1] != '0' &&
           std::all_of(number.begin() + 1, number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<net::ClientRequest> TencentSms::Request(const Sms& sms, base::Time now) const {
    if (!IsE164(sms.to)) return Fail(Code::kInvalid, "not a phone number");
    const std::string& number = sms.template_name == "code" ? options_.template_code : options_.template_notice;
    RT_TRY(const net::Url url, net::Url::Parse(options_.endpoint));
    json::Array params;
    for (const std::string& param : sms.params) params.push_back(param);
    net::ClientRequest request;
    request.method = net::Method::kPost;
    request.url = url.Origin() + "/";
    request.body = json::Encode(json::Object{{"PhoneNumberSet", json::Array{json::Value(sms.to)}},
                                             {"SmsSdkAppId", options_.app_id},
                                             {"SignName", options_.sign_name},
                                             {"TemplateId", number},
                                             {"TemplateParamSet", std::move(params)},
                                             {"SessionContext", sms.id}});
    request.headers = {{"Content-Type", std::string(kContentType)},
                       {"X-TC-Action", std::string(kAction)},
                       {"X-TC-Version", std::string(kVersion)},
                       {"X-TC-Region", options_.region},
                       {"X-TC-Timestamp", std::to_string(now.micros / base::kMicrosPerSecond)},
                       {"Authorization", Authorization(options_, url.Authority(), request.body, now)}};
    request.timeout_ms = kTimeoutMillis;
    request.answer_bytes_max = kAnswerBytesMax;
    request.addresses = net::AddressPolicy::kAny;
    request.service = "sms";
    return request;
}

Status TencentSms::Judge(const net::ClientAnswer& answer) {
    if (answer.status != 200) return Fail(Code::kUpstream, "SMS provider: status " + std::to_string(answer.status));
    const auto document = json::Decode(answer.body);
    const json::Value* response = document.ok() ? document->Find("Response") : nullptr;
    if (response == nullptr) return Fail(Code::kUpstream, "SMS provider: no answer in JSON");
    if (const json::Value* error = response->Find("Error")) return Explain(TextAt(error, "Code"));
    const json::Value* statuses = response->Find("SendStatusSet");
    if (statuses == nullptr || !statuses->IsArray() || statuses->AsArray().size() != 1)
        return Fail(Code::kUpstream, "SMS provider: an answer without a status");
    const std::string code = TextAt(&statuses->AsArray().front(), "Code");
    return code == "Ok" ? Ok() : Status(Explain(code));
}

Status TencentSms::Send(const Sms& sms) const {
    RT_TRY(const net::ClientRequest request, Request(sms, clock_.Now()));
    RT_TRY(const net::ClientAnswer answer, client_.Send(request));
    return Judge(answer);
}

}  // namespace rt::notify
