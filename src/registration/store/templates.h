// Templates of an organisation: events that are kept for being copied (registration.md §3.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/store/commit.h"

namespace rt::registration::store {

inline constexpr std::int64_t kTemplatesMax = 100;  // of an organisation

struct Template {
    std::int64_t id = 0;
    std::string public_id;
    OrganisationId organisation;
    std::string name;
    EventId event;
    std::string event_public_id;
    I18n event_title;
    base::Time created;
};

// Newest first.
Result<std::vector<Template>> TemplatesOf(Reader& reader, OrganisationId organisation);
Result<std::optional<Template>> FindTemplate(Reader& reader, std::string_view public_id);
// Takes the event, which must be a draft, out of the lists. INVALID_STATE beyond kTemplatesMax.
Status InsertTemplate(Writer& writer, Commit& commit, Template& made);
Status DeleteTemplate(Writer& writer, Commit& commit, const Template& made);

}  // namespace rt::registration::store
