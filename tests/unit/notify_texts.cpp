// Mails as text, replies of mail servers, texts to people, and the signed request of the SMS provider.
#include <doctest/doctest.h>

#include <string>

#include "base/encoding.h"
#include "json/json.h"
#include "notify/mail.h"
#include "notify/messages.h"
#include "notify/sms.h"
#include "notify/smtp_session.h"

namespace {

using namespace rt;
using namespace rt::notify;  // NOLINT: the module under test

const base::Time kNow = *base::ParseRfc3339("2026-11-22T14:24:37Z");

Mail MailTo(std::string to, std::string subject = "Hello", std::string body = "Text\n") {
    return {{"", std::move(to)}, std::move(subject), std::move(body), "rt.1"};
}

TEST_CASE("mail addresses are those that every server takes") {
    for (const char* good : {"a@b.org", "first.last+tag@sub.example.org", "o'neil@example.org", "a@b"}) {
        CAPTURE(good);
        CHECK(IsMailAddress(good));
    }
    for (const char* bad : {"",
                            "a",
                            "@b.org",
                            "a@",
                            "a@b.",
                            "a@.b",
                            "a b@c.org",
                            "a@b c.org",
                            "a@b.org\r\nBcc: x@y.org",
                            "a@b.org>",
                            "<a@b.org>",
                            "\"a b\"@c.org",
                            "a..b@c.org",
                            ".a@b.org",
                            "a.@b.org",
                            "a@b@c.org",
                            "a@127.0.0.1",
                            "a@[127.0.0.1]",
                            "\xE4\xBD\xA0@b.org",
                            "a,b@c.org",
                            "a@b_c.org"}) {
        CAPTURE(bad);
        CHECK_FALSE(IsMailAddress(bad));
    }
    CHECK(IsMailAddress(std::string(64, 'a') + "@b.org"));
    CHECK_FALSE(IsMailAddress(std::string(65, 'a') + "@b.org"));
}

TEST_CASE("a plain mail is written as RFC 5322 says") {
    const auto text = FormatMail({"Team", "noreply@example.org"}, MailTo("li@example.net", "Your code 1234"), kNow);
    REQUIRE(text.ok());
    CHECK(*text ==
          "Date: Sun, 22 Nov 2026 14:24:37 +0000\r\n"
          "From: \"Team\"\r\n <noreply@example.org>\r\n"
          "To: li@example.net\r\n"
          "Subject: Your code 1234\r\n"
          "Message-ID: <rt.1@example.org>\r\n"
          "Auto-Submitted: auto-generated\r\n"
          "MIME-Version: 1.0\r\n"
          "Content-Type: text/plain; charset=utf-8\r\n"
          "Content-Transfer-Encoding: 7bit\r\n"
          "\r\n"
          "Text\r\n");
}

TEST_CASE("text that is not ASCII goes encoded, in words of whole characters") {
    std::string subject;
    for (int i = 0; i < 40; ++i) subject += "验证码";
    const auto text = FormatMail({"圆桌", "noreply@example.org"}, MailTo("li@example.net", subject, "您好\n"), kNow);
    REQUIRE(text.ok());
    CHECK(text->find("From: =?UTF-8?B?5ZyG5qGM?=\r\n <noreply@example.org>\r\n") != std::string::npos);
    CHECK(text->ends_with("Content-Transfer-Encoding: base64\r\n\r\n5oKo5aW9DQo=\r\n"));
    std::string decoded;
    std::string_view rest = *text;
    rest.remove_prefix(rest.find("Subject: ") + 9);
    rest = rest.substr(0, rest.find("\r\nMessage-ID"));
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find("\r\n"));
        CHECK(line.size() <= 76);
        const std::size_t start = line.find("?B?") + 3;
        const auto word = base::Base64Decode(line.substr(start, line.rfind("?=") - start));
        REQUIRE(word.has_value());
        CHECK(base::AsText(*word).size() % 3 == 0);  // each of these characters has three bytes
        decoded += base::AsText(*word);
        rest = line.size() == rest.size() ? std::string_view() : rest.substr(line.size() + 2);
    }
    CHECK(decoded == subject);
    for (const auto& line : {std::string(79, 'x'), std::string("a\rb")}) {
        const auto long_text = FormatMail({"", "a@b.org"}, MailTo("c@d.org", "x", line), kNow);
        REQUIRE(long_text.ok());
        CHECK(long_text->find("base64") != std::string::npos);
    }
}

