// Pages out of the binary and files of the operator, over a real server.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "net/assets.h"
#include "net/gzip.h"
#include "support/net_harness.h"
#include "support/temp_dir.h"

namespace {

using namespace rt;
using test::NetHarness;
using test::RawAnswer;
using test::RawClient;

constexpr std::array<base::EmbeddedFile, 6> kFiles{{{"assets/app-abc123.js", "plain script"},
                                                    {"assets/app-abc123.js.br", "brotli"},
                                                    {"assets/app-abc123.js.gz", "gzip"},
                                                    {"favicon.svg", "<svg/>"},
                                                    {"index.html", "<!doctype html>"},
                                                    {"index.html.gz", "packed page"}}};

struct Site {
    Site() {
        std::filesystem::create_directories(folder.path() + "/root/.well-known/acme");
        Write("root/check.txt", "0123456789");
        Write("root/.hidden", "no");
        Write("root/.well-known/acme/token", "yes");
        Write("secret", "no");
        std::filesystem::create_symlink("../secret", folder.path() + "/root/link");
        net.routes = net::AssetRoutes(std::make_shared<net::Assets>(kFiles), folder.path() + "/root");
        net.Start();
        client = std::make_unique<RawClient>(net.port());
    }
    void Write(const std::string& name, const std::string& text) { std::ofstream(folder.path() + "/" + name) << text; }
    RawAnswer Get(std::string_view path, std::string_view fields = {}, std::string_view method = "GET") {
        REQUIRE(client->Send(std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: t\r\n" +
                             std::string(fields) + "\r\n"));
        return client->Read(method == "HEAD");
    }

