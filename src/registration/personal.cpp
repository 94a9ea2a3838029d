#include "registration/personal.h"

#include <utility>
#include <vector>

#include "registration/answers.h"
#include "registration/store/answer_parts.h"
#include "registration/store/i18n.h"
#include "registration/store/inbox.h"
#include "registration/store/legacy.h"
#include "registration/store/persons.h"

namespace rt::registration {
namespace {

using storage::sql::Row;
using storage::sql::Statement;

constexpr std::int64_t kMembershipsMax = 1'000;  // in one export
constexpr std::int64_t kMessagesMax = 1'000;
constexpr std::int64_t kLegacyDocumentsMax = 1'000;

constexpr Statement kName{"personal.name", "SELECT name FROM person WHERE owner_user = $1 AND relation = 'SELF'"};
constexpr Statement kMemberships{
    "personal.memberships",
    "SELECT e.slug, t.name, m.role, m.state, m.joined_at, m.consent_at, m.answer_set, (SELECT r.state FROM registration"
    " AS r WHERE r.team = t.id ORDER BY r.id DESC LIMIT 1) FROM team_member AS m JOIN team AS t ON t.id = m.team"
    " JOIN event AS e ON e.id = t.event WHERE m.managed_by_user = $1 ORDER BY m.id LIMIT $2"};
constexpr Statement kEvents{"personal.events",
                            "SELECT slug, state, created FROM event WHERE created_by = $1 ORDER BY id LIMIT $2"};
constexpr Statement kLiveTeam{
    "personal.live_team",
    "SELECT t.name FROM team_member AS m JOIN team AS t ON t.id = m.team JOIN event AS e ON e.id = t.event"
    " WHERE m.managed_by_user = $1 AND m.state IN ('JOINED', 'CONFIRMED') AND t.state <> 'DISBANDED'"
    " AND e.state IN ('DRAFT', 'PUBLISHED', 'PAUSED') AND e.ends > $2 LIMIT 1"};
constexpr Statement kLiveEvent{
    "personal.live_event",
    "SELECT slug FROM event WHERE created_by = $1 AND state IN ('PUBLISHED', 'PAUSED') AND ends > $2 LIMIT 1"};
// The captain gave the answers of his team.
#define RT_OF_HIS_TEAMS                                                                                       \
    "owner_kind = 'TEAM' AND owner IN (SELECT t.id FROM team_member AS m JOIN team AS t ON t.id = m.team AND" \
    " t.captain_member_id = m.id WHERE m.managed_by_user = $1)"
constexpr Statement kAnswerSets{
    "personal.answer_sets",
    "SELECT id FROM answer_set WHERE owner_kind = 'MEMBER' AND owner IN (SELECT id FROM team_member"
    " WHERE managed_by_user = $1) UNION ALL SELECT id FROM answer_set WHERE " RT_OF_HIS_TEAMS};
constexpr Statement kErasePersons{
    "personal.erase_persons",
    "UPDATE person SET name = $2, id_type = NULL, id_no = NULL, id_bi = NULL, birth_date = NULL, birth_year = NULL,"
    " gender = NULL, rev = rev + 1 WHERE owner_user = $1"};
// That a guardian agreed stays, and when; who he was goes.
constexpr Statement kEraseGuardians{
    "personal.erase_guardians",
    "UPDATE guardian_link SET name = NULL, signature = NULL, ip_hash = NULL WHERE member IN (SELECT id FROM team_member"
    " WHERE managed_by_user = $1)"};
constexpr Statement kEraseConsents{
    "personal.erase_consents",
    "UPDATE consent SET ip_hash = '' WHERE member IN (SELECT id FROM team_member WHERE managed_by_user = $1)"};
constexpr Statement kEraseInvites{
    "personal.erase_invites", "UPDATE team_invite SET target_label = NULL, target_bi = NULL WHERE target_user = $1"};
constexpr Statement kEraseAnswers{
    "personal.erase_answers",
    "DELETE FROM answer_set WHERE owner_kind = 'MEMBER' AND owner IN (SELECT id FROM team_member"
    " WHERE managed_by_user = $1)"};
constexpr Statement kEraseTeamAnswers{"personal.erase_team_answers", "DELETE FROM answer_set WHERE " RT_OF_HIS_TEAMS};
constexpr Statement kUnlinkTeamAnswers{
    "personal.unlink_team_answers",
    "UPDATE team SET answer_set = NULL, rev = rev + 1 WHERE id IN (SELECT t.id FROM team_member AS m JOIN team AS t"
    " ON t.id = m.team AND t.captain_member_id = m.id WHERE m.managed_by_user = $1) AND answer_set IS NOT NULL"};
#undef RT_OF_HIS_TEAMS
// The number goes, and with it what it counted for.
constexpr Statement kFreeNumbers{
    "personal.free_numbers",
    "UPDATE person_entry SET used = used - (SELECT count(*) FROM team_member AS m WHERE m.managed_by_user = $1"
    " AND m.event = person_entry.event AND 'N' || m.id_bi = person_entry.subject AND m.state IN ('JOINED',"
    " 'CONFIRMED') AND m.role IN ('CAPTAIN', 'PLAYER', 'SUBSTITUTE')) WHERE (event, subject) IN (SELECT m.event, 'N' "
    "|| m.id_bi FROM team_member AS m"
    " WHERE m.managed_by_user = $1 AND m.id_bi IS NOT NULL)"};
constexpr Statement kEraseMember{"personal.erase_member",
                                 "UPDATE team_member SET answer_set = NULL, id_bi = NULL, rev = rev + 1"
                                 " WHERE managed_by_user = $1"};

constexpr Statement kEraseInbox{"personal.erase_inbox", "DELETE FROM inbox WHERE \"user\" = $1"};
constexpr Statement kErasePreference{"personal.erase_preference", "DELETE FROM message_preference WHERE \"user\" = $1"};

struct Membership {
    json::Object shown;
    std::optional<std::int64_t> answers;
};

Membership ReadMembership(const Row& row) {
    const auto registration = row.OptionalText(7);
    const auto consent = row.OptionalTime(5);
    return {{{"event", row.Text(0)},
             {"team", row.Text(1)},
             {"role", row.Text(2)},
             {"state", row.Text(3)},
             {"joined_at", base::FormatRfc3339(row.Time(4))},
             {"consent_at", consent ? json::Value(base::FormatRfc3339(*consent)) : json::Value()},
             {"registration", registration ? json::Value(*registration) : json::Value()}},
            row.OptionalInt(6)};
}

Result<json::Value> PersonsJson(store::Reader& reader, const Privacy& privacy, UserId user) {
    RT_TRY(const auto persons, store::PersonsOf(reader, user));
    const auto opened = [&](Owner::Kind kind, const std::optional<std::string>& sealed) -> Result<json::Value> {
        if (!sealed.has_value()) return json::Value();
        RT_TRY(auto plain, privacy.Open({kind, user.value}, *sealed));
        return json::Value(std::move(plain));
    };
    json::Array out;
    for (const store::Person& person : persons) {
        RT_TRY(auto name, opened(Owner::Kind::kPersonName, person.name));
        RT_TRY(auto number, opened(Owner::Kind::kPersonNumber, person.id_no));
        RT_TRY(auto birth, opened(Owner::Kind::kPersonBirth, person.birth_date));
        out.push_back(
            json::Object{{"relation", Word(person.relation)},
                         {"name", std::move(name)},
                         {"id_type", person.id_type.has_value() ? json::Value(Word(*person.id_type)) : json::Value()},
                         {"id_no", std::move(number)},
                         {"birth_date", std::move(birth)},
                         {"gender", person.gender.has_value() ? json::Value(Word(*person.gender)) : json::Value()}});
    }
    return json::Value(std::move(out));
}

// The newest of his inbox.
Result<json::Value> MessagesJson(store::Reader& reader, UserId user) {
    store::InboxPage page;
    page.user = user;
    page.limit = kMessagesMax;
    RT_TRY(const auto items, store::ListInbox(reader, page));
    json::Array out;
    for (const store::InboxItem& one : items) {
        out.push_back(json::Object{{"kind", one.kind},
                                   {"created", base::FormatRfc3339(one.created)},
                                   {"read", one.read},
                                   {"event", one.event_slug},
                                   {"team", one.team_name},
                                   {"subject", store::ToJson(one.subject)},
                                   {"body", store::ToJson(one.body)},
                                   {"params", one.params}});
    }
    return json::Value(std::move(out));
}

// What the original service kept of him and has no place of its own here.
Result<json::Value> LegacyJson(store::Reader& reader, const Privacy& privacy, UserId user) {
    RT_TRY(const auto documents, store::LegacyDocumentsOf(reader, user, kLegacyDocumentsMax));
    json::Array out;
    for (const store::LegacyDocument& one : documents) {
        RT_TRY(const std::string plain, privacy.Open({Owner::Kind::kLegacyRecord, one.id}, one.document));
        RT_TRY(auto document, json::Decode(plain));
        out.push_back(json::Object{{"collection", one.collection}, {"document", std::move(document)}});
    }
    return json::Value(std::move(out));
}

std::string TextOf(const Row& row) {
    return row.Text(0);
}

}  // namespace

Result<json::Value> PersonalRecords::Export(auth::UserId user) {
    return needs_.db.Read([&](store::Reader& reader) -> Result<json::Value> {
        json::Value name;
        RT_TRY(const auto sealed, reader.Find<std::string>(kName, {user}, [](const Row& row) { return row.Text(0); }));
        if (sealed) {
            RT_TRY(std::string opened, needs_.privacy.Open({Owner::Kind::kPersonName, user.value}, *sealed));
            name = std::move(opened);
        }
        RT_TRY(auto memberships, reader.All<Membership>(kMemberships, {user, kMembershipsMax}, ReadMembership));
        json::Array rows;
        for (Membership& one : memberships) {
            if (one.answers) {
                RT_TRY(auto answers, ShowAnswers(reader, needs_.privacy, AnswerSetId{*one.answers}, Show::kAll));
                one.shown.Set("answers", std::move(answers));
            }
            rows.emplace_back(std::move(one.shown));
        }
        RT_TRY(auto events, reader.All<json::Value>(kEvents, {user, kMembershipsMax}, [](const Row& row) {
            return json::Value(json::Object{
                {"event", row.Text(0)}, {"state", row.Text(1)}, {"created", base::FormatRfc3339(row.Time(2))}});
        }));
        RT_TRY(auto persons, PersonsJson(reader, needs_.privacy, UserId{user.value}));
        RT_TRY(auto messages, MessagesJson(reader, UserId{user.value}));
        RT_TRY(auto legacy, LegacyJson(reader, needs_.privacy, UserId{user.value}));
        return json::Value(json::Object{{"name", std::move(name)},
                                        {"persons", std::move(persons)},
                                        {"memberships", std::move(rows)},
                                        {"events", json::Array(std::move(events))},
                                        {"messages", std::move(messages)},
                                        {"original_service", std::move(legacy)}});
    });
}

Result<std::optional<base::Text>> PersonalRecords::Blocker(store::Reader& reader, auth::UserId user, base::Time now) {
    using Blocked = std::optional<base::Text>;
    RT_TRY(const auto team, reader.Find<std::string>(kLiveTeam, {user, now}, TextOf));
    if (team) {
        const std::string& name = *team;
        return Blocked(base::Text{"您还在队伍“" + name + "”中，请先退出、移交或解散",
                                  "You are in the team \"" + name + "\"; leave it, hand it over or disband it first"});
    }
    RT_TRY(const auto event, reader.Find<std::string>(kLiveEvent, {user, now}, TextOf));
    if (event) {
        const std::string& slug = *event;
        return Blocked(base::Text{"您的活动“" + slug + "”尚未结束，请先取消、归档或移交",
                                  "Your event \"" + slug + "\" is not over; cancel, archive or hand it over first"});
    }
    return Blocked();
}

auth::EraseFn PersonalRecords::PrepareErase(auth::UserId user, base::Time /*now*/) {
    const std::string nobody = needs_.privacy.Seal({Owner::Kind::kPersonName, user.value}, "-");
    return [user, nobody](store::Writer& writer) -> Status {
        RT_TRY(const auto sets,
               writer.All<AnswerSetId>(kAnswerSets, {user}, [](const Row& row) { return row.As<AnswerSetId>(0); }));
        for (const AnswerSetId set : sets) {
            RT_CHECK_OK(store::DropFiles(writer, set, {}));
            RT_CHECK_OK(store::DropUniques(writer, set));
        }
        RT_CHECK_OK(writer.Run(kEraseAnswers, {user}));
        RT_CHECK_OK(writer.Run(kUnlinkTeamAnswers, {user}));
        RT_CHECK_OK(writer.Run(kEraseTeamAnswers, {user}));
        RT_CHECK_OK(writer.Run(kFreeNumbers, {user}));
        RT_CHECK_OK(writer.Run(kEraseMember, {user}));
        RT_CHECK_OK(writer.Run(kErasePersons, {user, nobody}));
        RT_CHECK_OK(writer.Run(kEraseGuardians, {user}));
        RT_CHECK_OK(writer.Run(kEraseConsents, {user}));
        RT_CHECK_OK(writer.Run(kEraseInvites, {user}));
        RT_CHECK_OK(writer.Run(kEraseInbox, {user}));
        RT_CHECK_OK(writer.Run(kErasePreference, {user}));
        RT_CHECK_OK(store::EraseLegacyDocuments(writer, UserId{user.value}));
        return Ok();
    };
}

}  // namespace rt::registration
