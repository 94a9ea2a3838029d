// The pages and their files out of the binary, and files of the operator at the root.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/embedded.h"
#include "net/route.h"

namespace rt::net {

// Embedded files by name with their precompressed variants (NAME.br, NAME.gz). Immutable, thread-safe.
class Assets {
  public:
    // The views in `files` live as long as the process. `api_base` ("/api/v1") is written into index.html, whose pages
    // read it from <meta name="roundtable-api">; where that changes the page, its precompressed variants are not used.
    explicit Assets(std::span<const base::EmbeddedFile> files, std::string_view api_base = kApiBaseOfPages);
    static constexpr std::string_view kApiBaseOfPages = "/api/v1";

    bool Has(std::string_view name) const { return files_.contains(name); }
    // The best variant for the request, or 304: strong ETag, Vary, immutable caching below assets/ (names with a hash),
    // security fields for pages. NOT_FOUND if there is no such file.
    Result<Response> Serve(const Request& request, std::string_view name) const;

  private:
    struct Variant {
        std::string_view coding;  // empty: as it is
        std::string_view data;
        std::string etag;
        bool packed = false;  // `data` is the gzip of it
    };
    struct File {
        std::string_view content_type;
        std::vector<Variant> variants;  // best first, the plain one last
        std::string policy;             // of a page: its content security policy
    };
    void RewriteIndex(std::string_view api_base);

    std::map<std::string, File, std::less<>> files_;
    std::string index_;  // when it is not the embedded one
};

// GET /, /assets/..., and everything below the root that no other route takes: an embedded file, else a file of
// `web_root` (empty: none), else index.html for paths whose last segment has no dot (the pages route themselves).
RouteTable AssetRoutes(const std::shared_ptr<const Assets>& assets, std::string web_root);

}  // namespace rt::net
