#include "registration/desk/notice_mail.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "auth/roles.h"
#include "auth/user_store.h"
#include "registration/desk/notice_text.h"
#include "registration/store/events.h"
#include "registration/store/inbox.h"
#include "registration/store/invites.h"
#include "registration/store/notices.h"
#include "registration/store/teams.h"
#include "text/normalise.h"

namespace rt::registration {
namespace {

using storage::outbox::Message;
using storage::sql::Reader;
using storage::sql::Row;
using storage::sql::Statement;
using storage::sql::Writer;

constexpr std::int64_t kOrganisersMax = 50;  // who are told of one thing

constexpr Statement kOfTeam{"notice.team",
                            "SELECT DISTINCT managed_by_user FROM team_member WHERE team = $1"
                            " AND state IN ('JOINED', 'CONFIRMED') ORDER BY managed_by_user"};
constexpr Statement kOrganisers{"notice.organisers",
                                "SELECT g.\"user\", g.role, g.event FROM standing_grant g JOIN event e ON e.id = $1"
                                " WHERE g.organisation = e.organisation AND (g.event = 0 OR g.event = e.id)"
                                " AND (g.expires IS NULL OR g.expires > $2) ORDER BY g.\"user\", g.event LIMIT $3"};

std::int64_t IntOf(const json::Value& value, std::string_view key) {
    const json::Value* found = value.Find(key);
    return found != nullptr && found->IsInt() ? found->AsInt() : 0;
}

std::string TextOf(const json::Value& value, std::string_view key) {
    const json::Value* found = value.Find(key);
    return found != nullptr && found->IsString() ? found->AsString() : std::string();
}

// Those whose role in the event, or above it, lets them review.
Result<std::vector<UserId>> OrganisersOf(Reader& reader, EventId event, base::Time now) {
    std::vector<UserId> out;
    RT_CHECK_OK(reader.Each(kOrganisers, {event, now, kOrganisersMax}, [&](const Row& row) {
        const auto role = auth::ParseGrantRole(row.TextView(1));
        const auto place = row.Int(2) == 0 ? auth::Place::kOrganisation : auth::Place::kEvent;
        if (!role.has_value() || !auth::PermissionsOf(*role, place).Has(net::Permission::kRegReview)) return;
        const auto user = row.As<UserId>(0);
        if (out.empty() || out.back() != user) out.push_back(user);
    }));
    return out;
}

Result<std::vector<UserId>> PeopleOf(Reader& reader, const json::Value& payload, base::Time now) {
    if (TextOf(payload, "audience") != "team") return OrganisersOf(reader, EventId{IntOf(payload, "event")}, now);
    return reader.All<UserId>(kOfTeam, {IntOf(payload, "team")}, [](const Row& row) { return row.As<UserId>(0); });
}

}  // namespace

std::map<std::string, storage::outbox::Handler, std::less<>> NoticeMail::Handlers() {
    const auto mail = [this](const Message& message) { return Mail(message); };
    return {{"inbox", mail},
            {"registration.state", mail},
            {"inbox.all", [this](const Message& message) { return FillInboxes(message); }},
            {"invite.mail", [this](const Message& message) { return MailInvitation(message); }}};
}

Status NoticeMail::Mail(const Message& message) {
    RT_TRY(const auto payload, json::Decode(message.payload));
    if (const json::Value* all = payload.Find("all"); all != nullptr) RT_CHECK_OK(FillInboxes(message.id, *all));
    const UserId user{IntOf(payload, "inbox")};
    if (!user) return Ok();
    const std::int64_t id = IntOf(payload, "id");
    const std::int64_t shown = id == 0 ? message.id : id;
    if (message.attempts == 1) RT_CHECK_OK(Count(user, shown, id == 0 ? Told::kAlone : Told::kWithOthers));
    return MailTo(user, shown, message.id);
}

// Those of NotifyAll() were counted when the inboxes were filled.
Status NoticeMail::Count(UserId user, std::int64_t id, Told told) {
    RT_TRY(const auto item, needs_.db.Read([&](Reader& reader) { return store::FindInboxItem(reader, user, id); }));
    if (!item.has_value()) return Ok();
    if (told == Told::kAlone || item->kind == Word(NoticeKind::kAnnouncement)) {
        needs_.metrics.Get(Metric::kInboxMessages, {item->kind}).Add();
    }
    return Ok();
}

Status NoticeMail::MailTo(UserId user, std::int64_t id, std::int64_t row_id) {
    std::optional<notify::Letter> letter;
    RT_CHECK_OK(needs_.db.Read([&](Reader& reader) -> Status {
        RT_TRY(const auto account, auth::store::FindById(reader, auth::UserId{user.value}));
        if (!account.has_value() || account->status != auth::UserStatus::kActive) return Ok();
        RT_TRY(const auto preference, store::PreferenceOf(reader, user));
        RT_TRY(const auto item, store::FindInboxItem(reader, user, id));
        if (!preference.mail || !item.has_value()) return Ok();
        if (item->kind == Word(NoticeKind::kAnnouncement) && !preference.announcements) return Ok();
        RT_TRY(auto text, registration::TextOf(needs_.privacy, *item, account->locale));
        if (!text.has_value()) return Ok();
        letter = notify::Letter{.to = {},
                                .locale = account->locale,
                                .text = text->text,
                                .params = std::move(text->params),
                                .expires = text->expires,
                                .free_text = std::move(text->free_text)};
        return Ok();
    }));
    if (!letter.has_value()) return Ok();
    RT_TRY(const auto contact, identities_.ContactOf(auth::UserId{user.value}, auth::domain::Channel::kEmail));
    if (!contact.has_value()) return Ok();
    letter->to = contact->address;
    return courier_.Mail(*std::move(letter), row_id);
}

// To an address without an account. Who has one is told in his inbox, and by the mail that follows from it.
Status NoticeMail::MailInvitation(const Message& message) {
    RT_TRY(const auto payload, json::Decode(message.payload));
    notify::Letter letter;
    std::optional<auth::domain::Contact> contact;
    RT_CHECK_OK(needs_.db.Read([&](Reader& reader) -> Status {
        RT_TRY(const auto invite, store::FindInvite(reader, InviteId{IntOf(payload, "invite")}));
        if (!invite.has_value() || invite->revoked.has_value() || !invite->target.has_value()) return Ok();
        RT_TRY(const std::string typed,
               needs_.privacy.Open({Owner::Kind::kInviteTarget, invite->id.value}, *invite->target));
        RT_TRY(const auto team, store::FindTeam(reader, invite->team));
        if (!team.has_value()) return Ok();
        RT_TRY(const auto event, store::FindEvent(reader, team->event));
        if (!event.has_value()) return Ok();
        letter.params = {{"team", team->name},
                         {"event", event->title.In(letter.locale)},
                         {"expires", base::FormatRfc3339(invite->expires)},
                         {"link", "/invitations"}};
        letter.expires = invite->expires;
        contact = auth::domain::ParseEmail(text::Nfkc(typed).value_or(""));
        return Ok();
    }));
    if (!contact.has_value()) return Ok();
    RT_TRY(const auto known, identities_.Find(auth::ProofOf(*contact).key));
    if (known.has_value()) return Ok();
    letter.to = contact->address;
    letter.text = notify::FindText("mail.event", "invited");
    return courier_.Mail(std::move(letter), message.id);
}

Status NoticeMail::FillInboxes(const Message& message) {
    RT_TRY(const auto payload, json::Decode(message.payload));
    return FillInboxes(message.id, payload);
}

// Everybody gets the message under the id of the row, so a second try finds who has it already; each mail is a row of
// its own.
Status NoticeMail::FillInboxes(std::int64_t id, const json::Value& payload) {
    const base::Time now = needs_.clock.Now();
    RT_TRY(auto people, needs_.db.Read([&](Reader& reader) { return PeopleOf(reader, payload, now); }));
    std::erase(people, UserId{IntOf(payload, "except")});
    if (people.empty()) return Ok();
    std::vector<std::int64_t> rows;
    for (std::size_t i = 0; i < people.size(); ++i) rows.push_back(needs_.ids.Next());
    const json::Value* params = payload.Find("params");
    store::InboxRow row;
    const std::string kind = TextOf(payload, "kind");
    row.id = id;
    row.kind = kind;
    row.event = EventId{IntOf(payload, "event")};
    row.team = TeamId{IntOf(payload, "team")};
    row.registration = RegistrationId{IntOf(payload, "registration")};
    row.params = json::Encode(params == nullptr ? json::Value(json::Object{}) : *params);
    row.at = now;
    std::int64_t told = 0;
    RT_TRY(told, needs_.db.Write("inbox.fill", [&](Writer& writer) -> Result<std::int64_t> {
        std::int64_t fresh = 0;
        for (std::size_t i = 0; i < people.size(); ++i) {
            row.user = people[i];
            RT_TRY(const bool inserted, store::PutIntoInbox(writer, row));
            if (!inserted) continue;
            ++fresh;
            const json::Object mail{{"inbox", row.user.value}, {"id", row.id}};
            RT_CHECK_OK(storage::outbox::Add(writer, rows[i], "inbox", json::Encode(mail), now));
        }
        return fresh;
    }));
    needs_.metrics.Get(Metric::kInboxMessages, {kind}).Add(told);
    return Ok();
}

}  // namespace rt::registration
