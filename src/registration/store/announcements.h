// What organisers tell people; desk_job.h carries it to them.
#pragma once

#include <string>
#include <vector>

#include "registration/store/commit.h"

namespace rt::registration::store {

inline constexpr std::int64_t kAnnouncementSizeMax = 5'000;

struct Announcement {
    std::int64_t id = 0;
    std::string public_id;
    EventId event;
    I18n subject;
    I18n body;
    UserId created_by;
    std::string author_name;  // filled when read
    base::Time created;
};
Status InsertAnnouncement(Writer& writer, Commit& commit, const Announcement& announcement);
// Newest first; `before` 0: the first page.
Result<std::vector<Announcement>> AnnouncementsOf(Reader& reader, EventId event, std::int64_t before,
                                                  std::int64_t limit);

}  // namespace rt::registration::store
