#include <algorithm>

#include "base/utf8.h"
#include "json/json.h"
#include "json/large.h"
#include "json/reader.h"
#include "storage/backup/manifest_internal.h"

namespace rt::storage::backup {

namespace {

constexpr std::size_t kIdLength = 16;
constexpr std::int64_t kCountMax = INT64_MAX;
constexpr std::size_t kReasonMax = 300;
constexpr std::size_t kNameBytesMax = 1'024;
constexpr std::size_t kPartBytesMax = 255 - kStoredSuffix.size();  // of a name in a folder of Linux, as it is stored
constexpr std::size_t kNodesOfFile = 6;
constexpr std::size_t kNodesOfTheRest = 10'000;  // a count for each table, and the fields of the whole
constexpr std::size_t kNodesMax = kFilesMax * kNodesOfFile + kNodesOfTheRest;

using Counts = std::vector<std::pair<std::string, std::int64_t>>;

json::Value EncodeCounts(const Counts& counts) {
    json::Object out;
    for (const auto& [name, count] : counts) out.Set(name, count);
    return out;
}

Result<Counts> DecodeCounts(const json::Value& value) {
    Counts out;
    if (!value.IsObject()) return Fail(Code::kInternal, "counts are no object");
    for (const auto& [name, count] : value.AsObject().members()) {
        if (!count.IsInt()) return Fail(Code::kInternal, "a count is no integer");
        out.emplace_back(name, count.AsInt());
    }
    return out;
}

Result<File> DecodeFile(const json::Value& value) {
    json::Reader in(value);
    File file;
    // As it is: a name may end with a space.
    const json::Value* name = in.Any("name");
    if (name != nullptr && name->IsString()) file.name = name->AsString();
    file.bytes = static_cast<std::uint64_t>(in.Int("bytes", 0, kCountMax));
    file.sha256 = in.Text("sha256");
    file.stored_bytes = static_cast<std::uint64_t>(in.Int("stored_bytes", 0, kCountMax));
    file.stored_sha256 = in.Text("stored_sha256");
    RT_CHECK_OK(in.Finish());
    if (!IsSafeName(file.name)) return Fail(Code::kInternal, "a file name that leaves the folder");
    return file;
}

bool IsDigits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::uint64_t Manifest::StoredBytes() const {
    std::uint64_t sum = 0;
    for (const File& file : files) sum += file.stored_bytes;
    return sum;
}

std::string EncodeManifest(const Manifest& manifest) {
    json::Array files;
    for (const File& file : manifest.files) {
        files.push_back(json::Object{{"name", file.name},
                                     {"bytes", static_cast<std::int64_t>(file.bytes)},
                                     {"sha256", file.sha256},
                                     {"stored_bytes", static_cast<std::int64_t>(file.stored_bytes)},
                                     {"stored_sha256", file.stored_sha256}});
    }
    return json::EncodePretty(json::Object{{"format", manifest.format},
                                           {"id", manifest.id},
                                           {"product_version", manifest.product_version},
                                           {"schema", manifest.schema},
                                           {"schema_needs", manifest.schema_needs},
                                           {"reason", manifest.reason},
                                           {"began", base::FormatRfc3339(manifest.began)},
                                           {"finished", base::FormatRfc3339(manifest.finished)},
                                           {"compression", "zstd"},
                                           {"encryption", "none"},
                                           {"rows", EncodeCounts(manifest.rows)},
                                           {"keys", EncodeCounts(manifest.keys)},
                                           {"audit_seq", manifest.audit_seq},
                                           {"audit_mac", manifest.audit_mac},
                                           {"files", std::move(files)}});
}

Result<Manifest> DecodeManifest(std::string_view text) {
    RT_TRY(const json::Value value, json::DecodeLarge(text, kNodesMax));
    const json::Value* format = value.Find("format");
    if (format == nullptr || !format->IsInt() || format->AsInt() != kFormat) {
        return Fail(Code::kInvalidState, "a backup of another format; a newer version of this program made it");
    }
    json::Reader in(value);
    Manifest out;
    out.format = in.Int("format", kFormat, kFormat);
    out.id = in.Text("id");
    out.product_version = in.Text("product_version");
    out.schema = in.Int("schema", 0, kCountMax);
    out.schema_needs = in.Int("schema_needs", 0, kCountMax);
    out.reason = in.Text("reason", {.size_min = 0, .size_max = kReasonMax});
    out.began = in.Time("began");
    out.finished = in.Time("finished");
    static_cast<void>(in.Text("compression"));
    static_cast<void>(in.Text("encryption"));
    const json::Value* rows = in.Object("rows");
    const json::Value* keys = in.Object("keys");
    out.audit_seq = in.Int("audit_seq", 0, kCountMax);
    out.audit_mac = in.Text("audit_mac", {.size_min = 0});
    const json::Array* files = in.List("files", 1, kFilesMax);
    RT_CHECK_OK(in.Finish());
    RT_TRY(out.rows, DecodeCounts(*rows));
    RT_TRY(out.keys, DecodeCounts(*keys));
    for (const json::Value& item : *files) {
        RT_TRY(File file, DecodeFile(item));
        out.files.push_back(std::move(file));
    }
    return out;
}

std::string IdOf(base::Time time) {
    std::string out;
    for (const char c : base::FormatRfc3339(time).substr(0, 19)) {
        if (c != '-' && c != ':') out += c;
    }
    return out + "Z";
}

bool IsId(std::string_view text) {
    if (text.size() < kIdLength || text.size() > kIdLength + 4) return false;
    const bool stem = IsDigits(text.substr(0, 8)) && text[8] == 'T' && IsDigits(text.substr(9, 6)) && text[15] == 'Z';
    const std::string_view suffix = text.substr(kIdLength);
    return stem && (suffix.empty() || (suffix.size() > 1 && suffix[0] == '-' && IsDigits(suffix.substr(1))));
}

bool IsSafeName(std::string_view name) {
    if (name.empty() || name.size() > kNameBytesMax || name.front() == '.' || !base::IsUtf8(name)) return false;
    if (std::any_of(name.begin(), name.end(), [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; }))
        return false;
    for (;;) {
        const std::size_t slash = name.find('/');
        const std::string_view part = name.substr(0, slash);
        if (part.empty() || part == "." || part == ".." || part.size() > kPartBytesMax) return false;
        if (slash == std::string_view::npos) return true;
        name.remove_prefix(slash + 1);
    }
}

}  // namespace rt::storage::backup
