#include "net/http.h"

#include <array>

#include "base/check.h"
#include "base/encoding.h"
#include "base/parse.h"

namespace rt::net {
namespace {

constexpr std::array<std::string_view, 7> kMethodNames{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
constexpr std::string_view kJsonType = "application/json; charset=utf-8";

// "application/json" and "application/problem+json; charset=utf-8", in any case.
bool IsJsonType(std::string_view content_type) {
    const std::string_view type = base::TrimAscii(content_type.substr(0, content_type.find(';')));
    if (base::EqualsIgnoreAsciiCase(type, "application/json")) return true;
    constexpr std::string_view kSuffix = "+json";
    return type.size() > kSuffix.size() &&
           base::EqualsIgnoreAsciiCase(type.substr(type.size() - kSuffix.size()), kSuffix);
}

Response JsonResponse(int status, const json::Value& value) {
    Response response;
    response.status = status;
    response.content_type = kJsonType;
    response.body = json::Encode(value);
    return response;
}

json::Array FieldDetails(const Error& error, base::Locale locale) {
    json::Array details;
    for (const base::FieldError& field : error.fields) {
        details.push_back(json::Object{{"field", field.field}, {"reason", field.reason.In(locale)}});
    }
    return details;
}

}  // namespace

std::string_view Name(Method method) {
    return kMethodNames.at(static_cast<std::size_t>(method));
}

std::string_view Request::HeaderValue(std::string_view name) const {
    for (const Header& header : headers) {
        if (base::EqualsIgnoreAsciiCase(header.name, name)) return header.value;
    }
    return {};
}

std::optional<std::string_view> Request::Query(std::string_view name) const {
    for (const auto& [key, value] : query) {
        if (key == name) return value;
    }
    return std::nullopt;
}

const std::string& Request::Param(std::string_view name) const {
    for (const auto& [key, value] : params) {
        if (key == name) return value;
    }
    RT_CHECK(!"the route's pattern has no parameter of this name");
}

std::optional<std::string> Request::Cookie(std::string_view name) const {
    for (const Header& header : headers) {
        if (!base::EqualsIgnoreAsciiCase(header.name, "cookie")) continue;
        std::string_view rest = header.value;
        while (!rest.empty()) {
            const std::size_t end = rest.find(';');
            const std::string_view pair = base::TrimAscii(rest.substr(0, end));
            rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
            const std::size_t equals = pair.find('=');
            if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
                return std::string(pair.substr(equals + 1));
            }
        }
    }
    return std::nullopt;
}

Result<json::Value> Request::Json() const {
    if (!IsJsonType(HeaderValue("content-type"))) return Fail(Code::kUnsupportedMediaType);
    RT_TRY(json::Value value, json::Decode(body));
    if (!value.IsObject()) {
        return base::FailText(Code::kBadJson, {"请求体必须是 JSON 对象", "The body must be a JSON object"});
    }
    return value;
}

Response& Response::With(std::string name, std::string value) & {
    headers.push_back({std::move(name), std::move(value)});
    return *this;
}

Response&& Response::With(std::string name, std::string value) && {
    headers.push_back({std::move(name), std::move(value)});
    return std::move(*this);
}

Response Success(json::Value data, json::Value meta) {
    json::Object envelope{{"success", true}, {"data", std::move(data)}};
    if (!meta.IsNull()) envelope.Set("meta", std::move(meta));
    return JsonResponse(200, std::move(envelope));
}

Response Created(json::Value data) {
    Response response = Success(std::move(data));
    response.status = 201;
    return response;
}

Response NoContent() {
    Response response;
    response.status = 204;
    return response;
}

Response PlainText(int status, std::string text) {
    Response response;
    response.status = status;
    response.content_type = "text/plain; charset=utf-8";
    response.body = std::move(text);
    return response;
}

Response Failure(const base::Error& error, base::Locale locale, std::string_view request_id) {
    json::Object envelope{{"success", false},
                          {"code", base::Info(error.code).wire},
                          {"message", error.MessageFor(locale)},
                          {"requestId", request_id}};
    if (!error.fields.empty()) envelope.Set("details", FieldDetails(error, locale));
    Response response = JsonResponse(base::Info(error.code).http_status, std::move(envelope));
    if (error.retry_after_s > 0) response.With("Retry-After", std::to_string(error.retry_after_s));
    return response;
}

}  // namespace rt::net
