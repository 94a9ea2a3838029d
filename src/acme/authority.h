// Signed requests to one certificate authority (RFC 8555 §6): nonces, JWS, error documents.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acme/messages.h"
#include "base/clock.h"
#include "crypto/ec_key.h"
#include "net/client.h"

namespace rt::acme {

struct AccountWishes {
    std::string email;  // empty: none
    bool terms_agreed = false;
    std::string eab_key_id;  // empty: no external account binding
    std::string eab_hmac_key;
    bool operator==(const AccountWishes&) const = default;
};

struct Reply {
    std::string body;
    std::string location;
    std::int64_t retry_after_s = 0;  // 0: not said
};

// Errors of every call, the authority's own words in `detail`:
//   UPSTREAM_FAILED, DEADLINE_EXCEEDED, UNAVAILABLE  it could not be reached, or is in trouble: worth another try
//   TOO_MANY_REQUESTS  a rate limit; retry_after_s says for how long, if the authority does
//   UNAUTHENTICATED    it does not know the account
//   NOT_FOUND          there is no such object (any more)
//   INVALID_STATE      it refuses
// Blocking; not thread-safe.
class Authority {
  public:
    // `client` must outlive it.
    Authority(const net::Client& client, const base::Clock& clock, std::string directory_url, crypto::EcKey key);

    const std::string& directory_url() const { return directory_url_; }
    // Fetched once.
    Result<Directory> GetDirectory();
    // The URL of the account, new or found by its key (§7.3). Contact and agreement are what the wishes say.
    Result<std::string> OpenAccount(const AccountWishes& wishes);
    void set_account(std::string url) { account_ = std::move(url); }

    // POST as the account. Without a payload it reads (POST-as-GET, §6.3).
    Result<Reply> Post(const std::string& url, const std::optional<std::string>& payload);
    // token.thumbprint (§8.1).
    Result<std::string> KeyAuthorization(std::string_view token) const;

  private:
    Result<std::string> Jwk() const;
    Result<std::string> Binding(const AccountWishes& wishes, const std::string& url) const;
    Result<std::string> TakeNonce();
    Result<std::string> SignedBody(const std::string& url, const std::string& payload, bool by_key);
    Result<Reply> Call(const std::string& url, const std::string& payload, bool by_key);
    Error Refusal(const net::ClientAnswer& answer, const Problem& problem) const;
    std::int64_t RetryAfter(const net::ClientAnswer& answer) const;

    const net::Client& client_;
    const base::Clock& clock_;
    const std::string directory_url_;
    const crypto::EcKey key_;
    std::optional<Directory> directory_;
    std::string account_;
    std::string nonce_;
};

}  // namespace rt::acme
