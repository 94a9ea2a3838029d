// Mail submission against servers that misbehave on purpose.
#include <doctest/doctest.h>

#include <condition_variable>
#include <string>
#include <vector>

#include "crypto/certificate.h"
#include "crypto/hash.h"
#include "notify/smtp.h"
#include "os/file.h"
#include "support/local_server.h"
#include "support/temp_dir.h"

namespace {

using namespace rt;
using notify::Mail;
using notify::Smtp;
using notify::SmtpOptions;
using notify::SmtpSecurity;
using test::LocalServer;
using test::Peer;

// A mail server that plays a script: what it answers to each command, by its first word; TLS when asked.
class FakeServer {
  public:
    struct Script {
        std::string greeting = "220 mail.test ESMTP\r\n";
        std::string abilities = "250-mail.test\r\n250-STARTTLS\r\n250 SIZE 1000000\r\n";
        std::string abilities_tls = "250-mail.test\r\n250 AUTH LOGIN PLAIN\r\n";
        std::string start_tls = "220 go\r\n";
        std::string auth = "235 2.7.0 welcome\r\n";
        std::string mail = "250 2.1.0 ok\r\n";
        std::string rcpt = "250 2.1.5 ok\r\n";
        std::string data = "354 go\r\n";
        std::string taken = "250 2.0.0 queued\r\n";
        bool tls_first = false;
        bool drop_after_data = false;
    };

    explicit FakeServer(Script script, std::vector<std::string> names = {"mail.test"}) : script_(std::move(script)) {
        const auto made = crypto::MakeSelfSigned(names, base::SystemClock().Now(), 10, random_);
        REQUIRE(made.ok());
        REQUIRE(os::WriteFileAtomic(folder_ / "ca.pem", made->certificate_pem).ok());
        auto context = crypto::MakeTlsContext({{made->certificate_pem, made->key_pem}});
        REQUIRE(context.ok());
        context_ = *context;
        names_.Set("mail.test", {{"127.0.0.1"}});
        server_ = std::make_unique<LocalServer>([this](Peer& peer) { Serve(peer); });
    }

    Status Send(SmtpSecurity security = SmtpSecurity::kStartTls, std::int64_t timeout_ms = 10'000,
                std::string user = "user", std::string body = "Text\n.\n..\n") {
        net::DialerOptions options;
        options.name_servers = {names_.Address()};
        options.extra_ca_file = folder_ / "ca.pem";
        const net::Dialer dialer(options);
        const base::SystemClock clock;
        const Smtp smtp({.host = "mail.test",
                         .port = static_cast<std::uint16_t>(server_->port()),
                         .security = security,
                         .user = std::move(user),
                         .password = "pass",
                         .hello = "team.test",
                         .from = {"Team", "noreply@team.test"},
                         .timeout_ms = timeout_ms},
                        dialer, clock);
        return smtp.Send({{"", "li@example.net"}, "Hello", std::move(body), "rt.1"});
    }

    // Commands as they came; "(tls)" when TLS began.
    std::vector<std::string> heard() {
        const std::lock_guard lock(mutex_);
        return heard_;
    }
    bool Heard(const std::string& part) {
        for (const std::string& line : heard()) {
            if (line.find(part) != std::string::npos) return true;
        }
        return false;
    }

  private:
    void Note(std::string line) {
        const std::lock_guard lock(mutex_);
        heard_.push_back(std::move(line));
    }

