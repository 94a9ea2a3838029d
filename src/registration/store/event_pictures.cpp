#include "registration/store/event_pictures.h"

#include "files/store.h"
#include "registration/store/i18n.h"
#include "registration/store/journal.h"

namespace rt::registration::store {
namespace {

constexpr std::string_view kPurpose = "event_image";

constexpr Statement kOf{"event_picture.of", "SELECT file, alt FROM event_picture WHERE event = $1"};
constexpr Statement kPut{"event_picture.put",
                         "INSERT INTO event_picture (event, file, alt, set_at) VALUES ($1, $2, $3, $4)"
                         " ON CONFLICT (event) DO UPDATE SET file = $2, alt = $3, set_at = $4"};
constexpr Statement kDelete{"event_picture.delete", "DELETE FROM event_picture WHERE event = $1"};

std::string FileJson(const std::string& file) {
    return file.empty() ? std::string() : json::Encode(json::Object{{"file", file}});
}

Error NotAPicture() {
    return base::InvalidField("file", {"没有这张图片，请先上传", "There is no such picture; upload it first"});
}

// Held on to from now on.
Status Keep(Writer& writer, const Actor& actor, const std::string& id) {
    RT_TRY(const auto file, files::store::Find(writer, id));
    if (!file.has_value() || file->purpose != kPurpose) return NotAPicture();
    const Status kept = files::store::KeepFor(writer, id, actor.user.value);
    return !kept.ok() && kept.error().code == Code::kNotFound ? Status(NotAPicture()) : kept;
}

}  // namespace

Result<std::optional<Cover>> CoverOf(Reader& reader, EventId event) {
    return reader.Find<Cover>(kOf, {event}, [](const Row& row) {
        return Cover{row.Text(0), DecodeI18n(row.TextView(1))};
    });
}

Status SetCover(Writer& writer, Commit& commit, EventId event, const Cover& cover) {
    RT_TRY(const auto before, CoverOf(writer, event));
    const std::string former = before.has_value() ? before->file : std::string();
    if (former != cover.file) {
        RT_CHECK_OK(Keep(writer, commit.actor, cover.file));
        if (!former.empty()) RT_CHECK_OK(files::store::Release(writer, former));
    }
    RT_CHECK_OK(writer.RunOne(kPut, {event, cover.file, EncodeI18n(cover.alt), commit.now}, Code::kInternal));
    return Record(writer, commit,
                  {"event.set_cover", "event", event.value, event, FileJson(former), FileJson(cover.file), {}});
}

Status RemoveCover(Writer& writer, Commit& commit, EventId event) {
    RT_TRY(const auto before, CoverOf(writer, event));
    if (!before.has_value()) return Fail(Code::kNotFound);
    RT_CHECK_OK(writer.RunOne(kDelete, {event}, Code::kInternal));
    RT_CHECK_OK(files::store::Release(writer, before->file));
    return Record(writer, commit, {"event.remove_cover", "event", event.value, event, FileJson(before->file), {}, {}});
}

}  // namespace rt::registration::store
