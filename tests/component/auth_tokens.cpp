// API tokens and devices: what they carry, when they end, and races for a pairing code.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "support/access_fixture.h"

using rt::Code;
using rt::auth::GrantRole;
using rt::auth::NewToken;
using rt::auth::OpaqueToken;
using rt::auth::Role;
using rt::auth::ScopeIds;
using rt::auth::User;
using rt::net::Credential;
using rt::net::Permission;
using rt::net::PermissionSet;
using rt::testing::AccessFixture;
using rt::testing::InParallel;

namespace {

struct Bench : AccessFixture {
    User owner = AddUser("owner", Role::kOrganiser);
    rt::auth::Organisation mine = MakeOrganisation(owner, "mine");
    ScopeIds event{mine.id.value, 77};

    std::pair<rt::auth::ApiToken, std::string> Make(PermissionSet permissions, ScopeIds scope = {},
                                                    std::int64_t days = 30) {
        auto made = tokens.Create({owner.id, "test", permissions, scope, days}, As(owner));
        REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().detail));
        return *made;
    }
    rt::Result<rt::net::Principal> Sign(const std::string& token) {
        rt::net::Request head;
        head.headers.push_back({"Authorization", "Bearer " + token});
        return service->authenticator().Authenticate(head);
    }
    Code SignCode(const std::string& token) { return Sign(token).error().code; }
    PermissionSet HeldBy(const std::string& token, ScopeIds scope) {
        const auto principal = Sign(token);
        REQUIRE(principal.ok());
        return *service->access().HeldIn(*principal, scope);
    }
    std::optional<rt::base::Time> LastUsed() {
        const auto list = tokens.Of(owner.id);
        REQUIRE(list.ok());
        return list->front().last_used;
    }
};

}  // namespace

TEST_CASE("an opaque token tells its kind and whether it is whole") {
    rt::crypto::SystemRandom random;
    for (const Credential kind : {Credential::kApiToken, Credential::kDevice}) {
        const std::string token = OpaqueToken::New(kind, random);
        CHECK(OpaqueToken::KindOf(token) == kind);
        CHECK(OpaqueToken::IsWhole(token));
        CHECK(token != OpaqueToken::New(kind, random));
        for (std::size_t i = 3; i < token.size(); ++i) {
            std::string changed = token;
            changed[i] = changed[i] == '7' ? '8' : '7';
            CHECK_FALSE(OpaqueToken::IsWhole(changed));
            CHECK_FALSE(OpaqueToken::IsWhole(token.substr(0, i)));
        }
        CHECK_FALSE(OpaqueToken::IsWhole(token + "0"));
        CHECK_FALSE(OpaqueToken::IsWhole((kind == Credential::kDevice ? "rt_" : "rd_") + token.substr(3)));
    }
    CHECK_FALSE(OpaqueToken::KindOf("eyJhbGciOiJIUzI1NiJ9.e30.x"));
    CHECK_FALSE(OpaqueToken::KindOf(""));
}

TEST_CASE("a token carries what was chosen, where it was chosen, while its owner holds it") {
    Bench f;
    const auto [made, token] = f.Make({Permission::kEventView, Permission::kExport}, f.event);
    CHECK(f.HeldBy(token, f.event) == PermissionSet{Permission::kEventView, Permission::kExport});
    CHECK(f.HeldBy(token, {f.mine.id.value, 78}).empty());
    CHECK(f.HeldBy(token, f.Of(f.mine)).empty());
    CHECK(f.HeldBy(token, {}).empty());
    const auto principal = f.Sign(token);
    CHECK(principal->user_id == f.owner.id.value);
    CHECK(principal->role == Role::kUser);
    CHECK(principal->credential == Credential::kApiToken);

    const auto wide = f.Make({Permission::kEventView}).second;
    CHECK(f.HeldBy(wide, f.event).Has(Permission::kEventView));
    CHECK_FALSE(f.HeldBy(wide, f.event).Has(Permission::kExport));

    // Fewer when the owner loses them, and more again when he gets them back, but never more than were chosen.
    const User second = f.AddUser("second");
    f.Give(second, GrantRole::kOwner, f.Of(f.mine));
    const auto grants = f.grants.In(f.Of(f.mine));
    REQUIRE(grants.ok());
    REQUIRE(
        f.grants.Change(grants->front().public_id, f.Of(f.mine), {GrantRole::kViewer}, rt::auth::Granter::Operator())
            .ok());
    CHECK(f.HeldBy(token, f.event) == PermissionSet{Permission::kEventView});
    REQUIRE(f.grants.Take(grants->front().public_id, f.Of(f.mine), rt::auth::Granter::Operator()).ok());
    CHECK(f.HeldBy(token, f.event).empty());
}

