#include "files/service.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <utility>

#include "net/credential.h"
#include "os/file.h"

namespace rt::files {
namespace {

using storage::idempotency::Answer;
using storage::sql::Reader;
using storage::sql::Writer;
using store::File;
using store::State;

constexpr std::array<Purpose, 3> kPurposes{{
    {"avatar", true, 2 << 20, Reading::kSignedIn, net::Role::kUser},
    {"event_image", true, 5 << 20, Reading::kEverybody, net::Role::kOrganiser},
    {"answer", false, 20 << 20, Reading::kOwner, net::Role::kUser},
}};

constexpr std::int64_t kScansAtOnce = 4;
constexpr std::int64_t kScanTriesMax = 8;
constexpr std::int64_t kScanBaseMicros = 10 * base::kMicrosPerSecond;
constexpr std::int64_t kRowsAtOnce = 100;

Error Damaged() {
    return base::InvalidField("file", {"图片已损坏或无法识别", "the picture is damaged"});
}

storage::audit::Entry EntryFor(const File& file, std::string_view action, base::Time at) {
    storage::audit::Entry entry;
    entry.at = at;
    entry.entity = "file";
    entry.entity_id = file.id;
    entry.action = action;
    return entry;
}

// Modification time of a file; nullopt if it is not there.
std::optional<base::Time> ChangedAt(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return std::nullopt;
    return base::Time{status.st_mtim.tv_sec * base::kMicrosPerSecond + status.st_mtim.tv_nsec / 1'000};
}

}  // namespace

const Purpose* FindPurpose(std::string_view name) {
    const auto found =
        std::find_if(kPurposes.begin(), kPurposes.end(), [&](const Purpose& purpose) { return purpose.name == name; });
    return found == kPurposes.end() ? nullptr : &*found;
}

// What the bytes are, and what of them is kept. Nothing is believed that was said about them.
Result<File> Service::Examine(const Upload& upload, std::vector<domain::Piece>& pieces) const {
    const auto type = domain::Sniff(upload.bytes);
    if (!type.has_value() || (upload.purpose->images_only && !domain::Info(*type).is_image))
        return Fail(Code::kUnsupportedMediaType, "content");
    if (std::cmp_greater(upload.bytes.size(), std::min(upload.purpose->bytes_max, options_.bytes_max)))
        return Fail(Code::kBodyTooLarge);
    File file{.owner = upload.owner,
              .purpose = std::string(upload.purpose->name),
              .type = std::string(domain::Info(*type).media_type),
              .state = options_.scan ? State::kPending : State::kReady};
    if (!domain::Info(*type).is_image) {
        pieces = {{0, upload.bytes.size(), {}}};
        return file;
    }
    auto walked = domain::Walk(*type, upload.bytes);
    if (!walked.has_value()) return Damaged();
    const domain::Picture& picture = walked->picture;
    if (picture.width == 0 || picture.height == 0) return Damaged();
    if (picture.width > domain::kSideMax || picture.height > domain::kSideMax || picture.Pixels() > domain::kPixelsMax)
        return base::InvalidField("file", {"图片尺寸过大", "the picture has too many pixels"});
    file.width = picture.width;
    file.height = picture.height;
    pieces = std::move(walked->pieces);
    return file;
}

// Into a file of its own on the blobs' file system, which is then moved in.
Result<storage::blob::Ref> Service::Write(std::string_view bytes, const std::vector<domain::Piece>& pieces) const {
    const std::string path = options_.scratch_folder + "/upload-" + base::NewPublicId(parts_.random);
    const os::Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, os::kPrivateFile));
    if (!file) return os::OsError("create", path, errno);
    Status written = Ok();
    for (const domain::Piece& piece : pieces) {
        const std::string_view part = piece.instead.empty() ? bytes.substr(piece.offset, piece.bytes) : piece.instead;
        written = os::WriteAll(file.get(), part, path);
        if (!written.ok()) break;
    }
    auto ref = written.ok() ? parts_.blobs.Adopt(path) : Result<storage::blob::Ref>(written.error());
    if (!ref.ok()) static_cast<void>(os::RemoveFile(path));
    return ref;
}

