// The payload of permessage-deflate (RFC 7692 §7.2): zlib behind two small classes. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace rt::net {

// Between two messages: forget the window, or keep it (context takeover).
enum class DeflateContext : std::uint8_t { kFresh, kKept };

class MessageDeflater {
  public:
    // About 270 KB at 15 bits. `window_bits`: 9 to 15.
    explicit MessageDeflater(int window_bits);
    ~MessageDeflater();
    MessageDeflater(const MessageDeflater&) = delete;
    MessageDeflater& operator=(const MessageDeflater&) = delete;

    // One message, without the 00 00 FF FF at its end. false: no memory; `out` is then of no use.
    bool Deflate(std::string_view plain, DeflateContext context, std::string& out);

  private:
    struct Stream;
    std::unique_ptr<Stream> stream_;  // null: no memory
};

enum class InflateResult : std::uint8_t { kDone, kTooBig, kBad, kNoMemory };

class MessageInflater {
  public:
    // Up to 45 KB; reads what any window wrote.
    MessageInflater();
    ~MessageInflater();
    MessageInflater(const MessageInflater&) = delete;
    MessageInflater& operator=(const MessageInflater&) = delete;

    // One whole message. kTooBig as soon as more than `bytes_max` come out; no more than that is ever held.
    InflateResult Inflate(std::string_view packed, DeflateContext context, std::size_t bytes_max, std::string& out);

  private:
    struct Stream;
    InflateResult Feed(std::string_view packed, std::size_t bytes_max, std::string& out);
    bool GoOnAfterEnd();

    std::unique_ptr<Stream> stream_;  // null: no memory
};

// What the sockets of one reactor share when they keep no context.
class SharedDeflate {
  public:
    // The compressed form of a message for a window, null if it is no smaller. A message to a room is compressed once.
    std::shared_ptr<const std::string> Deflate(const std::shared_ptr<const std::string>& plain, int window_bits);
    MessageInflater& inflater();

  private:
    static constexpr int kBitsMin = 9;
    struct OfWindow {
        std::unique_ptr<MessageDeflater> deflater;
        std::shared_ptr<const std::string> last;  // held, so that its address means this message
        std::shared_ptr<const std::string> last_packed;
    };
    std::array<OfWindow, 7> windows_;
    std::unique_ptr<MessageInflater> inflater_;
};

}  // namespace rt::net
