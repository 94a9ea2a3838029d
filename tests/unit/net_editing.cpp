#include <doctest/doctest.h>

#include <string>

#include "net/editing.h"

using rt::Code;
using rt::net::Request;

namespace {

Request WithHeader(std::string name, std::string value) {
    Request request;
    request.headers.push_back({std::move(name), std::move(value)});
    return request;
}

Request WithQuery(std::string name, std::string value) {
    Request request;
    request.query.emplace_back(std::move(name), std::move(value));
    return request;
}

}  // namespace

TEST_CASE("If-Match names one revision") {
    CHECK(*rt::net::RequireIfMatch(WithHeader("if-match", "\"7\"")) == 7);
    CHECK(rt::net::RequireIfMatch(Request()).error().code == Code::kPreconditionRequired);
    CHECK(rt::net::RequireIfMatch(WithHeader("If-Match", " ")).error().code == Code::kPreconditionRequired);
    for (const char* tag : {"7", "*", "W/\"7\"", "\"7\", \"8\"", "\"\"", "\"07\"", "\"+7\"", "\"7", "\"x\"",
                            "\"99999999999999999999\""}) {
        CAPTURE(tag);
        CHECK(rt::net::RequireIfMatch(WithHeader("If-Match", tag)).error().code == Code::kPreconditionFailed);
    }
}

TEST_CASE("a page has 1 to 100 rows") {
    CHECK(rt::net::ReadPageQuery(Request())->limit == 20);
    CHECK(rt::net::ReadPageQuery(WithQuery("limit", "1"))->limit == 1);
    CHECK(rt::net::ReadPageQuery(WithQuery("limit", "100"))->limit == 100);
    for (const char* limit : {"0", "101", "-1", "", "1x", "99999999999999999999"}) {
        CAPTURE(limit);
        CHECK(rt::net::ReadPageQuery(WithQuery("limit", limit)).error().code == Code::kInvalid);
    }
    CHECK(rt::net::ReadPageQuery(WithQuery("cursor", std::string(200, 'a')))->cursor.size() == 200);
    CHECK(rt::net::ReadPageQuery(WithQuery("cursor", std::string(201, 'a'))).error().code == Code::kInvalid);
}

TEST_CASE("a page says where the next one begins") {
    CHECK(rt::net::Page({rt::json::Value(1)}, "abc").body ==
          R"({"success":true,"data":[1],"meta":{"next_cursor":"abc"}})");
    CHECK(rt::net::Page({}, "").body == R"({"success":true,"data":[],"meta":{"next_cursor":null}})");
}
