// Forms, their immutable versions, and the answers given to them (registration.md §3.3, invariant I11).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "registration/domain/form.h"
#include "registration/store/answer_parts.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

struct FormVersion {
    FormVersionId id;
    FormId form;
    std::int64_t no = 0;
    FormSchema schema;
    base::Time published_at;
    EventId event;
    FormStage stage = FormStage::kSubmit;
};

// nullopt: the event has no such form.
Result<std::optional<FormVersion>> CurrentForm(Reader& reader, EventId event, FormScope scope,
                                               FormStage stage = FormStage::kSubmit);
// A version by its number.
Result<std::optional<FormVersion>> FindVersion(Reader& reader, EventId event, FormScope scope, FormStage stage,
                                               std::int64_t no);
struct VersionItem {
    std::int64_t no = 0;
    base::Time published_at;
    std::int64_t answers = 0;  // sets given to it
};
// Newest first, at most 200.
Result<std::vector<VersionItem>> VersionsOf(Reader& reader, EventId event, FormScope scope, FormStage stage);
Result<std::optional<FormVersion>> FindFormVersion(Reader& reader, FormVersionId id);

struct NewFormVersion {
    EventId event;
    FormScope scope = FormScope::kTeam;
    FormStage stage = FormStage::kSubmit;
    FormSchema schema;
    std::string schema_json;  // EncodeSchema(schema)
    FormId fresh_form;        // used if there is no form yet
    FormVersionId version;
    std::optional<std::int64_t> no_before;  // If-Match: the version number the caller saw; nullopt: not asked
};
// Returns the number of the version. PRECONDITION_FAILED if another version came between.
Result<std::int64_t> PublishForm(Writer& writer, Commit& commit, const NewFormVersion& form);

// Checked answers, ready for the store: made before the commit, because sealing needs randomness.
struct SealedAnswers {
    AnswerSetId fresh;  // the id if the owner has none yet
    FormVersionId version;
    std::string data;                      // JSON of the plain fields
    std::optional<std::string> sensitive;  // sealed JSON of the others
    std::optional<std::string> id_bi;      // blind index of the identity number
    std::optional<Date> birth;             // from that number
    std::optional<Gender> gender;
    FormStage stage = FormStage::kSubmit;
    EventId event;
    std::vector<GivenFile> files;
    std::vector<UniqueValue> uniques;
    std::optional<std::int64_t> erase_after;  // days after the event's end when the first of them is erased
};
enum class AnswerOwner : std::uint8_t { kTeam, kMember };
// Inserts or replaces, with files and unique values; returns the row's id. `team`: of a member whose row is not there
// yet, for what must differ within it. VALIDATION_FAILED by field.
Result<AnswerSetId> PutAnswers(Writer& writer, base::Time now, AnswerOwner kind, std::int64_t owner,
                               const SealedAnswers& answers, TeamId team = {});

struct AnswerSet {
    AnswerSetId id;
    AnswerOwner owner_kind = AnswerOwner::kTeam;
    std::int64_t owner = 0;
    FormVersionId version;
    std::string data;
    std::optional<std::string> sensitive;
    std::vector<std::string> erased;  // keys whose answers were there once

    bool operator==(const AnswerSet&) const = default;
};
Result<std::optional<AnswerSet>> FindAnswers(Reader& reader, AnswerSetId id);
// What an owner gave at a stage; nullopt: nothing.
Result<std::optional<AnswerSet>> FindAnswersOf(Reader& reader, AnswerOwner kind, std::int64_t owner, FormStage stage);

// Does the current form of this scope ask for anything? Then a member or team without answers is not complete.
Result<bool> FormIsRequired(Reader& reader, EventId event, FormScope scope);

}  // namespace rt::registration::store
