// What becomes of the outbox rows of notices.h: inboxes of many are filled, and who has a mail address gets a mail.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "auth/identities.h"
#include "json/json.h"
#include "notify/courier.h"
#include "registration/service.h"
#include "storage/outbox/outbox.h"

namespace rt::registration {

// Thread-safe. Everything outlives it.
class NoticeMail {
  public:
    NoticeMail(const Needs& needs, const auth::Identities& identities, notify::Courier& courier)
        : needs_(needs), identities_(identities), courier_(courier) {}

    // Topics: inbox, inbox.all, registration.state, invite.mail.
    std::map<std::string, storage::outbox::Handler, std::less<>> Handlers();

  private:
    Status Mail(const storage::outbox::Message& message);
    enum class Told : std::uint8_t { kAlone, kWithOthers };
    Status Count(UserId user, std::int64_t id, Told told);
    Status MailTo(UserId user, std::int64_t id, std::int64_t row_id);
    Status MailInvitation(const storage::outbox::Message& message);
    Status FillInboxes(const storage::outbox::Message& message);
    // `all`: what NotifyAll() writes.
    Status FillInboxes(std::int64_t id, const json::Value& all);

    const Needs needs_;
    const auth::Identities& identities_;
    notify::Courier& courier_;
};

}  // namespace rt::registration
