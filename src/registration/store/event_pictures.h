// The picture at the head of an event's page.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

inline constexpr std::int64_t kAltSizeMax = 200;

struct Cover {
    std::string file;  // public id of an upload of purpose event_image
    I18n alt;
};
Result<std::optional<Cover>> CoverOf(Reader& reader, EventId event);
// Keeps the file, which must be an upload of the caller's or the present one, and lets the former go.
// VALIDATION_FAILED, field "file", if it is not.
Status SetCover(Writer& writer, Commit& commit, EventId event, const Cover& cover);
// NOT_FOUND if there is none.
Status RemoveCover(Writer& writer, Commit& commit, EventId event);

}  // namespace rt::registration::store
