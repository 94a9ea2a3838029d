// The tables of permissions and roles: what the rest relies on.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <utility>

#include "auth/roles.h"
#include "auth/token_store.h"

using rt::auth::GrantRole;
using rt::auth::PermissionsOf;
using rt::auth::Place;
using rt::auth::RoleInfo;
using rt::auth::Roles;
using rt::net::Permission;
using rt::net::PermissionAt;
using rt::net::PermissionSet;
using rt::net::Scope;

TEST_CASE("words are unique, found again, and fit to be stored in a list") {
    std::set<std::string_view> words;
    for (std::size_t i = 0; i < rt::net::kPermissionCount; ++i) {
        const Permission one = PermissionAt(i);
        const std::string_view word = Word(one);
        CAPTURE(word);
        CHECK(words.insert(word).second);
        CHECK(rt::net::ParsePermission(word) == one);
        CHECK(word.find(' ') == std::string_view::npos);
        CHECK_FALSE(rt::net::Info(one).text_en.empty());
        CHECK_FALSE(rt::net::Info(one).text_zh.empty());
    }
    CHECK_FALSE(rt::net::ParsePermission("event.everything"));
    CHECK_FALSE(rt::net::ParsePermission(""));
    std::set<std::string_view> roles;
    for (const RoleInfo& role : Roles()) {
        CHECK(roles.insert(role.word).second);
        CHECK(rt::auth::ParseGrantRole(role.word) == role.role);
        CHECK(&rt::auth::Info(role.role) == &role);
        CHECK(role.places != 0);
    }
    CHECK_FALSE(rt::auth::ParseGrantRole("root"));
}

TEST_CASE("a role gives nothing that lies above its place") {
    const PermissionSet of_event = rt::net::PermissionsWithin(Scope::kEvent);
    const PermissionSet of_organisation = rt::net::PermissionsWithin(Scope::kOrganisation);
    CHECK(of_organisation.HasAll(of_event));
    CHECK_FALSE(of_event.Has(Permission::kOrgOwn));
    CHECK_FALSE(of_organisation.Has(Permission::kUserManage));
    CHECK(rt::net::PermissionsWithin(Scope::kPlatform) == PermissionSet::All());
    for (const RoleInfo& role : Roles()) {
        CAPTURE(role.word);
        CHECK(of_event.HasAll(PermissionsOf(role.role, Place::kEvent)));
        CHECK(of_organisation.HasAll(PermissionsOf(role.role, Place::kOrganisation)));
        // The list of events asks for a role alone.
        if (role.At(Place::kOrganisation))
            CHECK(PermissionsOf(role.role, Place::kOrganisation).Has(Permission::kEventView));
        if (role.At(Place::kEvent)) CHECK(PermissionsOf(role.role, Place::kEvent).Has(Permission::kEventView));
        if (!role.At(Place::kOrganisation)) continue;
        // An owner can give every role of his organisation, and only an owner makes owners.
        const PermissionSet here = PermissionsOf(role.role, Place::kOrganisation);
        CHECK(PermissionsOf(GrantRole::kOwner, Place::kOrganisation).HasAll(here));
        CHECK(here.Has(Permission::kOrgOwn) == (role.role == GrantRole::kOwner));
    }
    CHECK(PermissionsOf(GrantRole::kAdmin, Place::kAccount) == PermissionSet::All());
    CHECK(PermissionsOf(GrantRole::kUser, Place::kAccount).empty());
}

TEST_CASE("tokens carry nothing that makes or breaks rights") {
    const PermissionSet tokens = rt::net::TokenPermissions();
    for (const Permission one : {Permission::kMemberManage, Permission::kUserManage, Permission::kOrgOwn,
                                 Permission::kOrgCreate, Permission::kDeviceManage}) {
        CAPTURE(Word(one));
        CHECK_FALSE(tokens.Has(one));
    }
    CHECK(tokens.Has(Permission::kCheckin));
    CHECK(tokens.Has(Permission::kExport));
}

TEST_CASE("a set is stored as words; words of another version are left out") {
    const PermissionSet some{Permission::kEventView, Permission::kExport};
    CHECK(rt::auth::Words(some) == "event.view export");
    CHECK(rt::auth::ParseWords("event.view export") == some);
    CHECK(rt::auth::ParseWords("  export  no.such event.view ") == some);
    CHECK(rt::auth::ParseWords("").empty());
    CHECK(rt::auth::ParseWords(rt::auth::Words(PermissionSet::All())) == PermissionSet::All());
    CHECK(some.Without({Permission::kExport}) == PermissionSet{Permission::kEventView});
    CHECK_FALSE(some.HasAll({Permission::kEventView, Permission::kCheckin}));
    CHECK_FALSE(PermissionSet().Has(Permission::kNone));
}

namespace {

std::string InBackticks(std::string_view word) {
    return "`" + std::string(word) + "`";
}

std::string RowOf(Permission permission) {
    const rt::net::PermissionInfo& info = rt::net::Info(permission);
    const bool token = info.carrier == rt::net::Carrier::kToken;
    return "| " + InBackticks(info.word) + " | " + std::string(Word(info.narrowest)) + " | " + (token ? "yes" : "no") +
           " | " + std::string(info.text_en) + " |";
}

std::string RowOf(const RoleInfo& role) {
    static constexpr std::pair<Place, const char*> kPlaces[] = {{Place::kAccount, "account"},
                                                                {Place::kPlatform, "platform"},
                                                                {Place::kOrganisation, "organisation"},
                                                                {Place::kEvent, "event"}};
    std::string places;
    for (const auto& [place, name] : kPlaces) {
        if (role.At(place)) places.append(places.empty() ? "" : ", ").append(name);
    }
    std::string permissions;
    for (std::size_t i = 0; i < rt::net::kPermissionCount; ++i) {
        const Permission one = PermissionAt(i);
        if (role.permissions.Has(one))
            permissions.append(permissions.empty() ? "" : " ").append(InBackticks(Word(one)));
    }
    return "| " + InBackticks(role.word) + " | " + places + " | " + (permissions.empty() ? "none" : permissions) + " |";
}

}  // namespace

TEST_CASE("docs/access.md shows the tables as they are") {
    const char* root = std::getenv("RT_SOURCE_DIR");
    std::ifstream file(std::string(root == nullptr ? "." : root) + "/docs/access.md");
    std::set<std::string> shown;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("| `")) shown.insert(line);
    }
    std::set<std::string> wanted;
    for (std::size_t i = 0; i < rt::net::kPermissionCount; ++i) wanted.insert(RowOf(PermissionAt(i)));
    for (const RoleInfo& role : Roles()) wanted.insert(RowOf(role));
    for (const std::string& row : wanted) CHECK_MESSAGE(shown.contains(row), row);
    CHECK(shown.size() == wanted.size());
}
