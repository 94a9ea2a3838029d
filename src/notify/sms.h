// Short messages through a provider's HTTP interface. Providers in China send approved templates only: a message is the
// number of a template and its parameters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/client.h"

namespace rt::notify {

struct Sms {
    std::string to;                   // E.164: "+8613800138000"
    std::string_view template_name;   // "code", "notice"
    std::vector<std::string> params;  // in the order of the template
    std::string id;                   // the same for every attempt
};

// The port. Thread-safe; blocks up to ten seconds.
class SmsSender {
  public:
    virtual ~SmsSender() = default;
    // Errors as Smtp::Send: VALIDATION_FAILED for good (a bad or barred number), UNAVAILABLE for what an operator must
    // mend (signature, template, balance), else again later. TOO_MANY_REQUESTS: the provider's limit for this number.
    virtual Status Send(const Sms& sms) const = 0;
};

struct TencentSmsOptions {
    std::string endpoint = "https://sms.tencentcloudapi.com";
    std::string region = "ap-guangzhou";
    std::string secret_id{};
    std::string secret_key{};
    std::string app_id{};           // SmsSdkAppId
    std::string sign_name{};        // the approved signature, shown in brackets
    std::string template_code{};    // TemplateId for {1} code, {2} minutes
    std::string template_notice{};  // TemplateId for {1} what has happened; empty: notices are not sent
};

// Tencent Cloud SMS, API 3.0, version 2021-01-11, signed with TC3-HMAC-SHA256.
class TencentSms final : public SmsSender {
  public:
    TencentSms(TencentSmsOptions options, const net::Client& client, const base::Clock& clock)
        : options_(std::move(options)), client_(client), clock_(clock) {}

    Status Send(const Sms& sms) const override;

    // The signed request; pure.
    Result<net::ClientRequest> Request(const Sms& sms, base::Time now) const;
    // What an answer means; pure.
    static Status Judge(const net::ClientAnswer& answer);

  private:
    const TencentSmsOptions options_;
    const net::Client& client_;
    const base::Clock& clock_;
};

// "+" and 8 to 15 digits.
bool IsE164(std::string_view number);

}  // namespace rt::notify
