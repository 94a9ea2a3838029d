// Texts of players before others see them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace rt::avalon {

enum class TextVerdict : std::uint8_t {
    kPass,
    kRefused,
    kUnchecked,  // nobody could tell: the service failed or was late
};

// Thread-safe.
class TextCheck {
  public:
    virtual ~TextCheck() = default;
    // Never waits. `done` is called once, from any thread; what comes after kTextCheckMillis is too late.
    virtual void Check(std::int64_t user_id, const std::string& text, std::function<void(TextVerdict)> done) = 0;
};
inline constexpr std::int64_t kTextCheckMillis = 3'000;

}  // namespace rt::avalon