Status Service::Note(Writer& writer, const Upload& upload, const File& file) const {
    storage::audit::Entry entry = EntryFor(file, "file.upload", file.created);
    const std::string after =
        json::Encode(json::Object{{"purpose", file.purpose}, {"type", file.type}, {"bytes", file.bytes}});
    entry.actor = upload.owner;
    entry.client = upload.client;
    entry.request_id = upload.request_id;
    entry.via = upload.via;
    entry.after = after;
    return parts_.audit.Append(writer, entry);
}

Result<Answer> Service::Take(const Upload& upload) {
    const auto count = [&](std::string_view result) {
        parts_.metrics.Get(Metric::kFiles, {upload.purpose->name, result}).Add();
    };
    std::vector<domain::Piece> pieces;
    auto examined = Examine(upload, pieces);
    if (!examined.ok()) {
        count("refused");
        return examined.error();
    }
    File file = *std::move(examined);
    file.id = parts_.ids.Next();
    file.public_id = base::NewPublicId(parts_.random);
    file.created = parts_.clock.Now();
    const std::shared_lock lock(blobs_mutex_);
    RT_TRY(const storage::blob::Ref ref, Write(upload.bytes, pieces));
    file.hash = ref.hash;
    file.bytes = static_cast<std::int64_t>(ref.bytes);
    auto answer = storage::idempotency::Write(parts_.db, upload.key, file.created, "file.upload",
                                              [&](Writer& writer) -> Result<Answer> {
                                                  RT_CHECK_OK(store::Add(writer, file, options_.caps));
                                                  RT_CHECK_OK(Note(writer, upload, file));
                                                  return Answer{201, upload.answer(file), false};
                                              });
    count(answer.ok() ? "taken" : answer.error().code == Code::kFilesFull ? "full" : "failed");
    return answer;
}

Result<File> Service::Get(const net::Request& request, std::string_view public_id, Wanted wanted) const {
    const net::Principal& principal = request.principal;
    const auto id = base::ParsePublicId(public_id);
    if (!id.has_value()) return Fail(Code::kNotFound);
    RT_TRY(auto file, parts_.db.Read([&](Reader& reader) { return store::Find(reader, *id); }));
    if (!file.has_value()) return Fail(Code::kNotFound);
    const Purpose* purpose = FindPurpose(file->purpose);
    const Reading reading = purpose == nullptr ? Reading::kOwner : purpose->reading;
    // A token carries permissions, it is not its owner.
    const bool person = !principal.anonymous() && principal.credential == net::Credential::kSession;
    const bool its_owner = person && principal.user_id == file->owner;
    bool may = its_owner || reading == Reading::kEverybody || (reading == Reading::kSignedIn && !principal.anonymous());
    if (!may && !principal.anonymous() && options_.others) {
        RT_TRY(may, options_.others(request, *file, wanted == Wanted::kBytes));
    }
    // After the others, whose looks are noted: an administrator's is no less one. Here for files nobody knows of.
    if (!may && person && principal.role == net::Role::kAdmin) {
        if (wanted == Wanted::kBytes) RT_CHECK_OK(NoteBy(request, *file, "file.view"));
        may = true;
    }
    // The same answer as for a file that is not there.
    if (!may) return Fail(Code::kNotFound);
    return *std::move(file);
}

Result<std::string> Service::PathFor(const File& file) const {
    if (file.state == State::kRefused) return Fail(Code::kNotFound);
    if (file.state == State::kPending) {
        Error error =
            FailText(Code::kInvalidState, {"文件正在检查，请稍后", "The file is being checked, try again soon"});
        error.retry_after_s = 5;
        return error;
    }
    return parts_.blobs.PathOf(file.hash);
}

Result<std::vector<File>> Service::OfOwner(std::int64_t owner, std::int64_t before, std::int64_t limit) const {
    return parts_.db.Read([&](Reader& reader) { return store::OfOwner(reader, owner, before, limit); });
}

Status Service::Remove(const net::Request& request, std::string_view public_id) {
    RT_TRY(const File file, Get(request, public_id, Wanted::kInfo));
    const net::Principal& who = request.principal;
    if (who.user_id != file.owner && who.role != net::Role::kAdmin) return Fail(Code::kForbidden);
    return parts_.db.Write("file.delete", [&](Writer& writer) -> Status {
        RT_CHECK_OK(store::Remove(writer, file));
        return NoteByIn(writer, request, file, "file.delete");
    });
}

