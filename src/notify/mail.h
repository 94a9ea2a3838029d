// A mail as a value and as the text that goes over the wire (RFC 5322, RFC 2045, RFC 2047). Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace rt::notify {

struct Mailbox {
    std::string name{};  // shown; any plain line of UTF-8, may be empty
    std::string address{};
};

struct Mail {
    Mailbox to;
    std::string subject;  // plain line of UTF-8
    std::string body;     // UTF-8, lines end with \n
    std::string id;       // for Message-ID: the same for every attempt; letters, digits, '.'
};

// "local@domain" as far as every server takes it: ASCII, dot-atom (no quotes), a DNS name; at most 254 bytes.
bool IsMailAddress(std::string_view address);

// "Name <address>" or "address".
Result<Mailbox> ParseMailbox(std::string_view text);

// The whole message with CRLF line ends, before dot-stuffing. Text that is not ASCII goes as base64, in the subject as
// encoded words. VALIDATION_FAILED for an address that is none and for a subject or name with a line break or control
// character in it: no header can be smuggled in.
Result<std::string> FormatMail(const Mailbox& from, const Mail& mail, base::Time now);

}  // namespace rt::notify
