#include "registration/legacy/prepare.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "auth/domain/credentials.h"
#include "auth/user_store.h"
#include "base/utf8.h"
#include "registration/answers.h"
#include "registration/legacy/people.h"
#include "registration/store/journal.h"
#include "text/normalise.h"

namespace rt::registration::legacy {
namespace {

using storage::sql::Reader;
using storage::sql::Writer;

Error Refused(const std::string& reason) {
    return base::FailText(Code::kInvalid, {reason, reason});
}

std::string TextIn(const json::Value& row, std::string_view key) {
    const json::Value* value = row.Find(key);
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

std::optional<base::Time> TimeIn(const json::Value& row, std::string_view key) {
    const auto time = base::ParseRfc3339(TextIn(row, key));
    return time.ok() ? std::optional(*time) : std::nullopt;
}

bool IsTrue(const json::Value& row, std::string_view key) {
    const json::Value* value = row.Find(key);
    return value != nullptr && value->IsBool() && value->AsBool();
}

// One line, cut to what a name may be.
std::string NameFrom(const std::string& text) {
    std::string out = Cut(text, kNameSizeMax);
    return base::IsPlainLine(out) ? out : std::string();
}

std::optional<store::LegacyState> StateFrom(std::string_view word) {
    if (word == "SUBMITTED") return store::LegacyState::kSubmitted;
    if (word == "CONFIRMED") return store::LegacyState::kConfirmed;
    if (word == "REJECTED") return store::LegacyState::kRejected;
    if (word == "WITHDRAWN") return store::LegacyState::kWithdrawn;
    if (word == "CANCELLED") return store::LegacyState::kCancelled;
    return std::nullopt;
}

}  // namespace

// Who is on a team, the captain first.
struct Preparer::Roster {
    struct One {
        json::Value said;
        std::optional<store::LegacyUser> account;
    };
    const ImportScheme* scheme = nullptr;
    std::string division;  // public id
    std::vector<One> people;

