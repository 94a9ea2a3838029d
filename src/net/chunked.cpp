#include "net/chunked.h"

#include <algorithm>
#include <array>

#include "base/parse.h"
#include "net/head.h"

namespace rt::net {
namespace {

int HexValue(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Fields that steer framing, routing or access may not come after the body (RFC 9110 §6.5.1).
bool MayNotTrail(std::string_view name) {
    static constexpr std::array<std::string_view, 10> kNames{
        "content-length", "transfer-encoding", "host",   "authorization", "cookie",
        "content-type",   "content-encoding",  "expect", "connection",    "trailer"};
    return std::any_of(kNames.begin(), kNames.end(),
                       [&](std::string_view banned) { return base::EqualsIgnoreAsciiCase(banned, name); });
}

}  // namespace

// Gathers a line into `line_`, without its CRLF. false on a bare CR or LF, a control character or a line too long.
bool ChunkDecoder::TakeLine(std::string_view& input, std::size_t line_bytes_max) {
    while (!input.empty()) {
        const char c = input.front();
        input.remove_prefix(1);
        const bool after_cr = line_.ends_with('\r');
        if (c == '\n') {
            if (!after_cr) return false;
            line_.pop_back();
            line_complete_ = true;
            return true;
        }
        const bool control = (static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\r') || c == 0x7F;
        if (after_cr || control || line_.size() > line_bytes_max) return false;
        line_ += c;
    }
    return true;
}

bool ChunkDecoder::OnSizeLine() {
    std::size_t digits = 0;
    std::uint64_t size = 0;
    while (digits < line_.size() && HexValue(line_[digits]) >= 0) {
        size = size * 16 + static_cast<std::uint64_t>(HexValue(line_[digits]));
        if (++digits > kSizeDigitsMax) return false;
    }
    if (digits == 0) return false;
    const std::size_t extension = line_.size() - digits;
    // Extensions begin with ';' at once: white space before it is where parsers begin to differ.
    if (extension > 0 && line_[digits] != ';') return false;
    extension_bytes_ += extension;
    if (extension_bytes_ > kExtensionBytesMax) return false;
    remaining_ = size;
    announced_bytes_ += size;
    step_ = size == 0 ? Step::kTrailer : Step::kData;
    return true;
}

bool ChunkDecoder::OnTrailerLine() {
    if (line_.empty()) {
        step_ = Step::kDone;
        return true;
    }
    trailer_bytes_ += line_.size() + 2;
    FieldView field;
    return trailer_bytes_ <= kTrailerBytesMax && ParseField(line_, field) && !MayNotTrail(field.name);
}

void ChunkDecoder::OnData(std::string_view& input, std::string& out, std::size_t out_bytes_max) {
    const std::size_t room = out_bytes_max - out.size();
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>({remaining_, input.size(), room}));
    out.append(input.substr(0, size));
    input.remove_prefix(size);
    remaining_ -= size;
    if (remaining_ == 0) step_ = Step::kDataEnd;
}

ChunkDecoder::State ChunkDecoder::Feed(std::string_view& input, std::string& out, std::size_t out_bytes_max) {
    while (step_ != Step::kDone && step_ != Step::kBad && !input.empty()) {
        if (step_ == Step::kData) {
            if (out.size() >= out_bytes_max) break;
            OnData(input, out, out_bytes_max);
            continue;
        }
        const std::size_t line_bytes_max =
            step_ == Step::kDataEnd ? 1 : (step_ == Step::kTrailer ? kTrailerBytesMax : kLineBytesMax);
        bool good = TakeLine(input, line_bytes_max);
        if (good && line_complete_) {
            if (step_ == Step::kSizeLine) {
                good = OnSizeLine();
            } else if (step_ == Step::kTrailer) {
                good = OnTrailerLine();
            } else {
                good = line_.empty();
                step_ = Step::kSizeLine;
            }
            line_.clear();
            line_complete_ = false;
        }
        if (!good) step_ = Step::kBad;
    }
    if (step_ == Step::kBad) return State::kBad;
    return step_ == Step::kDone ? State::kDone : State::kMore;
}

}  // namespace rt::net
