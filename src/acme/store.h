// What survives a kill at any point (LMDB, durable): the account with its key, the order under way with the key of its
// certificate, the certificate in force, and when to try again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "crypto/tls.h"
#include "storage/kv/store.h"

namespace rt::acme {

// Belongs to one directory; the key is saved before the authority hears of it.
struct Account {
    std::string directory;
    std::string key_pem;
    std::string url;    // empty: not opened yet
    std::string email;  // as last told
};

struct PendingOrder {
    std::string directory;
    std::vector<std::string> names;
    std::string url;
    std::string key_pem;  // of the certificate to come
    base::Time created;
};

struct Certificate {
    std::string directory;
    std::vector<std::string> names;
    crypto::TlsPair pair;
    base::Time not_before;
    base::Time not_after;
    base::Time renew_at;
};

struct Attempt {
    int failures = 0;  // in a row
    base::Time next;   // not before
    std::string error;
    base::Time failed_at;
    bool limited = false;  // the authority asked for the wait
};

// Thread-safe. INTERNAL for an entry that cannot be read.
class Store {
  public:
    explicit Store(storage::kv::Store& kv) : kv_(kv) {}

    Result<std::optional<Account>> GetAccount() const;
    Status Put(const Account& account);
    Result<std::optional<PendingOrder>> GetOrder() const;
    Status Put(const PendingOrder& order);
    Result<std::optional<Certificate>> GetCertificate() const;
    Result<Attempt> GetAttempt() const;
    // An attempt that failed; without the order when it is of no use any more.
    Status PutFailure(const Attempt& attempt, bool drop_order);
    // The certificate takes the order's place, and the count of failures starts anew: one commit.
    Status PutCertificate(const Certificate& certificate);
    Status DropOrder();
    // What answers HTTP-01 for a token: also from the process that follows this one.
    Status PutProof(std::string_view token, std::string_view answer, base::Time expires);
    Result<std::optional<std::string>> GetProof(std::string_view token) const;

  private:
    storage::kv::Store& kv_;
};

}  // namespace rt::acme
