// Organisations over HTTP: invitations by mail and by link, what stays of a person, and who is named for what a token
// did.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "auth/account_end_store.h"
#include "support/access_http.h"
#include "support/auth_mail.h"

using rt::auth::Role;
using rt::base::kMicrosPerDay;
using rt::testing::AccessHttp;
using rt::testing::HttpAnswer;
using rt::testing::kGoodPassword;
using rt::testing::Outbox;
using rt::testing::OutMessage;
namespace json = rt::json;
namespace sql = rt::storage::sql;

namespace {

struct Invitations : AccessHttp {
    Invitations() {
        AddUser("owner", Role::kOrganiser);
        AddUser("guest");
        owner = TokenOf("owner");
        path = "/api/v1/organisations/" + MakeOrganisation(owner, "mine") + "/invitations";
    }
    HttpAnswer Invite(const std::string& body, std::string_view key = {}, std::string_view language = "en") {
        const std::string bearer = "Bearer " + owner;
        if (key.empty()) return Call("POST", path, body, {{"Authorization", bearer}, {"Accept-Language", language}});
        return Call("POST", path, body, {{"Authorization", bearer}, {"Idempotency-Key", key}});
    }
    HttpAnswer Accept(const std::string& login_name, const std::string& token) {
        return As(TokenOf(login_name), "POST", "/api/v1/organisation-invitations/accept",
                  R"({"token":")" + token + R"("})");
    }
    std::vector<OutMessage> Mails() {
        auto all = Outbox(*this);
        std::erase_if(all, [](const OutMessage& one) { return one.topic != "mail.invitation"; });
        return all;
    }
    // Every text that the table of kept answers holds.
    std::string KeptAnswers() {
        constexpr sql::Statement kAll{"test.kept", "SELECT scope || key || request_hash || body FROM idempotency"};
        std::string out;
        const auto read = db->Read([&](sql::Reader& reader) {
            return reader.Each(kAll, {}, [&](const sql::Row& row) {
                out += row.Text(0);
                return true;
            });
        });
        REQUIRE(read.ok());
        return out;
    }

    std::string owner;
    std::string path;
};

std::string TokenIn(const OutMessage& mail) {
    const std::string link = mail.Text("link");
    return link.substr(link.find('#') + 1);
}

const char* const kMail = R"({"role":"editor","email":"Guest@example.org"})";

}  // namespace

TEST_CASE("an invitation goes by mail, to the mailbox alone, and lets one person in once") {
    Invitations f;
    const auto made = f.Invite(kMail);
    REQUIRE(made.status == 201);
    CHECK(made.Text("target") == "G***@example.org");
    CHECK(made.Data().Find("token")->IsNull());
    CHECK(made.Data().Find("url")->IsNull());
    REQUIRE(f.Mails().size() == 1);
    const OutMessage mail = f.Mails().front();
    CHECK(mail.Text("to") == "Guest@example.org");
    CHECK(mail.Text("locale") == "en");
    CHECK(mail.Text("kind") == "organisation");
    CHECK(mail.Text("organisation") == "Organisation mine");
    CHECK(mail.Text("inviter") == "Lin Wei");
    CHECK(mail.Text("role") == "Editor");
    CHECK(mail.Text("expires") == made.Text("expires"));
    CHECK(mail.Text("link").starts_with("/organisations/join#"));
    const std::string token = TokenIn(mail);
    CHECK(made.raw.body.find(token) == std::string::npos);
    CHECK(f.Accept("guest", token).status == 200);
    f.AddUser("other");
    CHECK(f.Accept("other", token).Code() == "INVITE_EXPIRED");

    REQUIRE(f.Invite(R"({"role":"viewer","email":"x@example.org"})", {}, "zh-CN").status == 201);
    CHECK(f.Mails().back().Text("locale") == "zh-CN");
    CHECK(f.Mails().back().Text("role") == "只读");
}

