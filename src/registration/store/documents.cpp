#include "registration/store/documents.h"

#include "registration/store/guard.h"
#include "registration/store/i18n.h"
#include "registration/store/journal.h"

namespace rt::registration::store {
namespace {

#define RT_DOCUMENT_COLUMNS \
    "SELECT id, public_id, event, kind, version, title, text, current, published_at FROM document "

constexpr Statement kCurrent{"document.current", RT_DOCUMENT_COLUMNS "WHERE event = $1 AND current = 1 ORDER BY kind"};
constexpr Statement kOfEvent{"document.of_event", RT_DOCUMENT_COLUMNS "WHERE event = $1 ORDER BY id DESC"};
constexpr Statement kFind{"document.by_public_id", RT_DOCUMENT_COLUMNS "WHERE public_id = $1"};
#undef RT_DOCUMENT_COLUMNS
constexpr Statement kRetire{"document.retire",
                            "UPDATE document SET current = 0 WHERE event = $1 AND kind = $2 AND current = 1"};
constexpr Statement kNext{"document.next_version",
                          "SELECT COALESCE(MAX(version), 0) + 1 FROM document WHERE event = $1 AND kind = $2"};
constexpr Statement kInsert{"document.insert",
                            "INSERT INTO document (id, public_id, event, kind, version, title, text, current,"
                            " published_by, published_at) SELECT $1, $2, $3, $4, $5, $6, $7, 1, $8, $9"
                            " WHERE $10 > 0" RT_GUARD("(SELECT COUNT(*) FROM document WHERE event = $3) < $10")};

Document ReadDocument(const Row& row) {
    Document out;
    out.id = row.As<DocumentId>(0);
    out.public_id = row.Text(1);
    out.event = row.As<EventId>(2);
    out.kind = *FromWord<DocumentKind>(row.TextView(3));
    out.version = row.Int(4);
    out.title = DecodeI18n(row.TextView(5));
    out.text = DecodeI18n(row.TextView(6));
    out.current = row.Int(7) != 0;
    out.published_at = row.Time(8);
    return out;
}

std::string VersionJson(DocumentKind kind, std::int64_t version) {
    return json::Encode(json::Object{{"kind", Word(kind)}, {"version", version}});
}

Result<std::optional<Document>> CurrentOf(Reader& reader, EventId event, DocumentKind kind) {
    RT_TRY(const auto all, CurrentDocuments(reader, event));
    for (const Document& document : all) {
        if (document.kind == kind) return std::optional(document);
    }
    return std::optional<Document>();
}

}  // namespace

Result<std::vector<Document>> CurrentDocuments(Reader& reader, EventId event) {
    return reader.All<Document>(kCurrent, {event}, ReadDocument);
}

Result<std::vector<Document>> DocumentsOf(Reader& reader, EventId event) {
    return reader.All<Document>(kOfEvent, {event}, ReadDocument);
}

Result<std::optional<Document>> FindDocument(Reader& reader, std::string_view public_id) {
    return reader.Find<Document>(kFind, {public_id}, ReadDocument);
}

Status PublishDocument(Writer& writer, Commit& commit, Document& document) {
    RT_TRY(const auto before, CurrentOf(writer, document.event, document.kind));
    RT_TRY(const auto version, writer.FindInt(kNext, {document.event, Word(document.kind)}));
    document.version = version.value_or(1);
    document.current = true;
    document.published_at = commit.now;
    RT_TRY([[maybe_unused]] const auto retired, writer.Run(kRetire, {document.event, Word(document.kind)}));
    RT_CHECK_OK(writer.RunOne(
        kInsert,
        {document.id, document.public_id, document.event, Word(document.kind), document.version,
         EncodeI18n(document.title), EncodeI18n(document.text), commit.actor.user, commit.now, kDocumentsMax},
        Code::kInvalidState));
    return Record(writer, commit,
                  {"document.publish",
                   "document",
                   document.id.value,
                   document.event,
                   before.has_value() ? VersionJson(before->kind, before->version) : std::string(),
                   VersionJson(document.kind, document.version),
                   {}});
}

Status RetireDocument(Writer& writer, Commit& commit, EventId event, DocumentKind kind) {
    RT_TRY(const auto before, CurrentOf(writer, event, kind));
    if (!before.has_value()) return Fail(Code::kNotFound);
    RT_CHECK_OK(writer.RunOne(kRetire, {event, Word(kind)}, Code::kNotFound));
    return Record(writer, commit,
                  {"document.retire", "document", before->id.value, event, VersionJson(kind, before->version), {}, {}});
}

}  // namespace rt::registration::store
