// Connections that we open to other servers: names, addresses that may be called, TLS, deadlines. Used by the HTTP
// client and by other protocols (mail).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/tls_client.h"
#include "net/address_policy.h"
#include "net/resolver.h"
#include "os/dial.h"
#include "os/fd.h"

namespace rt::net {

// A connected stream, plain until StartTls(). Not thread-safe.
class OutgoingStream {
  public:
    OutgoingStream(os::Fd fd, std::string host, std::shared_ptr<crypto::TlsTrust> trust);
    ~OutgoingStream();
    OutgoingStream(const OutgoingStream&) = delete;
    OutgoingStream& operator=(const OutgoingStream&) = delete;

    // Verifies the peer's certificate against the host that was dialled. UPSTREAM_FAILED says why not.
    Status StartTls(const os::Deadline& deadline);
    bool secure() const { return tls_ != nullptr; }
    // At least one byte; 0 at the end. DEADLINE_EXCEEDED, UPSTREAM_FAILED.
    Result<std::size_t> Read(std::span<char> out, const os::Deadline& deadline);
    // All of it.
    Status Write(std::string_view data, const os::Deadline& deadline);

  private:
    Result<std::size_t> ReadPlain(std::span<char> out, const os::Deadline& deadline);
    Result<std::size_t> WritePlain(std::string_view data, const os::Deadline& deadline);

    os::Fd fd_;
    const std::string host_;
    std::shared_ptr<crypto::TlsTrust> trust_;
    std::unique_ptr<crypto::TlsClientSession> tls_;
};

struct DialerOptions {
    std::string ca_file{};                    // instead of the system's bundle
    std::string extra_ca_file{};              // trusted besides
    std::vector<std::string> name_servers{};  // "192.0.2.53:53", instead of /etc/resolv.conf
    std::vector<os::Cidr> allowed{};          // count as public: servers of one's own that users may name
};

// Thread-safe.
class Dialer {
  public:
    explicit Dialer(const DialerOptions& options);

    // `host` is a name or the text of an address. It is resolved once, every address is checked, and one of those very
    // addresses is called: a name server that answers otherwise a moment later changes nothing. FORBIDDEN if the policy
    // refuses an address; DEADLINE_EXCEEDED; UPSTREAM_FAILED.
    Result<std::unique_ptr<OutgoingStream>> Connect(const std::string& host, std::uint16_t port, AddressPolicy policy,
                                                    const os::Deadline& deadline) const;
    // Reads the certificate authorities now: for the self-check.
    Status LoadTrust() const { return trust_->Load(); }

  private:
    Result<std::vector<os::Address>> Addresses(const std::string& host, AddressPolicy policy,
                                               const os::Deadline& deadline) const;

    const Resolver resolver_;
    const std::vector<os::Cidr> allowed_;
    const std::shared_ptr<crypto::TlsTrust> trust_;
};

}  // namespace rt::net
