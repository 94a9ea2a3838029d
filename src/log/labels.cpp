#include "log/labels.h"

#include <algorithm>
#include <memory>

#include "log/line.h"

namespace rt::log {
namespace {

constexpr auto kOwnKeys = std::to_array<std::string_view>({"timestamp", "level", "message", "service", "version"});

}  // namespace

Label MakeLabel(std::string_view key) {
    // A second member of the same name would make two readers see two things.
    const bool own = std::find(kOwnKeys.begin(), kOwnKeys.end(), key) != kOwnKeys.end();
    Label label{std::string(key), ",", IsRedacted(key)};
    AppendText(label.text, own ? "field_" + label.key : label.key);
    label.text += ':';
    return label;
}

Labels::~Labels() {
    for (const auto& place : places_) const std::unique_ptr<const Label> gone(place.load());
}

const Label* Labels::Find(std::string_view key) {
    if (key.empty() || key.size() > kFieldNameBytesMax) return nullptr;
    const std::size_t front = static_cast<unsigned char>(key.front());
    const std::size_t back = static_cast<unsigned char>(key.back());
    std::atomic<const Label*>& place = places_.at((front * 7 + back * 31 + key.size() * 61) % kPlaces);
    const Label* label = place.load(std::memory_order_acquire);
    if (label == nullptr) {
        auto made = std::make_unique<const Label>(MakeLabel(key));
        // Unless another thread was first.
        if (place.compare_exchange_strong(label, made.get(), std::memory_order_acq_rel)) label = made.release();
    }
    return label->key == key ? label : nullptr;
}

}  // namespace rt::log
