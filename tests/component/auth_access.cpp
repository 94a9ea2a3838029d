// Grants and organisations: what holds, what nobody may give, and races for the last owner and for an invitation.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "support/access_fixture.h"

using rt::Code;
using rt::auth::Grant;
using rt::auth::Granter;
using rt::auth::GrantRole;
using rt::auth::OrganisationId;
using rt::auth::OrganisationState;
using rt::auth::Role;
using rt::auth::ScopeIds;
using rt::auth::User;
using rt::net::Permission;
using rt::testing::AccessFixture;
using rt::testing::InParallel;

TEST_CASE("a role holds where it was given and below, at once, until it is taken") {
    AccessFixture f;
    const User owner = f.AddUser("owner", Role::kOrganiser);
    const User lin = f.AddUser("lin");
    const auto mine = f.MakeOrganisation(owner, "mine");
    const auto other = f.MakeOrganisation(owner, "other");
    const ScopeIds event{mine.id.value, 77};
    const ScopeIds sibling{mine.id.value, 78};
    CHECK(f.Held(lin, event).empty());

    const Grant reviewer = f.Give(lin, GrantRole::kReviewer, event);
    CHECK(f.Held(lin, event).Has(Permission::kRegReview));
    CHECK(f.Held(lin, sibling).empty());
    CHECK(f.Held(lin, f.Of(mine)).empty());

    const Grant viewer = f.Give(lin, GrantRole::kViewer, f.Of(mine));
    CHECK(f.Held(lin, sibling).Has(Permission::kRegView));
    CHECK_FALSE(f.Held(lin, sibling).Has(Permission::kRegReview));
    CHECK(f.Held(lin, event).Has(Permission::kRegReview));
    CHECK(f.Held(lin, f.Of(other)).empty());
    CHECK(f.grants.Give({lin.id, GrantRole::kEditor, f.Of(mine), {}}, Granter::Operator()).error().code ==
          Code::kAlreadyExists);

    REQUIRE(f.grants.Take(reviewer.public_id, event, Granter::Operator()).ok());
    CHECK_FALSE(f.Held(lin, event).Has(Permission::kRegReview));
    // A grant is taken in its own place only.
    CHECK(f.grants.Take(viewer.public_id, f.Of(other), Granter::Operator()).error().code == Code::kNotFound);
    REQUIRE(f.grants.Change(viewer.public_id, f.Of(mine), {GrantRole::kEditor}, Granter::Operator()).ok());
    CHECK(f.Held(lin, event).Has(Permission::kEventEdit));
    REQUIRE(f.grants.Leave(lin.id, f.Of(mine), f.As(lin)).ok());
    CHECK(f.Held(lin, event).empty());
    CHECK(f.grants.Leave(lin.id, f.Of(mine), f.As(lin)).error().code == Code::kNotFound);
    const auto actions = f.AuditActions();
    for (const char* action : {"organisation.create", "grant.give", "grant.take", "grant.change", "grant.leave"}) {
        CHECK(std::find(actions.begin(), actions.end(), action) != actions.end());
    }
}

TEST_CASE("a role ends when it was to end") {
    AccessFixture f;
    const User owner = f.AddUser("owner", Role::kOrganiser);
    const User lin = f.AddUser("lin");
    const auto mine = f.MakeOrganisation(owner, "mine");
    const auto end = f.clock.Now().Plus(rt::base::kMicrosPerHour);
    f.Give(lin, GrantRole::kViewer, f.Of(mine), end);
    f.clock.Set(end.Plus(-1));
    CHECK_FALSE(f.Held(lin, f.Of(mine)).empty());
    f.clock.Set(end);
    CHECK(f.Held(lin, f.Of(mine)).empty());
    CHECK(f.grants.Give({lin.id, GrantRole::kViewer, {mine.id.value, 5}, f.clock.Now()}, Granter::Operator())
              .error()
              .code == Code::kInvalid);
    CHECK(f.grants.Give({lin.id, GrantRole::kOwner, {mine.id.value, 0}, f.clock.Now().Plus(1)}, Granter::Operator())
              .error()
              .code == Code::kInvalid);
}