TEST_CASE("without an address the link is shown, and nothing is mailed") {
    Invitations f;
    const auto made = f.Invite(R"({"role":"editor"})");
    REQUIRE(made.status == 201);
    CHECK(made.Text("url") == "/organisations/join#" + made.Text("token"));
    CHECK(made.Data().Find("target")->IsNull());
    CHECK(f.Mails().empty());
}

TEST_CASE("what is refused mails nothing") {
    Invitations f;
    CHECK(f.Invite(R"({"role":"editor","email":"no address"})").status == 422);
    CHECK(f.Invite(R"({"role":"editor","email":"+8613800138000"})").status == 422);
    CHECK(f.Invite(R"({"role":"auditor","email":"x@example.org"})").status == 422);
    CHECK(f.Mails().empty());
}

TEST_CASE("without mail, or without an address for its link, an invitation by mail is refused") {
    for (const bool mail : {true, false}) {
        CAPTURE(mail);
        Invitations f;
        (mail ? f.options.mailed_links : f.options.email_codes) = false;
        const auto poor = f.NewService();
        rt::testing::AccessWorld world(f);
        CHECK(f.Call("GET", "/api/v1/auth/options").Data().Find("email_invitations")->AsBool());
        rt::net::Request request;
        request.headers = {{"Content-Type", "application/json"}};
        request.body = kMail;
        auto routes = rt::auth::AccessRoutes({*poor, world.grants, world.organisations, world.tokens}, "");
        const auto route = std::find_if(routes.begin(), routes.end(),
                                        [](const rt::net::Route& one) { return one.name == "organisation.invite"; });
        REQUIRE(route != routes.end());
        const auto answer = route->handler(request);
        REQUIRE_FALSE(answer.ok());
        CHECK(answer.error().code == rt::Code::kChannelUnavailable);
    }
}

TEST_CASE("the same Idempotency-Key makes one invitation and one mail; what is kept does not open by itself") {
    Invitations f;
    const auto first = f.Invite(kMail, "key-1");
    const auto second = f.Invite(kMail, "key-1");
    REQUIRE(first.status == 201);
    CHECK(second.status == 201);
    CHECK(second.raw.Field("idempotency-replayed") == "true");
    CHECK(second.Text("id") == first.Text("id"));
    CHECK(f.Mails().size() == 1);
    CHECK(f.Invite(R"({"role":"viewer"})", "key-1").Code() == "IDEMPOTENCY_KEY_REUSED");

    const auto link = f.Invite(R"({"role":"viewer"})", "key-2");
    const std::string token = link.Text("token");
    REQUIRE_FALSE(token.empty());
    CHECK(f.Invite(R"({"role":"viewer"})", "key-2").Text("token") == token);
    CHECK(f.KeptAnswers().find(token) == std::string::npos);
    CHECK(f.KeptAnswers().find(link.Text("id")) == std::string::npos);
    CHECK(f.Accept("guest", token).status == 200);
}

TEST_CASE("an organisation mails so many invitations a day, also when it revokes them") {
    Invitations f;
    const auto owner = *f.service->accounts().GetByLoginName("owner");
    const auto mine = *f.access().organisations.Get("mine");
    const rt::auth::Granter granter{{owner.id.value, "192.0.2.1", "r"}, rt::net::PermissionSet::All()};
    const auto invite = [&](const std::string& target) {
        const auto draft =
            f.access().organisations.DraftInvitation(mine.id, {rt::auth::GrantRole::kViewer, target, 1}, granter);
        REQUIRE(draft.ok());
        const auto done = f.db->Write("test", [&](sql::Writer& writer) {
            return f.access().organisations.InviteIn(writer, *draft, granter.actor);
        });
        if (done.ok()) {
            REQUIRE(f.access().organisations.Revoke(mine.id, draft->invitation.public_id, granter).ok());
        }
        return done.ok();
    };
    for (std::int64_t i = 1; i < rt::auth::kInvitationMailsPerDayMax; ++i) REQUIRE(invite("a***@example.org"));
    CHECK(invite("a***@example.org"));
    CHECK_FALSE(invite("a***@example.org"));
    CHECK(invite(""));
    f.clock.Advance(kMicrosPerDay);
    CHECK(invite("a***@example.org"));
}

