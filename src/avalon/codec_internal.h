// Words of enumerations in JSON, and small readers that the codec's files share.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "avalon/codec.h"

namespace rt::avalon {

// The value whose Name() is `word`; `count` values from 0 on.
template <class E>
std::optional<E> Named(std::string_view word, int count) {
    for (int i = 0; i < count; ++i) {
        if (Name(static_cast<E>(i)) == word) return static_cast<E>(i);
    }
    return std::nullopt;
}

// A mistake noted at `field` of the input.
inline void NoteWrong(json::Reader& in, std::string_view key, std::string_view zh, std::string_view en) {
    in.Note(in.PathOf(key), {std::string(zh), std::string(en)});
}

// A list of different seats 0..9; empty when absent.
SeatSet ReadSeats(json::Reader& in, std::string_view key);
// kNobody when absent.
Seat ReadSeat(json::Reader& in, std::string_view key);

}  // namespace rt::avalon
