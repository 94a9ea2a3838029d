#include "net/body_sink.h"

#include <algorithm>

namespace rt::net {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

}  // namespace

BodySink::BodySink(Core& core, const os::Address& client, const Head& head, std::uint64_t bytes_max, BodyTarget target)
    : core_(core), client_(client), target_(target), bytes_max_(bytes_max), remaining_(head.content_length) {
    if (head.framing == Framing::kChunked) chunks_.emplace();
}

BodySink::~BodySink() {
    if (reserved_ == 0) return;
    core_.body_memory.Give(reserved_);
    core_.body_memory_by_address.Give(client_, reserved_);
}

BodySink::State BodySink::FailWith(Code code, std::string detail) {
    error_ = Fail(code, std::move(detail));
    if (code == Code::kUnavailable || code == Code::kTooManyRequests) error_.retry_after_s = 1;
    return State::kFailed;
}

BodySink::State BodySink::Feed(std::string_view& input) {
    return chunks_ ? FeedChunked(input) : FeedLength(input);
}

BodySink::State BodySink::FeedLength(std::string_view& input) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size()));
    if (!Keep(input.substr(0, size))) return State::kFailed;
    input.remove_prefix(size);
    remaining_ -= size;
    return remaining_ == 0 ? State::kDone : State::kMore;
}

BodySink::State BodySink::FeedChunked(std::string_view& input) {
    while (true) {
        std::string data;
        const ChunkDecoder::State state = chunks_->Feed(input, data, kPieceBytes);
        if (chunks_->announced_bytes() > bytes_max_) return FailWith(Code::kBodyTooLarge, "chunked body");
        if (state == ChunkDecoder::State::kBad) return FailWith(Code::kBadRequest, "bad chunk");
        if (!Keep(data)) return State::kFailed;
        if (state == ChunkDecoder::State::kDone) return State::kDone;
        if (input.empty()) return State::kMore;
    }
}

bool BodySink::Keep(std::string_view data) {
    received_ += data.size();
    if (data.empty() || target_ == BodyTarget::kDiscard) return true;
    if (target_ == BodyTarget::kMemory) {
        if (!core_.body_memory_by_address.Take(client_, data.size())) {
            FailWith(Code::kTooManyRequests, "the client's share of body memory is used up");
            return false;
        }
        if (!core_.body_memory.Take(data.size())) {
            core_.body_memory_by_address.Give(client_, data.size());
            FailWith(Code::kUnavailable, "body memory is used up");
            return false;
        }
        reserved_ += data.size();
        memory_.append(data);
        return true;
    }
    if (!file_ && !OpenFile()) return false;
    if (!core_.upload_caps->bytes.Take(data.size())) {
        FailWith(Code::kUnavailable, "upload space is used up");
        return false;
    }
    const std::uint64_t before = file_->size();
    const Status status = file_->Append(data);
    if (!status.ok()) {
        core_.upload_caps->bytes.Give(data.size() - (file_->size() - before));
        error_ = status.error();
        return false;
    }
    return true;
}

bool BodySink::OpenFile() {
    const std::shared_ptr<UploadCaps> caps = core_.upload_caps;
    if (!caps->by_address.Enter(client_, core_.options.caps.uploads_per_address_max)) {
        error_ = Fail(Code::kTooManyRequests, "uploads of one address");
        error_.retry_after_s = 5;
        return false;
    }
    auto file = UploadedFile::Make(core_.options.upload_folder, [caps, client = client_](std::uint64_t size) {
        caps->bytes.Give(size);
        caps->by_address.Leave(client);
    });
    if (!file.ok()) {
        error_ = file.error();
        return false;
    }
    file_ = *std::move(file);
    return true;
}

void BodySink::MoveInto(Exchange& exchange) {
    exchange.body_bytes = received_;
    exchange.body = std::move(memory_);
    exchange.request.file = std::move(file_);
}

}  // namespace rt::net
