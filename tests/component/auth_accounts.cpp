#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <vector>

#include "support/auth_fixture.h"

using rt::Code;
using rt::Metric;
using rt::auth::ApiTokens;
using rt::auth::Role;
using rt::auth::User;
using rt::auth::UserEdit;
using rt::auth::UserStatus;
using rt::base::kMicrosPerSecond;
using rt::testing::AuthFixture;
using rt::testing::InParallel;
using rt::testing::kGoodPassword;
using rt::testing::kOtherPassword;
using rt::testing::NativeCaller;

TEST_CASE("an account is made, found and audited") {
    AuthFixture f;
    auto wanted = f.Wanted(" Lin.Wei ", Role::kOrganiser);
    const auto made = f.service->accounts().Create(wanted, {7, "192.0.2.9", "req-9"});
    REQUIRE(made.ok());
    CHECK(made->login_name == "lin.wei");
    const auto found = f.service->accounts().GetByLoginName("LIN.WEI");
    REQUIRE(found.ok());
    CHECK(found->id == made->id);
    CHECK(found->role == Role::kOrganiser);
    CHECK(found->created == rt::testing::kAuthStart);
    CHECK(found->password_hash.starts_with("$2b$04$"));
    CHECK(f.service->accounts().GetByPublicId(made->public_id)->id == made->id);
    CHECK(f.service->accounts().GetByPublicId("zzzzzzzzzzzzzzzz").error().code == Code::kNotFound);
    CHECK(f.service->accounts().GetByPublicId("'; --").error().code == Code::kNotFound);

    const auto rows = f.db->Read([&](rt::storage::sql::Reader& r) { return f.trail.List(r, {}); });
    REQUIRE(rows->size() == 1);
    CHECK(rows->front().action == "user.create");
    CHECK(rows->front().actor == 7);
    CHECK(rows->front().entity_id == made->id.value);
    CHECK(rows->front().client == "192.0.2.9");
    CHECK(rows->front().after.find("organiser") != std::string::npos);
    CHECK(rows->front().after.find("$2b$") == std::string::npos);
    CHECK_FALSE(f.db->Read([&](rt::storage::sql::Reader& r) { return f.trail.Verify(r, std::nullopt); })->has_value());
}

TEST_CASE("every mistake of a new account is named at once, and nothing is stored") {
    AuthFixture f;
    const auto made = f.service->accounts().Create({"x", "short", std::string(41, 'a'), Role::kUser, {}}, {});
    REQUIRE_FALSE(made.ok());
    CHECK(made.error().code == Code::kInvalid);
    std::vector<std::string> fields;
    for (const auto& field : made.error().fields) fields.push_back(field.field);
    CHECK(fields == std::vector<std::string>{"login_name", "password", "display_name"});
    CHECK(*f.service->accounts().Count() == 0);
    CHECK(f.AuditActions().empty());
}

TEST_CASE("of two accounts of one name made at once, exactly one is") {
    AuthFixture f;
    std::atomic<int> made{0};
    std::atomic<int> taken{0};
    InParallel(8, [&](int) {
        const auto user = f.service->accounts().Create(f.Wanted("lin"), {});
        if (user.ok()) {
            ++made;
        } else if (user.error().code == Code::kAlreadyExists && user.error().fields.at(0).field == "login_name") {
            ++taken;
        }
    });
    CHECK(made == 1);
    CHECK(taken == 7);
    CHECK(*f.service->accounts().Count() == 1);
    CHECK(f.AuditActions() == std::vector<std::string>{"user.create"});
}

TEST_CASE("an edit needs the current revision and moves it") {
    AuthFixture f;
    const User user = f.AddUser("lin");
    auto& accounts = f.service->accounts();
    CHECK(accounts.Edit(user.id, 2, {.display_name = "New"}, {}).error().code == Code::kPreconditionFailed);
    const auto edited = accounts.Edit(user.id, 1, {.display_name = "New", .locale = rt::base::Locale::kEn}, {});
    REQUIRE(edited.ok());
    CHECK(edited->rev == 2);
    CHECK(edited->epoch == 1);
    CHECK(accounts.Get(user.id)->display_name == "New");
    CHECK(accounts.Edit(user.id, 1, {.display_name = "Old"}, {}).error().code == Code::kPreconditionFailed);
    CHECK(accounts.Edit(user.id, std::nullopt, {.display_name = "Any"}, {})->rev == 3);
    CHECK(accounts.Edit(user.id, 3, {.display_name = ""}, {}).error().code == Code::kInvalid);
    CHECK(accounts.Edit({999}, std::nullopt, {}, {}).error().code == Code::kNotFound);
}

