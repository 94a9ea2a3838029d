#include "auth/sealed.h"

#include <optional>
#include <string>

#include "auth/identity.h"
#include "auth/messages.h"
#include "auth/second_steps.h"
#include "crypto/vault.h"
#include "json/json.h"

namespace rt::auth {
namespace {

using storage::reseal::Column;
using storage::sql::Row;
using storage::sql::Statement;

constexpr Statement kSubjects{"reseal.identity", "SELECT id, subject FROM identity WHERE id > $1 ORDER BY id LIMIT $2"};
constexpr Statement kSetSubject{"reseal.set_identity",
                                "UPDATE identity SET subject = $3 WHERE id = $1 AND subject = $2"};
constexpr Statement kUndos{"reseal.identity_undo",
                           "SELECT old_id, old_subject FROM identity_undo WHERE old_id > $1"
                           " ORDER BY old_id LIMIT $2"};
constexpr Statement kSetUndo{"reseal.set_identity_undo",
                             "UPDATE identity_undo SET old_subject = $3 WHERE old_id = $1 AND old_subject = $2"};
constexpr Statement kSecrets{"reseal.totp", "SELECT user, secret FROM totp WHERE user > $1 ORDER BY user LIMIT $2"};
constexpr Statement kSetSecret{"reseal.set_totp", "UPDATE totp SET secret = $3 WHERE user = $1 AND secret = $2"};
constexpr Statement kMessages{"reseal.outbox",
                              "SELECT id, payload FROM outbox WHERE id > $1 AND state = 'PENDING'"
                              " AND payload LIKE '{\"sealed\":%' ORDER BY id LIMIT $2"};
constexpr Statement kSetMessage{"reseal.set_outbox", "UPDATE outbox SET payload = $3 WHERE id = $1 AND payload = $2"};

using Renewed = Result<std::optional<std::string>>;

Renewed Again(const crypto::Vault& vault, const std::string& context, const std::string& sealed) {
    if (!vault.IsOld(sealed)) return std::optional<std::string>();
    RT_TRY(const std::string plain, vault.Open(context, sealed));
    return std::optional(vault.Seal(context, plain));
}

Renewed AgainInside(const crypto::Vault& vault, const std::string& context, const std::string& payload) {
    RT_TRY(const json::Value decoded, json::Decode(payload));
    const json::Value* sealed = decoded.Find("sealed");
    if (sealed == nullptr || !sealed->IsString()) return std::optional<std::string>();
    RT_TRY(const auto again, Again(vault, context, sealed->AsString()));
    if (!again) return std::optional<std::string>();
    return std::optional(json::Encode(json::Object{{"sealed", *again}}));
}

}  // namespace

std::vector<Column> SealedColumns(const std::shared_ptr<const crypto::FieldRing>& ring, Random& random) {
    const crypto::Vault vault(ring, kVaultUse, random);
    const crypto::Vault outbox(ring, kOutboxVaultUse, random);
    const auto subject = [vault](const Row& row) {
        return Again(vault, SubjectContext(row.As<IdentityId>(0)), row.Text(1));
    };
    return {{.name = "identity.subject", .page = kSubjects, .update = kSetSubject, .again = subject},
            {.name = "identity_undo.old_subject", .page = kUndos, .update = kSetUndo, .again = subject},
            {.name = "totp.secret",
             .page = kSecrets,
             .update = kSetSecret,
             .again = [vault](const Row& row) { return Again(vault, TotpContext(row.As<UserId>(0)), row.Text(1)); }},
            {.name = "outbox.payload", .page = kMessages, .update = kSetMessage, .again = [outbox](const Row& row) {
                 return AgainInside(outbox, OutboxContext(row.Int(0)), row.Text(1));
             }}};
}

}  // namespace rt::auth