    UserId manager() const { return people.front().account->id; }
};

Result<Prepared> Preparer::Prepare(const json::Value& row) {
    if (TextIn(row, "id").empty()) return Refused("it has no id");
    switch (as_) {
        case Role::kUsers:
            return User(row);
        case Role::kTeams:
            return Team(row);
        case Role::kRegistrations:
            return Registration(row);
        case Role::kPayments:
            return Payment(row);
        case Role::kIgnore:
            break;
    }
    return Refused("nothing is done with it");
}

store::LegacyRecord Preparer::Record(const json::Value& row, store::LegacyKind kind, std::int64_t entity,
                                     UserId owner) {
    store::LegacyRecord out;
    out.id = needs_.ids.Next();
    out.collection = collection_;
    out.legacy_id = TextIn(row, "id");
    out.kind = kind;
    out.entity = entity;
    out.owner = owner;
    const json::Value* rest = row.Find("rest");
    if (rest != nullptr && rest->IsObject() && !rest->AsObject().members().empty()) {
        out.document = needs_.privacy.Seal({Owner::Kind::kLegacyRecord, out.id}, json::Encode(*rest));
    }
    return out;
}

Result<Prepared> Preparer::Existing(const json::Value& row, UserId user) {
    const auto record = Record(row, store::LegacyKind::kUser, user.value, user);
    return Prepared{record.legacy_id, {"joined_existing_account"}, 1, [record](Writer& writer, store::Commit& commit) {
                        return store::PutLegacy(writer, commit.now, record);
                    }};
}

Result<Prepared> Preparer::User(const json::Value& row) {
    RT_TRY(LegacyPerson person, PersonFrom(needs_, row));
    if (person.existing) return Existing(row, person.existing);
    json::Value kept = row;
    if (!person.unused.members().empty()) {
        json::Object rest =
            row.Find("rest") != nullptr && row.Find("rest")->IsObject() ? row.Find("rest")->AsObject() : json::Object();
        rest.Set("not_taken_over", person.unused);
        kept.AsObject().Set("rest", std::move(rest));
    }
    const auto record = Record(kept, store::LegacyKind::kUser, person.user.id.value, UserId{person.user.id.value});
    const auto& identities = needs_.identities;
    return Prepared{
        record.legacy_id, person.notes, 4,
        [record, user = person.user, rows = person.identities, &identities](Writer& writer,
                                                                            store::Commit& commit) -> Status {
            const Status inserted = auth::store::Insert(writer, user);
            if (!inserted.ok() && inserted.error().code == Code::kAlreadyExists) {
                return Refused("an account has its login name already");
            }
            RT_CHECK_OK(inserted);
            const auth::Actor actor{0, {}, commit.actor.request_id, commit.actor.via};
            RT_CHECK_OK(identities.LinkAllIn(writer, user.id, rows, actor, commit.now));
            RT_CHECK_OK(store::Record(writer, commit, {"user.import", "user", user.id.value, {}, {}, {}, {}}));
            return store::PutLegacy(writer, commit.now, record);
        }};
}

Result<const ImportScheme*> Preparer::SchemeOf(const json::Value& row) {
    const std::string slug = TextIn(row, "event");
    const auto known = schemes_.find(slug);
    if (known != schemes_.end()) return &known->second;
    RT_TRY(auto scheme, needs_.db.Read([&](Reader& reader) -> Result<ImportScheme> {
        RT_TRY(const auto event, store::FindEventByName(reader, slug));
        if (!event.has_value()) return Refused("there is no event " + slug);
        return ReadImportScheme(reader, event->id, {});
    }));
    return &schemes_.emplace(slug, std::move(scheme)).first->second;
}

Result<Preparer::Roster> Preparer::RosterOf(const json::Value& row) {
    Roster out;
    RT_TRY(out.scheme, SchemeOf(row));
    const std::string code = TextIn(row, "division");
    for (const store::Division& one : out.scheme->divisions) {
        if (one.code == code || one.public_id == code) out.division = one.public_id;
    }
    if (out.division.empty()) return Refused("the event has no division " + code);
    const auto add = [&](const json::Value& said) -> Status {
        const std::string user = TextIn(said, "user");
        Roster::One one{said, std::nullopt};
        if (!user.empty()) {
            RT_TRY(one.account, needs_.db.Read([&](Reader& reader) { return store::FindLegacyUser(reader, user); }));
        }
        if (!one.account.has_value() && TextIn(said, "name").empty()) {
            return Refused("its member " + user + " was not taken over and has no name");
        }
        const bool twice = std::any_of(out.people.begin(), out.people.end(), [&](const Roster::One& other) {
            return one.account.has_value() && other.account.has_value() && other.account->id == one.account->id;
        });
        if (!twice) out.people.push_back(std::move(one));
        return Ok();
    };
    const json::Value* members = row.Find("members");
    static const json::Array kNobody;
    const json::Array& listed = members != nullptr && members->IsArray() ? members->AsArray() : kNobody;
    const std::string captain = TextIn(row, as_ == Role::kTeams ? "captain" : "user");
    // As the list says it, where he is in it.
    const auto himself = std::find_if(listed.begin(), listed.end(),
                                      [&](const json::Value& one) { return TextIn(one, "user") == captain; });
    if (himself != listed.end() && !captain.empty()) RT_CHECK_OK(add(*himself));
    if (himself == listed.end() && !captain.empty()) RT_CHECK_OK(add(json::Object{{"user", captain}}));
    for (const json::Value& one : listed) RT_CHECK_OK(add(one));
    const auto first = std::find_if(out.people.begin(), out.people.end(),
                                    [](const Roster::One& one) { return one.account.has_value(); });
    if (first == out.people.end()) return Refused("nobody of it has an account that was taken over");
    std::rotate(out.people.begin(), first, first + 1);
    return out;
}

Result<store::Participant> Preparer::ParticipantOf(const json::Value& said, UserId manager, const ImportScheme& scheme,
                                                   bool consented) {
    store::Participant out;
    out.user = manager;
    out.fresh_person = needs_.ids.Next<PersonId>();
    out.fresh_person_public_id = base::NewPublicId(needs_.random);
    out.name = needs_.privacy.Seal({Owner::Kind::kPersonName, manager.value}, NameFrom(TextIn(said, "name")));
    out.member = needs_.ids.Next<MemberId>();
    out.member_public_id = base::NewPublicId(needs_.random);
    out.consent = consented;
    const json::Value* answers = said.Find("answers");
    if (answers == nullptr) return out;
    RT_TRY(auto sealed, PrepareAnswers(needs_, scheme.member_form, {Owner::Kind::kMemberAnswers, out.member.value},
                                       *answers, needs_.clock.Now()));
    out.answers = std::move(sealed);
    return out;
}

Result<store::LegacyTeam> Preparer::TeamOf(const json::Value& row, const Roster& roster) {
    store::LegacyTeam out;
    store::FoundTeam& found = out.team.team;
    const std::string name = NameFrom(TextIn(row, "name"));
    const bool solo = as_ == Role::kRegistrations && roster.people.size() == 1 && name.empty();
    found.id = needs_.ids.Next<TeamId>();
    found.public_id = base::NewPublicId(needs_.random);
    found.by = store::FoundBy::kOrganiser;
    found.kind = solo ? TeamKind::kSolo : TeamKind::kTeam;
    found.division_public_id = roster.division;
    found.event = roster.scheme->event.id;
    found.name = name;
    found.name_norm = solo ? "solo:" + found.public_id : text::NameKey(name).value_or("");
    if (found.name_norm.empty()) return Refused("it has no name that a team can have");
    found.join_policy = solo ? JoinPolicy::kClosed : JoinPolicy::kCode;
    found.draft = needs_.ids.Next<RegistrationId>();
    found.draft_public_id = base::NewPublicId(needs_.random);
    const json::Value* answers = row.Find("answers");
    if (answers != nullptr && !solo) {
        RT_TRY(found.answers,
               PrepareAnswers(needs_, roster.scheme->team_form, {Owner::Kind::kTeamAnswers, found.id.value}, *answers,
                              needs_.clock.Now()));
    }
    for (std::size_t i = 0; i < roster.people.size(); ++i) {
        const Roster::One& one = roster.people[i];
        json::Value said = one.said;
        if (TextIn(said, "name").empty()) said.AsObject().Set("name", one.account->display_name);
        if (solo && answers != nullptr) said.AsObject().Set("answers", *answers);
        const UserId manager = one.account.has_value() ? one.account->id : roster.manager();
        RT_TRY(auto who, ParticipantOf(said, manager, *roster.scheme, IsTrue(row, "consented")));
        if (one.account.has_value() && one.account->self) who.person = one.account->self;
        if (one.account.has_value() && !one.account->self) out.own.push_back(i);
        if (i == 0) {
            found.captain = std::move(who);
        } else {
            out.team.others.push_back({std::move(who), MemberRole::kPlayer});
        }
    }
    return out;
}

Result<Prepared> Preparer::Team(const json::Value& row) {
    RT_TRY(const Roster roster, RosterOf(row));
    RT_TRY(auto team, TeamOf(row, roster));
    const auto record = Record(row, store::LegacyKind::kTeam, team.team.team.id.value, roster.manager());
    return Prepared{record.legacy_id,
                    {},
                    store::ImportIds(roster.people.size()),
                    [record, team = std::move(team)](Writer& writer, store::Commit& commit) -> Status {
                        RT_CHECK_OK(store::EnterLegacy(writer, commit, team));
                        return store::PutLegacy(writer, commit.now, record);
                    }};
}

Result<Prepared> Preparer::Submission(const json::Value& row, const store::LegacyRef& team,
                                      const store::LegacyArrival& arrival) {
    RT_TRY(const auto facts,
           needs_.db.Read([&](Reader& reader) { return store::FindTeam(reader, TeamId{team.entity}); }));
    if (!facts.has_value()) return Refused("its team is gone");
    const store::SubmitTeam submit{facts->public_id, needs_.ids.Next<RegistrationId>(),
                                   base::NewPublicId(needs_.random), store::Source::kImport};
    const auto record = Record(row, store::LegacyKind::kRegistration, 0, team.owner);
    return Prepared{record.legacy_id,
                    {},
                    store::kSubmitIds + 4 * store::kCommandIds,
                    [record, submit, arrival, id = facts->id](Writer& writer, store::Commit& commit) -> Status {
                        RT_CHECK_OK(store::SubmitLegacy(writer, commit, submit, arrival));
                        RT_TRY(const auto made, store::LatestRegistrationOf(writer, id));
                        store::LegacyRecord mine = record;
                        mine.entity = made.has_value() ? made->id.value : 0;
                        return store::PutLegacy(writer, commit.now, mine);
                    }};
}

Result<Prepared> Preparer::Registration(const json::Value& row) {
    const std::string word = TextIn(row, "state");
    const auto state = StateFrom(word);
    const std::string reference = TextIn(row, "team");
    std::optional<store::LegacyRef> team;
    if (!reference.empty()) {
        RT_TRY(team, needs_.db.Read([&](Reader& reader) {
            return store::FindLegacy(reader, store::LegacyKind::kTeam, reference);
        }));
    }
    if (word == "RECORD" || (word == "DRAFT" && team.has_value())) {
        const auto record = Record(row, store::LegacyKind::kRegistration, 0, team.value_or(store::LegacyRef{}).owner);
        return Prepared{record.legacy_id, {"kept_as_record"}, 1, [record](Writer& writer, store::Commit& commit) {
                            return store::PutLegacy(writer, commit.now, record);
                        }};
    }
    if (!state.has_value() && word != "DRAFT") return Refused("there is no state " + word);
    if (!reference.empty() && !team.has_value()) return Refused("its team " + reference + " was not taken over");
    const store::LegacyArrival arrival{state.value_or(store::LegacyState::kSubmitted), TimeIn(row, "submitted")};
    if (team.has_value()) return Submission(row, *team, arrival);
    RT_TRY(const Roster roster, RosterOf(row));
    RT_TRY(auto entry, TeamOf(row, roster));
    if (state.has_value()) {
        entry.team.submit = store::SubmitTeam{entry.team.team.public_id, needs_.ids.Next<RegistrationId>(),
                                              base::NewPublicId(needs_.random), store::Source::kImport};
        entry.arrival = arrival;
    }
    const auto record = Record(row, store::LegacyKind::kRegistration, 0, roster.manager());
    return Prepared{record.legacy_id,
                    {},
                    store::ImportIds(roster.people.size()) + 4 * store::kCommandIds,
                    [record, entry = std::move(entry)](Writer& writer, store::Commit& commit) -> Status {
                        RT_CHECK_OK(store::EnterLegacy(writer, commit, entry));
                        RT_TRY(const auto made, store::LatestRegistrationOf(writer, entry.team.team.id));
                        store::LegacyRecord mine = record;
                        mine.entity = made.has_value() ? made->id.value : 0;
                        return store::PutLegacy(writer, commit.now, mine);
                    }};
}

Result<Prepared> Preparer::Payment(const json::Value& row) {
    store::LegacyPayment payment;
    payment.id = needs_.ids.Next();
    payment.order_no = TextIn(row, "order_no");
    if (payment.order_no.empty()) return Refused("it has no order number");
    payment.legacy_registration = TextIn(row, "registration");
    payment.state = TextIn(row, "state");
    payment.channel = TextIn(row, "channel");
    payment.transaction_id = TextIn(row, "transaction_id");
    payment.paid_at = TimeIn(row, "paid_at");
    const json::Value* amount = row.Find("amount");
    if (amount != nullptr && amount->IsInt()) payment.amount = amount->AsInt();
    std::vector<std::string> notes;
    UserId owner;
    if (!payment.legacy_registration.empty()) {
        RT_TRY(const auto found, needs_.db.Read([&](Reader& reader) {
            return store::FindLegacy(reader, store::LegacyKind::kRegistration, payment.legacy_registration);
        }));
        owner = found.value_or(store::LegacyRef{}).owner;
        if (found.has_value() && found->entity != 0) payment.registration = found->entity;
    }
    if (!payment.registration.has_value()) notes.emplace_back("without_registration");
    const auto record = Record(row, store::LegacyKind::kPayment, payment.id, owner);
    return Prepared{record.legacy_id, std::move(notes), 1,
                    [record, payment](Writer& writer, store::Commit& commit) -> Status {
                        RT_CHECK_OK(store::PutLegacy(writer, commit.now, record));
                        return store::PutLegacyPayment(writer, record.id, payment);
                    }};
}

}  // namespace rt::registration::legacy