TEST_CASE("nobody gives, changes or takes more than he holds") {
    AccessFixture f;
    const User owner = f.AddUser("owner", Role::kOrganiser);
    const User manager = f.AddUser("manager");
    const User editor = f.AddUser("editor");
    const User lin = f.AddUser("lin");
    const auto mine = f.MakeOrganisation(owner, "mine");
    const auto other = f.MakeOrganisation(owner, "other");
    const ScopeIds here = f.Of(mine);
    f.Give(manager, GrantRole::kManager, here);
    f.Give(editor, GrantRole::kEditor, here);
    const auto give = [&](const User& by, GrantRole role, ScopeIds scope) {
        const auto done = f.grants.Give({lin.id, role, scope, {}}, f.GranterOf(by, scope));
        if (done.ok()) REQUIRE(f.grants.Take(done->public_id, scope, Granter::Operator()).ok());
        return done.ok() ? std::optional<Code>() : std::optional(done.error().code);
    };
    CHECK(give(owner, GrantRole::kOwner, here) == std::nullopt);
    CHECK(give(manager, GrantRole::kManager, here) == std::nullopt);
    CHECK(give(manager, GrantRole::kReviewer, {mine.id.value, 9}) == std::nullopt);
    CHECK(give(manager, GrantRole::kOwner, here) == Code::kForbidden);
    CHECK(give(manager, GrantRole::kViewer, f.Of(other)) == Code::kForbidden);
    CHECK(give(manager, GrantRole::kAuditor, {}) == Code::kForbidden);
    CHECK(give(owner, GrantRole::kAuditor, {}) == Code::kForbidden);
    CHECK(give(editor, GrantRole::kViewer, here) == Code::kForbidden);
    // Roles of accounts are no grants, and each role has its places.
    CHECK(give(owner, GrantRole::kAdmin, here) == Code::kInvalid);
    CHECK(give(owner, GrantRole::kOwner, {mine.id.value, 9}) == Code::kInvalid);
    CHECK(give(owner, GrantRole::kAuditor, here) == Code::kInvalid);

    const auto owners = f.grants.In(here);
    REQUIRE(owners.ok());
    const Grant top = owners->front();
    REQUIRE(top.role == GrantRole::kOwner);
    const auto by_manager = f.GranterOf(manager, here);
    CHECK(f.grants.Take(top.public_id, here, by_manager).error().code == Code::kForbidden);
    CHECK(f.grants.Change(top.public_id, here, {GrantRole::kViewer}, by_manager).error().code == Code::kForbidden);
    const Grant his = owners->at(1);
    CHECK(f.grants.Change(his.public_id, here, {GrantRole::kOwner}, by_manager).error().code == Code::kForbidden);
    CHECK(f.Invite(mine.id, {GrantRole::kOwner, "", 1}, by_manager).error().code == Code::kForbidden);
}

TEST_CASE("the last owner stays, also when two leave at once") {
    AccessFixture f;
    const User a = f.AddUser("anna", Role::kOrganiser);
    const User b = f.AddUser("bert", Role::kOrganiser);
    const auto mine = f.MakeOrganisation(a, "mine");
    CHECK(f.grants.Leave(a.id, f.Of(mine), f.As(a)).error().code == Code::kInvalidState);
    for (int round = 0; round < 20; ++round) {
        CAPTURE(round);
        const auto now = f.grants.In(f.Of(mine));
        REQUIRE(now.ok());
        REQUIRE(now->size() == 1);
        const bool a_owns = now->front().user == a.id;
        f.Give(a_owns ? b : a, GrantRole::kOwner, f.Of(mine));
        std::vector<rt::Status> done(2);
        InParallel(2, [&](int i) {
            const User& who = i == 0 ? a : b;
            done[static_cast<std::size_t>(i)] = f.grants.Leave(who.id, f.Of(mine), f.As(who));
        });
        CHECK(done[0].ok() != done[1].ok());
    }
    const auto last = f.grants.In(f.Of(mine));
    REQUIRE(last.ok());
    REQUIRE(last->size() == 1);
    const auto by_owner = f.GranterOf(last->front().user == a.id ? a : b, f.Of(mine));
    CHECK(f.grants.Change(last->front().public_id, f.Of(mine), {GrantRole::kManager}, by_owner).error().code ==
          Code::kInvalidState);
    CHECK(f.grants.Take(last->front().public_id, f.Of(mine), by_owner).error().code == Code::kInvalidState);
}

