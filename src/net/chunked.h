// The chunked transfer coding (RFC 9112 §7.1), decoded strictly and in pieces. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rt::net {

// One body. Chunk extensions and trailer fields are checked, counted against their caps and dropped. Not thread-safe.
class ChunkDecoder {
  public:
    static constexpr std::size_t kSizeDigitsMax = 12;
    static constexpr std::size_t kLineBytesMax = 256;        // size and extensions of one chunk
    static constexpr std::size_t kExtensionBytesMax = 4096;  // of all chunks: they are no way to send endless nothing
    static constexpr std::size_t kTrailerBytesMax = 4096;

    enum class State : std::uint8_t { kMore, kDone, kBad };

    // Takes bytes from the front of `input` and appends decoded data to `out`. Stops early once `out` holds
    // `out_bytes_max` bytes, at the end of the body (what follows stays in `input`), or at the first bad byte.
    State Feed(std::string_view& input, std::string& out, std::size_t out_bytes_max);

    // Sizes of the chunks announced so far, so that a cap can be applied before the data comes.
    std::uint64_t announced_bytes() const { return announced_bytes_; }

  private:
    enum class Step : std::uint8_t { kSizeLine, kData, kDataEnd, kTrailer, kDone, kBad };

    bool TakeLine(std::string_view& input, std::size_t line_bytes_max);
    bool OnSizeLine();
    bool OnTrailerLine();
    void OnData(std::string_view& input, std::string& out, std::size_t out_bytes_max);

    Step step_ = Step::kSizeLine;
    std::string line_;
    bool line_complete_ = false;
    std::uint64_t remaining_ = 0;
    std::uint64_t announced_bytes_ = 0;
    std::size_t extension_bytes_ = 0;
    std::size_t trailer_bytes_ = 0;
};

}  // namespace rt::net
