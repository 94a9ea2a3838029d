#include "app/jobs.h"

#include "base/parse.h"
#include "storage/idempotency/idempotency.h"

namespace rt::app {
namespace {

using storage::kv::Env;
using storage::kv::Table;

constexpr Table kBuckets{Env::kCache, "net.rate_bucket"};
constexpr std::size_t kBucketsPerSave = 10'000;
constexpr std::size_t kSweepKeys = 5'000;
constexpr std::int64_t kSweepRows = 1'000;
// What a rush or a flood left behind is gone with the next turns, not after hours; each round is a commit of its own.
constexpr int kSweepRoundsMax = 100;
constexpr std::int64_t kAccountEnds = 50;
constexpr std::int64_t kSecondMs = 1'000;
constexpr std::int64_t kLimitsMs = 5 * kSecondMs;  // what another process has set
// Files of certificates are small, and read rather than watched: a copy over a link, a mount or a rename all count.
constexpr std::int64_t kCertificatesMs = 5 * kSecondMs;
constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
// A ticket stays good for two turns more: a client that comes back within a day resumes.
constexpr std::int64_t kTicketKeyMs = 12 * kHourMs;

Status SweepKv(storage::kv::Store& kv) {
    for (const Env env : {Env::kDurable, Env::kCache}) {
        std::size_t removed = kSweepKeys;
        for (int round = 0; removed == kSweepKeys && round < kSweepRoundsMax; ++round) {
            RT_TRY(removed, kv.Sweep(env, kSweepKeys));
        }
    }
    return Ok();
}

Status SweepIdempotency(storage::sql::Database& db, base::Time now) {
    std::int64_t removed = kSweepRows;
    for (int round = 0; removed == kSweepRows && round < kSweepRoundsMax; ++round) {
        RT_TRY(removed, storage::idempotency::Sweep(db, now, kSweepRows));
    }
    return Ok();
}

}  // namespace

Status RestoreBuckets(storage::kv::Store& kv, net::RateLimiter& limiter) {
    std::vector<net::SavedBucket> saved;
    RT_CHECK_OK(kv.Scan(kBuckets, {}, [&](std::string_view key, std::string_view value) {
        if (const auto micros = base::ParseSigned(value)) saved.push_back({std::string(key), base::Time{*micros}});
        return true;
    }));
    limiter.Restore(saved);
    return Ok();
}

Status SaveBuckets(storage::kv::Store& kv, net::RateLimiter& limiter) {
    const auto dirty = limiter.TakeDirty(kBucketsPerSave);
    if (dirty.empty()) return Ok();
    return kv.Update(Env::kCache, [&](storage::kv::Batch& batch) -> Status {
        for (const net::SavedBucket& bucket : dirty) {
            RT_CHECK_OK(batch.Put(kBuckets, bucket.key, std::to_string(bucket.full_at.micros), bucket.full_at));
        }
        return Ok();
    });
}

namespace {

using JobList = std::vector<ops::Job>;

std::function<bool()> Holds(const JobParts& parts, storage::lease::Role role) {
    return [&leases = parts.leases, role] { return leases.Holds(role); };
}

void AddEdgeJobs(const JobParts& parts, JobList& jobs) {
    Stores& stores = parts.services.stores;
    jobs.push_back({.name = "rate buckets", .every_ms = kSecondMs, .run = [&stores, &limiter = parts.limiter] {
                        return SaveBuckets(*stores.kv, limiter);
                    }});
    jobs.push_back({.name = "limits", .every_ms = kLimitsMs, .run = [&stores, &limits = parts.limits]() -> Status {
                        stores.metrics.Get(Metric::kRateBuckets).Set(static_cast<std::int64_t>(limits.buckets()));
                        return limits.Load(*stores.db);
                    }});
    jobs.push_back(
        {.name = "tls tickets", .every_ms = kTicketKeyMs, .run = [rotate = parts.rotate_tls_tickets]() -> Status {
             rotate();
             return Ok();
         }});
    jobs.push_back({.name = "certificates",
                    .every_ms = kCertificatesMs,
                    .first_after_ms = kCertificatesMs,
                    .run = [refresh = parts.refresh_certificates]() -> Status {
                        refresh();
                        return Ok();
                    }});
    // The lease is asked for only when there is something to do.
    jobs.push_back({.name = "acme",
                    .every_ms = kSecondMs,
                    .run = [due = parts.acme_due, step = parts.step_acme,
                            held = Holds(parts, storage::lease::Role::kAcme)]() -> Status {
                        if (due() && held()) step();
                        return Ok();
                    }});
}

void AddStoreJobs(const JobParts& parts, JobList& jobs) {
    Stores& stores = parts.services.stores;
    const auto scheduler = Holds(parts, storage::lease::Role::kScheduler);
    jobs.push_back({.name = "lmdb expiry", .every_ms = kMinuteMs, .run = [&stores] { return SweepKv(*stores.kv); }});
    jobs.push_back({.name = "lmdb readers", .every_ms = kHourMs, .run = [&stores]() -> Status {
                        stores.kv->DropStaleReaders();
                        return Ok();
                    }});
    jobs.push_back({.name = "idempotency keys",
                    .every_ms = kMinuteMs,
                    .run = [&stores] { return SweepIdempotency(*stores.db, stores.clock.Now()); },
                    .holds_role = scheduler});
    jobs.push_back({.name = "field keys",
                    .every_ms = kSecondMs,
                    .run =
                        [&services = parts.services] {
                            return services.field_keys->Work(
                                [&services] { return !storage::backup::InProgress(services.BackupEnvironment()); });
                        },
                    .holds_role = scheduler});
    jobs.push_back({.name = "audit head",
                    .every_ms = kHourMs,
                    .run = [&stores]() -> Status {
                        RT_TRY(const auto head, stores.db->Read([&](storage::sql::Reader& reader) {
                            return stores.trail->ReadHead(reader);
                        }));
                        stores.log.Info("audit head", {{"seq", head.seq}, {"mac", head.mac}});
                        return Ok();
                    },
                    .holds_role = scheduler});
    jobs.push_back({.name = "backup",
                    .every_ms = 5 * kMinuteMs,
                    .first_after_ms = kMinuteMs,
                    .run = [&backups = *parts.services.backups] { return backups.RunDaily(); },
                    .holds_role = scheduler});
}

void AddServiceJobs(const JobParts& parts, JobList& jobs) {
    const auto scheduler = Holds(parts, storage::lease::Role::kScheduler);
    jobs.push_back({.name = "revocations", .every_ms = kSecondMs, .run = [&auth = *parts.services.auth] {
                        return auth.Reload();
                    }});
    jobs.push_back({.name = "account ends",
                    .every_ms = kMinuteMs,
                    .run = [&self = *parts.services.self]() -> Status {
                        RT_CHECK_OK(self.RunEnds(kAccountEnds));
                        return Ok();
                    },
                    .holds_role = scheduler});
    jobs.push_back({.name = "devices",
                    .every_ms = kHourMs,
                    .run = [&services = parts.services]() -> Status {
                        RT_CHECK_OK(services.tokens->SweepDevices(*services.scopes));
                        return Ok();
                    },
                    .holds_role = scheduler});
    // On the outgoing pool: a scan may take a minute, and these threads are few.
    jobs.push_back({.name = "file scans",
                    .every_ms = kSecondMs,
                    .run = [&files = *parts.services.files, submit = parts.submit_outgoing]() -> Status {
                        files.RunScansOn(submit);
                        return Ok();
                    },
                    .holds_role = scheduler});
    jobs.push_back({.name = "files",
                    .every_ms = kHourMs,
                    .run = [&files = *parts.services.files] { return files.Sweep(); },
                    .holds_role = scheduler});
    jobs.push_back({.name = "registration",
                    .every_ms = kSecondMs,
                    .run = [&registration = *parts.services.registration] { return registration.RunJobsForAWhile(); },
                    .holds_role = scheduler});
    jobs.push_back({.name = "registration tally",
                    .every_ms = kSecondMs,
                    .run = [&registration = *parts.services.registration] { return registration.RunTally(); },
                    .holds_role = scheduler,
                    .background = true});
    jobs.push_back({.name = "registration desk",
                    .every_ms = kSecondMs,
                    .run = [&desk = *parts.services.desk_jobs] { return desk.Run(); },
                    .holds_role = scheduler});
    jobs.push_back({.name = "registration bulk",
                    .every_ms = kSecondMs,
                    .run = [&desk = *parts.services.desk_jobs] { return desk.RunBulk(); },
                    .holds_role = scheduler});
    jobs.push_back({.name = "registration transfers",
                    .every_ms = kSecondMs,
                    .run = [&desk = *parts.services.desk_jobs] { return desk.RunTransfers(); },
                    .holds_role = scheduler,
                    .background = true});
}

}  // namespace

std::vector<ops::Job> Jobs(const JobParts& parts) {
    std::vector<ops::Job> jobs;
    AddEdgeJobs(parts, jobs);
    AddStoreJobs(parts, jobs);
    AddServiceJobs(parts, jobs);
    return jobs;
}

}  // namespace rt::app
