// Files that people upload: what is taken is decided by the bytes, what a picture unfolds to is measured before it is
// kept, and who may have it is asked at every reading.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/result.h"
#include "files/domain/content.h"
#include "files/store.h"
#include "net/http.h"
#include "storage/audit/trail.h"
#include "storage/blob/blob.h"
#include "storage/idempotency/idempotency.h"

namespace rt::files {

// Who may have a file, beside its owner and administrators.
enum class Reading : std::uint8_t { kOwner, kSignedIn, kEverybody };

// What files are for: one table (service.cpp).
struct Purpose {
    std::string_view name;
    bool images_only;
    std::int64_t bytes_max;
    Reading reading;
    net::Role uploader;  // the least role that may upload
};
const Purpose* FindPurpose(std::string_view name);

// Looks at a stored file: true clean, false not; an error is no verdict, and it is asked again later.
using Scan = std::function<Result<bool>(const std::string& path)>;

struct Options {
    store::Caps caps;  // of one person
    std::int64_t bytes_max = 20 << 20;
    std::string scratch_folder;  // on the file system of the blobs
    Scan scan;                   // null: files are ready at once
    std::string answer_secret;   // see idempotency::Key::secret
    // May somebody else have it too? Asked only when its purpose says no; `bytes`: the file itself, not only what it
    // is.
    std::function<Result<bool>(const net::Request&, const store::File&, bool bytes)> others;  // null: nobody
};
enum class Wanted : std::uint8_t { kInfo, kBytes };

// Thread-safe.
class Service {
  public:
    struct Parts {
        storage::sql::Database& db;
        const storage::blob::Store& blobs;
        const storage::audit::Trail& audit;
        const base::Clock& clock;
        Random& random;
        IdGenerator& ids;
        base::Log& log;
        base::Metrics& metrics;
    };
    Service(Options options, Parts parts) : options_(std::move(options)), parts_(parts) {}

    const Options& options() const { return options_; }
    void SealAnswers(storage::idempotency::Key& key) const {
        storage::idempotency::SealAnswers(key, options_.answer_secret, parts_.random);
    }

    // The bytes of one file, and who sends them.
    struct Upload {
        const Purpose* purpose = nullptr;
        std::string_view bytes;
        std::int64_t owner = 0;
        std::string client;
        std::string request_id;
        std::string via;
        storage::idempotency::Key key;
        std::function<std::string(const store::File&)> answer;  // the body that is kept for the key
    };
    // Checks, writes, commits. UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, VALIDATION_FAILED (a damaged or too large
    // picture), FILES_FULL.
    Result<storage::idempotency::Answer> Take(const Upload& upload);

    // NOT_FOUND unless it is there and the caller may have it. Whoever sees the bytes of another's file that is not
    // for everybody leaves an audit row: `Options::others` writes it, or "file.view" for an administrator.
    Result<store::File> Get(const net::Request& request, std::string_view public_id, Wanted wanted) const;
    // The same, ready to be served: INVALID_STATE while it waits for the scan, NOT_FOUND if it was refused.
    Result<std::string> PathFor(const store::File& file) const;
    Result<std::vector<store::File>> OfOwner(std::int64_t owner, std::int64_t before, std::int64_t limit) const;
    // By its owner or an administrator.
    Status Remove(const net::Request& request, std::string_view public_id);

    // Some of what waits for a verdict; without a scan there is nothing.
    Status RunScans();
    // Hands RunScans() to `submit` unless it is running already. Called every second.
    void RunScansOn(const std::function<bool(std::function<void()>)>& submit);
    // Loose rows that are a day old, then blobs that no row names. Called hourly.
    Status Sweep();
    // While it lives, no sweep removes a blob: a backup's view may still name those that no row names any more.
    // Thread-safe; goes before the service.
    std::shared_ptr<const void> HoldBlobs() const;

    static constexpr std::int64_t kLooseMicros = base::kMicrosPerDay;

  private:
    Result<store::File> Examine(const Upload& upload, std::vector<domain::Piece>& pieces) const;
    Result<storage::blob::Ref> Write(std::string_view bytes, const std::vector<domain::Piece>& pieces) const;
    Status ScanOne(const store::File& file);
    Status Note(storage::sql::Writer& writer, const Upload& upload, const store::File& file) const;
    // The audit row of what the caller did to, or saw of, a file. `action` has static storage.
    Status NoteBy(const net::Request& request, const store::File& file, std::string_view action) const;
    Status NoteByIn(storage::sql::Writer& writer, const net::Request& request, const store::File& file,
                    std::string_view action) const;

    const Options options_;
    const Parts parts_;
    // Shared by uploads from their blob to their commit, exclusive for the sweep of blobs that no row names.
    mutable std::shared_mutex blobs_mutex_;
    mutable std::atomic<int> blob_holders_{0};
    std::atomic<bool> scanning_{false};
};

}  // namespace rt::files
