// The names of fields as they stand in lines: a name is checked and quoted once, not in every line.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

namespace rt::log {

struct Label {
    std::string key;
    std::string text;       // `,"key":`
    bool redacted = false;  // its values are not logged
};

Label MakeLabel(std::string_view key);

// The names that were met. Thread-safe; what Find() returned lives as long as this.
class Labels {
  public:
    Labels() = default;
    ~Labels();
    Labels(const Labels&) = delete;
    Labels& operator=(const Labels&) = delete;

    // Null if another name has the place of this one, or it is longer than names are: it is made for its line then.
    const Label* Find(std::string_view key);

  private:
    static constexpr std::size_t kPlaces = 256;
    std::array<std::atomic<const Label*>, kPlaces> places_{};
};

}  // namespace rt::log
