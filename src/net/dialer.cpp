#include "net/dialer.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "net/url.h"

namespace rt::net {
namespace {

constexpr std::int64_t kConnectMillisMin = 500;

Error Broken(std::string_view what, int error) {
    return Fail(Code::kUpstream, std::string(what) + ": " + os::ErrnoText(error));
}

}  // namespace

OutgoingStream::OutgoingStream(os::Fd fd, std::string host, std::shared_ptr<crypto::TlsTrust> trust)
    : fd_(std::move(fd)), host_(std::move(host)), trust_(std::move(trust)) {}

OutgoingStream::~OutgoingStream() {
    if (tls_ != nullptr) tls_->CloseNotify();
}

Status OutgoingStream::StartTls(const os::Deadline& deadline) {
    RT_TRY(auto session, crypto::NewTlsClientSession(*trust_, fd_.get(), host_));
    while (true) {
        const crypto::TlsResult result = session->Handshake();
        if (result.step == crypto::TlsStep::kDone) break;
        if (result.step == crypto::TlsStep::kWantRead) {
            RT_CHECK_OK(os::WaitFor(fd_.get(), os::Ready::kRead, deadline));
        } else if (result.step == crypto::TlsStep::kWantWrite) {
            RT_CHECK_OK(os::WaitFor(fd_.get(), os::Ready::kWrite, deadline));
        } else {
            const std::string& why = session->Failure();
            return Fail(Code::kUpstream, "TLS: " + (why.empty() ? "the peer closed the connection" : why));
        }
        if (deadline.Passed()) return Fail(Code::kDeadline, "TLS handshake");
    }
    tls_ = std::move(session);
    return Ok();
}

Result<std::size_t> OutgoingStream::ReadPlain(std::span<char> out, const os::Deadline& deadline) {
    while (true) {
        const ssize_t got = recv(fd_.get(), out.data(), out.size(), 0);
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno == EINTR) continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) return Broken("read", errno);
        RT_CHECK_OK(os::WaitFor(fd_.get(), os::Ready::kRead, deadline));
    }
}

// A peer that always has something to say must not outlive the deadline either: it is looked at before every read.
Result<std::size_t> OutgoingStream::Read(std::span<char> out, const os::Deadline& deadline) {
    if (deadline.Passed()) return Fail(Code::kDeadline, "read");
    if (tls_ == nullptr) return ReadPlain(out, deadline);
    while (true) {
        const crypto::TlsResult result = tls_->Read(out);
        if (result.step == crypto::TlsStep::kDone) return result.bytes;
        if (result.step == crypto::TlsStep::kClosed) return std::size_t{0};
        if (result.step == crypto::TlsStep::kFailed) return Fail(Code::kUpstream, "TLS read: " + tls_->Failure());
        const auto ready = result.step == crypto::TlsStep::kWantRead ? os::Ready::kRead : os::Ready::kWrite;
        RT_CHECK_OK(os::WaitFor(fd_.get(), ready, deadline));
    }
}

Result<std::size_t> OutgoingStream::WritePlain(std::string_view data, const os::Deadline& deadline) {
    while (true) {
        const ssize_t sent = send(fd_.get(), data.data(), data.size(), MSG_NOSIGNAL);
        if (sent >= 0) return static_cast<std::size_t>(sent);
        if (errno == EINTR) continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) return Broken("write", errno);
        RT_CHECK_OK(os::WaitFor(fd_.get(), os::Ready::kWrite, deadline));
    }
}

Status OutgoingStream::Write(std::string_view data, const os::Deadline& deadline) {
    while (!data.empty()) {
        if (deadline.Passed()) return Fail(Code::kDeadline, "write");
        if (tls_ == nullptr) {
            RT_TRY(const std::size_t sent, WritePlain(data, deadline));
            data.remove_prefix(sent);
            continue;
        }
        const crypto::TlsResult result = tls_->Write(data);
        if (result.step == crypto::TlsStep::kDone) {
            data.remove_prefix(result.bytes);
        } else if (result.step == crypto::TlsStep::kFailed || result.step == crypto::TlsStep::kClosed) {
            return Fail(Code::kUpstream, "TLS write: " + tls_->Failure());
        } else {
            const auto ready = result.step == crypto::TlsStep::kWantRead ? os::Ready::kRead : os::Ready::kWrite;
            RT_CHECK_OK(os::WaitFor(fd_.get(), ready, deadline));
        }
    }
    return Ok();
}

Dialer::Dialer(const DialerOptions& options)
    : resolver_(options.name_servers),
      allowed_(options.allowed),
      trust_(crypto::MakeTlsTrust({.bundle_file = options.ca_file, .extra_file = options.extra_ca_file})) {}

Result<std::vector<os::Address>> Dialer::Addresses(const std::string& host, AddressPolicy policy,
                                                   const os::Deadline& deadline) const {
    std::vector<os::Address> addresses;
    if (const auto literal = os::Address::Parse(host)) {
        addresses.push_back(*literal);
    } else if (!IsDnsName(host)) {
        return Fail(Code::kInvalid, "neither a name nor an address");
    } else {
        RT_TRY(addresses, resolver_.Resolve(host, deadline));
    }
    // A name that points inside with one of its addresses is refused as a whole.
    const auto fine = [this](const os::Address& one) { return IsPublic(one) || os::AnyContains(allowed_, one); };
    if (policy == AddressPolicy::kPublicOnly && !std::all_of(addresses.begin(), addresses.end(), fine)) {
        return base::FailText(Code::kForbidden, {"不允许访问该地址", "This address may not be called"},
                              "an address that is not public");
    }
    return addresses;
}

Result<std::unique_ptr<OutgoingStream>> Dialer::Connect(const std::string& host, std::uint16_t port,
                                                        AddressPolicy policy, const os::Deadline& deadline) const {
    RT_TRY(const auto addresses, Addresses(host, policy, deadline));
    Error last = Fail(Code::kUpstream);
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        // An address that swallows packets must leave time for the next.
        const auto share = deadline.LeftMillis() / static_cast<std::int64_t>(addresses.size() - i);
        auto fd = os::ConnectTcp({addresses[i], port}, deadline.AtMost(std::max(share, kConnectMillisMin)));
        if (fd.ok()) return std::make_unique<OutgoingStream>(std::move(*fd), host, trust_);
        last = std::move(fd).error();
        if (deadline.Passed()) break;
    }
    return last;
}

}  // namespace rt::net
