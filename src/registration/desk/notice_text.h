// A message of the inbox in words. The texts are notify/messages.def's.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "json/json.h"
#include "notify/courier.h"
#include "registration/privacy.h"
#include "registration/store/inbox.h"

namespace rt::registration {

// What a message looks like; nullopt when there is no text for its kind.
struct NoticeText {
    const notify::MessageText* text = nullptr;
    notify::Params params;              // `expires` RFC 3339, `link` a path of ours
    std::optional<base::Time> expires;  // an offer or a link: of no use after
    std::string free_text;              // an announcement
};
Result<std::optional<NoticeText>> TextOf(const Privacy& privacy, const store::InboxItem& item, base::Locale locale);

// For the page: {id, kind, title, body, link, event, team, registration, params, created, read}.
Result<json::Object> NoticeJson(const Privacy& privacy, const store::InboxItem& item, base::Locale locale);

}  // namespace rt::registration
