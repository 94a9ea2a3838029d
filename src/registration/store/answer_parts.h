// What hangs on a set of answers: the files it names, and what of it must differ from the answers of others. Parts of
// the commit that writes the answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/domain/words.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

// A file that an answer names; the ids are for its row if it is new.
struct GivenFile {
    std::string field;
    std::string file;  // public id
    std::int64_t fresh = 0;
    std::string fresh_public_id;
};
// An answer that nobody else may give.
struct UniqueValue {
    std::string field;
    UniqueScope scope = UniqueScope::kEvent;
    std::string value;  // blind index
};

// Files named anew are kept from now on, those no longer named go; a file that stays keeps its review. A file is taken
// once: VALIDATION_FAILED by field if it is gone, refused by the scan, or named by other answers.
Status PutFiles(Writer& writer, AnswerSetId answers, const std::vector<GivenFile>& files);
// One conditional write a value; VALIDATION_FAILED by field if somebody who takes part has given the same. `team`: of
// the owner.
Status PutUniques(Writer& writer, AnswerSetId answers, EventId event, TeamId team,
                  const std::vector<UniqueValue>& values);
// Lets all of its files go, and of the fields named if any are.
Status DropFiles(Writer& writer, AnswerSetId answers, const std::vector<std::string>& fields);
Status DropUniques(Writer& writer, AnswerSetId answers);

struct AnswerFile {
    std::int64_t id = 0;
    std::string public_id;
    AnswerSetId answers;
    std::string field;
    std::string file;
    FileReview state = FileReview::kPending;
    std::optional<std::string> reason;
    std::optional<base::Time> reviewed_at;
    std::int64_t rev = 1;
};
Result<std::vector<AnswerFile>> FilesOf(Reader& reader, AnswerSetId answers);
// With the event it belongs to.
struct AnswerFileAt {
    AnswerFile file;
    EventId event;
};
Result<std::optional<AnswerFileAt>> FindAnswerFile(Reader& reader, std::string_view public_id);
// The answer that names a file of this public id, and whose event it belongs to.
struct FileUse {
    std::int64_t id = 0;
    EventId event;
    OrganisationId organisation;
};
Result<std::optional<FileUse>> FindUseOfFile(Reader& reader, std::string_view file);
// PRECONDITION_FAILED unless it has this revision.
Status ReviewFile(Writer& writer, Commit& commit, const AnswerFileAt& file, std::int64_t rev, FileReview state,
                  std::string_view reason);

}  // namespace rt::registration::store