TEST_CASE("of parallel edits of one revision, exactly one is taken") {
    AuthFixture f;
    const User user = f.AddUser("lin");
    std::atomic<int> good{0};
    InParallel(8, [&](int i) {
        if (f.service->accounts().Edit(user.id, 1, {.display_name = "N" + std::to_string(i)}, {}).ok()) ++good;
    });
    CHECK(good == 1);
    CHECK(f.service->accounts().Get(user.id)->rev == 2);
}

TEST_CASE("the last active administrator stays, also when two of them remove each other at once") {
    AuthFixture f;
    auto& accounts = f.service->accounts();
    const User one = f.AddUser("one", Role::kAdmin);
    CHECK(accounts.Edit(one.id, 1, {.role = Role::kUser}, {}).error().code == Code::kInvalidState);
    CHECK(accounts.Edit(one.id, 1, {.status = UserStatus::kLocked}, {}).error().code == Code::kInvalidState);
    CHECK(accounts.Edit(one.id, 1, {.display_name = "Boss"}, {}).ok());

    for (int round = 0; round < 10; ++round) {
        const User a = f.AddUser("a" + std::to_string(round) + "x", Role::kAdmin);
        const User b = accounts.Get(one.id).value();
        std::atomic<int> refused{0};
        InParallel(2, [&](int i) {
            const auto done = accounts.Edit(i == 0 ? a.id : b.id, std::nullopt, {.role = Role::kUser}, {});
            if (!done.ok() && done.error().code == Code::kInvalidState) ++refused;
        });
        CHECK(refused == 1);
        REQUIRE(accounts.Edit(one.id, std::nullopt, {.role = Role::kAdmin}, {}).ok());
        REQUIRE(accounts.Edit(a.id, std::nullopt, {.role = Role::kUser}, {}).ok());
    }
}

TEST_CASE("accounts are listed newest first, in pages, by role and by text") {
    AuthFixture f;
    for (int i = 0; i < 7; ++i) {
        f.AddUser("user" + std::to_string(i), i == 3 ? Role::kOrganiser : Role::kUser);
        f.clock.Advance(kMicrosPerSecond);
    }
    auto& accounts = f.service->accounts();
    std::vector<std::string> seen;
    rt::auth::store::Filter filter;
    filter.limit = 3;
    do {
        const auto page = accounts.List(filter);
        REQUIRE(page.ok());
        CHECK(page->users.size() <= 3);
        for (const User& user : page->users) seen.push_back(user.login_name);
        filter.after = page->next;
    } while (!filter.after.empty());
    CHECK(seen == std::vector<std::string>{"user6", "user5", "user4", "user3", "user2", "user1", "user0"});

    filter = {.role = Role::kOrganiser};
    CHECK(accounts.List(filter)->users.size() == 1);
    filter = {.text = "SER5"};
    CHECK(accounts.List(filter)->users.size() == 1);
    filter = {.text = "lin w"};
    CHECK(accounts.List(filter)->users.size() == 7);
    for (const char* wildcard : {"%", "_", "\\", "user_"}) {
        filter = {.text = wildcard};
        CHECK(accounts.List(filter)->users.empty());
    }
}

TEST_CASE("a new password ends all sessions and is the one that counts") {
    AuthFixture f;
    const User user = f.AddUser("lin");
    const auto session = f.SignIn("lin");
    CHECK(f.service->accounts().SetPassword(user.id, "password", "", {}).error().fields.at(0).field == "password");
    CHECK(f.service->accounts().SetPassword(user.id, "lin", "", {}).error().code == Code::kInvalid);
    REQUIRE(f.service->accounts().SetPassword(user.id, kOtherPassword, "", {}).ok());
    CHECK(f.CheckCode(session) == Code::kTokenExpired);
    CHECK(f.RenewCode(session.refresh_token) == Code::kUnauthenticated);
    CHECK(f.service->SignIn("lin", kGoodPassword, NativeCaller()).error().code == Code::kBadCredentials);
    CHECK(f.service->SignIn("lin", kOtherPassword, NativeCaller()).ok());
}