TEST_CASE("nothing can be smuggled into the head of a mail") {
    const Mailbox from{"Team", "noreply@example.org"};
    for (const char* bad : {"x\r\nBcc: evil@example.org", "x\nBcc: y", "x\ry", "x\x01", "x\xE2\x80\xA8y", "\xFF"}) {
        CAPTURE(bad);
        CHECK_FALSE(FormatMail(from, MailTo("a@b.org", bad), kNow).ok());
        CHECK_FALSE(FormatMail({bad, "a@b.org"}, MailTo("a@b.org"), kNow).ok());
        CHECK_FALSE(FormatMail(from, MailTo(std::string("a@b.org") + bad), kNow).ok());
    }
    const auto quoted = FormatMail({"a\"b\\c", "a@b.org"}, MailTo("c@d.org", "=?UTF-8?B?eA==?="), kNow);
    REQUIRE(quoted.ok());
    CHECK(quoted->find("From: \"a\\\"b\\\\c\"\r\n <a@b.org>") != std::string::npos);
    CHECK(quoted->find("Subject: =?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=\r\n") != std::string::npos);
}

TEST_CASE("a mailbox is read from an option") {
    const auto named = ParseMailbox("圆桌报名 <noreply@example.org>");
    REQUIRE(named.ok());
    CHECK(named->name == "圆桌报名");
    CHECK(named->address == "noreply@example.org");
    CHECK(ParseMailbox("noreply@example.org")->name.empty());
    CHECK(ParseMailbox("\"A, B\" <a@b.org>")->name == "A, B");
    CHECK_FALSE(ParseMailbox("a@b.org <").ok());
    CHECK_FALSE(ParseMailbox("").ok());
}

TEST_CASE("lines that begin with a dot get another") {
    CHECK(DotStuffed("a\r\n.\r\n..b\r\nc.d\r\n") == "a\r\n..\r\n...b\r\nc.d\r\n.\r\n");
    CHECK(DotStuffed(".\r\n") == "..\r\n.\r\n");
}

TEST_CASE("replies of mail servers") {
    SmtpReply reply;
    CHECK_FALSE(*AddReplyLine("250-mail.example.org hello", reply));
    CHECK_FALSE(*AddReplyLine("250-STARTTLS", reply));
    CHECK(*AddReplyLine("250 AUTH PLAIN LOGIN", reply));
    CHECK(reply.lines.size() == 3);
    SmtpReply refused;
    CHECK(*AddReplyLine("550 5.1.1 no such user", refused));
    CHECK(refused.Label() == "550 5.1.1");
    SmtpReply bare;
    CHECK(*AddReplyLine("354", bare));
    for (const char* bad : {"", "25", "abc hello", "199 x", "600 x", "250_x", "HTTP/1.1 200 OK"}) {
        CAPTURE(bad);
        SmtpReply fresh;
        CHECK_FALSE(AddReplyLine(bad, fresh).ok());
    }
    SmtpReply mixed;
    CHECK_FALSE(*AddReplyLine("250-a", mixed));
    CHECK_FALSE(AddReplyLine("550 b", mixed).ok());
    SmtpReply endless;
    for (std::size_t i = 0; i < SmtpSession::kLinesMax; ++i) CHECK(AddReplyLine("250-x", endless).ok());
    CHECK_FALSE(AddReplyLine("250-x", endless).ok());
}

