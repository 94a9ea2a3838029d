#include "notify/smtp_session.h"

#include <algorithm>

#include "base/parse.h"

namespace rt::notify {
namespace {

constexpr std::size_t kCodeBytes = 3;
constexpr std::size_t kEnhancedBytesMax = 11;

Error Malformed(std::string_view what) {
    return Fail(Code::kUpstream, "the mail server's reply is malformed: " + std::string(what));
}

// "5.1.1 text" -> "5.1.1".
std::string EnhancedOf(std::string_view text) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (word.size() < 5 || word.size() > kEnhancedBytesMax || word[1] != '.') return {};
    const bool plain = std::all_of(word.begin(), word.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
    return plain && std::count(word.begin(), word.end(), '.') == 2 ? std::string(word) : std::string();
}

}  // namespace

std::string SmtpReply::Label() const {
    return std::to_string(code) + (enhanced.empty() ? "" : " " + enhanced);
}

Result<bool> AddReplyLine(std::string_view line, SmtpReply& reply) {
    const auto code = base::ParseUnsigned(line.substr(0, kCodeBytes));
    if (line.size() < kCodeBytes || !code || *code < 200 || *code > 599) return Malformed("no code");
    const char mark = line.size() > kCodeBytes ? line[kCodeBytes] : ' ';
    if (mark != ' ' && mark != '-') return Malformed("no code");
    if (reply.code != 0 && reply.code != static_cast<int>(*code)) return Malformed("two codes");
    if (reply.lines.size() == SmtpSession::kLinesMax) return Malformed("too many lines");
    reply.code = static_cast<int>(*code);
    const std::string_view text = line.size() > kCodeBytes ? line.substr(kCodeBytes + 1) : std::string_view();
    if (reply.enhanced.empty()) reply.enhanced = EnhancedOf(text);
    reply.lines.emplace_back(text);
    return mark == ' ';
}

Result<std::string> SmtpSession::ReadLine() {
    std::array<char, 1'024> piece{};
    while (true) {
        const std::size_t end = buffer_.find('\n');
        if (end != std::string::npos) {
            std::string line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            if (line.ends_with('\r')) line.pop_back();
            return line;
        }
        if (buffer_.size() > kLineBytesMax) return Malformed("a line is too long");
        RT_TRY(const std::size_t got, stream_->Read(piece, deadline_));
        if (got == 0) return Fail(Code::kUpstream, "the mail server closed the connection");
        buffer_.append(piece.data(), got);
    }
}

Result<SmtpReply> SmtpSession::ReadReply() {
    SmtpReply reply;
    while (true) {
        RT_TRY(const std::string line, ReadLine());
        RT_TRY(const bool last, AddReplyLine(line, reply));
        if (last) return reply;
    }
}

Result<SmtpReply> SmtpSession::Ask(std::string_view line) {
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
        return Fail(Code::kInvalid, "a command that would be two");
    RT_CHECK_OK(Write(std::string(line) + "\r\n"));
    return ReadReply();
}

Status SmtpSession::StartTls() {
    if (!buffer_.empty()) return Fail(Code::kUpstream, "the mail server spoke before TLS without being asked");
    return stream_->StartTls(deadline_);
}

std::string DotStuffed(std::string_view message) {
    std::string out;
    out.reserve(message.size() + 64);
    bool line_start = true;
    for (const char c : message) {
        if (line_start && c == '.') out += '.';
        out += c;
        line_start = c == '\n';
    }
    return out + ".\r\n";
}

}  // namespace rt::notify