TEST_CASE("nobody makes a token with more than he holds, or with what no token carries") {
    Bench f;
    const User lin = f.AddUser("lin");
    f.Give(lin, GrantRole::kViewer, f.event);
    const auto make = [&](PermissionSet permissions, ScopeIds scope) {
        const auto made = f.tokens.Create({lin.id, "test", permissions, scope, 1}, f.As(lin));
        return made.ok() ? std::optional<Code>() : std::optional(made.error().code);
    };
    CHECK(make({Permission::kRegView}, f.event) == std::nullopt);
    CHECK(make({Permission::kRegView}, {}) == std::nullopt);
    CHECK(make({Permission::kExport}, f.event) == Code::kInvalid);
    CHECK(make({Permission::kExport}, {}) == Code::kInvalid);
    CHECK(make({Permission::kRegView}, f.Of(f.mine)) == Code::kInvalid);
    CHECK(make({}, f.event) == Code::kInvalid);
    CHECK(f.tokens.Create({f.owner.id, "x", {Permission::kMemberManage}, f.event, 1}, f.As(f.owner)).error().code ==
          Code::kInvalid);
    CHECK(f.tokens.Create({f.owner.id, "", {Permission::kExport}, f.event, 1}, f.As(f.owner)).error().code ==
          Code::kInvalid);
}

TEST_CASE("a token lapses, is revoked at once, and survives a restart") {
    Bench f;
    const auto [made, token] = f.Make({Permission::kEventView}, {}, 1);
    CHECK(f.Sign(token).ok());
    f.clock.Set(made.expires.Plus(-1));
    CHECK(f.Sign(token).ok());
    f.clock.Set(made.expires);
    CHECK(f.SignCode(token) == Code::kTokenExpired);
    REQUIRE(f.service->Reload().ok());
    CHECK(f.tokens.Of(f.owner.id)->empty());

    const auto [other, revoked] = f.Make({Permission::kEventView});
    const User lin = f.AddUser("lin");
    CHECK(f.tokens.Revoke(other.public_id, lin.id, f.As(lin)).error().code == Code::kNotFound);
    CHECK(f.Sign(revoked).ok());
    REQUIRE(f.tokens.Revoke(other.public_id, f.owner.id, f.As(f.owner)).ok());
    CHECK(f.SignCode(revoked) == Code::kUnauthenticated);
    CHECK(f.tokens.Revoke(other.public_id, f.owner.id, f.As(f.owner)).error().code == Code::kNotFound);

    const auto kept = f.Make({Permission::kEventView}).second;
    const auto second = f.NewService();
    rt::net::Request head;
    head.headers.push_back({"Authorization", "Bearer " + kept});
    CHECK(second->authenticator().Authenticate(head).ok());
    head.headers.front().value = "Bearer " + revoked;
    CHECK_FALSE(second->authenticator().Authenticate(head).ok());
    // Made by one process, known to the other when it turns; likewise revoked.
    const auto [late, late_text] = f.Make({Permission::kEventView});
    head.headers.front().value = "Bearer " + late_text;
    CHECK_FALSE(second->authenticator().Authenticate(head).ok());
    REQUIRE(second->Reload().ok());
    CHECK(second->authenticator().Authenticate(head).ok());
    REQUIRE(f.tokens.Revoke(late.public_id, f.owner.id, f.As(f.owner)).ok());
    REQUIRE(second->Reload().ok());
    CHECK_FALSE(second->authenticator().Authenticate(head).ok());
}

