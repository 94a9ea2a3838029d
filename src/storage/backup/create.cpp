#include <algorithm>

#include "base/build_info.h"
#include "os/file.h"
#include "os/tree.h"
#include "storage/backup/manifest_internal.h"
#include "storage/backup/zstd_internal.h"
#include "storage/blob/blob.h"
#include "storage/layout.h"
#include "storage/sql/inspect_internal.h"
#include "storage/sql/watched.h"

namespace rt::storage::backup {

namespace {

constexpr int kSuffixMax = 99;

Error TooManyFiles(std::size_t count) {
    const std::string most = std::to_string(kFilesMax);
    return FailText(
        Code::kInvalidState,
        {"文件过多，无法备份（最多 " + most + " 个）", "There are too many files for a backup (at most " + most + ")"},
        std::to_string(count) + " files");
}

// As far as they can be looked at; only for telling how far it is.
std::uint64_t BytesOf(const std::vector<ExtraFile>& files) {
    std::uint64_t sum = 0;
    for (const ExtraFile& file : files) {
        const auto bytes = os::FileSize(file.path);
        if (bytes.ok()) sum += *bytes;
    }
    return sum;
}

// One attempt in its folder, which is removed unless it was published.
class Attempt {
  public:
    Attempt(const Environment& environment, const Sources& sources, std::string id)
        : environment_(environment),
          sources_(sources),
          folder_(environment.folder + "/" + std::string(kPartialPrefix) + id) {
        manifest_.id = std::move(id);
    }
    ~Attempt() {
        if (!published_) static_cast<void>(os::RemoveFolder(folder_));
    }
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;

    Result<Manifest> Run(std::string_view reason);

  private:
    Status TakeSnapshots();
    Status SaveDatabase();
    Status SaveKv();
    Status SaveFiles();
    // Compresses `path` as `name`.
    Status Save(const std::string& name, const std::string& path, base::Meter& meter);
    Status SaveOne(const std::string& name, const std::string& path, std::string_view step);
    Status Publish();