TEST_CASE("who owns an organisation alone stays until it has another owner or is closed") {
    Invitations f;
    const std::string body = std::string(R"({"password":")") + kGoodPassword + R"("})";
    const auto refused =
        f.Call("POST", "/api/v1/me/delete", body, {{"Authorization", "Bearer " + f.owner}, {"Accept-Language", "en"}});
    CHECK(refused.status == 409);
    CHECK(refused.Code() == "INVALID_STATE");
    CHECK(refused.body.Find("message")->AsString().find("\"Organisation mine\"") != std::string::npos);
    // Another owner who is going himself does not help.
    const auto guest = *f.service->accounts().GetByLoginName("guest");
    const auto mine = *f.access().organisations.Get("mine");
    const rt::auth::ScopeIds scope{mine.id.value, 0};
    REQUIRE(
        f.access().grants.Give({guest.id, rt::auth::GrantRole::kOwner, scope, {}}, rt::auth::Granter::Operator()).ok());
    CHECK(f.As(f.TokenOf("guest"), "POST", "/api/v1/me/delete", body).status == 200);
    CHECK(f.As(f.owner, "POST", "/api/v1/me/delete", body).status == 409);
    CHECK(f.As(f.TokenOf("guest"), "POST", "/api/v1/me/delete/cancel").status == 204);
    CHECK(f.As(f.owner, "POST", "/api/v1/me/delete", body).status == 200);
    // And while this one waits, the other may not plan to go.
    CHECK(f.As(f.TokenOf("guest"), "POST", "/api/v1/me/delete", body).status == 409);
    f.clock.Advance(8 * kMicrosPerDay);
    CHECK(*f.self.RunEnds(10) == 1);
    const auto left = f.access().grants.In(scope);
    REQUIRE(left->size() == 1);
    CHECK(left->front().user == guest.id);
}

TEST_CASE("a closed organisation holds nobody; a personal one closes with its person") {
    Invitations f;
    const auto owner = *f.service->accounts().GetByLoginName("owner");
    REQUIRE(f.access().organisations.Edit("mine", 1, {{}, {}, rt::auth::OrganisationState::kClosed}, {}).ok());
    const auto now = f.clock.Now();
    const auto own = f.db->Write(
        "test", [&](sql::Writer& writer) { return rt::auth::store::EnsurePersonal(writer, owner.id, now); });
    REQUIRE(own.ok());
    REQUIRE(f.access().organisations.Get(own->id)->state == rt::auth::OrganisationState::kActive);
    const std::string body = std::string(R"({"password":")") + kGoodPassword + R"("})";
    REQUIRE(f.As(f.owner, "POST", "/api/v1/me/delete", body).status == 200);
    f.clock.Advance(8 * kMicrosPerDay);
    CHECK(*f.self.RunEnds(10) == 1);
    const auto after = f.access().organisations.Get(own->id);
    CHECK(after->state == rt::auth::OrganisationState::kClosed);
    CHECK(after->name == after->slug);
    CHECK(f.access().grants.Of(owner.id)->empty());
}

TEST_CASE("an export holds roles, tokens, devices and invitations, and no secret; the end takes them") {
    Invitations f;
    const auto owner = *f.service->accounts().GetByLoginName("owner");
    const auto token = f.As(f.owner, "POST", "/api/v1/me/tokens",
                            R"({"name":"script","permissions":["event.view"],"organisation":"mine",)"
                            R"("password":"correct horse battery"})");
    REQUIRE(token.status == 201);
    const auto link = f.Invite(R"({"role":"viewer"})");
    const rt::auth::ScopeIds event{f.access().organisations.Get("mine")->id.value, 77};
    const auto pairing = f.access().tokens.Pair(event, "gate", {owner.id.value, "192.0.2.1", "r"});
    REQUIRE(pairing.ok());
    const auto device = f.access().tokens.Redeem(pairing->second, {});
    REQUIRE(device.ok());
    const auto open = f.access().tokens.Pair(event, "second gate", {owner.id.value, "192.0.2.1", "r"});
    REQUIRE(open.ok());

    const auto exported = f.As(f.owner, "GET", "/api/v1/me/export");
    REQUIRE(exported.status == 200);
    const auto first = [&](const char* list) -> const json::Value& {
        const json::Value* found = exported.body.Find(list);
        REQUIRE(found != nullptr);
        REQUIRE(found->AsArray().size() == 1);
        return found->AsArray().front();
    };
    CHECK(first("roles").Find("role")->AsString() == "owner");
    CHECK(first("roles").Find("organisation")->AsString() == "Organisation mine");
    CHECK(first("api_tokens").Find("name")->AsString() == "script");
    CHECK(first("api_tokens").Find("permissions")->AsString() == "event.view");
    CHECK(first("devices").Find("name")->AsString() == "gate");
    CHECK(first("invitations").Find("state")->AsString() == "OPEN");
    for (const std::string& secret : {token.Text("token"), link.Text("token"), device->second, pairing->second}) {
        CHECK(exported.raw.body.find(secret) == std::string::npos);
    }

    REQUIRE(f.access().organisations.Edit("mine", 1, {{}, {}, rt::auth::OrganisationState::kClosed}, {}).ok());
    const std::string body = std::string(R"({"password":")") + kGoodPassword + R"("})";
    REQUIRE(f.As(f.owner, "POST", "/api/v1/me/delete", body).status == 200);
    f.clock.Advance(7 * kMicrosPerDay);
    CHECK(*f.self.RunEnds(10) == 1);
    CHECK(f.access().grants.Of(owner.id)->empty());
    CHECK(f.access().tokens.Of(owner.id)->empty());
    CHECK(f.access().tokens.Redeem(open->second, {}).error().code == rt::Code::kInviteExpired);
    // The gate keeps working: it is the event's.
    CHECK(f.access().tokens.Devices(event)->size() == 1);
}

TEST_CASE("an audit row names the API token that was used, and only then") {
    Invitations f;
    const auto token = f.As(f.owner, "POST", "/api/v1/me/tokens",
                            R"({"name":"script","permissions":["org.edit"],"organisation":"mine",)"
                            R"("password":"correct horse battery"})");
    REQUIRE(token.status == 201);
    const auto edit = [&](const std::string& bearer, const char* rev) {
        return f.As(bearer, "PATCH", "/api/v1/organisations/mine", R"({"name":"New"})", rev).status;
    };
    REQUIRE(edit(f.owner, "\"1\"") == 200);
    REQUIRE(edit(token.Text("token"), "\"2\"") == 200);
    const auto rows =
        f.db->Read([&](sql::Reader& reader) { return f.trail.List(reader, {.action = "organisation.edit"}); });
    REQUIRE(rows->size() == 2);
    const std::string via = rows->front().via;
    REQUIRE(via.starts_with("token:"));
    CHECK(*f.access().tokens.PublicIdOf(rt::net::Credential::kApiToken, std::stoll(via.substr(6))) == token.Text("id"));
    CHECK(rows->back().via.empty());
    CHECK(rows->front().actor == rows->back().actor);
    CHECK(rt::auth::MaskedId("0123456789abcdef") == "0123…cdef");
    const auto found = f.db->Read([&](sql::Reader& reader) { return f.trail.Verify(reader, std::nullopt); });
    CHECK_FALSE(found->has_value());
}