TEST_CASE("the last use is written down, once a minute at most") {
    Bench f;
    const auto token = f.Make({Permission::kEventView}).second;
    REQUIRE(f.service->Reload().ok());
    CHECK_FALSE(f.LastUsed());
    const auto first = f.clock.Now();
    REQUIRE(f.Sign(token).ok());
    REQUIRE(f.service->Reload().ok());
    CHECK(f.LastUsed() == first);
    f.clock.Advance(rt::base::kMicrosPerMinute - 1);
    REQUIRE(f.Sign(token).ok());
    REQUIRE(f.service->Reload().ok());
    CHECK(f.LastUsed() == first);
    f.clock.Advance(1);
    REQUIRE(f.Sign(token).ok());
    REQUIRE(f.service->Reload().ok());
    CHECK(f.LastUsed() == f.clock.Now());
}

TEST_CASE("a person has so many tokens") {
    Bench f;
    for (std::int64_t i = 0; i < rt::auth::kTokensPerUserMax; ++i) f.Make({Permission::kEventView});
    const NewToken more{f.owner.id, "more", {Permission::kEventView}, {}, 1};
    CHECK(f.tokens.Create(more, f.As(f.owner)).error().code == Code::kInvalidState);
    const auto list = f.tokens.Of(f.owner.id);
    REQUIRE(f.tokens.Revoke(list->front().public_id, f.owner.id, f.As(f.owner)).ok());
    CHECK(f.tokens.Create(more, f.As(f.owner)).ok());
}

TEST_CASE("a pairing code makes one device of one event, within ten minutes") {
    Bench f;
    const auto pair = [&] {
        const auto made = f.tokens.Pair(f.event, "gate", f.As(f.owner));
        REQUIRE(made.ok());
        CHECK(made->second.size() == 9);
        return *made;
    };
    const auto code = pair();
    std::vector<std::string> tokens(8);
    InParallel(8, [&](int i) {
        const auto done = f.tokens.Redeem(code.second, {});
        if (done.ok()) tokens.at(static_cast<std::size_t>(i)) = done->second;
    });
    std::erase(tokens, "");
    REQUIRE(tokens.size() == 1);
    CHECK(f.HeldBy(tokens.front(), f.event) == PermissionSet{Permission::kEventView, Permission::kCheckin});
    CHECK(f.HeldBy(tokens.front(), {f.mine.id.value, 78}).empty());
    CHECK(f.HeldBy(tokens.front(), f.Of(f.mine)).empty());
    CHECK(f.Sign(tokens.front())->credential == Credential::kDevice);
    CHECK(f.tokens.Redeem(code.second, {}).error().code == Code::kInviteExpired);
    CHECK(f.tokens.Redeem("0000-0000", {}).error().code == Code::kInviteExpired);
    CHECK(f.tokens.Redeem("", {}).error().code == Code::kInviteExpired);

    const auto lapsed = pair();
    f.clock.Set(lapsed.first.expires);
    CHECK(f.tokens.Redeem(lapsed.second, {}).error().code == Code::kInviteExpired);
    const auto late = pair();
    f.clock.Set(late.first.expires.Plus(-1));
    std::string sloppy;
    for (const char c : late.second) sloppy += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    CHECK(f.tokens.Redeem(" " + sloppy + " ", {}).ok());

    const auto devices = f.tokens.Devices(f.event);
    REQUIRE(devices.ok());
    REQUIRE(devices->size() == 2);
    CHECK(f.tokens.RevokeDevice(devices->front().public_id, {f.mine.id.value, 78}, f.As(f.owner)).error().code ==
          Code::kNotFound);
    REQUIRE(f.tokens.RevokeDevice(devices->front().public_id, f.event, f.As(f.owner)).ok());
    CHECK(f.SignCode(tokens.front()) == Code::kUnauthenticated);
    CHECK(f.tokens.Devices(f.event)->size() == 1);
}

TEST_CASE("an event has so many open codes") {
    Bench f;
    for (std::int64_t i = 0; i < rt::auth::kPairingsPerEventMax; ++i) {
        REQUIRE(f.tokens.Pair(f.event, "gate", f.As(f.owner)).ok());
    }
    CHECK(f.tokens.Pair(f.event, "gate", f.As(f.owner)).error().code == Code::kInvalidState);
    CHECK(f.tokens.Pair({f.mine.id.value, 78}, "gate", f.As(f.owner)).ok());
    f.clock.Advance(rt::auth::kPairingMinutes * rt::base::kMicrosPerMinute);
    CHECK(f.tokens.Pair(f.event, "gate", f.As(f.owner)).ok());
}
