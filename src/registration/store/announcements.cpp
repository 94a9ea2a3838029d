#include "registration/store/announcements.h"

#include "registration/store/i18n.h"
#include "registration/store/journal.h"

namespace rt::registration::store {
namespace {

constexpr Statement kInsert{"announcement.insert",
                            "INSERT INTO announcement (id, public_id, event, subject, body, created_by, created)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7)"};
constexpr Statement kList{
    "announcement.list",
    "SELECT a.id, a.public_id, a.event, a.subject, a.body, a.created_by, COALESCE(u.display_name, ''), a.created"
    " FROM announcement a LEFT JOIN \"user\" u ON u.id = a.created_by WHERE a.event = $1 AND ($2 = 0 OR a.id < $2)"
    " ORDER BY a.id DESC LIMIT $3"};

}  // namespace

Status InsertAnnouncement(Writer& writer, Commit& commit, const Announcement& announcement) {
    RT_CHECK_OK(
        writer.RunOne(kInsert,
                      {announcement.id, announcement.public_id, announcement.event, EncodeI18n(announcement.subject),
                       EncodeI18n(announcement.body), announcement.created_by, commit.now},
                      Code::kInternal));
    return Record(writer, commit,
                  {"announcement.create", "announcement", announcement.id, announcement.event, {}, {}, {}});
}

Result<std::vector<Announcement>> AnnouncementsOf(Reader& reader, EventId event, std::int64_t before,
                                                  std::int64_t limit) {
    return reader.All<Announcement>(kList, {event, before, limit}, [](const Row& row) {
        return Announcement{row.Int(0),
                            row.Text(1),
                            row.As<EventId>(2),
                            DecodeI18n(row.TextView(3)),
                            DecodeI18n(row.TextView(4)),
                            row.As<UserId>(5),
                            row.Text(6),
                            row.Time(7)};
    });
}

}  // namespace rt::registration::store
