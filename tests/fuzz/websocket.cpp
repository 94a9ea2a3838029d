// The frame reader: no crash, no message over the caps, text always UTF-8, and the same events however the bytes are
// cut.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "net/ws_deflate.h"
#include "net/ws_frames.h"

namespace {

using namespace rt;
using net::FrameEvent;

constexpr std::size_t kMessageMax = 300;
constexpr std::size_t kFragmentsMax = 4;

void Require(bool condition) {
    if (!condition) std::abort();
}

// Whatever is inside, no more than the cap comes out.
void Inflate(const std::string& packed) {
    net::MessageInflater inflater;
    std::string plain;
    inflater.Inflate(packed, net::DeflateContext::kFresh, kMessageMax, plain);
    Require(plain.size() <= kMessageMax + 1);
}

void CheckEvent(const net::FrameResult& event) {
    switch (event.event) {
        case FrameEvent::kMessage:
            Require(event.payload.size() <= kMessageMax);
            Require(event.kind == net::MessageKind::kBinary || event.compressed || base::IsUtf8(event.payload));
            if (event.compressed) Inflate(event.payload);
            break;
        case FrameEvent::kPing:
        case FrameEvent::kPong:
            Require(event.payload.size() <= net::kControlBytesMax);
            break;
        case FrameEvent::kClose:
            Require(event.code == net::kCloseNoStatus || net::IsCloseCode(event.code));
            Require(event.payload.size() <= net::kCloseReasonBytesMax && base::IsUtf8(event.payload));
            break;
        case FrameEvent::kError:
            Require(event.code == net::kCloseProtocolError || event.code == net::kCloseBadData ||
                    event.code == net::kCloseTooBig);
            break;
        case FrameEvent::kNeedMore:
            break;
    }
}

std::vector<net::FrameResult> Read(std::string_view bytes, std::size_t step, net::Rsv1 rsv1) {
    net::FrameReader reader(kMessageMax, kFragmentsMax, rsv1);
    std::vector<net::FrameResult> events;
    while (!bytes.empty()) {
        std::string_view piece = bytes.substr(0, step);
        bytes.remove_prefix(piece.size());
        while (true) {
            net::FrameResult event = reader.Next(piece);
            if (event.event == FrameEvent::kNeedMore) break;
            CheckEvent(event);
            const bool last = event.event == FrameEvent::kClose || event.event == FrameEvent::kError;
            events.push_back(std::move(event));
            if (last) return events;
        }
        Require(piece.empty());
    }
    return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (const net::Rsv1 rsv1 : {net::Rsv1::kReserved, net::Rsv1::kCompressed}) {
        const auto whole = Read(bytes, bytes.size() + 1, rsv1);
        for (const std::size_t step : {std::size_t{1}, std::size_t{3}}) {
            const auto cut = Read(bytes, step, rsv1);
            Require(cut.size() == whole.size());
            for (std::size_t i = 0; i < cut.size(); ++i) {
                Require(cut[i].event == whole[i].event && cut[i].payload == whole[i].payload &&
                        cut[i].code == whole[i].code && cut[i].compressed == whole[i].compressed);
            }
        }
    }
    return 0;
}
