// auth on real stores in a folder of its own, with a clock that stands still.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "auth/service.h"
#include "crypto/hash.h"
#include "storage/audit/trail.h"
#include "storage/kv/store.h"
#include "support/schema.h"
#include "support/temp_dir.h"

namespace rt::testing {

inline constexpr base::Time kAuthStart{1'790'000'000LL * base::kMicrosPerSecond};
inline constexpr const char* kGoodPassword = "correct horse battery";
inline constexpr const char* kOtherPassword = "staple the battery horse";

inline auth::Caller NativeCaller(std::string client = "192.0.2.1") {
    return {{0, std::move(client), "req-1"}, auth::domain::ClientKind::kNative, "test"};
}
inline auth::Caller BrowserCaller(std::string client = "192.0.2.1") {
    return {{0, std::move(client), "req-1"}, auth::domain::ClientKind::kBrowser, "test"};
}

struct AuthFixture {
    AuthFixture() { Open(); }

    // Closes everything and opens it again, as a restart does.
    void Restart() {
        Close();
        Open();
    }
    void Close() {
        service.reset();
        kv.reset();
        db.reset();
    }
    void Open() {
        storage::sql::Options sql;
        sql.closure_cpu_micros_max = 5'000'000;  // sanitizers are slow; the budget has its own test
        sql.path = dir / "main.db";
        db = OpenMigrated(sql, {embedded::StorageMigrations(), embedded::AuthMigrations()}, clock, log, metrics);
        storage::kv::Options kv_options;
        kv_options.directory = dir / "kv";
        kv_options.durable_map_bytes = 64 << 20;
        kv_options.cache_map_bytes = 64 << 20;
        auto store = storage::kv::Store::Open(kv_options, clock, log, metrics);
        REQUIRE_MESSAGE(store.ok(), (store.ok() ? "" : store.error().detail));
        kv = std::move(*store);
        service = NewService();
    }
    std::unique_ptr<auth::Service> NewService() {
        auto made = auth::Service::Create(options, {*db, *kv, trail, clock, random, ids, log, metrics});
        REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().detail));
        return std::move(*made);
    }

    auth::NewUser Wanted(std::string login_name, auth::Role role = auth::Role::kUser) {
        return {std::move(login_name), kGoodPassword, "Lin Wei", role, base::Locale::kZhCn};
    }
    auth::User AddUser(std::string login_name, auth::Role role = auth::Role::kUser) {
        auto user = service->accounts().Create(Wanted(std::move(login_name), role), {});
        REQUIRE_MESSAGE(user.ok(), (user.ok() ? "" : user.error().detail));
        return *user;
    }
    auth::SignedIn SignIn(const std::string& login_name, auth::Caller caller = NativeCaller()) {
        auto done = service->SignIn(login_name, kGoodPassword, caller);
        REQUIRE_MESSAGE(done.ok(), (done.ok() ? "" : done.error().detail));
        return *done;
    }
    Result<auth::AccessClaims> Check(const auth::SignedIn& session) {
        return service->authenticator().Check(session.access_token);
    }
    Code CheckCode(const auth::SignedIn& session) { return Check(session).error().code; }
    Code RenewCode(const std::string& token, auth::Caller caller = NativeCaller()) {
        return service->Renew(token, caller).error().code;
    }
    std::vector<std::string> AuditActions() {
        std::vector<std::string> actions;
        auto rows = db->Read([&](storage::sql::Reader& reader) { return trail.List(reader, {.limit = 1'000}); });
        REQUIRE(rows.ok());
        for (const auto& row : *rows) actions.insert(actions.begin(), row.action);
        return actions;
    }

    TempDir dir;
    base::ManualClock clock{kAuthStart};
    base::NullLog log;
    base::Metrics metrics;
    crypto::SystemRandom random;
    IdGenerator ids{clock, 1};
    storage::audit::Trail trail{std::string(32, 'k')};
    auth::Options options = [] {
        auth::Options given;
        given.jwt_secrets = {std::string(32, 's')};
        given.field_ring = *crypto::FieldRing::Make({std::string(32, 'm')}, std::string(32, 'm'));
        given.bcrypt_cost = 4;
        return given;
    }();
    std::unique_ptr<storage::sql::Database> db;
    std::unique_ptr<storage::kv::Store> kv;
    std::unique_ptr<auth::Service> service;
};

// Runs `fn(i)` on `count` threads that start together.
template <class Fn>
void InParallel(int count, Fn fn) {
    std::atomic<bool> go{false};
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
        threads.emplace_back([&, i] {
            go.wait(false);
            fn(i);
        });
    }
    go.store(true);
    go.notify_all();
    for (std::thread& thread : threads) thread.join();
}

}  // namespace rt::testing
