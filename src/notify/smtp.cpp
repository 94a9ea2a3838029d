#include "notify/smtp.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/parse.h"
#include "notify/smtp_session.h"

namespace rt::notify {
namespace {

constexpr std::int64_t kCheckMillisMax = 4'000;
constexpr int kGoAhead = 354;
constexpr int kAuthContinue = 334;
constexpr int kAuthDone = 235;

// What the server said it can do (RFC 5321 §4.1.1.1).
struct Abilities {
    bool start_tls = false;
    bool auth_plain = false;
    bool auth_login = false;
};

Abilities AbilitiesOf(const SmtpReply& reply) {
    Abilities out;
    for (std::size_t i = 1; i < reply.lines.size(); ++i) {
        std::string_view rest = reply.lines[i];
        bool first = true;
        bool auth = false;
        while (!rest.empty()) {
            const std::size_t end = rest.find_first_of(" =");  // "AUTH=LOGIN" of old servers
            const std::string_view word = rest.substr(0, end);
            if (first) auth = base::EqualsIgnoreAsciiCase(word, "AUTH");
            if (first && base::EqualsIgnoreAsciiCase(word, "STARTTLS")) out.start_tls = true;
            if (auth && base::EqualsIgnoreAsciiCase(word, "PLAIN")) out.auth_plain = true;
            if (auth && base::EqualsIgnoreAsciiCase(word, "LOGIN")) out.auth_login = true;
            first = false;
            rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        }
    }
    return out;
}

Error Later(std::string_view step, const SmtpReply& reply) {
    return Fail(Code::kUpstream, "mail server, " + std::string(step) + ": " + reply.Label());
}

// The operator's matter: no other mail would fare better.
Error Misconfigured(std::string_view step, const SmtpReply& reply) {
    if (reply.code < 500) return Later(step, reply);
    return Fail(Code::kUnavailable, "mail server, " + std::string(step) + ": " + reply.Label());
}

// This mail's matter.
Error Refused(std::string_view step, const SmtpReply& reply) {
    if (reply.code < 500) return Later(step, reply);
    return Fail(Code::kInvalid, "mail server, " + std::string(step) + ": " + reply.Label());
}

std::string Base64(std::string_view text) {
    return base::Base64Encode(base::AsBytes(text));
}

class Submission {
  public:
    Submission(const SmtpOptions& options, SmtpSession session) : options_(options), session_(std::move(session)) {}

    // Greeting, TLS, sign-in.
    Status Open() {
        if (options_.security == SmtpSecurity::kTls) RT_CHECK_OK(session_.StartTls());
        RT_TRY(const SmtpReply greeting, session_.ReadReply());
        if (!greeting.good()) return Later("greeting", greeting);
        RT_CHECK_OK(Hello());
        if (options_.security == SmtpSecurity::kStartTls) RT_CHECK_OK(Secure());
        return options_.user.empty() ? Ok() : SignIn();
    }

    Status Sender() {
        RT_TRY(const SmtpReply reply, session_.Ask("MAIL FROM:<" + options_.from.address + ">"));
        return reply.good() ? Ok() : Status(Misconfigured("MAIL", reply));
    }

    Status Submit(const std::string& to, std::string_view message) {
        RT_CHECK_OK(Sender());
        RT_TRY(const SmtpReply recipient, session_.Ask("RCPT TO:<" + to + ">"));
        if (!recipient.good()) return Refused("RCPT", recipient);
        RT_TRY(const SmtpReply go_ahead, session_.Ask("DATA"));
        if (go_ahead.code != kGoAhead) return Refused("DATA", go_ahead);
        RT_CHECK_OK(session_.Write(DotStuffed(message)));
        RT_TRY(const SmtpReply taken, session_.ReadReply());
        return taken.good() ? Ok() : Status(Refused("message", taken));
    }

    // The mail is taken over; whether the server hears this does not matter, so its answer is not waited for.
    void Quit() { static_cast<void>(session_.Write("QUIT\r\n")); }

  private:
    Status Hello() {
        RT_TRY(const SmtpReply reply, session_.Ask("EHLO " + options_.hello));
        if (!reply.good()) return Later("EHLO", reply);
        abilities_ = AbilitiesOf(reply);
        return Ok();
    }

    // A server that does not offer it may be a stranger in between who took the offer out: then nothing is sent.
    Status Secure() {
        if (!abilities_.start_tls) return Fail(Code::kUpstream, "the mail server does not offer STARTTLS");
        RT_TRY(const SmtpReply reply, session_.Ask("STARTTLS"));
        if (!reply.good()) return Later("STARTTLS", reply);
        RT_CHECK_OK(session_.StartTls());
        return Hello();
    }

    Status SignIn() {
        if (!session_.secure()) return Fail(Code::kUnavailable, "mail credentials are not sent without TLS");
        if (abilities_.auth_plain) {
            RT_TRY(const SmtpReply reply, session_.Ask("AUTH PLAIN " + Base64(Plain())));
            return reply.code == kAuthDone ? Ok() : Status(Misconfigured("AUTH", reply));
        }
        if (!abilities_.auth_login)
            return Fail(Code::kUnavailable, "the mail server offers neither AUTH PLAIN nor AUTH LOGIN");
        std::string line = "AUTH LOGIN";
        for (const std::string* part : {&options_.user, &options_.password}) {
            RT_TRY(const SmtpReply prompt, session_.Ask(line));
            if (prompt.code != kAuthContinue) return Misconfigured("AUTH", prompt);
            line = Base64(*part);
        }
        RT_TRY(const SmtpReply reply, session_.Ask(line));
        return reply.code == kAuthDone ? Ok() : Status(Misconfigured("AUTH", reply));
    }

    // RFC 4616.
    std::string Plain() const {
        std::string out(1, '\0');
        out.append(options_.user).append(1, '\0').append(options_.password);
        return out;
    }

    const SmtpOptions& options_;
    SmtpSession session_;
    Abilities abilities_;
};

Result<SmtpSession> Connect(const SmtpOptions& options, const net::Dialer& dialer, const os::Deadline& deadline) {
    RT_TRY(auto stream, dialer.Connect(options.host, options.port, net::AddressPolicy::kAny, deadline));
    return SmtpSession(std::move(stream), deadline);
}

}  // namespace

Status Smtp::Send(const Mail& mail) const {
    RT_TRY(const std::string message, FormatMail(options_.from, mail, clock_.Now()));
    RT_TRY(SmtpSession session, Connect(options_, dialer_, os::Deadline::After(options_.timeout_ms)));
    Submission submission(options_, std::move(session));
    RT_CHECK_OK(submission.Open());
    RT_CHECK_OK(submission.Submit(mail.to.address, message));
    submission.Quit();
    return Ok();
}

Status Smtp::Check() const {
    const auto deadline = os::Deadline::After(std::min(options_.timeout_ms, kCheckMillisMax));
    RT_TRY(SmtpSession session, Connect(options_, dialer_, deadline));
    Submission submission(options_, std::move(session));
    RT_CHECK_OK(submission.Open());
    RT_CHECK_OK(submission.Sender());
    submission.Quit();
    return Ok();
}

}  // namespace rt::notify
