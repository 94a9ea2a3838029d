// Terms, waivers and privacy texts of an event, by versions that never change (registration.md §3.2, §3.6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/domain/words.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

using DocumentId = Id<struct DocumentTag>;

inline constexpr std::int64_t kDocumentsMax = 100;  // versions of all kinds, of an event

struct Document {
    DocumentId id;
    std::string public_id;
    EventId event;
    DocumentKind kind = DocumentKind::kTerms;
    std::int64_t version = 0;
    I18n title;
    I18n text;
    bool current = false;  // asked for now
    base::Time published_at;
};

// Those asked for now, by kind.
Result<std::vector<Document>> CurrentDocuments(Reader& reader, EventId event);
// All versions, newest first.
Result<std::vector<Document>> DocumentsOf(Reader& reader, EventId event);
Result<std::optional<Document>> FindDocument(Reader& reader, std::string_view public_id);

// Becomes the current one of its kind; fills in `version`. INVALID_STATE beyond kDocumentsMax.
Status PublishDocument(Writer& writer, Commit& commit, Document& document);
// No document of this kind is asked for any more. NOT_FOUND if none was.
Status RetireDocument(Writer& writer, Commit& commit, EventId event, DocumentKind kind);

}  // namespace rt::registration::store
