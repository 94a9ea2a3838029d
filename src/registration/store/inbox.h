// The inbox of a person: reading it, marking it read, and how he wants to be told. notices.h fills it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "registration/store/commit.h"

namespace rt::registration::store {

// Whom a message names; nobody when both names are empty.
struct InboxMember {
    UserId user;               // who manages him
    std::string name;          // the person's, sealed; empty where there is none
    std::string display_name;  // of the account
};
// A message with what it is about, looked up now.
struct InboxItem {
    std::int64_t id = 0;
    std::string kind;  // a word of NoticeKind, perhaps of a later version
    json::Value params;
    base::Time created;
    bool read = false;
    std::string event_public_id;  // empty: none
    std::string event_slug;
    I18n event_title;
    std::string team_public_id;  // empty: none
    std::string team_name;
    std::string registration_public_id;  // empty: none
    std::int64_t friendly_no = 0;
    I18n subject;  // of an announcement
    I18n body;
    InboxMember member;
};

inline constexpr std::int64_t kUnreadShownMax = 100;      // counted no further
inline constexpr std::int64_t kInboxLookedAtMax = 1'000;  // newest messages that are looked at for unread ones

struct InboxPage {
    UserId user;
    std::int64_t before = 0;  // id of the last one seen; 0: the first page
    bool unread_only = false;
    std::int64_t limit = 20;
};
// Newest first.
Result<std::vector<InboxItem>> ListInbox(Reader& reader, const InboxPage& page);
Result<std::optional<InboxItem>> FindInboxItem(Reader& reader, UserId user, std::int64_t id);
// At most kUnreadShownMax.
Result<std::int64_t> CountUnread(Reader& reader, UserId user);
// NOT_FOUND when there is no such message.
Status MarkRead(Writer& writer, UserId user, std::int64_t id, base::Time now);
// Marks at most kInboxLookedAtMax of the newest; returns how many.
Result<std::int64_t> MarkAllRead(Writer& writer, UserId user, base::Time now);

struct MessagePreference {
    bool mail = true;           // messages go out by mail as well
    bool announcements = true;  // those of organisers too; the inbox has them anyway
    std::int64_t rev = 0;       // 0: never set
};
Result<MessagePreference> PreferenceOf(Reader& reader, UserId user);
// If the row still has revision `preference.rev`; else PRECONDITION_FAILED.
Status SetPreference(Writer& writer, UserId user, const MessagePreference& preference);

// Removes messages older than kInboxKept, looking at `rows_max` rows after (`user`, `id`); returns where to go on, 0
// for both at the end.
inline constexpr std::int64_t kInboxKept = 400 * base::kMicrosPerDay;
struct InboxPlace {
    UserId user;
    std::int64_t id = 0;
};
Result<InboxPlace> SweepInbox(Writer& writer, const InboxPlace& after, base::Time now, std::int64_t rows_max);

}  // namespace rt::registration::store