Status Service::NoteBy(const net::Request& request, const File& file, std::string_view action) const {
    return parts_.db.Write(action, [&](Writer& writer) { return NoteByIn(writer, request, file, action); });
}

Status Service::NoteByIn(Writer& writer, const net::Request& request, const File& file, std::string_view action) const {
    const std::string via = net::Via(request.principal);
    storage::audit::Entry entry = EntryFor(file, action, request.now);
    entry.actor = request.principal.user_id;
    entry.client = request.client;
    entry.request_id = request.request_id;
    entry.via = via;
    return parts_.audit.Append(writer, entry);
}

Status Service::ScanOne(const File& file) {
    RT_TRY(const std::string path, parts_.blobs.PathOf(file.hash));
    const auto verdict = options_.scan(path);
    const base::Time now = parts_.clock.Now();
    if (!verdict.ok()) {
        parts_.metrics.Get(Metric::kFileScans, {"failed"}).Add();
        parts_.log.Warn("a file could not be scanned", {{"file", file.public_id}, {"reason", verdict.error().detail}});
        return parts_.db.Write("file.scan_again", [&](Writer& writer) -> Status {
            RT_TRY(const std::int64_t tries, store::ScanTries(writer, file.id));
            const std::int64_t wait = kScanBaseMicros << std::min(tries, kScanTriesMax);
            return store::ScanAgain(writer, file.id, now.Plus(wait));
        });
    }
    parts_.metrics.Get(Metric::kFileScans, {*verdict ? "clean" : "refused"}).Add();
    return parts_.db.Write("file.scanned", [&](Writer& writer) -> Status {
        RT_CHECK_OK(store::Decide(writer, file.id, *verdict ? State::kReady : State::kRefused));
        if (*verdict) return Ok();
        return parts_.audit.Append(writer, EntryFor(file, "file.refused", now));
    });
}

Status Service::RunScans() {
    if (!options_.scan) return Ok();
    RT_TRY(const auto due,
           parts_.db.Read([&](Reader& reader) { return store::DueForScan(reader, parts_.clock.Now(), kScansAtOnce); }));
    for (const File& file : due) RT_CHECK_OK(ScanOne(file));
    return Ok();
}

void Service::RunScansOn(const std::function<bool(std::function<void()>)>& submit) {
    if (!options_.scan || scanning_.exchange(true)) return;
    const bool taken = submit([this] {
        const Status done = RunScans();
        if (!done.ok()) parts_.log.Warn("files could not be scanned", {{"reason", done.error().detail}});
        scanning_ = false;
    });
    if (!taken) scanning_ = false;
}

std::shared_ptr<const void> Service::HoldBlobs() const {
    // A sweep that is about to remove a blob does so before this returns.
    const std::shared_lock lock(blobs_mutex_);
    ++blob_holders_;
    return {this, [](const Service* service) { --service->blob_holders_; }};
}

Status Service::Sweep() {
    const base::Time until = parts_.clock.Now().Plus(-kLooseMicros);
    std::int64_t removed = kRowsAtOnce;
    while (removed == kRowsAtOnce) {
        RT_TRY(removed, parts_.db.Write("file.sweep", [&](Writer& writer) {
            return store::RemoveLoose(writer, until, kRowsAtOnce);
        }));
    }
    RT_TRY(const auto hashes, parts_.blobs.List());
    for (const std::string& hash : hashes) {
        const std::unique_lock lock(blobs_mutex_);
        if (blob_holders_ > 0) return Ok();  // the next sweep has them
        const auto path = parts_.blobs.PathOf(hash);
        if (!path.ok()) continue;
        const auto changed = ChangedAt(*path);
        if (!changed.has_value() || *changed > until) continue;
        RT_TRY(const bool used, parts_.db.Read([&](Reader& reader) { return store::IsUsed(reader, hash); }));
        if (!used) RT_CHECK_OK(parts_.blobs.Delete(hash));
    }
    return Ok();
}

}  // namespace rt::files
