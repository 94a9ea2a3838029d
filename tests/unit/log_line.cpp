#include <doctest/doctest.h>

#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <random>
#include <string>

#include "json/json.h"
#include "log/line.h"

namespace {

using rt::base::Level;
using rt::log::IsRedacted;
using rt::log::Labels;

std::string Quoted(std::string_view text) {
    std::string out;
    rt::log::AppendText(out, text);
    return out;
}

std::string LineTail(Level level, std::string_view message, std::string_view common,
                     std::initializer_list<rt::base::LogField> fields) {
    Labels labels;
    return rt::log::LineTail(labels, level, message, common, fields);
}

std::string LineOf(rt::base::Time time, std::string_view tail) {
    std::string out = "what was there before";
    rt::log::MakeLine(out, time, tail);
    return out;
}

}  // namespace

TEST_CASE("a line is JSON with the members in their order") {
    const std::string tail = LineTail(Level::Warn, "slow", ",\"service\":\"rt\"",
                                      {{"requestId", "r1"}, {"status", 200}, {"ok", true}, {"ms", 1.5}});
    CHECK(LineOf({1'780'000'000'123'000}, tail) ==
          "{\"timestamp\":\"2026-05-28T20:26:40.123Z\",\"level\":\"warn\",\"message\":\"slow\",\"service\":\"rt\","
          "\"requestId\":\"r1\",\"status\":200,\"ok\":true,\"ms\":1.5}\n");
    const std::string odd = LineTail(Level::Debug, "", "", {{"nan", std::numeric_limits<double>::quiet_NaN()}});
    CHECK(odd == "\"level\":\"debug\",\"message\":\"\",\"nan\":null}");
}

TEST_CASE("numbers are as short as they can be and lose nothing") {
    const auto number = [](double value) {
        const std::string line = LineTail(Level::Info, "", "", {{"n", value}});
        const std::size_t at = line.rfind(':') + 1;
        return line.substr(at, line.size() - 1 - at);
    };
    const auto shortest = [](double value) {
        std::array<char, 64> text{};
        return std::string(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
    };
    CHECK(number(0.185) == "0.185");
    CHECK(number(12.05) == "12.05");
    CHECK(number(7.0) == "7");
    CHECK(number(0.0) == "0");
    CHECK(number(-0.0) == "-0");
    std::mt19937_64 random(4);
    for (int i = 0; i < 200'000; ++i) {
        const double thousandths = static_cast<double>(random() % 3'000'000'000'000) / 1000;
        const double any = std::ldexp(static_cast<double>(random()) - 9e18, static_cast<int>(random() % 100) - 90);
        const double near = std::nextafter(thousandths, any);
        for (const double value : {thousandths, any, near}) {
            CAPTURE(value);
            // Large ones are written out where to_chars would prefer an exponent.
            if (std::abs(value) < 1e9) REQUIRE(std::stod(number(value)) == value);
            if (std::abs(value) < 1e5 && shortest(value).find('e') == std::string::npos)
                REQUIRE(number(value) == shortest(value));
        }
    }
}

TEST_CASE("names that share a place among the known ones keep their own") {
    Labels labels;
    const auto tail = [&](std::initializer_list<rt::base::LogField> fields) {
        return rt::log::LineTail(labels, Level::Info, "", "", fields);
    };
    REQUIRE(labels.Find("pa1d") != nullptr);
    REQUIRE(labels.Find("pb2d") == nullptr);
    for (int round = 0; round < 3; ++round) {
        CHECK(tail({{"pa1d", 1}}) == R"("level":"info","message":"","pa1d":1})");
        CHECK(tail({{"pb2d", 2}}) == R"("level":"info","message":"","pb2d":2})");
        // Redacted or not goes with the name, not with its place.
        CHECK(tail({{"tabcn", "x"}}) == R"("level":"info","message":"","tabcn":"x"})");
        CHECK(tail({{"token", "x"}}) == R"("level":"info","message":"","token":"[redacted]"})");
    }
}

TEST_CASE("every line decodes, whatever is in it") {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    for (const std::string& text : {all, std::string(10'000, '\xE5'), std::string("\xF0\x9F\x8E\xAE")}) {
        const std::string line = LineOf({0}, LineTail(Level::Info, text, "", {{text, text}}));
        CHECK(line.find('\n') == line.size() - 1);
        // The strict decoder refuses NUL even as an escape; that alone is taken out.
        std::string readable = line;
        for (std::size_t at; (at = readable.find("\\u0000")) != std::string::npos;) readable.erase(at, 6);
        const auto value = rt::json::Decode(readable);
        REQUIRE(value.ok());
    }
}

TEST_CASE("nothing in a line can act on the terminal of its reader") {
    CHECK(Quoted("a\nb\r\t\x1b[31m\x7f") == "\"a\\nb\\u000d\\u0009\\u001b[31m\\u007f\"");
    CHECK(Quoted("\xC2\x9B"
                 "31m") == "\"\\u009b31m\"");
    CHECK(Quoted("\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\xA8\xEF\xBB\xBF\xE2\x80\x8F") ==
          "\"\\u202e\\u2066\\u2028\\ufeff\\u200f\"");
    CHECK(Quoted("\"\\") == "\"\\\"\\\\\"");
    CHECK(Quoted("\xE5\x9C\x86\xE6\xA1\x8C") == "\"\xE5\x9C\x86\xE6\xA1\x8C\"");
    CHECK(Quoted("a\xFF"
                 "b") == "\"a\\ufffdb\"");
}

TEST_CASE("long values are cut between characters, and say so") {
    using rt::log::kValueBytesMax;
    CHECK(Quoted(std::string(kValueBytesMax - 1, 'x')).size() == kValueBytesMax + 1);
    CHECK(Quoted(std::string(kValueBytesMax, 'x')).size() == kValueBytesMax + 2);
    CHECK(Quoted(std::string(kValueBytesMax + 1, 'x')) ==
          "\"" + std::string(kValueBytesMax, 'x') + " (1 more bytes)\"");
    const std::string wide = std::string(kValueBytesMax - 1, 'x') + "\xE5\x9C\x86";
    CHECK(Quoted(wide) == "\"" + std::string(kValueBytesMax - 1, 'x') + " (3 more bytes)\"");
}

TEST_CASE("secrets and personal data are redacted by the name of their field") {
    for (const char* name : {"password",      "Password",
                             "new_password",  "passwd",
                             "pwd",           "token",
                             "access_token",  "refreshToken",
                             "X-Api-Key",     "secret",
                             "JWT_SECRET",    "client.secret",
                             "authorization", "Proxy-Authorization",
                             "cookie",        "set-cookie",
                             "phone",         "mobile_cn",
                             "user_phone_2",  "email",
                             "id_no",         "idNo",
                             "id_card_cn",    "openid",
                             "session_key",   "otp",
                             "totp",          "real_name",
                             "answers",       "invite_code",
                             "birthday",      "passport_no",
                             "login_name",    "display_name"}) {
        CAPTURE(name);
        CHECK(IsRedacted(name));
    }
    for (const char* name : {"requestId", "userId", "client", "route", "status", "duration", "bytes", "detail", "code",
                             "valid_node", "method", "path", "name", "statement", "version", "smss", "potpourri"}) {
        CAPTURE(name);
        CHECK(!IsRedacted(name));
    }
    const std::string tail =
        LineTail(Level::Info, "m", "", {{"password", "hunter2"}, {"otp", 123456}, {"is_mobile", true}});
    CHECK(tail ==
          "\"level\":\"info\",\"message\":\"m\",\"password\":\"[redacted]\",\"otp\":\"[redacted]\","
          "\"is_mobile\":\"[redacted]\"}");
}

TEST_CASE("a field cannot take the place of a member of the log's own") {
    const std::string tail = LineTail(Level::Info, "m", "", {{"level", "error"}, {"timestamp", 1}, {"message", "x"}});
    CHECK(tail ==
          "\"level\":\"info\",\"message\":\"m\",\"field_level\":\"error\",\"field_timestamp\":1,\"field_message\":"
          "\"x\"}");
}