    const Environment& environment_;
    const Sources& sources_;
    const std::string folder_;
    Manifest manifest_;
    std::unique_ptr<sql::Snapshot> sql_;
    std::unique_ptr<kv::Snapshot> kv_;
    bool published_ = false;
};

// The barrier: both writers stand between two commits while both views begin. Nothing is copied meanwhile.
Status Attempt::TakeSnapshots() {
    RT_TRY(sql_, sources_.db.OpenSnapshot());
    Status inner = Ok();
    RT_CHECK_OK(sources_.db.AtBarrier([&] {
        inner = sources_.kv.AtBarrier([&] {
            auto view = sources_.kv.OpenSnapshot();
            if (view.ok()) {
                kv_ = std::move(*view);
            } else {
                inner = view.error();
            }
        });
        if (inner.ok() && kv_ != nullptr) inner = sql_->Renew();
    }));
    RT_CHECK_OK(inner);
    if (kv_ == nullptr) return Fail(Code::kUnavailable, "no view of the fast side");
    return Ok();
}

Status Attempt::Save(const std::string& name, const std::string& path, base::Meter& meter) {
    if (!IsSafeName(name)) return Fail(Code::kInternal, "not a name for a backup: " + name);
    const std::string stored = folder_ + "/" + name + std::string(kStoredSuffix);
    RT_CHECK_OK(os::MakeFolders(os::ParentFolder(stored)));
    RT_TRY(File file, CompressFile(path, stored, meter));
    file.name = name;
    manifest_.files.push_back(std::move(file));
    return os::SyncFolder(os::ParentFolder(stored));
}

Status Attempt::SaveOne(const std::string& name, const std::string& path, std::string_view step) {
    RT_TRY(const std::uint64_t bytes, os::FileSize(path));
    base::Meter meter(environment_.work, step, bytes);
    return Save(name, path, meter);
}

Status Attempt::SaveDatabase() {
    const std::string copy = folder_ + "/copy.db";
    RT_CHECK_OK(sql::CopyTo(*sql_, copy, environment_.work));
    sql_.reset();
    RT_TRY(auto facts, sql::InspectFile(copy, sql::Depth::kCounts, environment_.work));
    manifest_.rows = std::move(facts.rows);
    manifest_.schema = facts.schema;
    manifest_.schema_needs = facts.schema_needs;
    manifest_.audit_seq = facts.audit_seq;
    manifest_.audit_mac = facts.audit_mac;
    RT_CHECK_OK(SaveOne(std::string(kDatabaseFile), copy, "compressing the database"));
    return os::RemoveFile(copy);
}

Status Attempt::SaveKv() {
    const std::string copy = folder_ + "/copy.kv";
    RT_TRY(manifest_.keys, kv_->CopyTo(copy));
    kv_.reset();
    RT_CHECK_OK(SaveOne(std::string(kKvFolder) + "/durable/data.mdb", copy + "/data.mdb", "compressing the fast side"));
    return os::RemoveFolder(copy);
}

// Blobs never change, are on disk before a row names them, and none is removed meanwhile: a list made after the views
// holds all of theirs.
Status Attempt::SaveFiles() {
    std::vector<std::string> hashes;
    std::optional<blob::Store> blobs;
    if (!sources_.blob_folder.empty() && os::Exists(sources_.blob_folder)) {
        RT_TRY(blobs, blob::Store::Open(sources_.blob_folder));
        RT_TRY(hashes, blobs->List());
    }
    const std::size_t count = manifest_.files.size() + hashes.size() + sources_.files.size();
    if (count > kFilesMax) return TooManyFiles(count);
    std::uint64_t bytes = 0;
    std::vector<std::string> paths;
    for (const std::string& hash : hashes) {
        RT_TRY(std::string path, blobs->PathOf(hash));
        bytes += os::FileSize(path).ok() ? *os::FileSize(path) : 0;
        paths.push_back(std::move(path));
    }
    base::Meter meter(environment_.work, "compressing files", bytes + BytesOf(sources_.files));
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        const std::string& hash = hashes[i];
        const std::string name = hash.substr(0, 2) + "/" + hash.substr(2, 2) + "/" + hash;
        RT_CHECK_OK(Save(std::string(kBlobFolder) + "/" + name, paths[i], meter));
        if (manifest_.files.back().sha256 != hash) return Fail(Code::kInternal, "blob " + hash + " is damaged");
    }
    for (const ExtraFile& file : sources_.files) {
        if (const auto opened = os::OpenRegularFile(file.path); !opened.ok() && file.may_be_left_out) {
            environment_.log.Warn("file left out of the backup",
                                  {{"file", file.name}, {"reason", opened.error().detail}});
            continue;
        }
        RT_CHECK_OK(Save(file.name, file.path, meter));
    }
    return Ok();
}

Status Attempt::Publish() {
    const std::string text = EncodeManifest(manifest_);
    // What cannot be read back would be no backup, and nobody would ever remove it.
    if (text.size() > kManifestBytesMax) return TooManyFiles(manifest_.files.size());
    RT_CHECK_OK(DecodeManifest(text));
    RT_CHECK_OK(os::WriteFileAtomic(folder_ + "/" + std::string(kManifestFile), text));
    RT_CHECK_OK(os::RenameDurably(folder_, PathOf(environment_, manifest_.id)));
    published_ = true;
    return Ok();
}

Result<Manifest> Attempt::Run(std::string_view reason) {
    const std::int64_t began = environment_.clock.MonotonicMicros();
    manifest_.began = environment_.clock.Now();
    manifest_.reason = std::string(reason);
    manifest_.product_version = std::string(base::BuildVersion());
    RT_CHECK_OK(os::MakeFolders(folder_));
    RT_CHECK_OK(TakeSnapshots());
    RT_CHECK_OK(SaveKv());  // first: it is small, and its view keeps pages from being reused
    RT_CHECK_OK(SaveDatabase());
    RT_CHECK_OK(SaveFiles());
    manifest_.finished = environment_.clock.Now();
    RT_CHECK_OK(Publish());
    const std::int64_t micros = environment_.clock.MonotonicMicros() - began;
    const auto bytes = static_cast<std::int64_t>(manifest_.StoredBytes());
    environment_.metrics.Get(Metric::kBackupDuration).Set(micros / base::kMicrosPerMilli);
    environment_.metrics.Get(Metric::kBackupBytes).Set(bytes);
    environment_.log.Info("backup made", {{"backup", manifest_.id}, {"micros", micros}, {"bytes", bytes}});
    return manifest_;
}

// What a crash left behind.
Status RemoveLeftovers(const Environment& environment) {
    RT_TRY(const auto names, os::ListFolder(environment.folder));
    for (const std::string& name : names) {
        if (name.starts_with(kPartialPrefix) || name.starts_with(kRemovedPrefix) || name.starts_with(kVerifyPrefix)) {
            RT_CHECK_OK(os::RemoveFolder(environment.folder + "/" + name));
        }
    }
    return Ok();
}

}  // namespace

Result<Manifest> Create(const Environment& environment, const Sources& sources, std::string_view reason) {
    RT_TRY(const auto lock, LockFolder(environment));
    RT_CHECK_OK(RemoveLeftovers(environment));
    const std::string stem = IdOf(environment.clock.Now());
    std::string id = stem;
    for (int suffix = 2; os::Exists(PathOf(environment, id)); ++suffix) {
        if (suffix > kSuffixMax) return Fail(Code::kUnavailable, "too many backups in one second");
        id = stem + "-" + std::to_string(suffix);
    }
    return Attempt(environment, sources, std::move(id)).Run(reason);
}

}  // namespace rt::storage::backup
