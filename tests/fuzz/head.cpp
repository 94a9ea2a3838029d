// The head check and what follows it (path, query, chunks): no crash, no view outside the input, the same verdict
// however the bytes are cut, and what was accepted is what RFC 9112 calls unambiguous.
#include "net/head.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/parse.h"
#include "net/chunked.h"
#include "net/target.h"

namespace {

using namespace rt;

void Require(bool condition) {
    if (!condition) std::abort();
}

bool Inside(std::string_view view, std::string_view whole) {
    return view.empty() || (view.data() >= whole.data() && view.data() + view.size() <= whole.data() + whole.size());
}

void CheckAccepted(const net::Head& head, std::string_view bytes) {
    const std::string_view text = bytes.substr(0, head.size);
    Require(head.size <= bytes.size() && text.ends_with("\r\n\r\n"));
    Require(Inside(head.path, bytes) && Inside(head.query, bytes) && Inside(head.host, bytes));
    Require(text.find('\0') == std::string_view::npos);
    int hosts = 0;
    int lengths = 0;
    int codings = 0;
    for (const net::FieldView& field : head.fields) {
        Require(Inside(field.name, bytes) && Inside(field.value, bytes) && net::IsToken(field.name));
        Require(field.value.find_first_of("\r\n") == std::string_view::npos);
        hosts += base::EqualsIgnoreAsciiCase(field.name, "host") ? 1 : 0;
        lengths += base::EqualsIgnoreAsciiCase(field.name, "content-length") ? 1 : 0;
        codings += base::EqualsIgnoreAsciiCase(field.name, "transfer-encoding") ? 1 : 0;
    }
    Require(hosts == 1 || (hosts == 0 && head.minor_version == 0));
    Require(lengths + codings <= 1);
    Require((head.framing == net::Framing::kChunked) == (codings == 1));
    Require((head.framing == net::Framing::kLength) == (lengths == 1));
}

void CheckHead(std::string_view bytes) {
    const net::HeadLimits limits{.target_bytes_max = 200, .head_bytes_max = 1'000, .fields_max = 12};
    net::Head head;
    const net::HeadVerdict whole = net::CheckHead(bytes, limits, head);
    if (whole.state == net::HeadState::kAccepted) {
        CheckAccepted(head, bytes);
        const Result<std::string> path = net::DecodePath(head.path);
        if (path.ok())
            Require(path->find('\0') == std::string::npos && (*path + "/").find("/../") == std::string::npos);
        static_cast<void>(net::ParseQuery(head.query));
    }
    // A prefix is never accepted before the end of the head, and never refused if the whole is accepted.
    net::Head partial;
    const std::size_t step = 1 + bytes.size() / 16;
    for (std::size_t size = 0; size < bytes.size(); size += step) {
        const net::HeadVerdict cut = net::CheckHead(bytes.substr(0, size), limits, partial);
        if (whole.state == net::HeadState::kAccepted) {
            Require(cut.state == (size < head.size ? net::HeadState::kIncomplete : net::HeadState::kAccepted));
        }
        if (cut.state == net::HeadState::kRejected) Require(whole.state == net::HeadState::kRejected);
    }
}

void CheckChunks(std::string_view bytes) {
    using State = net::ChunkDecoder::State;
    net::ChunkDecoder at_once;
    std::string data;
    std::string_view input = bytes;
    const State state = at_once.Feed(input, data, 1 << 20);
    Require(data.size() <= at_once.announced_bytes() && data.size() <= bytes.size());

    net::ChunkDecoder bytewise;
    std::string again;
    State last = State::kMore;
    std::size_t used = 0;
    while (used < bytes.size() && last == State::kMore) {
        std::string_view one = bytes.substr(used, 1);
        last = bytewise.Feed(one, again, 1 << 20);
        used += 1 - one.size();
    }
    Require(last == state && again == data);
    if (state == State::kDone) Require(used == bytes.size() - input.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    CheckHead(bytes);
    const std::size_t body = bytes.find("\r\n\r\n");
    if (body != std::string_view::npos) CheckChunks(bytes.substr(body + 4));
    return 0;
}
