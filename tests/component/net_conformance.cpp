// Runs tests/conformance/requests.table against a server of this process, plain and over TLS.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "base/parse.h"
#include "support/net_harness.h"

namespace {

using namespace rt;
using test::RawClient;

constexpr std::size_t kCasesMin = 150;

struct Case {
    std::vector<int> statuses;  // -1: ok
    bool open = false;
    std::string bytes;
    std::string what;
};

std::string Unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{' && text.size() > i + 3) {
            // {C*N}, where C may be escaped itself.
            const std::size_t star = text.find('*', i);
            const std::size_t end = text.find('}', i);
            if (star != std::string_view::npos && end != std::string_view::npos && star < end && star > i + 1 &&
                star <= i + 5) {
                const auto count = base::ParseUnsigned(text.substr(star + 1, end - star - 1));
                const std::string repeated = Unescape(text.substr(i + 1, star - i - 1));
                if (count && repeated.size() == 1) {
                    out.append(*count, repeated[0]);
                    i = end;
                    continue;
                }
            }
        }
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        const char kind = text[++i];
        if (kind == 'x') {
            const std::string_view digits = "0123456789ABCDEF";
            out += static_cast<char>(digits.find(text[i + 1]) * 16 + digits.find(text[i + 2]));
            i += 2;
        } else {
            constexpr std::string_view kNames = "rnt0\\p";
            constexpr std::string_view kBytes("\r\n\t\0\\|", 6);
            out += kBytes[kNames.find(kind)];
        }
    }
    return out;
}

std::vector<Case> LoadTable() {
    const char* root = std::getenv("RT_SOURCE_DIR");
    std::ifstream file(std::string(root == nullptr ? "." : root) + "/tests/conformance/requests.table");
    std::vector<Case> cases;
    std::string templ;
    std::string line;
    while (std::getline(file, line)) {
        if (line.starts_with("= ")) templ = line.substr(2);
        const std::size_t first = line.find(" | ");
        const std::size_t last = line.rfind(" | ");
        if (line.starts_with("#") || line.starts_with("= ") || first == std::string::npos) continue;
        Case row;
        std::string_view expected = std::string_view(line).substr(0, first);
        row.open = expected.ends_with(" open");
        expected = expected.substr(0, expected.find(' '));
        while (!expected.empty()) {
            const std::size_t comma = std::min(expected.find(','), expected.size());
            const std::string_view status = expected.substr(0, comma);
            row.statuses.push_back(status == "ok" ? -1 : static_cast<int>(base::ParseUnsigned(status).value_or(0)));
            expected.remove_prefix(std::min(comma + 1, expected.size()));
        }
        row.what = line.substr(last + 3);
        const std::string own = last > first ? line.substr(first + 3, last - first - 3) : std::string();
        std::string text = templ;
        text.replace(text.find('$'), 1, own);
        row.bytes = Unescape(text);
        cases.push_back(std::move(row));
    }
    return cases;
}

net::RouteTable Routes() {
    const auto handler = [](const net::Request& request) -> Result<net::Response> {
        return net::PlainText(200, request.body);
    };
    return {test::TestRoute("livez", net::Method::kGet, "/livez", net::Run::kInline, handler),
            test::TestRoute("post", net::Method::kPost, "/post", net::Run::kStore, handler)};
}

void RunCase(RawClient& client, const Case& row) {
    CAPTURE(row.what);
    CHECK(client.Send(row.bytes));
    const bool head_request = row.bytes.starts_with("HEAD ");
    for (const int& status : row.statuses) {
        const test::RawAnswer answer = client.Read(head_request);
        CHECK(answer.status == (status == -1 ? 200 : status));
        CHECK(answer.complete);
        const bool last = &status == &row.statuses.back();
        CHECK((answer.Field("connection") == "close") == (last && !row.open));
        if (answer.status >= 400) CHECK(answer.body.find(R"("success":false)") != std::string::npos);
    }
    if (row.open) {
        CHECK(client.StillServes());
    } else {
        CHECK(client.ReadSome().empty());
        CHECK(client.ServerCloses());
    }
}

TEST_CASE("every request of the table is answered as it says, over a plain socket") {
    const std::vector<Case> cases = LoadTable();
    REQUIRE(cases.size() >= kCasesMin);
    test::NetHarness net(Routes());
    net.Start();
    for (const Case& row : cases) {
        RawClient client(net.port());
        RunCase(client, row);
    }
}

TEST_CASE("the same over TLS") {
    test::NetHarness net(Routes());
    net.UseTls();
    net.Start();
    for (const Case& row : LoadTable()) {
        RawClient client(net.port(), test::Over::kTls);
        RunCase(client, row);
    }
}

TEST_CASE("the same when the bytes come one by one") {
    test::NetHarness net(Routes());
    net.Start();
    for (const Case& row : LoadTable()) {
        // Long ones would only repeat what the short ones show.
        if (row.bytes.size() > 200) continue;
        RawClient client(net.port());
        client.SetNoDelay();
        for (std::size_t i = 0; i + 1 < row.bytes.size(); ++i) {
            if (!client.Send(row.bytes.substr(i, 1))) break;
        }
        Case tail = row;
        tail.bytes = row.bytes.substr(row.bytes.size() - 1);
        CAPTURE(row.what);
        // A refusal may come before the last byte, and then that byte finds a closed door.
        static_cast<void>(client.Send(tail.bytes));
        for (const int status : row.statuses) {
            CHECK(client.Read(row.bytes.starts_with("HEAD ")).status == (status == -1 ? 200 : status));
        }
        CHECK((row.open ? client.StillServes() : client.ServerCloses()));
    }
}

}  // namespace