    void Serve(Peer& peer) {
        bool tls = script_.tls_first;
        if (tls && !peer.StartTls(*context_)) return;
        peer.Write(script_.greeting);
        while (true) {
            std::string line = peer.ReadUntil("\r\n");
            if (line.size() < 2) return;
            line.resize(line.size() - 2);
            Note(line);
            if (line.starts_with("EHLO")) {
                peer.Write(tls ? script_.abilities_tls : script_.abilities);
            } else if (line == "STARTTLS") {
                peer.Write(script_.start_tls);
                if (!script_.start_tls.starts_with("220")) continue;
                if (!peer.StartTls(*context_)) return;
                tls = true;
                Note("(tls)");
            } else if (line == "AUTH LOGIN") {
                peer.Write("334 VXNlcm5hbWU6\r\n");
                Note(peer.ReadUntil("\r\n"));
                peer.Write("334 UGFzc3dvcmQ6\r\n");
                Note(peer.ReadUntil("\r\n"));
                peer.Write(script_.auth);
            } else if (line.starts_with("AUTH")) {
                peer.Write(script_.auth);
            } else if (line.starts_with("MAIL")) {
                peer.Write(script_.mail);
            } else if (line.starts_with("RCPT")) {
                peer.Write(script_.rcpt);
            } else if (line == "DATA") {
                peer.Write(script_.data);
                if (!script_.data.starts_with("354")) continue;
                Note(peer.ReadUntil("\r\n.\r\n"));
                if (script_.drop_after_data) return;
                peer.Write(script_.taken);
            } else {
                return;
            }
        }
    }

