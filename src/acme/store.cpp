#include "acme/store.h"

#include "json/json.h"

namespace rt::acme {
namespace {

using storage::kv::Batch;
using storage::kv::Env;

constexpr storage::kv::Table kTable{Env::kDurable, "acme.state"};
constexpr std::string_view kAccount = "account";
constexpr std::string_view kOrder = "order";
constexpr std::string_view kCertificate = "certificate";
constexpr std::string_view kAttempt = "attempt";
constexpr std::string_view kProofs = "proof:";  // and the token; expires by itself
constexpr std::size_t kTokenBytesMax = 128;

json::Array ArrayOf(const std::vector<std::string>& names) {
    json::Array out;
    for (const std::string& name : names) out.emplace_back(name);
    return out;
}

// Reads what this file wrote; anything else is damage.
class Fields {
  public:
    explicit Fields(json::Value value) : value_(std::move(value)) {}

    std::string Text(std::string_view key) {
        const json::Value* value = value_.Find(key);
        if (value != nullptr && value->IsString()) return value->AsString();
        good_ = false;
        return {};
    }
    std::int64_t Int(std::string_view key) {
        const json::Value* value = value_.Find(key);
        if (value != nullptr && value->IsInt()) return value->AsInt();
        good_ = false;
        return 0;
    }
    base::Time Time(std::string_view key) { return {Int(key)}; }
    std::vector<std::string> Texts(std::string_view key) {
        std::vector<std::string> out;
        const json::Value* value = value_.Find(key);
        if (value == nullptr || !value->IsArray()) {
            good_ = false;
            return out;
        }
        for (const json::Value& one : value->AsArray()) out.push_back(one.IsString() ? one.AsString() : std::string());
        return out;
    }
    bool good() const { return good_; }

  private:
    json::Value value_;
    bool good_ = true;
};

Result<std::optional<Fields>> Read(const storage::kv::Store& kv, std::string_view key) {
    RT_TRY(const auto text, kv.Get(kTable, key));
    if (!text) return std::optional<Fields>();
    auto value = json::Decode(*text);
    if (!value.ok() || !value->IsObject())
        return Fail(Code::kInternal, "acme.state: '" + std::string(key) + "' cannot be read");
    return std::optional<Fields>(Fields(*std::move(value)));
}

template <class T>
Result<std::optional<T>> Checked(const Fields& fields, T value) {
    if (!fields.good()) return Fail(Code::kInternal, "acme.state: an entry lacks a field");
    return std::optional<T>(std::move(value));
}

std::string Text(const Attempt& attempt) {
    return json::Encode(json::Object{{"failures", attempt.failures},
                                     {"next", attempt.next.micros},
                                     {"error", attempt.error},
                                     {"failed_at", attempt.failed_at.micros},
                                     {"limited", attempt.limited ? 1 : 0}});
}

}  // namespace

Result<std::optional<Account>> Store::GetAccount() const {
    RT_TRY(auto fields, Read(kv_, kAccount));
    if (!fields) return std::optional<Account>();
    Account out{fields->Text("directory"), fields->Text("key"), fields->Text("url"), fields->Text("email")};
    return Checked(*fields, std::move(out));
}

Status Store::Put(const Account& account) {
    const json::Object value{
        {"directory", account.directory}, {"key", account.key_pem}, {"url", account.url}, {"email", account.email}};
    return kv_.Put(kTable, kAccount, json::Encode(value), std::nullopt);
}

Result<std::optional<PendingOrder>> Store::GetOrder() const {
    RT_TRY(auto fields, Read(kv_, kOrder));
    if (!fields) return std::optional<PendingOrder>();
    PendingOrder out{fields->Text("directory"), fields->Texts("names"), fields->Text("url"), fields->Text("key"),
                     fields->Time("created")};
    return Checked(*fields, std::move(out));
}

Status Store::Put(const PendingOrder& order) {
    const json::Object value{{"directory", order.directory},
                             {"names", ArrayOf(order.names)},
                             {"url", order.url},
                             {"key", order.key_pem},
                             {"created", order.created.micros}};
    return kv_.Put(kTable, kOrder, json::Encode(value), std::nullopt);
}

Result<std::optional<Certificate>> Store::GetCertificate() const {
    RT_TRY(auto fields, Read(kv_, kCertificate));
    if (!fields) return std::optional<Certificate>();
    Certificate out{
        fields->Text("directory"),  fields->Texts("names"),    {fields->Text("certificate"), fields->Text("key")},
        fields->Time("not_before"), fields->Time("not_after"), fields->Time("renew_at")};
    return Checked(*fields, std::move(out));
}

Result<Attempt> Store::GetAttempt() const {
    RT_TRY(auto fields, Read(kv_, kAttempt));
    if (!fields) return Attempt{};
    return Attempt{static_cast<int>(fields->Int("failures")), fields->Time("next"), fields->Text("error"),
                   fields->Time("failed_at"), fields->Int("limited") != 0};
}

Status Store::PutFailure(const Attempt& attempt, bool drop_order) {
    return kv_.Update(Env::kDurable, [&](Batch& batch) -> Status {
        if (drop_order) RT_CHECK_OK(batch.Delete(kTable, kOrder));
        return batch.Put(kTable, kAttempt, Text(attempt), std::nullopt);
    });
}

Status Store::PutCertificate(const Certificate& certificate) {
    const json::Object value{{"directory", certificate.directory},
                             {"names", ArrayOf(certificate.names)},
                             {"certificate", certificate.pair.certificate_pem},
                             {"key", certificate.pair.key_pem},
                             {"not_before", certificate.not_before.micros},
                             {"not_after", certificate.not_after.micros},
                             {"renew_at", certificate.renew_at.micros}};
    return kv_.Update(Env::kDurable, [&](Batch& batch) -> Status {
        RT_CHECK_OK(batch.Put(kTable, kCertificate, json::Encode(value), std::nullopt));
        RT_CHECK_OK(batch.Delete(kTable, kOrder));
        return batch.Put(kTable, kAttempt, Text({}), std::nullopt);
    });
}

Status Store::DropOrder() {
    return kv_.Delete(kTable, kOrder);
}

Status Store::PutProof(std::string_view token, std::string_view answer, base::Time expires) {
    return kv_.Put(kTable, std::string(kProofs) + std::string(token), answer, expires);
}

Result<std::optional<std::string>> Store::GetProof(std::string_view token) const {
    if (token.size() > kTokenBytesMax) return std::optional<std::string>();
    return kv_.Get(kTable, std::string(kProofs) + std::string(token));
}

}  // namespace rt::acme
