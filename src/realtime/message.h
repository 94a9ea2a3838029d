// An event on its way out, in the forms that the protocols want. Internal to realtime.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "realtime/realtime.h"

namespace rt::realtime {

using SharedBytes = std::shared_ptr<const std::string>;

// Names of messages: random, so that none tells how many others were sent, or when; a counter would tell one client how
// busy the others are. Thread-safe.
class Offsets {
  public:
    explicit Offsets(Random& random) : random_(random) {}
    // 12 characters of base64url.
    std::string Next();

  private:
    static constexpr std::size_t kBytes = 9;
    static constexpr std::size_t kDrawnAtOnce = 64;  // one call of the system for so many

    Random& random_;
    std::mutex mutex_;
    std::array<std::uint8_t, kBytes * kDrawnAtOnce> drawn_{};
    std::size_t used_ = kBytes * kDrawnAtOnce;
};

// Thread-safe. Each form is made when it is first asked for.
class Message {
  public:
    // `args_json`: the arguments, encoded, with commas between.
    Message(std::string_view name, std::string args_json, std::size_t args, MessageOptions options);

    // The Engine.IO frame of the event, without and with its offset as the last argument.
    SharedBytes Text(std::string_view nsp) const;
    SharedBytes TextWithOffset(std::string_view nsp, std::string_view offset) const;
    // The frame for plain JSON clients.
    SharedBytes Json() const;
    // What a client names to say how far it came: drawn once from `offsets`.
    std::string Offset(Offsets& offsets) const;

    const std::vector<SharedBytes>& attachments() const { return attachments_; }
    Delivery delivery() const { return delivery_; }
    // About what it takes in memory.
    std::size_t bytes() const { return bytes_; }

  private:
    std::string Encode(std::string_view nsp, std::string_view offset) const;

    const std::string name_json_;
    const std::string args_json_;
    const std::size_t args_;
    const std::optional<std::int64_t> seq_;
    const Delivery delivery_;
    std::vector<SharedBytes> attachments_;
    std::size_t bytes_ = 0;

    mutable std::mutex mutex_;
    mutable std::string nsp_;  // which the two texts are for
    mutable SharedBytes text_;
    mutable SharedBytes text_with_offset_;
    mutable SharedBytes json_;
    mutable std::string offset_;
};

// "1,{\"a\":2}" of [1,{"a":2}].
std::string EncodeArgs(const json::Array& args);

}  // namespace rt::realtime
