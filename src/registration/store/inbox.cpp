#include "registration/store/inbox.h"

#include "registration/store/i18n.h"

namespace rt::registration::store {
namespace {

#define RT_INBOX                                                                                            \
    "SELECT i.id, i.kind, i.params, i.created, i.read_at, COALESCE(e.public_id, ''), COALESCE(e.slug, '')," \
    " COALESCE(e.title, '{}'), COALESCE(t.public_id, ''), COALESCE(t.name, ''), COALESCE(r.public_id, '')," \
    " COALESCE(r.friendly_no, 0), COALESCE(a.subject, '{}'), COALESCE(a.body, '{}') FROM inbox i"           \
    " LEFT JOIN event e ON e.id = i.event LEFT JOIN team t ON t.id = i.team"                                \
    " LEFT JOIN registration r ON r.id = i.registration LEFT JOIN announcement a ON a.id = i.announcement"  \
    " WHERE i.\"user\" = $1 "
constexpr Statement kList{"inbox.list", RT_INBOX "AND ($2 = 0 OR i.id < $2) ORDER BY i.id DESC LIMIT $3"};
// Unread ones are looked for among the newest only, so that an old inbox costs no more.
constexpr Statement kUnread{
    "inbox.unread", RT_INBOX
    "AND i.id IN (SELECT n.id FROM (SELECT m.id, m.read_at FROM inbox m WHERE m.\"user\" = $1"
    " AND ($2 = 0 OR m.id < $2) ORDER BY m.id DESC LIMIT $4) n WHERE n.read_at IS NULL) ORDER BY i.id DESC LIMIT $3"};
constexpr Statement kOne{"inbox.one", RT_INBOX "AND i.id = $2"};
#undef RT_INBOX
constexpr Statement kCount{"inbox.count_unread",
                           "SELECT COUNT(*) FROM (SELECT 1 FROM (SELECT read_at FROM inbox WHERE \"user\" = $1"
                           " ORDER BY id DESC LIMIT $2) n WHERE n.read_at IS NULL LIMIT $3) c"};
constexpr Statement kMark{"inbox.mark_read",
                          "UPDATE inbox SET read_at = COALESCE(read_at, $3) WHERE \"user\" = $1 AND id = $2"};
constexpr Statement kMarkAll{"inbox.mark_all_read",
                             "UPDATE inbox SET read_at = $2 WHERE \"user\" = $1 AND read_at IS NULL AND id IN"
                             " (SELECT id FROM inbox WHERE \"user\" = $1 ORDER BY id DESC LIMIT $3)"};
constexpr Statement kPreference{"message_preference.of",
                                "SELECT mail, announcements, rev FROM message_preference WHERE \"user\" = $1"};
constexpr Statement kFirst{"message_preference.insert",
                           "INSERT INTO message_preference (\"user\", mail, announcements, rev)"
                           " VALUES ($1, $2, $3, 1) ON CONFLICT (\"user\") DO NOTHING"};
constexpr Statement kSet{"message_preference.set",
                         "UPDATE message_preference SET mail = $2, announcements = $3, rev = rev + 1"
                         " WHERE \"user\" = $1 AND rev = $4"};
constexpr Statement kAfter{"inbox.after",
                           "SELECT \"user\", id, created FROM inbox WHERE (\"user\", id) > ($1, $2)"
                           " ORDER BY \"user\", id LIMIT $3"};
constexpr Statement kDelete{"inbox.delete", "DELETE FROM inbox WHERE \"user\" = $1 AND id = $2"};

// Somebody who declined has no person in the team; he has one of his own if he ever took part.
constexpr Statement kMember{"inbox.member",
                            "SELECT m.managed_by_user, COALESCE(p.name, s.name, ''), COALESCE(u.display_name, '')"
                            " FROM team_member m LEFT JOIN person p ON p.id = m.person LEFT JOIN person s"
                            " ON s.owner_user = m.managed_by_user AND s.relation = 'SELF'"
                            " LEFT JOIN \"user\" u ON u.id = m.managed_by_user WHERE m.public_id = $1"};

json::Value ParamsOf(std::string_view text) {
    auto decoded = json::Decode(text);
    return decoded.ok() && decoded->IsObject() ? *std::move(decoded) : json::Value(json::Object{});
}

InboxItem Read(const Row& row) {
    InboxItem out;
    out.id = row.Int(0);
    out.kind = row.Text(1);
    out.params = ParamsOf(row.TextView(2));
    out.created = row.Time(3);
    out.read = !row.IsNull(4);
    out.event_public_id = row.Text(5);
    out.event_slug = row.Text(6);
    out.event_title = DecodeI18n(row.TextView(7));
    out.team_public_id = row.Text(8);
    out.team_name = row.Text(9);
    out.registration_public_id = row.Text(10);
    out.friendly_no = row.Int(11);
    out.subject = DecodeI18n(row.TextView(12));
    out.body = DecodeI18n(row.TextView(13));
    return out;
}

Status NameMember(Reader& reader, InboxItem& item) {
    const json::Value* member = item.params.Find("member");
    if (member == nullptr || !member->IsString()) return Ok();
    RT_TRY(auto found, reader.Find<InboxMember>(kMember, {member->AsString()}, [](const Row& row) {
        return InboxMember{row.As<UserId>(0), row.Text(1), row.Text(2)};
    }));
    item.member = found.value_or(InboxMember{});
    return Ok();
}

}  // namespace

Result<std::vector<InboxItem>> ListInbox(Reader& reader, const InboxPage& page) {
    std::vector<InboxItem> out;
    if (page.unread_only) {
        RT_TRY(out, reader.All<InboxItem>(kUnread, {page.user, page.before, page.limit, kInboxLookedAtMax}, Read));
    } else {
        RT_TRY(out, reader.All<InboxItem>(kList, {page.user, page.before, page.limit}, Read));
    }
    for (InboxItem& item : out) RT_CHECK_OK(NameMember(reader, item));
    return out;
}

Result<std::optional<InboxItem>> FindInboxItem(Reader& reader, UserId user, std::int64_t id) {
    RT_TRY(auto out, reader.Find<InboxItem>(kOne, {user, id}, Read));
    if (out.has_value()) RT_CHECK_OK(NameMember(reader, *out));
    return out;
}

Result<std::int64_t> CountUnread(Reader& reader, UserId user) {
    RT_TRY(const auto count, reader.FindInt(kCount, {user, kInboxLookedAtMax, kUnreadShownMax}));
    return count.value_or(0);
}

Status MarkRead(Writer& writer, UserId user, std::int64_t id, base::Time now) {
    return writer.RunOne(kMark, {user, id, now}, Code::kNotFound);
}

Result<std::int64_t> MarkAllRead(Writer& writer, UserId user, base::Time now) {
    return writer.Run(kMarkAll, {user, now, kInboxLookedAtMax});
}

Result<MessagePreference> PreferenceOf(Reader& reader, UserId user) {
    RT_TRY(const auto found, reader.Find<MessagePreference>(kPreference, {user}, [](const Row& row) {
        return MessagePreference{row.Flag(0), row.Flag(1), row.Int(2)};
    }));
    return found.value_or(MessagePreference{});
}

Status SetPreference(Writer& writer, UserId user, const MessagePreference& preference) {
    if (preference.rev == 0) {
        return writer.RunOne(kFirst, {user, preference.mail, preference.announcements}, Code::kPreconditionFailed);
    }
    return writer.RunOne(kSet, {user, preference.mail, preference.announcements, preference.rev},
                         Code::kPreconditionFailed);
}

Result<InboxPlace> SweepInbox(Writer& writer, const InboxPlace& after, base::Time now, std::int64_t rows_max) {
    InboxPlace last;
    std::int64_t seen = 0;
    std::vector<InboxPlace> old;
    const base::Time before = now.Plus(-kInboxKept);
    RT_CHECK_OK(writer.Each(kAfter, {after.user, after.id, rows_max}, [&](const Row& row) {
        last = {row.As<UserId>(0), row.Int(1)};
        ++seen;
        if (row.Time(2) < before) old.push_back(last);
    }));
    for (const InboxPlace& place : old) RT_CHECK_OK(writer.Run(kDelete, {place.user, place.id}));
    return seen < rows_max ? InboxPlace{} : last;
}

}  // namespace rt::registration::store