    testing::TempDir folder;
    NetHarness net{{}};
    std::unique_ptr<RawClient> client;
};

TEST_CASE("a page is told where the API is, when that is not where the pages were built for") {
    constexpr std::array<base::EmbeddedFile, 2> kPage{
        {{"index.html", R"(<head><meta name="roundtable-api" content="/api/v1" /></head>)"},
         {"index.html.gz", "packed"}}};
    const auto body = [&](const net::Assets& assets) {
        net::Request request;
        request.headers.push_back({"accept-encoding", "gzip"});
        auto response = assets.Serve(request, "index.html");
        REQUIRE(response.ok());
        return std::move(response->body);
    };
    CHECK(body(net::Assets(kPage)) == "packed");
    CHECK(body(net::Assets(kPage, "/v/v1")) == R"(<head><meta name="roundtable-api" content="/v/v1" /></head>)");
    CHECK(body(net::Assets(kPage, R"(/a"><b>&/v1)")) ==
          R"(<head><meta name="roundtable-api" content="/a&quot;>&lt;b>&amp;/v1" /></head>)");
}

TEST_CASE("assets come in the best coding, with strong tags, and are not sent twice") {
    Site site;
    const RawAnswer brotli = site.Get("/assets/app-abc123.js", "Accept-Encoding: gzip, br\r\n");
    CHECK(brotli.body == "brotli");
    CHECK(brotli.Field("content-encoding") == "br");
    CHECK(brotli.Field("vary") == "Accept-Encoding");
    CHECK(brotli.Field("content-type") == "text/javascript; charset=utf-8");
    CHECK(brotli.Field("cache-control") == "public, max-age=31536000, immutable");
    const RawAnswer gzip = site.Get("/assets/app-abc123.js", "Accept-Encoding: gzip, br;q=0\r\n");
    CHECK(gzip.body == "gzip");
    const RawAnswer plain = site.Get("/assets/app-abc123.js");
    CHECK(plain.body == "plain script");
    CHECK_FALSE(plain.Has("content-encoding"));
    CHECK(plain.Field("vary") == "Accept-Encoding");
    CHECK(plain.Field("etag") != gzip.Field("etag"));
    CHECK(plain.Field("etag") != brotli.Field("etag"));

    const RawAnswer same = site.Get("/assets/app-abc123.js", "If-None-Match: \"x\", W/" + plain.Field("etag") + "\r\n");
    CHECK(same.status == 304);
    CHECK(same.Field("etag") == plain.Field("etag"));
    CHECK_FALSE(same.Has("content-length"));
    CHECK(site.Get("/assets/app-abc123.js", "If-None-Match: " + brotli.Field("etag") + "\r\n").status == 200);

    const RawAnswer head = site.Get("/assets/app-abc123.js", {}, "HEAD");
    CHECK(head.Field("content-length") == "12");
    CHECK(site.Get("/assets/app-abc123.js.gz").status == 404);
    CHECK(site.Get("/assets/none.js").status == 404);
}

TEST_CASE("a file that is kept packed alone is unpacked for who takes no gzip") {
    net::Response answer;
    answer.body = std::string(5'000, 'm');
    net::GzipBody(answer);
    const std::array<base::EmbeddedFile, 1> files{{{"socket.io/a.js.map.gz", answer.body}}};
    const net::Assets assets(files);
    const auto get = [&](std::string_view accepts, std::string_view etag = {}) {
        net::Request request;
        request.headers = {{"accept-encoding", std::string(accepts)}, {"if-none-match", std::string(etag)}};
        auto response = assets.Serve(request, "socket.io/a.js.map");
        REQUIRE(response.ok());
        return *response;
    };
    const auto field = [](const net::Response& response, std::string_view name) {
        for (const net::Header& header : response.headers) {
            if (header.name == name) return header.value;
        }
        return std::string();
    };
    const auto tag = [&](const net::Response& response) { return field(response, "ETag"); };
    const auto packed = get("gzip");
    const auto plain = get("");
    CHECK(packed.body == answer.body);
    CHECK(field(packed, "Content-Encoding") == "gzip");
    CHECK(plain.body == std::string(5'000, 'm'));
    CHECK(field(plain, "Content-Encoding").empty());
    CHECK(tag(packed) != tag(plain));
    CHECK(get("", tag(plain)).status == 304);
    CHECK(get("", tag(packed)).status == 200);
    CHECK_FALSE(assets.Has("socket.io/a.js.map.gz"));
}

TEST_CASE("pages fall back to the index with strict security fields; files do not") {
    Site site;
    for (const char* path : {"/", "/events/abc", "/admin/"}) {
        CAPTURE(path);
        const RawAnswer page = site.Get(path);
        CHECK(page.status == 200);
        CHECK(page.body == "<!doctype html>");
        CHECK(page.Field("cache-control") == "no-cache");
        CHECK(page.Field("content-security-policy").find("script-src 'self';") != std::string::npos);
        CHECK(page.Field("x-frame-options") == "DENY");
        CHECK(page.Field("x-content-type-options") == "nosniff");
    }
    CHECK(site.Get("/favicon.svg").Field("content-type") == "image/svg+xml");
    CHECK(site.Get("/wp-login.php").status == 404);
    CHECK(site.Get("/api/v1/none").status == 404);
}

TEST_CASE("files of the operator: ranges, conditions, and nothing outside the folder") {
    Site site;
    const RawAnswer whole = site.Get("/check.txt");
    CHECK(whole.body == "0123456789");
    CHECK(whole.Field("accept-ranges") == "bytes");
    CHECK(whole.Field("content-type") == "text/plain; charset=utf-8");
    CHECK(site.Get("/.well-known/acme/token").body == "yes");
    struct Row {
        const char* range;
        int status;
        const char* body;
        const char* content_range;
    };
    for (const Row& row :
         {Row{"bytes=0-0", 206, "0", "bytes 0-0/10"}, Row{"bytes=8-", 206, "89", "bytes 8-9/10"},
          Row{"bytes=-3", 206, "789", "bytes 7-9/10"}, Row{"bytes=-99", 206, "0123456789", "bytes 0-9/10"},
          Row{"bytes=5-99", 206, "56789", "bytes 5-9/10"}, Row{"bytes=0-1,3-4", 200, "0123456789", ""},
          Row{"bytes=5-3", 200, "0123456789", ""}, Row{"lines=1-2", 200, "0123456789", ""},
          Row{"bytes=x-2", 200, "0123456789", ""}}) {
        CAPTURE(row.range);
        const RawAnswer part = site.Get("/check.txt", std::string("Range: ") + row.range + "\r\n");
        CHECK(part.status == row.status);
        CHECK(part.body == row.body);
        CHECK(part.Field("content-range") == row.content_range);
    }
    const RawAnswer outside = site.Get("/check.txt", "Range: bytes=10-\r\n");
    CHECK(outside.status == 416);
    CHECK(outside.Field("content-range") == "bytes */10");
    CHECK(site.Get("/check.txt", "Range: bytes=0-0\r\nIf-Range: " + whole.Field("etag") + "\r\n").status == 206);
    CHECK(site.Get("/check.txt", "Range: bytes=0-0\r\nIf-Range: \"other\"\r\n").status == 200);
    CHECK(site.Get("/check.txt", "If-None-Match: " + whole.Field("etag") + "\r\n").status == 304);
    // None of these is a file of the folder: they are pages, or nothing.
    CHECK(site.Get("/link").body == "<!doctype html>");
    CHECK(site.Get("/.hidden").status == 404);
    CHECK(site.Get("/.well-known/../../secret").status == 400);
    CHECK(site.client->ServerCloses());
}

TEST_CASE("Range is not for assets and handlers") {
    Site site;
    const RawAnswer answer = site.Get("/assets/app-abc123.js", "Range: bytes=0-1\r\n");
    CHECK(answer.status == 200);
    CHECK(answer.body == "plain script");
}

}  // namespace
