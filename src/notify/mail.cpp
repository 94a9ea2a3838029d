#include "notify/mail.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "net/url.h"

namespace rt::notify {
namespace {

constexpr std::size_t kAddressBytesMax = 254;  // RFC 5321 §4.5.3.1.3
constexpr std::size_t kLocalBytesMax = 64;
constexpr std::size_t kHeaderTextBytesMax = 400;
constexpr std::size_t kPlainLineBytesMax = 78;
constexpr std::size_t kEncodedLineBytes = 76;
// "=?UTF-8?B?" + 60 + "?=" is 72 of the 75 that an encoded word may have (RFC 2047 §2).
constexpr std::size_t kWordBytesMax = 45;

bool IsAtomChar(char c) {
    static constexpr std::string_view kMarks = "!#$%&'*+-/=?^_`{|}~";
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
}

bool IsDotAtom(std::string_view text) {
    if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos)
        return false;
    return std::all_of(text.begin(), text.end(), [](char c) { return c == '.' || IsAtomChar(c); });
}

bool IsAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Header text: as it is when it is short ASCII that cannot be taken for an encoded word, else encoded words, each of
// whole characters, on lines of their own.
std::string HeaderText(std::string_view text) {
    if (IsAscii(text) && text.size() <= kPlainLineBytesMax - 10 && text.find("=?") == std::string_view::npos)
        return std::string(text);
    std::string out;
    while (!text.empty()) {
        std::string_view rest = text;
        std::size_t taken = 0;
        while (!rest.empty()) {
            if (!base::NextCodePoint(rest)) break;
            if (text.size() - rest.size() > kWordBytesMax) break;
            taken = text.size() - rest.size();
        }
        out +=
            (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base::Base64Encode(base::AsBytes(text.substr(0, taken)));
        out += "?=";
        text.remove_prefix(taken);
    }
    return out;
}

// The name before an address: an encoded word, or a quoted string.
std::string Phrase(std::string_view name) {
    const std::string text = HeaderText(name);
    if (text != name) return text;
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string Write(const Mailbox& mailbox) {
    if (mailbox.name.empty()) return mailbox.address;
    return Phrase(mailbox.name) + "\r\n <" + mailbox.address + ">";
}

Status Check(const Mailbox& mailbox) {
    if (!IsMailAddress(mailbox.address)) return Fail(Code::kInvalid, "not a mail address");
    if (!base::IsPlainLine(mailbox.name) || mailbox.name.size() > kHeaderTextBytesMax)
        return Fail(Code::kInvalid, "the name of a mailbox is no plain line");
    return Ok();
}

// "Sun, 22 Nov 2026 14:24:37 +0000".
std::string MailDate(base::Time now) {
    std::string date = base::FormatHttpDate(now);
    return date.replace(date.size() - 3, 3, "+0000");
}

bool FitsPlain(std::string_view body) {
    if (!IsAscii(body) || body.find('\r') != std::string_view::npos || body.find('\0') != std::string_view::npos)
        return false;
    while (!body.empty()) {
        const std::size_t end = body.find('\n');
        if (std::min(end, body.size()) > kPlainLineBytesMax) return false;
        if (end == std::string_view::npos) break;
        body.remove_prefix(end + 1);
    }
    return true;
}

std::string WithCrlf(std::string_view body) {
    std::string out;
    for (const char c : body) out.append(c == '\n' ? "\r\n" : std::string_view(&c, 1));
    if (!out.ends_with("\r\n")) out += "\r\n";
    return out;
}

std::string Wrapped(const std::string& base64) {
    std::string out;
    for (std::size_t i = 0; i < base64.size(); i += kEncodedLineBytes)
        out.append(base64, i, kEncodedLineBytes).append("\r\n");
    return out;
}

}  // namespace

bool IsMailAddress(std::string_view address) {
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos || address.size() > kAddressBytesMax || at > kLocalBytesMax) return false;
    const std::string_view domain = address.substr(at + 1);
    return IsDotAtom(address.substr(0, at)) && net::IsDnsName(domain) && domain.find('_') == std::string_view::npos;
}

Result<Mailbox> ParseMailbox(std::string_view text) {
    Mailbox mailbox;
    const std::size_t open = text.rfind('<');
    if (open == std::string_view::npos) {
        mailbox.address = base::TrimAscii(text);
    } else {
        if (!text.ends_with('>')) return Fail(Code::kInvalid, "not a mailbox");
        mailbox.name = base::TrimAscii(text.substr(0, open));
        mailbox.address = text.substr(open + 1, text.size() - open - 2);
        if (mailbox.name.size() > 1 && mailbox.name.front() == '"' && mailbox.name.back() == '"')
            mailbox.name = mailbox.name.substr(1, mailbox.name.size() - 2);
    }
    RT_CHECK_OK(Check(mailbox));
    return mailbox;
}

Result<std::string> FormatMail(const Mailbox& from, const Mail& mail, base::Time now) {
    RT_CHECK_OK(Check(from));
    RT_CHECK_OK(Check(mail.to));
    if (!base::IsPlainLine(mail.subject) || mail.subject.size() > kHeaderTextBytesMax)
        return Fail(Code::kInvalid, "the subject is no plain line");
    if (!IsDotAtom(mail.id) || !base::IsUtf8(mail.body)) return Fail(Code::kInvalid, "the text of the mail");
    const bool plain = FitsPlain(mail.body);
    std::string out;
    const auto field = [&](std::string_view name, std::string_view value) {
        out.append(name).append(": ").append(value).append("\r\n");
    };
    field("Date", MailDate(now));
    field("From", Write(from));
    field("To", Write(mail.to));
    field("Subject", HeaderText(mail.subject));
    field("Message-ID", "<" + mail.id + from.address.substr(from.address.rfind('@')) + ">");
    field("Auto-Submitted", "auto-generated");  // RFC 3834: no out-of-office answers
    field("MIME-Version", "1.0");
    field("Content-Type", "text/plain; charset=utf-8");
    field("Content-Transfer-Encoding", plain ? "7bit" : "base64");
    out += "\r\n";
    out += plain ? WithCrlf(mail.body) : Wrapped(base::Base64Encode(base::AsBytes(WithCrlf(mail.body))));
    return out;
}

}  // namespace rt::notify