TEST_CASE("every text is there in both languages and asks for what the rows give") {
    for (const MessageText& text : MessageTexts()) {
        CAPTURE(text.topic);
        CAPTURE(text.kind);
        CHECK_FALSE(text.body_zh.empty());
        CHECK_FALSE(text.body_en.empty());
        CHECK(text.subject_zh.empty() == text.subject_en.empty());
        CHECK(FindText(text.topic, text.kind) == &text);
        Params params;
        for (const char* name : {"code", "minutes", "at", "device", "client", "link", "new", "inviter", "organisation",
                                 "role", "expires", "service", "event", "name", "no", "reason", "subject", "team"})
            params[name] = std::string("<") + name + ">";
        for (const auto locale : {base::Locale::kZhCn, base::Locale::kEn}) {
            const Rendered full = Render(text, locale, params);
            CHECK(full.subject.find('{') == std::string::npos);
            CHECK(full.body.find('{') == std::string::npos);
            CHECK(full.subject.empty() == text.subject_zh.empty());
        }
    }
    CHECK(FindText("mail.code", "nothing") == nullptr);
}

TEST_CASE("parameters cannot bring lines, headers or further parameters along") {
    const MessageText text{"t", "k", "Hi {name}", "Dear {name},\nfrom {place}\nend", "Hi {name}", "Dear {name}"};
    const Rendered out = Render(text, base::Locale::kZhCn, {{"name", "a\r\nBcc: {place}\xE2\x80\xAE"}});
    CHECK(out.subject == "Hi a  Bcc: {place} ");
    CHECK(out.body == "Dear a  Bcc: {place} ,\nend\n");
}

TEST_CASE("the SMS request is signed as TC3-HMAC-SHA256 says") {
    const base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    const net::Client client({}, clock, log, metrics);
    const TencentSms sender({.endpoint = "https://sms.tencentcloudapi.com",
                             .secret_id = "AKIDEXAMPLE",
                             .secret_key = "secret",
                             .app_id = "1400006666",
                             .sign_name = "圆桌",
                             .template_code = "449739"},
                            client, clock);
    const Sms sms{"+8613800138000", "code", {"123456", "10"}, "rt.1"};
    const auto request = sender.Request(sms, kNow);
    REQUIRE(request.ok());
    CHECK(request->url == "https://sms.tencentcloudapi.com/");
    const auto body = json::Decode(request->body);
    REQUIRE(body.ok());
    CHECK(body->Find("TemplateId")->AsString() == "449739");
    CHECK(body->Find("PhoneNumberSet")->AsArray().front().AsString() == "+8613800138000");
    CHECK(request->headers.back().name == "Authorization");
    // Computed apart from our code, with Python's hmac.
    CHECK(request->headers.back().value ==
          "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2026-11-22/sms/tc3_request, SignedHeaders=content-type;host, "
          "Signature=7fa8577d234d1a6a4f14adb74df4e94c9a6badf4ece2bd13a880f28b7af8c238");
    for (const char* bad : {"13800138000", "+0613800138000", "+86 13800138000", "+1234567", "+1234567890123456", ""})
        CHECK_FALSE(sender.Request({bad, "code", {}, "rt.1"}, kNow).ok());
}

TEST_CASE("what the SMS provider answers") {
    const auto judged = [](const std::string& body, int status = 200) -> std::string {
        const Status result = TencentSms::Judge({status, {}, body});
        return result.ok() ? "ok" : std::string(base::Info(result.error().code).wire);
    };
    const auto with_code = [&](const std::string& code) {
        return judged(R"({"Response":{"SendStatusSet":[{"Code":")" + code + R"("}],"RequestId":"x"}})");
    };
    CHECK(with_code("Ok") == "ok");
    CHECK(with_code("LimitExceeded.PhoneNumberDailyLimit") == "TOO_MANY_REQUESTS");
    CHECK(with_code("FailedOperation.PhoneNumberInBlacklist") == "VALIDATION_FAILED");
    CHECK(with_code("FailedOperation.InsufficientBalanceInSmsPackage") == "UNAVAILABLE");
    CHECK(with_code("InternalError.SendAndRecvFail") == "UPSTREAM_FAILED");
    CHECK(judged(R"({"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"x"}}})") == "UNAVAILABLE");
    CHECK(judged(R"({"Response":{"SendStatusSet":[]}})") == "UPSTREAM_FAILED");
    CHECK(judged("{}") == "UPSTREAM_FAILED");
    CHECK(judged("<html>") == "UPSTREAM_FAILED");
    CHECK(judged("", 502) == "UPSTREAM_FAILED");
}

}  // namespace