TEST_CASE("one's own password is changed with the present one") {
    AuthFixture f;
    const User user = f.AddUser("lin");
    const auto before = f.SignIn("lin");
    CHECK(f.service->ChangePassword(user.id, kOtherPassword, kOtherPassword, ApiTokens::kKeep, NativeCaller())
              .error()
              .code == Code::kBadCredentials);
    const auto after =
        f.service->ChangePassword(user.id, kGoodPassword, kOtherPassword, ApiTokens::kKeep, NativeCaller());
    REQUIRE(after.ok());
    CHECK(f.CheckCode(before) == Code::kTokenExpired);
    CHECK(f.Check(*after).ok());
    CHECK(f.service->Renew(after->refresh_token, NativeCaller()).ok());
}

TEST_CASE("the first administrator is made with the set-up link, once") {
    AuthFixture f;
    const auto first = f.service->NewSetupToken();
    REQUIRE(first->has_value());
    const auto second = f.service->NewSetupToken();
    REQUIRE(second->has_value());
    const auto wanted = f.Wanted("root1");
    CHECK(f.service->SetUp(**first, wanted, NativeCaller()).error().code == Code::kInviteExpired);
    CHECK(f.service->SetUp("", wanted, NativeCaller()).error().code == Code::kInviteExpired);
    CHECK(f.service->SetUp(**second, {"root1", "weak", "Root", Role::kUser, {}}, NativeCaller()).error().code ==
          Code::kInvalid);

    std::atomic<int> made{0};
    std::atomic<int> refused{0};
    InParallel(4, [&](int i) {
        const auto done = f.service->SetUp(**second, f.Wanted("root" + std::to_string(i)), NativeCaller());
        if (done.ok()) {
            ++made;
            CHECK(done->user.role == Role::kAdmin);
        } else if (done.error().code == Code::kInvalidState || done.error().code == Code::kInviteExpired) {
            ++refused;
        }
    });
    CHECK(made == 1);
    CHECK(refused == 3);
    CHECK_FALSE(f.service->NewSetupToken()->has_value());
    CHECK(f.service->SetUp(**second, wanted, NativeCaller()).error().code == Code::kInvalidState);
}

TEST_CASE("two set-up links used at once make one administrator") {
    constexpr rt::storage::sql::Statement kAdmins{"t.admins", "SELECT COUNT(*) FROM \"user\" WHERE role = 'admin'"};
    for (int round = 0; round < 20; ++round) {
        AuthFixture f;
        const auto printed = f.service->NewSetupToken();
        REQUIRE(printed->has_value());
        // A second start prints another link while the first one is in use.
        std::atomic<int> made{0};
        InParallel(4, [&](int i) {
            std::string token = **printed;
            if (i % 2 == 1) {
                const auto later = f.service->NewSetupToken();
                if (!later.ok() || !later->has_value()) return;
                token = **later;
            }
            if (f.service->SetUp(token, f.Wanted("root" + std::to_string(i)), NativeCaller()).ok()) ++made;
        });
        CHECK(made == 1);
        CHECK(**f.db->Read([&](rt::storage::sql::Reader& r) { return r.FindInt(kAdmins, {}); }) == 1);
    }
}

TEST_CASE("a set-up link is dead once there is an administrator by another way") {
    AuthFixture f;
    const auto token = f.service->NewSetupToken();
    f.AddUser("boss", Role::kAdmin);
    CHECK(f.service->SetUp(**token, f.Wanted("late"), NativeCaller()).error().code == Code::kInvalidState);
    CHECK(*f.service->accounts().Count() == 1);
}

TEST_CASE("people make accounts for themselves only where that is open, and never with a role") {
    AuthFixture f;
    const auto made = f.service->Register(f.Wanted("lin", Role::kAdmin), NativeCaller());
    REQUIRE(made.ok());
    CHECK(made->user.role == Role::kUser);
    CHECK(f.Check(*made)->role == Role::kUser);
    f.options.registration_open = false;
    f.service = f.NewService();
    CHECK(f.service->Register(f.Wanted("wei"), NativeCaller()).error().code == Code::kForbidden);
}