    const Script script_;
    crypto::SystemRandom random_;
    testing::TempDir folder_;
    std::shared_ptr<crypto::TlsContext> context_;
    test::LocalNameServer names_;
    std::mutex mutex_;
    std::vector<std::string> heard_;
    std::unique_ptr<LocalServer> server_;
};

std::string CodeOf(const Status& status) {
    return status.ok() ? "ok" : std::string(base::Info(status.error().code).wire);
}

TEST_CASE("a mail goes out over STARTTLS with credentials, dots doubled") {
    FakeServer server({});
    const Status sent = server.Send();
    REQUIRE_MESSAGE(sent.ok(), (sent.ok() ? "" : sent.error().detail));
    const auto heard = server.heard();
    REQUIRE(heard.size() >= 8);
    CHECK(heard[0] == "EHLO team.test");
    CHECK(heard[1] == "STARTTLS");
    CHECK(heard[2] == "(tls)");
    CHECK(heard[3] == "EHLO team.test");
    CHECK(heard[4] == "AUTH PLAIN AHVzZXIAcGFzcw==");
    CHECK(heard[5] == "MAIL FROM:<noreply@team.test>");
    CHECK(heard[6] == "RCPT TO:<li@example.net>");
    CHECK(heard[7] == "DATA");
    CHECK(heard[8].ends_with("\r\n\r\nText\r\n..\r\n...\r\n.\r\n"));
}

TEST_CASE("TLS from the start, and AUTH LOGIN where PLAIN is not offered") {
    FakeServer::Script script;
    script.tls_first = true;
    script.abilities_tls = "250-mail.test\r\n250 AUTH=LOGIN\r\n";
    FakeServer server(script);
    const Status sent = server.Send(SmtpSecurity::kTls);
    REQUIRE_MESSAGE(sent.ok(), (sent.ok() ? "" : sent.error().detail));
    CHECK(server.heard()[2] == "dXNlcg==\r\n");
    CHECK(server.heard()[3] == "cGFzcw==\r\n");
}

TEST_CASE("credentials never go out without TLS") {
    SUBCASE("STARTTLS taken out of the offer") {
        FakeServer::Script script;
        script.abilities = "250-mail.test\r\n250 AUTH PLAIN LOGIN\r\n";
        FakeServer server(script);
        CHECK(CodeOf(server.Send()) == "UPSTREAM_FAILED");
        CHECK_FALSE(server.Heard("AUTH"));
        CHECK_FALSE(server.Heard("MAIL"));
    }
    SUBCASE("STARTTLS refused") {
        FakeServer::Script script;
        script.start_tls = "454 4.7.0 not now\r\n";
        FakeServer server(script);
        CHECK(CodeOf(server.Send()) == "UPSTREAM_FAILED");
        CHECK_FALSE(server.Heard("AUTH"));
    }
    SUBCASE("more said before TLS than asked") {
        FakeServer::Script script;
        script.start_tls = "220 go\r\n250-evil\r\n250 AUTH PLAIN\r\n";
        FakeServer server(script);
        CHECK(CodeOf(server.Send()) == "UPSTREAM_FAILED");
        CHECK_FALSE(server.Heard("(tls)"));
        CHECK_FALSE(server.Heard("AUTH"));
    }
    SUBCASE("a certificate for another name") {
        FakeServer server({}, {"other.test"});
        const Status sent = server.Send();
        CHECK(CodeOf(sent) == "UPSTREAM_FAILED");
        CHECK(sent.error().detail == "TLS: hostname mismatch");
        CHECK_FALSE(server.Heard("AUTH"));
    }
    SUBCASE("no TLS wanted at all") {
        FakeServer::Script script;
        script.abilities = "250-mail.test\r\n250 AUTH PLAIN LOGIN\r\n";
        FakeServer server(script);
        CHECK(CodeOf(server.Send(SmtpSecurity::kNone)) == "UNAVAILABLE");
        CHECK_FALSE(server.Heard("AUTH"));
        FakeServer relay(script);
        CHECK(CodeOf(relay.Send(SmtpSecurity::kNone, 10'000, "")) == "ok");
    }
}

TEST_CASE("refusals are for good, for later, or for the operator") {
    struct Case {
        const char* what;
        std::string FakeServer::Script::*where;
        std::string reply;
        const char* code;
    };
    using S = FakeServer::Script;
    for (const Case& one : {Case{"greeting", &S::greeting, "554 5.3.2 closed\r\n", "UPSTREAM_FAILED"},
                            {"greeting later", &S::greeting, "421 4.3.2 busy\r\n", "UPSTREAM_FAILED"},
                            {"sign-in", &S::auth, "535 5.7.8 bad credentials\r\n", "UNAVAILABLE"},
                            {"sign-in later", &S::auth, "454 4.7.0 later\r\n", "UPSTREAM_FAILED"},
                            {"no AUTH", &S::abilities_tls, "250 mail.test\r\n", "UNAVAILABLE"},
                            {"sender", &S::mail, "550 5.7.1 not yours\r\n", "UNAVAILABLE"},
                            {"recipient", &S::rcpt, "550 5.1.1 unknown\r\n", "VALIDATION_FAILED"},
                            {"recipient later", &S::rcpt, "450 4.2.1 greylisted\r\n", "UPSTREAM_FAILED"},
                            {"data later", &S::data, "451 4.3.0 later\r\n", "UPSTREAM_FAILED"},
                            {"content", &S::taken, "554 5.6.0 no\r\n", "VALIDATION_FAILED"},
                            {"content later", &S::taken, "452 4.3.1 full\r\n", "UPSTREAM_FAILED"},
                            {"garbage", &S::rcpt, "HTTP/1.1 200 OK\r\n", "UPSTREAM_FAILED"},
                            {"binary", &S::greeting, std::string("\x16\x03\x01\0\xFF\r\n", 7), "UPSTREAM_FAILED"},
                            {"two codes", &S::rcpt, "250-ok\r\n550 no\r\n", "UPSTREAM_FAILED"},
                            {"an endless line", &S::rcpt, std::string(100'000, 'x'), "UPSTREAM_FAILED"}}) {
        CAPTURE(one.what);
        FakeServer::Script script;
        script.*one.where = one.reply;
        FakeServer server(script);
        const Status sent = server.Send();
        CHECK(CodeOf(sent) == one.code);
        // Neither addresses nor the server's own words get into the log.
        CHECK(sent.error().detail.find("li@") == std::string::npos);
        CHECK(sent.error().detail.find("unknown") == std::string::npos);
    }
}

TEST_CASE("a server that drops the connection after the text, or says nothing, is tried again later") {
    FakeServer::Script script;
    script.drop_after_data = true;
    FakeServer dropping(script);
    CHECK(CodeOf(dropping.Send()) == "UPSTREAM_FAILED");
    script = {};
    script.rcpt = "";
    FakeServer silent(script);
    CHECK(CodeOf(silent.Send(SmtpSecurity::kStartTls, 500)) == "DEADLINE_EXCEEDED");
    script = {};
    script.greeting = "";
    FakeServer mute(script);
    CHECK(CodeOf(mute.Send(SmtpSecurity::kStartTls, 300)) == "DEADLINE_EXCEEDED");
}

}  // namespace
