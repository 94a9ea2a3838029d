#include "acme/messages.h"

#include <algorithm>
#include <array>

#include "json/json.h"

namespace rt::acme {
namespace {

constexpr std::string_view kErrorPrefix = "urn:ietf:params:acme:error:";
constexpr std::size_t kAuthorizationsMax = 100;
constexpr std::size_t kDetailBytesMax = 400;
constexpr std::size_t kTokenBytesMax = 128;

std::string TextOf(const json::Value& object, std::string_view key) {
    const json::Value* value = object.Find(key);
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

State StateOf(const json::Value& object) {
    static constexpr std::array<std::string_view, 5> kNames{"pending", "ready", "processing", "valid", "invalid"};
    const auto* found = std::find(kNames.begin(), kNames.end(), TextOf(object, "status"));
    return static_cast<State>(found - kNames.begin());
}

Result<json::Value> DecodeObject(std::string_view body, const char* what) {
    auto value = json::Decode(body);
    if (value.ok() && value->IsObject()) return *std::move(value);
    return Fail(Code::kUpstream, std::string("the authority sent no ") + what);
}

// Addresses come from the authority over TLS, and are called with our signature: only https will do.
Status NeedUrls(std::initializer_list<const std::string*> urls, const char* what) {
    for (const std::string* url : urls) {
        if (!url->starts_with("https://")) return Fail(Code::kUpstream, std::string(what) + " without its addresses");
    }
    return Ok();
}

Problem ProblemOf(const json::Value* value) {
    Problem problem;
    if (value == nullptr || !value->IsObject()) return problem;
    problem.type = TextOf(*value, "type");
    if (problem.type.starts_with(kErrorPrefix)) problem.type.erase(0, kErrorPrefix.size());
    problem.detail = TextOf(*value, "detail");
    if (const json::Value* parts = value->Find("subproblems"); parts != nullptr && parts->IsArray()) {
        for (const json::Value& part : parts->AsArray()) problem.detail.append("; ").append(TextOf(part, "detail"));
    }
    problem.detail.resize(std::min(problem.detail.size(), kDetailBytesMax));
    return problem;
}

// base64url, as the key authorization and the path of the file are made of it.
bool IsToken(std::string_view token) {
    return !token.empty() && token.size() <= kTokenBytesMax && std::all_of(token.begin(), token.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

}  // namespace

std::string Problem::Text() const {
    if (type.empty()) return detail;
    return detail.empty() ? type : type + ": " + detail;
}

Result<Directory> ParseDirectory(std::string_view body) {
    RT_TRY(const json::Value value, DecodeObject(body, "directory"));
    Directory out{TextOf(value, "newNonce"), TextOf(value, "newAccount"), TextOf(value, "newOrder"), {}, false};
    RT_CHECK_OK(NeedUrls({&out.new_nonce, &out.new_account, &out.new_order}, "a directory"));
    if (const json::Value* meta = value.Find("meta"); meta != nullptr && meta->IsObject()) {
        out.terms_of_service = TextOf(*meta, "termsOfService");
        const json::Value* required = meta->Find("externalAccountRequired");
        out.external_account_required = required != nullptr && required->IsBool() && required->AsBool();
    }
    return out;
}

Result<Order> ParseOrder(std::string_view body) {
    RT_TRY(const json::Value value, DecodeObject(body, "order"));
    Order out;
    out.state = StateOf(value);
    out.finalize = TextOf(value, "finalize");
    out.certificate = TextOf(value, "certificate");
    out.problem = ProblemOf(value.Find("error"));
    RT_CHECK_OK(NeedUrls({&out.finalize}, "an order"));
    if (out.state == State::kValid) RT_CHECK_OK(NeedUrls({&out.certificate}, "an order"));
    const json::Value* list = value.Find("authorizations");
    if (list == nullptr || !list->IsArray() || list->AsArray().size() > kAuthorizationsMax)
        return Fail(Code::kUpstream, "an order without its authorizations");
    for (const json::Value& url : list->AsArray()) {
        out.authorizations.push_back(url.IsString() ? url.AsString() : std::string());
        RT_CHECK_OK(NeedUrls({&out.authorizations.back()}, "an order"));
    }
    return out;
}

Result<Authorization> ParseAuthorization(std::string_view body) {
    RT_TRY(const json::Value value, DecodeObject(body, "authorization"));
    Authorization out;
    out.state = StateOf(value);
    if (const json::Value* identifier = value.Find("identifier"); identifier != nullptr && identifier->IsObject())
        out.name = TextOf(*identifier, "value");
    const json::Value* list = value.Find("challenges");
    if (out.name.empty() || list == nullptr || !list->IsArray())
        return Fail(Code::kUpstream, "an authorization without its name or challenges");
    for (const json::Value& one : list->AsArray()) {
        if (!one.IsObject()) continue;
        Challenge challenge{TextOf(one, "type"), TextOf(one, "url"), TextOf(one, "token"), StateOf(one),
                            ProblemOf(one.Find("error"))};
        // Kinds that we do not know may look different.
        if (!IsToken(challenge.token) || !challenge.url.starts_with("https://")) continue;
        out.challenges.push_back(std::move(challenge));
    }
    return out;
}

Problem ParseProblem(std::string_view body) {
    const auto value = json::Decode(body);
    return value.ok() ? ProblemOf(&*value) : Problem{};
}

}  // namespace rt::acme
