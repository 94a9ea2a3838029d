// The dialogue with a mail server on one connection: lines out, replies in.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/dialer.h"

namespace rt::notify {

struct SmtpReply {
    int code = 0;                    // 200..599
    std::string enhanced;            // "5.1.1" (RFC 3463); empty if the server gives none
    std::vector<std::string> lines;  // text after the code
    bool good() const { return code >= 200 && code < 300; }
    // "550 5.1.1": for logs.
    std::string Label() const;
};

// One line "250-text", "250 text" or "250" into `reply`; true when it was the last. UPSTREAM_FAILED for anything else.
Result<bool> AddReplyLine(std::string_view line, SmtpReply& reply);

// Not thread-safe.
class SmtpSession {
  public:
    static constexpr std::size_t kLineBytesMax = 2'048;
    static constexpr std::size_t kLinesMax = 100;

    SmtpSession(std::unique_ptr<net::OutgoingStream> stream, os::Deadline deadline)
        : stream_(std::move(stream)), deadline_(deadline) {}

    // A whole reply. UPSTREAM_FAILED when it is malformed or too long, or the connection ends.
    Result<SmtpReply> ReadReply();
    // `line` without its end, which must be one.
    Result<SmtpReply> Ask(std::string_view line);
    Status Write(std::string_view data) { return stream_->Write(data, deadline_); }
    // UPSTREAM_FAILED also when the server has said more before TLS than we have asked: that would count as if it had
    // been said under TLS (RFC 3207 §4.2).
    Status StartTls();
    bool secure() const { return stream_->secure(); }

  private:
    Result<std::string> ReadLine();

    std::unique_ptr<net::OutgoingStream> stream_;
    const os::Deadline deadline_;
    std::string buffer_;
};

// Lines that begin with a dot get another; ends with CRLF "." CRLF. `message` ends with CRLF.
std::string DotStuffed(std::string_view message);

}  // namespace rt::notify
