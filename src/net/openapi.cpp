#include "net/openapi.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/check.h"
#include "base/error.h"
#include "net/rate_names.h"

namespace rt::net {
namespace {

using json::Array;
using json::Object;
using json::Value;

constexpr std::array<std::string_view, 4> kAccessNames{"public", "user", "organiser", "admin"};

std::string LowerCase(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

Value Reference(std::string_view name) {
    return Object{{"$ref", "#/components/schemas/" + std::string(name)}};
}

// What an example shows: types and members, nothing about which are required.
Value SchemaOf(const Value& example) {
    if (example.IsObject()) {
        Object properties;
        for (const auto& [key, value] : example.AsObject().members()) properties.Set(key, SchemaOf(value));
        return Object{{"type", "object"}, {"properties", std::move(properties)}};
    }
    if (example.IsArray()) {
        const Array& items = example.AsArray();
        return Object{{"type", "array"}, {"items", items.empty() ? Value(Object{}) : SchemaOf(items.front())}};
    }
    if (example.IsBool()) return Object{{"type", "boolean"}};
    if (example.IsInt()) return Object{{"type", "integer"}};
    if (example.IsNumber()) return Object{{"type", "number"}};
    if (example.IsString()) return Object{{"type", "string"}};
    return Object{};
}

Value HeaderParameter(std::string_view name, std::string_view description, const Value& required) {
    return Object{{"name", name},
                  {"in", "header"},
                  {"required", required},
                  {"description", description},
                  {"schema", Object{{"type", "string"}}}};
}

// The names between braces; a {rest*} without its star.
std::vector<std::string> ParameterNames(std::string_view pattern) {
    std::vector<std::string> names;
    for (std::size_t open = pattern.find('{'); open != std::string_view::npos; open = pattern.find('{', open + 1)) {
        std::string_view name = pattern.substr(open + 1, pattern.find('}', open) - open - 1);
        if (name.ends_with('*')) name.remove_suffix(1);
        names.emplace_back(name);
    }
    return names;
}

Array Parameters(const Route& route) {
    Array parameters;
    for (const std::string& name : ParameterNames(route.pattern)) {
        parameters.push_back(
            Object{{"name", name}, {"in", "path"}, {"required", true}, {"schema", Object{{"type", "string"}}}});
    }
    if (route.idempotency != Idempotency::kNone) {
        parameters.push_back(HeaderParameter(
            "Idempotency-Key", "The same key with the same body has the effect of one request for 24 hours.",
            route.idempotency == Idempotency::kRequired));
    }
    return parameters;
}

Value RequestBody(const Route& route) {
    if (route.body == BodyKind::kFile) {
        return Object{{"required", true},
                      {"content", Object{{"application/octet-stream",
                                          Object{{"schema", Object{{"type", "string"}, {"format", "binary"}}}}}}}};
    }
    Object media{{"schema", Object{{"type", "object"}}}};
    if (!route.request_example.empty()) {
        const Result<Value> example = json::Decode(route.request_example);
        // The table is ours: an example that is no JSON is a mistake in the code.
        RT_CHECK(example.ok());
        media.Set("schema", SchemaOf(*example));
        media.Set("example", *example);
    }
    return Object{{"required", true}, {"content", Object{{"application/json", std::move(media)}}}};
}

Value FailureAnswer(std::string_view description) {
    return Object{{"description", description},
                  {"content", Object{{"application/json", Object{{"schema", Reference("Failure")}}}}}};
}

Object Responses(const Route& route) {
    Object responses;
    responses.Set("2XX", Object{{"description", "Done"},
                                {"content", Object{{"application/json", Object{{"schema", Reference("Success")}}}}}});
    responses.Set("4XX", FailureAnswer("The request was refused; nothing was changed"));
    if (route.rate_class != RateClass::kExempt) {
        responses.Set("429", FailureAnswer("Too many requests: see Retry-After and the RateLimit fields"));
    }
    responses.Set("5XX", FailureAnswer("The server could not do it; try again later"));
    return responses;
}

Value Operation(const Route& route) {
    Object operation{{"operationId", route.name}, {"summary", route.summary}};
    operation.Set("tags", Array{route.name.substr(0, route.name.find('.'))});
    Array parameters = Parameters(route);
    if (!parameters.empty()) operation.Set("parameters", std::move(parameters));
    if (route.body != BodyKind::kNone) operation.Set("requestBody", RequestBody(route));
    operation.Set("responses", Responses(route));
    operation.Set("security", route.access == Access::kPublic ? Array{} : Array{Object{{"bearer", Array{}}}});
    if (route.permission != Permission::kNone) {
        operation.Set("x-permission", Word(route.permission));
        operation.Set("x-scope", Word(route.scope));
        operation.Set("x-holders", route.holders == Holders::kAlso ? "also" : "only");
    }
    operation.Set("x-access", kAccessNames.at(static_cast<std::size_t>(route.access)));
    operation.Set("x-rate-class", Name(route.rate_class));
    if (route.body != BodyKind::kNone) operation.Set("x-body-bytes-max", route.body_bytes_max);
    return operation;
}

Value Schemas() {
    Array codes;
    for (std::size_t i = 0; i < base::CodeCount(); ++i) codes.push_back(base::Info(static_cast<Code>(i)).wire);
    const Value text = Object{{"type", "string"}};
    const Value detail = Object{{"type", "object"}, {"properties", Object{{"field", text}, {"reason", text}}}};
    Object failure{{"type", "object"}, {"required", Array{"success", "code", "message", "requestId"}}};
    failure.Set("properties", Object{{"success", Object{{"const", false}}},
                                     {"code", Object{{"type", "string"}, {"enum", std::move(codes)}}},
                                     {"message", text},
                                     {"requestId", text},
                                     {"details", Object{{"type", "array"}, {"items", detail}}}});
    Object success{{"type", "object"}, {"required", Array{"success", "data"}}};
    success.Set("properties",
                Object{{"success", Object{{"const", true}}}, {"data", Object{}}, {"meta", Object{{"type", "object"}}}});
    return Object{{"Success", std::move(success)}, {"Failure", std::move(failure)}};
}

std::string PathOf(std::string pattern) {
    const std::size_t star = pattern.find("*}");
    if (star != std::string::npos) pattern.erase(star, 1);
    return pattern;
}

}  // namespace

json::Value OpenApiDocument(const RouteTable& routes, const OpenApiInfo& info, std::string_view api_prefix) {
    std::map<std::string, Object> by_path;
    for (const Route& route : routes) {
        if (route.pattern.starts_with(api_prefix)) {
            by_path[PathOf(route.pattern)].Set(LowerCase(Name(route.method)), Operation(route));
        }
    }
    Object paths;
    for (auto& [path, operations] : by_path) paths.Set(path, std::move(operations));
    Object document{{"openapi", "3.1.0"}};
    document.Set("info", Object{{"title", info.title}, {"version", info.version}, {"description", info.description}});
    document.Set("paths", std::move(paths));
    document.Set("components",
                 Object{{"schemas", Schemas()},
                        {"securitySchemes",
                         Object{{"bearer", Object{{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}}}}});
    return document;
}

}  // namespace rt::net
