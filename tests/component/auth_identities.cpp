#include <doctest/doctest.h>

#include <atomic>
#include <string>

#include "support/auth_fixture.h"
#include "support/auth_mail.h"

using rt::Code;
using rt::auth::IdentityKind;
using rt::auth::IdentityProof;
using rt::auth::ProofOf;
using rt::base::kMicrosPerHour;
using rt::testing::AuthFixture;
using rt::testing::InParallel;
using rt::testing::kGoodPassword;
using rt::testing::LinkAddress;
using rt::testing::Mail;
using rt::testing::NativeCaller;

namespace {

IdentityProof WeChat(const std::string& openid, const std::string& unionid = {}, const std::string& appid = "wx1") {
    IdentityProof proof;
    proof.key = {IdentityKind::kWechatMini, appid, openid};
    if (!unionid.empty()) proof.also.push_back({IdentityKind::kWechatUnion, "", unionid});
    proof.display_name = "Lin";
    return proof;
}

rt::Result<rt::auth::SignedIn> In(AuthFixture& f, const IdentityProof& proof) {
    return f.service->SignInByIdentity(proof, "wechat_mini", NativeCaller());
}

}  // namespace

TEST_CASE("an identity makes an account once, and signs in to it afterwards") {
    AuthFixture f;
    const auto made = In(f, WeChat("o-1", "u-1"));
    REQUIRE(made.ok());
    CHECK(made->created);
    CHECK(made->user.display_name == "Lin");
    const auto again = In(f, WeChat("o-1", "u-1"));
    REQUIRE(again.ok());
    CHECK_FALSE(again->created);
    CHECK(again->user.id == made->user.id);
    // The same person in another app is known by the unionid, and the new openid is linked.
    const auto other_app = In(f, WeChat("o-77", "u-1", "wx2"));
    REQUIRE(other_app.ok());
    CHECK(other_app->user.id == made->user.id);
    CHECK(In(f, WeChat("o-77", "", "wx2"))->user.id == made->user.id);
    CHECK(In(f, WeChat("o-1", "", "wx3"))->user.id != made->user.id);
}

TEST_CASE("fifty first sign-ins of one identity at once make one account") {
    AuthFixture f;
    std::atomic<int> created{0};
    std::atomic<int> in{0};
    InParallel(50, [&](int) {
        const auto done = In(f, WeChat("o-1", "u-1"));
        if (!done.ok()) return;
        ++in;
        if (done->created) ++created;
    });
    CHECK(in.load() == 50);
    CHECK(created.load() == 1);
    CHECK(*f.service->accounts().Count() == 1);
}

TEST_CASE("an openid and a unionid of two accounts: the openid decides, nothing is merged") {
    AuthFixture f;
    const auto first = In(f, WeChat("o-1"));
    const auto second = In(f, WeChat("o-2", "u-2"));
    REQUIRE(second.ok());
    const auto both = In(f, WeChat("o-1", "u-2"));
    REQUIRE(both.ok());
    CHECK(both->user.id == first->user.id);
    CHECK(In(f, WeChat("o-9", "u-2", "wx9"))->user.id == second->user.id);
}

TEST_CASE("a closed registration lets known identities in and makes no account") {
    AuthFixture f;
    REQUIRE(In(f, WeChat("o-1")).ok());
    f.options.registration_open = false;
    f.service = f.NewService();
    CHECK(In(f, WeChat("o-1")).ok());
    CHECK(In(f, WeChat("o-2")).error().code == Code::kForbidden);
    CHECK(*f.service->accounts().Count() == 1);
}

TEST_CASE("a locked account is not entered by an identity") {
    AuthFixture f;
    const auto made = In(f, WeChat("o-1"));
    rt::auth::UserEdit edit;
    edit.status = rt::auth::UserStatus::kLocked;
    REQUIRE(f.service->accounts().Edit(made->user.id, std::nullopt, edit, {}).ok());
    CHECK(In(f, WeChat("o-1")).error().code == Code::kForbidden);
}

TEST_CASE("an identity belongs to one account, an account has one of a kind") {
    AuthFixture f;
    const auto lin = f.AddUser("lin");
    const auto wu = f.AddUser("wuxi");
    auto& identities = f.service->identities();
    LinkAddress(f, lin, "lin@example.org");
    CHECK(identities.Link(wu.id, ProofOf(Mail("LIN@example.org")), {}).error().code == Code::kIdentityTaken);
    CHECK(identities.Link(lin.id, ProofOf(Mail("lin@example.org")), {}).ok());
    CHECK(identities.Link(lin.id, ProofOf(Mail("b@example.org")), {}).error().code == Code::kInvalidState);
    CHECK(identities.List(lin.id)->size() == 1);
    CHECK(identities.List(lin.id)->front().shown == "l***@example.org");
}

TEST_CASE("of twenty accounts that link one address at once, one gets it") {
    AuthFixture f;
    std::vector<rt::auth::User> users;
    for (int i = 0; i < 20; ++i) users.push_back(f.AddUser("user" + std::to_string(i)));
    std::atomic<int> linked{0};
    InParallel(20, [&](int i) {
        const auto done =
            f.service->identities().Link(users[static_cast<std::size_t>(i)].id, ProofOf(Mail("13800138000")), {});
        if (done.ok()) ++linked;
    });
    CHECK(linked.load() == 1);
}

