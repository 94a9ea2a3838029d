// Mail submission (RFC 6409) to one server: STARTTLS or TLS from the start, AUTH PLAIN and LOGIN.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "net/dialer.h"
#include "notify/mail.h"

namespace rt::notify {

// kNone is for a relay on this machine: credentials are never sent that way.
enum class SmtpSecurity : std::uint8_t { kStartTls, kTls, kNone };

struct SmtpOptions {
    std::string host{};  // name or address; the certificate must be made out to it
    std::uint16_t port = 587;
    SmtpSecurity security = SmtpSecurity::kStartTls;
    std::string user{};  // empty: no AUTH
    std::string password{};
    std::string hello{};  // our name (EHLO)
    Mailbox from{};
    std::int64_t timeout_ms = 25'000;  // for a whole mail
};

// Immutable; thread-safe. A connection for each mail.
class Smtp {
  public:
    Smtp(SmtpOptions options, const net::Dialer& dialer, const base::Clock& clock)
        : options_(std::move(options)), dialer_(dialer), clock_(clock) {}

    // Ok: the server has taken the mail over. Errors:
    //   VALIDATION_FAILED  for good: the server refuses this recipient or this mail with a 5xx reply, or it is
    //   malformed UPSTREAM_FAILED    try again later: 4xx, connection lost, no STARTTLS, certificate refused
    //   UNAVAILABLE        try again later, an operator must look: sign-in or sender refused
    //   DEADLINE_EXCEEDED
    // The detail holds reply codes and steps, never addresses or text of the server's.
    Status Send(const Mail& mail) const;
    // Everything up to the sender, without a mail, for at most four seconds: for the self-check.
    Status Check() const;

    const SmtpOptions& options() const { return options_; }

  private:
    const SmtpOptions options_;
    const net::Dialer& dialer_;
    const base::Clock& clock_;
};

}  // namespace rt::notify
