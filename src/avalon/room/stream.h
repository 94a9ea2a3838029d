// What one viewer was shown: patches from one view to the next, numbered, the last of them kept for who was away.
// Everything in it comes from views, so nothing a view does not tell can be told by a patch.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "avalon/room/line.h"
#include "json/json.h"

namespace rt::avalon {

// The members of an object, each encoded.
using Members = std::vector<std::pair<std::string, std::string>>;
Members MembersOf(const json::Object& object);
std::string Encode(const Members& members);

// `"set":{...},"add":{...}` in braces; empty when nothing has changed. A member that is an array and has only grown
// goes into `add`; members that are gone are set to null.
std::string Patch(const Members& before, const Members& now);

// One view in parts. Without a game `game` is absent.
struct Shown {
    Members you;
    Members room;
    std::optional<Members> game;
};

inline constexpr std::size_t kKeptFrames = 64;
inline constexpr std::size_t kKeptBytes = 64 << 10;

// Not thread-safe.
class Stream {
  public:
    // `first_seq`: above every number that an earlier stream of this viewer can have used (the time in milliseconds).
    Stream(std::string room_id, std::int64_t first_seq) : room_id_(std::move(room_id)), seq_(first_seq) {}

    // Goes on to `now`; the frame that tells it, or null when nothing has changed.
    FramePtr Update(Shown now);
    // `messages`: encoded chat messages with commas between.
    FramePtr Chat(std::string_view messages);
    // The number of the last event, with nothing in it; not kept.
    FramePtr Silence() const;
    // The whole of what was shown last, with `you` in the place of the viewer's own part. `chat`: as above.
    FramePtr Whole(const Members& you, std::string_view chat) const;
    // What came after `seq`; nullopt when that is not known any more.
    std::optional<std::vector<FramePtr>> Since(std::int64_t seq) const;
    std::int64_t seq() const { return seq_; }

  private:
    FramePtr Event(std::string_view type, const std::string& data) const;
    FramePtr Keep(std::string_view type, const std::string& data);

    std::string room_id_;
    std::int64_t seq_;
    Shown shown_;
    std::deque<FramePtr> kept_;
    std::size_t kept_bytes_ = 0;
};

}  // namespace rt::avalon
