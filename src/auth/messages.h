// What auth tells people: rows of the outbox, in the commit of their cause. The text is sealed, because it names a
// person and may hold a code; notify/ opens it just before it is sent.
//
// Topics: mail.code, sms.code, mail.notice, sms.notice, mail.invitation. The payload is {"sealed": ...}; inside is a
// JSON object with to, locale, kind and what that kind needs. none.code goes to nobody: the same work for an address
// without an account.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "auth/domain/contact.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/result.h"
#include "crypto/vault.h"
#include "json/json.h"
#include "storage/sql/database.h"

namespace rt::auth {

// The use of the vault (crypto/vault.h) that seals payloads, and the context of one row.
inline constexpr std::string_view kOutboxVaultUse = "outbox";
std::string OutboxContext(std::int64_t row_id);

// Made before the writer's closure, added inside.
struct Message {
    std::int64_t id = 0;
    std::string topic;
    std::string payload;
};

// What happened to somebody's account.
struct Notice {
    std::string_view kind;  // "password_changed"; static storage
    base::Time at;
    std::string device{};   // label of the client that did it; empty: not told
    std::string client{};   // its address, masked
    std::string link{};     // path of a page of ours
    std::string changed{};  // masked new address
};

// What a mail that invites to an organisation says. `link`: path of a page of ours.
struct InvitationText {
    std::string organisation;
    std::string inviter;
    std::string_view role;  // for people, in the language of the mail; static storage
    std::string link;
    base::Time expires;
};

// Thread-safe.
class Messages {
  public:
    Messages(crypto::Vault vault, IdGenerator& ids) : vault_(std::move(vault)), ids_(ids) {}

    // `to` nullopt: a row of the same size for nobody.
    Message Code(const std::optional<domain::Contact>& to, base::Locale locale, std::string_view kind,
                 std::string_view code, base::Time expires) const;
    Message Tell(const domain::Contact& to, base::Locale locale, const Notice& notice) const;
    // `to`: an e-mail address.
    Message Invite(const domain::Contact& to, base::Locale locale, const InvitationText& invitation) const;
    static Status AddIn(storage::sql::Writer& writer, const Message& message, base::Time now);

  private:
    Message Sealed(std::string topic, json::Object content) const;

    crypto::Vault vault_;
    IdGenerator& ids_;
};

}  // namespace rt::auth
