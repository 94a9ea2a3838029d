// Receives one request body: framing, limits, and where it goes (memory, file, nowhere). Internal to net.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/chunked.h"
#include "net/exchange.h"
#include "net/upload.h"

namespace rt::net {

enum class BodyTarget : std::uint8_t { kMemory, kFile, kDiscard };

class BodySink {
  public:
    // `bytes_max` is the route's limit.
    BodySink(Core& core, const os::Address& client, const Head& head, std::uint64_t bytes_max, BodyTarget target);
    ~BodySink();
    BodySink(const BodySink&) = delete;
    BodySink& operator=(const BodySink&) = delete;

    enum class State : std::uint8_t { kMore, kDone, kFailed };

    // Takes bytes of the body from the front of `input`. After kFailed see error(); the rest of the body is unread.
    State Feed(std::string_view& input);

    const Error& error() const { return error_; }
    std::uint64_t bytes() const { return received_; }
    // After kDone: what was received goes into the exchange. The memory stays on the account until this object goes.
    void MoveInto(Exchange& exchange);

  private:
    State FeedLength(std::string_view& input);
    State FeedChunked(std::string_view& input);
    bool Keep(std::string_view data);
    bool OpenFile();
    State FailWith(Code code, std::string detail);

    Core& core_;
    const os::Address client_;
    const BodyTarget target_;
    const std::uint64_t bytes_max_;
    std::optional<ChunkDecoder> chunks_;
    std::uint64_t remaining_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t reserved_ = 0;  // of the memory budget
    std::string memory_;
    std::shared_ptr<UploadedFile> file_;
    Error error_;
};

}  // namespace rt::net
