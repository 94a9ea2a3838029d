#include "net/assets.h"

#include <array>

#include "base/check.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "net/conditional.h"
#include "net/file_body.h"
#include "net/gzip.h"
#include "net/security_fields.h"

namespace rt::net {
namespace {

constexpr std::string_view kIndex = "index.html";
// The client of Socket.IO: loaded by pages of other origins too.
constexpr std::string_view kClientFolder = "socket.io/";
constexpr std::string_view kHashedFolder = "assets/";
constexpr std::size_t kEtagBytes = 12;

struct Coding {
    std::string_view suffix;
    std::string_view name;
};
constexpr std::string_view kGzipSuffix = ".gz";
constexpr std::array<Coding, 2> kCodings{{{".br", "br"}, {kGzipSuffix, "gzip"}}};

std::string EtagOf(std::string_view data, std::string_view form = {}) {
    const crypto::Sha256Digest digest = crypto::Sha256(data);
    return '"' + base::Base64UrlEncode(std::span(digest).first(kEtagBytes)).append(form) + '"';
}

bool IsPagePath(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return path.substr(slash == std::string_view::npos ? 0 : slash + 1).find('.') == std::string_view::npos;
}

std::string ApiMeta(std::string_view api_base) {
    std::string out = R"(<meta name="roundtable-api" content=")";
    for (const char c : api_base) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '<':
                out += "&lt;";
                break;
            default:
                out += c;
        }
    }
    return out + '"';
}

Route PageRoute(std::string name, std::string pattern, Run run, std::string summary, Handler handler) {
    Route route;
    route.name = std::move(name);
    route.pattern = std::move(pattern);
    route.access = Access::kPublic;
    route.run = run;
    route.rate_class = RateClass::kExempt;
    route.summary = std::move(summary);
    route.handler = std::move(handler);
    return route;
}

}  // namespace

Assets::Assets(std::span<const base::EmbeddedFile> files, std::string_view api_base) {
    std::map<std::string_view, std::string_view> by_name;
    for (const base::EmbeddedFile& file : files) by_name.emplace(file.name, file.data);
    for (const auto& [name, data] : by_name) {
        const std::string_view plain = name.substr(0, name.rfind('.'));
        if (name.ends_with(kGzipSuffix) && !by_name.contains(plain)) {
            // The client that takes no gzip is the exception: it waits while the text is unpacked.
            files_.emplace(plain,
                           File{.content_type = ContentTypeOf(plain),
                                .variants = {{"gzip", data, EtagOf(data)}, {{}, data, EtagOf(data, "-plain"), true}},
                                .policy = {}});
            continue;
        }
        bool is_variant = false;
        File file;
        file.content_type = ContentTypeOf(name);
        for (const Coding& coding : kCodings) {
            if (name.ends_with(coding.suffix) && by_name.contains(name.substr(0, name.size() - coding.suffix.size()))) {
                is_variant = true;
            }
            const auto variant = by_name.find(std::string(name).append(coding.suffix));
            if (variant != by_name.end()) {
                file.variants.push_back({coding.name, variant->second, EtagOf(variant->second)});
            }
        }
        if (is_variant) continue;
        file.variants.push_back({{}, data, EtagOf(data)});
        if (file.content_type.starts_with("text/html")) file.policy = PagePolicy(data);
        files_.emplace(name, std::move(file));
    }
    if (api_base != kApiBaseOfPages) RewriteIndex(api_base);
}

void Assets::RewriteIndex(std::string_view api_base) {
    const auto index = files_.find(kIndex);
    if (index == files_.end()) return;
    const std::string_view page = index->second.variants.back().data;
    const std::string wanted = ApiMeta(kApiBaseOfPages);
    const std::size_t at = page.find(wanted);
    RT_CHECK(at != std::string_view::npos);  // web/index.html and this file belong together
    index_ = std::string(page.substr(0, at)) + ApiMeta(api_base) + std::string(page.substr(at + wanted.size()));
    index->second.variants = {{{}, index_, EtagOf(index_)}};
}

Result<Response> Assets::Serve(const Request& request, std::string_view name) const {
    const auto found = files_.find(name);
    if (found == files_.end()) return Fail(Code::kNotFound);
    const File& file = found->second;
    const std::string_view accepts = request.HeaderValue("accept-encoding");
    const Variant* chosen = &file.variants.back();
    for (const Variant& variant : file.variants) {
        if (variant.coding.empty() || AcceptsCoding(accepts, variant.coding)) {
            chosen = &variant;
            break;
        }
    }
    Response response;
    response.content_type = file.content_type;
    response.With("ETag", chosen->etag);
    if (file.variants.size() > 1) response.With("Vary", "Accept-Encoding");
    response.With("Cache-Control",
                  name.starts_with(kHashedFolder) ? "public, max-age=31536000, immutable" : "no-cache");
    if (name.starts_with(kClientFolder)) response.With("Cross-Origin-Resource-Policy", "cross-origin");
    if (!file.policy.empty()) AddPageSecurity(response, file.policy, request.secure ? Came::kSecure : Came::kPlain);
    if (MatchesEtag(request.HeaderValue("if-none-match"), chosen->etag)) {
        response.status = 304;
        return response;
    }
    if (!chosen->coding.empty()) response.With("Content-Encoding", std::string(chosen->coding));
    response.body = chosen->packed ? UnpackEmbedded(chosen->data) : std::string(chosen->data);
    return response;
}

RouteTable AssetRoutes(const std::shared_ptr<const Assets>& assets, std::string web_root) {
    RouteTable routes;
    routes.push_back(PageRoute("web.home", "/", Run::kInline, "The start page.",
                               [assets](const Request& request) { return assets->Serve(request, kIndex); }));
    routes.push_back(PageRoute("web.asset", "/assets/{rest*}", Run::kInline,
                               "A file of the pages; its name changes with it.", [assets](const Request& request) {
                                   return assets->Serve(request, std::string(kHashedFolder) + request.Param("rest"));
                               }));
    Route page = PageRoute("web.page", "/{rest*}", Run::kStore, "A page, or a file of the operator.",
                           [assets, web_root = std::move(web_root)](const Request& request) -> Result<Response> {
                               const std::string& rest = request.Param("rest");
                               if (assets->Has(rest)) return assets->Serve(request, rest);
                               if (!web_root.empty()) {
                                   Result<Response> own = ServeFolder(request, web_root);
                                   if (own.ok() || own.error().code != Code::kNotFound) return own;
                               }
                               if (IsPagePath(rest)) return assets->Serve(request, kIndex);
                               return Fail(Code::kNotFound);
                           });
    page.serves_ranges = true;
    routes.push_back(std::move(page));
    return routes;
}

}  // namespace rt::net
