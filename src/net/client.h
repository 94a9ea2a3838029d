// Requests that we send to other servers (WeChat, ACME, SMS, webhooks). Blocking: call it on the outgoing pool or on a
// job's thread, never while a transaction or a lock is held.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "net/dialer.h"
#include "net/http.h"

namespace rt::net {

struct ClientRequest {
    Method method = Method::kGet;
    std::string url;  // absolute, http or https (net/url.h)
    std::vector<Header> headers{};
    std::string body{};
    std::int64_t timeout_ms = 10'000;         // for all of it: name, connection, TLS, redirects, the last byte
    std::size_t answer_bytes_max = 1U << 20;  // of the body
    AddressPolicy addresses = AddressPolicy::kPublicOnly;
    int redirects_max = 0;               // 0: a redirect is an answer like any other
    std::string_view service = "other";  // metric label: one of a few words ("wechat", "acme"), static storage
};

struct ClientAnswer {
    int status = 0;
    std::vector<Header> headers;
    std::string body;

    // First value, case-insensitive name; empty if absent.
    std::string_view HeaderValue(std::string_view name) const;
};

struct ClientOptions {
    DialerOptions dialer{};
    std::size_t per_host_max = 8;           // requests under way to one origin; one more is refused at once
    int breaker_failures = 5;               // in a row; then the origin is left alone
    std::int64_t breaker_open_ms = 10'000;  // doubles with each failed trial, up to five minutes
};

// Thread-safe.
class Client {
  public:
    Client(const ClientOptions& options, const base::Clock& clock, base::Log& log, base::Metrics& metrics);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Whatever status the server answers is an answer; statuses of 500 and above count as failures of the origin.
    // Errors:
    //   VALIDATION_FAILED  the URL or a header field is not well formed
    //   FORBIDDEN          an address that the policy refuses, of the URL or of a redirect
    //   UPSTREAM_FAILED    cannot be reached, certificate refused, no well-formed answer, too large, too many redirects
    //   DEADLINE_EXCEEDED  the time was up
    //   UNAVAILABLE        with retry_after_s: too many requests under way to this origin, or it fails all the time
    // Nothing is repeated. Redirects never lead from https to http; credentials do not follow to another origin.
    Result<ClientAnswer> Send(const ClientRequest& request) const;

    // For protocols other than HTTP, with the same rules of names, addresses and certificates.
    const Dialer& dialer() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rt::net
