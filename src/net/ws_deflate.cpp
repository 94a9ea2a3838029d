#include "net/ws_deflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.h"

namespace rt::net {
namespace {

constexpr std::string_view kTail{"\x00\x00\xFF\xFF", 4};
// Messages are compressed on the reactor: quickly rather than well.
constexpr int kLevel = Z_BEST_SPEED;
constexpr int kMemoryLevel = 8;
constexpr std::size_t kStepBytes = 16 << 10;
constexpr std::size_t kDictionaryBytes = 32 << 10;

Bytef* AsBytes(const char* text) {
    // zlib does not write through next_in.
    return reinterpret_cast<Bytef*>(const_cast<char*>(text));
}

}  // namespace

struct MessageDeflater::Stream {
    z_stream z{};
    bool ready = false;
    ~Stream() {
        if (ready) deflateEnd(&z);
    }
};

MessageDeflater::MessageDeflater(int window_bits) : stream_(std::make_unique<Stream>()) {
    const int made = deflateInit2(&stream_->z, kLevel, Z_DEFLATED, -window_bits, kMemoryLevel, Z_DEFAULT_STRATEGY);
    stream_->ready = made == Z_OK;
    if (!stream_->ready) stream_.reset();
}

MessageDeflater::~MessageDeflater() = default;

bool MessageDeflater::Deflate(std::string_view plain, DeflateContext context, std::string& out) {
    if (stream_ == nullptr || plain.size() > std::numeric_limits<uInt>::max()) return false;
    z_stream& z = stream_->z;
    if (context == DeflateContext::kFresh && deflateReset(&z) != Z_OK) return false;
    out.clear();
    if (plain.empty()) {  // a second flush without input writes nothing
        out += '\0';
        return true;
    }
    z.next_in = AsBytes(plain.data());
    z.avail_in = static_cast<uInt>(plain.size());
    do {
        const std::size_t before = out.size();
        out.resize(before + std::max(kStepBytes, plain.size() / 4));
        z.next_out = AsBytes(out.data() + before);
        z.avail_out = static_cast<uInt>(out.size() - before);
        const int done = deflate(&z, Z_SYNC_FLUSH);
        out.erase(out.size() - z.avail_out);
        if (done != Z_OK && done != Z_BUF_ERROR) return false;
    } while (z.avail_out == 0);
    RT_CHECK(out.ends_with(kTail));
    out.resize(out.size() - kTail.size());
    return true;
}

struct MessageInflater::Stream {
    z_stream z{};
    bool ready = false;
    std::array<Bytef, kDictionaryBytes> dictionary{};
    ~Stream() {
        if (ready) inflateEnd(&z);
    }
};

MessageInflater::MessageInflater() : stream_(std::make_unique<Stream>()) {
    stream_->ready = inflateInit2(&stream_->z, -MAX_WBITS) == Z_OK;
    if (!stream_->ready) stream_.reset();
}

MessageInflater::~MessageInflater() = default;

// A block marked as the last one ends zlib's stream, not the message (RFC 7692 §7.2.3.4): the window goes on.
bool MessageInflater::GoOnAfterEnd() {
    z_stream& z = stream_->z;
    uInt size = 0;
    if (inflateGetDictionary(&z, stream_->dictionary.data(), &size) != Z_OK || inflateReset(&z) != Z_OK) return false;
    return size == 0 || inflateSetDictionary(&z, stream_->dictionary.data(), size) == Z_OK;
}

InflateResult MessageInflater::Feed(std::string_view packed, std::size_t bytes_max, std::string& out) {
    z_stream& z = stream_->z;
    z.next_in = AsBytes(packed.data());
    z.avail_in = static_cast<uInt>(packed.size());
    while (true) {
        const std::size_t before = out.size();
        // One byte more than allowed tells "too big" from "just fits".
        out.resize(before + std::min(kStepBytes, bytes_max + 1 - before));
        z.next_out = AsBytes(out.data() + before);
        z.avail_out = static_cast<uInt>(out.size() - before);
        const int done = inflate(&z, Z_SYNC_FLUSH);
        const bool filled = z.avail_out == 0;
        out.erase(out.size() - z.avail_out);
        if (out.size() > bytes_max) return InflateResult::kTooBig;
        if (done == Z_MEM_ERROR) return InflateResult::kNoMemory;
        if (done == Z_STREAM_END) {
            if (!GoOnAfterEnd()) return InflateResult::kBad;
        } else if (done != Z_OK && done != Z_BUF_ERROR) {
            return InflateResult::kBad;
        }
        if (z.avail_in == 0 && !filled) return InflateResult::kDone;
        if (done == Z_BUF_ERROR && !filled) return InflateResult::kBad;
    }
}

InflateResult MessageInflater::Inflate(std::string_view packed, DeflateContext context, std::size_t bytes_max,
                                       std::string& out) {
    out.clear();
    if (stream_ == nullptr || (context == DeflateContext::kFresh && inflateReset(&stream_->z) != Z_OK)) {
        return InflateResult::kNoMemory;
    }
    if (packed.size() > std::numeric_limits<uInt>::max()) return InflateResult::kTooBig;
    const InflateResult body = Feed(packed, bytes_max, out);
    return body == InflateResult::kDone ? Feed(kTail, bytes_max, out) : body;
}

std::shared_ptr<const std::string> SharedDeflate::Deflate(const std::shared_ptr<const std::string>& plain,
                                                          int window_bits) {
    OfWindow& window = windows_.at(static_cast<std::size_t>(window_bits - kBitsMin));
    if (window.last == plain) return window.last_packed;
    if (window.deflater == nullptr) window.deflater = std::make_unique<MessageDeflater>(window_bits);
    std::string packed;
    const bool smaller =
        window.deflater->Deflate(*plain, DeflateContext::kFresh, packed) && packed.size() < plain->size();
    window.last = plain;
    window.last_packed = smaller ? std::make_shared<const std::string>(std::move(packed)) : nullptr;
    return window.last_packed;
}

MessageInflater& SharedDeflate::inflater() {
    if (inflater_ == nullptr) inflater_ = std::make_unique<MessageInflater>();
    return *inflater_;
}

}  // namespace rt::net
