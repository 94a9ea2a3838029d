// What a row of an export says of a registration.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

struct ExportedRegistration {
    std::string public_id;
    std::int64_t friendly_no = 0;
    std::string state;
    std::int64_t review_stage = 0;
    std::string source;
    std::optional<base::Time> submitted_at;
    std::optional<base::Time> approved_at;
    std::string reason;
    I18n division_name;
    TeamId team;
    std::string team_name;
    std::int64_t members = 0;
    std::string club_name;
    std::string tags;  // filled by the caller
};
Result<std::optional<ExportedRegistration>> FindExported(Reader& reader, RegistrationId id);
// By name, with semicolons.
Result<std::string> TagNamesOf(Reader& reader, RegistrationId id);

// The versions of a form before the current one to which there are answers, newest first; at most 200.
Result<std::vector<FormVersionId>> FormerVersionsAnswered(Reader& reader, FormId form);

}  // namespace rt::registration::store