TEST_CASE("an owner hands over to a member and is a manager then") {
    AccessFixture f;
    const User owner = f.AddUser("owner", Role::kOrganiser);
    const User lin = f.AddUser("lin");
    const User stranger = f.AddUser("stranger");
    const auto mine = f.MakeOrganisation(owner, "mine");
    f.Give(lin, GrantRole::kViewer, f.Of(mine), f.clock.Now().Plus(rt::base::kMicrosPerDay));
    CHECK(f.organisations.HandOver(mine.id, stranger.id, f.As(owner)).error().code == Code::kInvalid);
    CHECK(f.organisations.HandOver(mine.id, owner.id, f.As(owner)).error().code == Code::kInvalid);
    CHECK(f.organisations.HandOver(mine.id, owner.id, f.As(lin)).error().code == Code::kForbidden);
    REQUIRE(f.organisations.HandOver(mine.id, lin.id, f.As(owner)).ok());
    CHECK(f.Held(lin, f.Of(mine)).Has(Permission::kOrgOwn));
    CHECK_FALSE(f.Held(owner, f.Of(mine)).Has(Permission::kOrgOwn));
    CHECK(f.Held(owner, f.Of(mine)).Has(Permission::kMemberManage));
    f.clock.Advance(2 * rt::base::kMicrosPerDay);
    CHECK(f.Held(lin, f.Of(mine)).Has(Permission::kOrgOwn));
}

TEST_CASE("an invitation lets one person in, once") {
    AccessFixture f;
    const User owner = f.AddUser("owner", Role::kOrganiser);
    const auto mine = f.MakeOrganisation(owner, "mine");
    std::vector<User> guests;
    for (int i = 0; i < 8; ++i) guests.push_back(f.AddUser("guest" + std::to_string(i)));
    const auto invite = [&](GrantRole role, std::int64_t hours = 1) {
        const auto made = f.Invite(mine.id, {role, "", hours}, f.GranterOf(owner, f.Of(mine)));
        REQUIRE(made.ok());
        return *made;
    };
    const auto raced = invite(GrantRole::kEditor);
    CHECK(f.organisations.LookUp(raced.second)->invitation.role == GrantRole::kEditor);
    CHECK(f.organisations.LookUp("AAAA").error().code == Code::kNotFound);
    std::vector<std::optional<Code>> codes(guests.size());
    InParallel(8, [&](int i) {
        const User& who = guests.at(static_cast<std::size_t>(i));
        const auto done = f.organisations.Accept(raced.second, who.id, f.As(who));
        if (!done.ok()) codes.at(static_cast<std::size_t>(i)) = done.error().code;
    });
    CHECK(std::count(codes.begin(), codes.end(), std::nullopt) == 1);
    CHECK(std::count(codes.begin(), codes.end(), std::optional(Code::kInviteExpired)) == 7);
    CHECK(f.grants.In(f.Of(mine))->size() == 2);

    const auto revoked = invite(GrantRole::kViewer);
    REQUIRE(f.organisations.Revoke(mine.id, revoked.first.public_id, f.GranterOf(owner, f.Of(mine))).ok());
    const auto stranger = f.AddUser("stranger");
    CHECK(f.organisations.Accept(revoked.second, stranger.id, f.As(stranger)).error().code == Code::kInviteExpired);
    const auto lapsed = invite(GrantRole::kViewer);
    f.clock.Set(lapsed.first.expires.Plus(-1));
    CHECK(f.organisations.LookUp(lapsed.second).ok());
    f.clock.Set(lapsed.first.expires);
    CHECK(f.organisations.Accept(lapsed.second, stranger.id, f.As(stranger)).error().code == Code::kInviteExpired);
    CHECK(f.organisations.Invitations(mine.id)->empty());
    // Who is a member already does not spend it.
    const auto twice = invite(GrantRole::kViewer);
    CHECK(f.organisations.Accept(twice.second, owner.id, f.As(owner)).error().code == Code::kAlreadyExists);
    CHECK(f.organisations.LookUp(twice.second).ok());
}

TEST_CASE("an invitation is worth what its maker may still give") {
    AccessFixture f;
    const User owner = f.AddUser("owner", Role::kOrganiser);
    const User manager = f.AddUser("manager");
    const User lin = f.AddUser("lin");
    const auto mine = f.MakeOrganisation(owner, "mine");
    const Grant his = f.Give(manager, GrantRole::kManager, f.Of(mine));
    const auto made = f.Invite(mine.id, {GrantRole::kEditor, "", 1}, f.GranterOf(manager, f.Of(mine)));
    REQUIRE(made.ok());
    REQUIRE(f.grants.Take(his.public_id, f.Of(mine), Granter::Operator()).ok());
    CHECK(f.organisations.Accept(made->second, lin.id, f.As(lin)).error().code == Code::kForbidden);
    CHECK(f.Held(lin, f.Of(mine)).empty());
}

