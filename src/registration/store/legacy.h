// What was taken over from the original service (`import mongodump`): a record for each document, and the commands that
// enter its people, teams and registrations by the same rules as everything else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/json.h"
#include "registration/store/import_team.h"

namespace rt::registration::store {

enum class LegacyKind : std::uint8_t { kUser, kTeam, kRegistration, kPayment };
std::string_view Word(LegacyKind kind);

// What an actor signs with who takes over old data: nobody is sent a message about it (notices.h).
inline constexpr std::string_view kLegacyVia = "import:mongodump";

struct LegacyRecord {
    std::int64_t id = 0;
    std::string collection;
    std::string legacy_id;
    LegacyKind kind = LegacyKind::kUser;
    std::int64_t entity = 0;  // 0: nothing but this record
    UserId owner;             // 0: nobody's
    std::string document;     // sealed for Owner::kLegacyRecord and this id; empty: nothing is left over
};
// ALREADY_EXISTS when the document was taken over before.
Status PutLegacy(Writer& writer, base::Time now, const LegacyRecord& record);
Result<bool> HasLegacy(Reader& reader, std::string_view collection, std::string_view legacy_id);

// What a document of this kind has become; nullopt: it was not taken over.
struct LegacyRef {
    std::int64_t entity = 0;
    UserId owner;
};
Result<std::optional<LegacyRef>> FindLegacy(Reader& reader, LegacyKind kind, std::string_view legacy_id);
// As much of an account as its teams need.
struct LegacyUser {
    UserId id;
    std::string display_name;
    PersonId self;  // 0: he was never asked for his name
};
Result<std::optional<LegacyUser>> FindLegacyUser(Reader& reader, std::string_view legacy_id);

struct LegacyPayment {
    std::int64_t id = 0;
    std::string order_no;
    std::optional<std::int64_t> registration;
    std::string legacy_registration;
    std::optional<std::int64_t> amount;  // fen
    std::string state;
    std::string channel;
    std::string transaction_id;
    std::optional<base::Time> paid_at;
};
// ALREADY_EXISTS when the order number is another payment's.
Status PutLegacyPayment(Writer& writer, std::int64_t record, const LegacyPayment& payment);

// Where a registration is to arrive, after its submit.
enum class LegacyState : std::uint8_t { kSubmitted, kConfirmed, kRejected, kWithdrawn, kCancelled };
struct LegacyArrival {
    LegacyState state = LegacyState::kSubmitted;
    std::optional<base::Time> submitted;  // as it was there; nullopt: now
};
// A team, entered as import_team.h says; those of `own` take part as themselves (the captain is 0).
struct LegacyTeam {
    ImportTeam team;
    std::vector<std::size_t> own;
    std::optional<LegacyArrival> arrival;  // with team.submit
};
// What Import() refuses, and what the commands that lead to the state do.
Status EnterLegacy(Writer& writer, Commit& commit, const LegacyTeam& command);
Status SubmitLegacy(Writer& writer, Commit& commit, const SubmitTeam& submit, const LegacyArrival& arrival);

// What is kept of a person, sealed, with the ids it is sealed for; at most `rows`.
struct LegacyDocument {
    std::int64_t id = 0;
    std::string collection;
    std::string document;
};
Result<std::vector<LegacyDocument>> LegacyDocumentsOf(Reader& reader, UserId owner, std::int64_t rows);
Status EraseLegacyDocuments(Writer& writer, UserId owner);

}  // namespace rt::registration::store
