// The messages that auth left in the outbox, opened as notify/ opens them.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "auth/messages.h"
#include "auth/service_internal.h"
#include "support/auth_fixture.h"

namespace rt::testing {

struct OutMessage {
    std::string topic;
    json::Value content;
    std::string Text(std::string_view key) const {
        const json::Value* value = content.Find(key);
        return value != nullptr && value->IsString() ? value->AsString() : std::string();
    }
};

// Oldest first.
inline std::vector<OutMessage> Outbox(AuthFixture& f) {
    constexpr storage::sql::Statement kAll{"test.outbox", "SELECT id, topic, payload FROM outbox ORDER BY id"};
    const crypto::Vault vault(f.options.field_ring, auth::kOutboxVaultUse, f.random);
    auto rows = f.db->Read([&](storage::sql::Reader& reader) {
        return reader.All<OutMessage>(kAll, {}, [&](const storage::sql::Row& row) {
            const auto payload = json::Decode(row.TextView(2));
            REQUIRE(payload.ok());
            const auto plain = vault.Open(auth::OutboxContext(row.Int(0)), payload->Find("sealed")->AsString());
            REQUIRE(plain.ok());
            return OutMessage{row.Text(1), *json::Decode(*plain)};
        });
    });
    REQUIRE(rows.ok());
    return *rows;
}

// The code of the last message, which must be one.
inline std::string LastCode(AuthFixture& f) {
    const auto all = Outbox(f);
    REQUIRE_FALSE(all.empty());
    const std::string code = all.back().Text("code");
    REQUIRE(code.size() == 6);
    return code;
}

inline auth::domain::Contact Mail(const std::string& text) {
    const auto contact = auth::ContactTyped(text);
    REQUIRE(contact);
    return *contact;
}

// An address for this user, proved by a code.
inline void LinkAddress(AuthFixture& f, const auth::User& user, const std::string& text) {
    const auto done =
        f.service->identities().Link(user.id, auth::ProofOf(Mail(text)), {user.id.value, "192.0.2.1", ""});
    REQUIRE_MESSAGE(done.ok(), (done.ok() ? "" : done.error().detail));
}

// A code other than this one.
inline std::string Wrong(const std::string& code) {
    std::string other = code;
    other[0] = other[0] == '9' ? '0' : static_cast<char>(other[0] + 1);
    return other;
}

}  // namespace rt::testing