TEST_CASE("the last way to sign in stays") {
    AuthFixture f;
    const auto made = In(f, WeChat("o-1", "u-1"));
    auto& identities = f.service->identities();
    auto list = *identities.List(made->user.id);
    REQUIRE(list.size() == 2);
    CHECK(identities.Remove(made->user.id, list[0].public_id, {}).ok());
    CHECK(identities.Remove(made->user.id, list[1].public_id, {}).error().code == Code::kInvalidState);
    CHECK(identities.Remove(made->user.id, list[0].public_id, {}).error().code == Code::kNotFound);
    const auto lin = f.AddUser("lin");
    LinkAddress(f, lin, "lin@example.org");
    const auto wu = f.AddUser("wuxi");
    const std::string id = identities.List(lin.id)->front().public_id;
    CHECK(identities.Remove(wu.id, id, {}).error().code == Code::kNotFound);
    CHECK(identities.Remove(lin.id, id, {}).ok());
}

TEST_CASE("a change of address can be taken back for three days, which ends what the changer had") {
    AuthFixture f;
    const auto lin = f.AddUser("lin");
    LinkAddress(f, lin, "lin@example.org");
    const auto session = f.SignIn("lin");
    auto& identities = f.service->identities();
    const auto change = [&](const std::string& to, const std::string& token) {
        return identities.Change(lin.id, ProofOf(Mail(to)), {token, f.clock.Now().Plus(72 * kMicrosPerHour), {}}, {});
    };
    f.clock.Advance(kMicrosPerHour);
    REQUIRE(change("thief@example.org", "token-1").ok());
    f.clock.Advance(1);
    REQUIRE(change("thief2@example.org", "token-2").ok());
    CHECK(f.service->SignIn("lin@example.org", kGoodPassword, NativeCaller()).error().code == Code::kBadCredentials);
    f.clock.Advance(72 * kMicrosPerHour - 2);
    CHECK(f.service->UndoAddressChange("token-x", NativeCaller()).error().code == Code::kInviteExpired);
    REQUIRE(f.service->UndoAddressChange("token-1", NativeCaller()).ok());
    CHECK(identities.ContactOf(lin.id, rt::auth::domain::Channel::kEmail)->value().address == "lin@example.org");
    CHECK(f.CheckCode(session) == Code::kTokenExpired);
    CHECK(f.service->SignIn("lin", kGoodPassword, NativeCaller()).error().code == Code::kBadCredentials);
    // The thief's own way back went with it.
    CHECK(f.service->UndoAddressChange("token-2", NativeCaller()).error().code == Code::kInviteExpired);
    CHECK(f.service->UndoAddressChange("token-1", NativeCaller()).error().code == Code::kInviteExpired);

    REQUIRE(change("new@example.org", "token-3").ok());
    f.clock.Advance(72 * kMicrosPerHour);
    CHECK(f.service->UndoAddressChange("token-3", NativeCaller()).error().code == Code::kInviteExpired);
}

TEST_CASE("taking a change back leaves older ways back, and restores what was there at the time") {
    AuthFixture f;
    const auto lin = f.AddUser("lin");
    LinkAddress(f, lin, "lin@example.org");
    LinkAddress(f, lin, "13800138000");
    auto& identities = f.service->identities();
    const auto change = [&](const std::string& to, const std::string& token) {
        f.clock.Advance(kMicrosPerHour);
        return identities.Change(lin.id, ProofOf(Mail(to)), {token, f.clock.Now().Plus(72 * kMicrosPerHour), {}}, {});
    };
    const auto shown = [&] {
        std::string out;
        const auto list = *identities.List(lin.id);
        for (const auto& one : list) out += one.shown + " ";
        return out;
    };
    REQUIRE(change("thief@example.org", "mail-1").ok());
    REQUIRE(change("zoe@example.org", "mail-2").ok());
    REQUIRE(change("13900139000", "phone-1").ok());
    REQUIRE(identities.Link(lin.id, WeChat("o-thief"), {}).ok());
    // Whoever changed it may use his own link; that of the owner outlives it.
    REQUIRE(f.service->UndoAddressChange("mail-2", NativeCaller()).ok());
    CHECK(f.service->UndoAddressChange("phone-1", NativeCaller()).error().code == Code::kInviteExpired);
    REQUIRE(f.service->UndoAddressChange("mail-1", NativeCaller()).ok());
    CHECK(shown() == "l***@example.org 138****8000 ");
}

TEST_CASE("addresses are sealed at rest") {
    AuthFixture f;
    LinkAddress(f, f.AddUser("lin"), "lin@example.org");
    constexpr rt::storage::sql::Statement kRow{"test.identity", "SELECT subject, subject_bi FROM identity"};
    REQUIRE(f.db->Read([&](rt::storage::sql::Reader& reader) {
                    return reader.Each(kRow, {}, [&](const rt::storage::sql::Row& row) {
                        CHECK(row.TextView(0).find("lin") == std::string_view::npos);
                        CHECK(row.TextView(1).find("lin") == std::string_view::npos);
                    });
                })
                .ok());
}