TEST_CASE("a closed organisation gives nothing; a personal one needs an organiser") {
    AccessFixture f;
    const User owner = f.AddUser("owner", Role::kOrganiser);
    const auto mine = f.MakeOrganisation(owner, "mine");
    REQUIRE(f.Held(owner, f.Of(mine)).Has(Permission::kOrgOwn));
    REQUIRE(f.organisations.Edit("mine", 1, {{}, {}, OrganisationState::kClosed}, f.As(owner)).ok());
    CHECK_FALSE(f.Held(owner, f.Of(mine)).Has(Permission::kEventView));
    CHECK(f.organisations.Edit("mine", 1, {"New", {}, {}}, f.As(owner)).error().code == Code::kPreconditionFailed);
    REQUIRE(f.organisations.Edit("mine", 2, {{}, {}, OrganisationState::kActive}, f.As(owner)).ok());
    CHECK(f.Held(owner, f.Of(mine)).Has(Permission::kOrgOwn));

    const auto now = f.clock.Now();
    const auto ensure = [&] {
        return f.db->Write("test", [&](rt::storage::sql::Writer& writer) {
            return rt::auth::store::EnsurePersonal(writer, owner.id, now);
        });
    };
    const auto own = ensure();
    REQUIRE(own.ok());
    CHECK(ensure()->id == own->id);
    f.service->access().Changed();
    CHECK(f.Held(owner, f.Of(*own)).Has(Permission::kEventCreate));
    REQUIRE(f.service->accounts().Edit(owner.id, std::nullopt, {.role = Role::kUser}, {}).ok());
    CHECK(f.Held(owner, f.Of(*own)).empty());
    CHECK(f.Held(owner, f.Of(mine)).Has(Permission::kOrgOwn));
    REQUIRE(f.service->accounts().Edit(owner.id, std::nullopt, {.status = rt::auth::UserStatus::kLocked}, {}).ok());
    CHECK(f.Held(owner, f.Of(mine)).empty());
}

TEST_CASE("addresses and numbers of organisations have limits") {
    AccessFixture f;
    const User owner = f.AddUser("owner", Role::kOrganiser);
    for (const char* bad : {"ab", "Abc", "-abc", "abc-", "a b c", "u-abc", "日本語"}) {
        CAPTURE(bad);
        CHECK(f.organisations.Create("Name", bad, f.As(owner)).error().code == Code::kInvalid);
    }
    CHECK(f.organisations.Create("", "abc", f.As(owner)).error().code == Code::kInvalid);
    CHECK(f.organisations.Create(std::string(81, 'x'), "abc", f.As(owner)).error().code == Code::kInvalid);
    for (std::int64_t i = 0; i < rt::auth::kOrganisationsPerUserMax; ++i) {
        f.MakeOrganisation(owner, "number-" + std::to_string(i));
    }
    CHECK(f.organisations.Create("Name", "one-more", f.As(owner)).error().code == Code::kInvalidState);
    const User other = f.AddUser("other", Role::kOrganiser);
    const auto taken = f.organisations.Create("Name", "number-1", f.As(other));
    CHECK(taken.error().code == Code::kAlreadyExists);
    CHECK(taken.error().fields.front().field == "slug");
}

TEST_CASE("another process sees a change of rights when it turns") {
    AccessFixture f;
    const auto second = f.NewService();
    const User owner = f.AddUser("owner", Role::kOrganiser);
    const User lin = f.AddUser("lin");
    const auto mine = f.MakeOrganisation(owner, "mine");
    const auto there = [&] { return (*second->access().RightsOf(lin.id))->In(f.Of(mine)); };
    CHECK(there().empty());
    const Grant grant = f.Give(lin, GrantRole::kViewer, f.Of(mine));
    CHECK(there().empty());
    REQUIRE(second->Reload().ok());
    CHECK_FALSE(there().empty());
    REQUIRE(f.grants.Take(grant.public_id, f.Of(mine), Granter::Operator()).ok());
    REQUIRE(second->Reload().ok());
    CHECK(there().empty());
}

TEST_CASE("rights that were read before a change are not remembered after it") {
    AccessFixture f;
    const User owner = f.AddUser("owner", Role::kOrganiser);
    const User lin = f.AddUser("lin");
    const auto mine = f.MakeOrganisation(owner, "mine");
    for (int round = 0; round < 50; ++round) {
        const Grant grant = f.Give(lin, GrantRole::kViewer, f.Of(mine));
        std::atomic<bool> stop{false};
        std::thread reader([&] {
            while (!stop) static_cast<void>(f.service->access().RightsOf(lin.id));
        });
        REQUIRE(f.grants.Take(grant.public_id, f.Of(mine), Granter::Operator()).ok());
        CHECK(f.Held(lin, f.Of(mine)).empty());
        stop = true;
        reader.join();
        CHECK(f.Held(lin, f.Of(mine)).empty());
    }
}
