#include "support/registration_world.h"

#include "base/encoding.h"
#include "crypto/hash.h"
#include "os/file.h"
#include "registration/answers.h"
#include "registration/domain/field_checks.h"
#include "registration/domain/invite_code.h"
#include "registration/form_json.h"
#include "registration/store/reserves.h"
#include "text/normalise.h"

namespace rt::embedded {
std::span<const base::EmbeddedFile> FilesMigrations();
}  // namespace rt::embedded

namespace rt::testing {

using registration::FormScope;
using registration::QuotaScope;
using registration::QuotaUnit;
using storage::sql::Reader;
using storage::sql::Statement;
using storage::sql::Writer;

namespace {

constexpr base::Time kStart{1'790'000'000'000'000};
constexpr Statement kAddUser{"test.add_user",
                             "INSERT INTO \"user\" (id, public_id, login_name, display_name, role, status, locale,"
                             " epoch, session_epoch, epoch_moved, created, rev)"
                             " VALUES ($1, $2, $3, $4, $5, 'ACTIVE', 'zh-CN', 1, 1, 0, 0, 1)"};

}  // namespace

std::string CardNumber(std::int64_t n) {
    std::string serial = std::to_string(n % 1'000);
    serial.insert(0, 3 - serial.size(), '0');
    std::string day = std::to_string(10 + (n / 1'000) % 19);
    std::string year = std::to_string(1950 + (n / 19'000) % 60);
    const std::string digits = "110105" + year + "01" + day + serial;
    return digits + registration::IdCardCheckCharacter(digits);
}

World::World(std::uint64_t seed)
    : clock(kStart),
      random(seed),
      ids(clock, 1),
      trail(std::string(32, 'k')),
      privacy(*registration::Privacy::FromMasters({std::string(32, 'm')}, random)),
      vault(*crypto::FieldRing::Make({std::string(32, 'm')}, std::string(32, 'm')), "auth", random) {
    storage::sql::Options options;
    // A sanitizer makes honest closures many times slower; the budget has its own test.
    options.closure_cpu_micros_max = 5'000'000;
    options.path = dir / "main.db";
    db = OpenMigrated(options,
                      {embedded::StorageMigrations(), embedded::AuthMigrations(), embedded::FilesMigrations(),
                       embedded::RegistrationMigrations(), embedded::AvalonMigrations()},
                      system_clock, log, metrics);
    REQUIRE(os::MakeFolders(dir / "transfers").ok());
    access = std::make_unique<auth::AccessControl>(*db, clock);
    identities = std::make_unique<auth::Identities>(auth::Identities::Parts{*db, vault, trail, clock, random, ids});
    service = std::make_unique<registration::Service>(registration::Needs{
        *db, trail, privacy, *access, *identities, ids, random, clock, log, metrics, dir.path(), dir / "transfers"});
    const auto add = [&](std::int64_t id, const char* name, const char* role) {
        const std::string public_id = base::NewPublicId(random);
        REQUIRE(db->Write("user", [&](Writer& w) {
                      return w.RunOne(kAddUser, {id, public_id, name, name, role}, Code::kInternal);
                  }).ok());
    };
    add(1, "organiser", "organiser");
    add(2, "admin", "admin");
    add(3, "other", "organiser");
}

World::~World() = default;

std::string World::SealName(std::int64_t user, const std::string& name) const {
    return privacy.Seal({registration::Owner::Kind::kPersonName, User(user).user.value}, name);
}

void World::AddUsers(std::int64_t count) {
    const std::int64_t first = users_ + 1;
    users_ += count;
    std::vector<std::string> public_ids;
    for (std::int64_t i = 0; i < count; ++i) public_ids.push_back(base::NewPublicId(random));
    REQUIRE(db->Write("users", [&](Writer& w) -> Status {
                  for (std::int64_t i = 0; i < count; ++i) {
                      const std::string name = "User " + std::to_string(first + i);
                      RT_CHECK_OK(w.RunOne(kAddUser, {1'000 + first + i, public_ids.at(i), name, name, "user"},
                                           Code::kInternal));
                  }
                  return Ok();
              }).ok());
}

OpenEvent World::Open(const EventPlan& plan) {
    OpenEvent out;
    store::Event& event = out.event;
    event.id = ids.Next<registration::EventId>();
    event.public_id = base::NewPublicId(random);
    event.slug = "event-" + event.public_id;
    event.title = {"测试赛", "Test cup"};
    event.tz = "Asia/Shanghai";
    const base::Time now = clock.Now();
    event.times = {now.Plus(-base::kMicrosPerHour), now.Plus(base::kMicrosPerDay), now.Plus(2 * base::kMicrosPerDay),
                   now.Plus(3 * base::kMicrosPerDay)};
    event.team_min = plan.team_min;
    event.team_max = plan.team_max;
    event.review_stages = plan.review_stages;
    event.hold_policy = plan.hold_policy;
    event.policy = plan.policy;
    event.entries_max_per_person = plan.entries_max;
    event.created_by = Organiser().user;
    event.created = now;
    store::Event stored;
    REQUIRE(Write(Organiser(), 8, [&](Writer& w, store::Commit& c) -> Status {
                RT_TRY(stored, store::InsertEvent(w, c, event));
                return Ok();
            }).ok());
    event = stored;
    for (int i = 0; i < plan.divisions; ++i) {
        store::Division division;
        division.id = ids.Next<registration::DivisionId>();
        division.public_id = base::NewPublicId(random);
        division.event = event.id;
        division.code = "D" + std::to_string(i);
        division.name = {"组别", "Division"};
        division.created = now;
        REQUIRE(Write(Organiser(), 8, [&](Writer& w, store::Commit& c) {
                    return store::InsertDivision(w, c, division);
                }).ok());
        out.divisions.push_back(division);
    }
    if (plan.event_teams.has_value()) SetCap(out, std::nullopt, QuotaUnit::kTeam, plan.event_teams);
    if (plan.division_teams.has_value()) SetCap(out, 0, QuotaUnit::kTeam, plan.division_teams);
    if (plan.division_persons.has_value()) SetCap(out, 0, QuotaUnit::kPerson, plan.division_persons);
    REQUIRE(Write(Organiser(), 8, [&](Writer& w, store::Commit& c) {
                return store::SetEventState(w, c, event, registration::EventState::kPublished, {});
            }).ok());
    event.state = registration::EventState::kPublished;
    return out;
}

void World::SetCap(const OpenEvent& event, std::optional<std::size_t> division, QuotaUnit unit,
                   std::optional<std::int64_t> cap) {
    const store::QuotaKey key{event.event.id, division ? event.divisions.at(*division).id : registration::DivisionId{},
                              unit};
    const store::NewQuota fresh{ids.Next<registration::QuotaId>(), base::NewPublicId(random)};
    REQUIRE(Write(Organiser(), 4'000, [&](Writer& w, store::Commit& c) -> Status {
                RT_TRY(const auto quota, store::EnsureQuota(w, key, fresh));
                RT_TRY([[maybe_unused]] const auto filled, store::BackfillUnits(w, c, quota, {}, 1'000));
                return store::SetCap(w, c, quota, cap, std::nullopt);
            }).ok());
}

void World::SetState(OpenEvent& event, registration::EventState state) {
    REQUIRE(TrySetState(event, state).ok());
    event.event.state = state;
}

Status World::TrySetState(const OpenEvent& event, registration::EventState state) {
    return Write(Organiser(), 8,
                 [&](Writer& w, store::Commit& c) { return store::SetEventState(w, c, event.event, state, {}); });
}

void World::AskForCard(const OpenEvent& event, FormScope scope) {
    registration::Field field;
    field.key = "card";
    field.type = registration::FieldType::kIdCardCn;
    field.label = {"身份证号", "Identity card"};
    field.required = true;
    store::NewFormVersion form;
    form.event = event.event.id;
    form.scope = scope;
    form.schema = {{field}};
    form.schema_json = registration::EncodeSchema(form.schema);
    form.fresh_form = ids.Next<registration::FormId>();
    form.version = ids.Next<registration::FormVersionId>();
    REQUIRE(Write(Organiser(), 8, [&](Writer& w, store::Commit& c) -> Status {
                RT_TRY([[maybe_unused]] const auto no, store::PublishForm(w, c, form));
                return Ok();
            }).ok());
}

store::Participant World::Participant(std::int64_t user, const std::optional<std::string>& card,
                                      const std::optional<store::FormVersion>& form) {
    store::Participant out;
    out.user = User(user).user;
    out.fresh_person = ids.Next<registration::PersonId>();
    out.fresh_person_public_id = base::NewPublicId(random);
    out.name = SealName(user, "User " + std::to_string(user));
    out.member = ids.Next<registration::MemberId>();
    out.member_public_id = base::NewPublicId(random);
    out.consent = true;
    if (card.has_value() && form.has_value()) {
        auto answers = registration::PrepareAnswers(service->needs(), form,
                                                    {registration::Owner::Kind::kMemberAnswers, out.member.value},
                                                    json::Object{{"card", *card}}, clock.Now());
        REQUIRE(answers.ok());
        out.answers = *std::move(answers);
    }
    return out;
}

Result<std::string> World::Found(const OpenEvent& event, std::int64_t user, std::size_t division) {
    store::FoundTeam command;
    command.draft = ids.Next<registration::RegistrationId>();
    command.draft_public_id = base::NewPublicId(random);
    command.id = ids.Next<registration::TeamId>();
    command.public_id = base::NewPublicId(random);
    command.event = event.event.id;
    command.division_public_id = event.divisions.at(division).public_id;
    command.name = "Team " + command.public_id;
    command.name_norm = *text::NameKey(command.name);
    command.captain = Participant(user, std::nullopt, std::nullopt);
    RT_CHECK_OK(Write(User(user), 8, [&](Writer& w, store::Commit& c) { return store::Found(w, c, command); }));
    return command.public_id;
}

Result<std::string> World::Invite(std::string_view team, std::int64_t captain, std::int64_t max_uses) {
    const std::string code = registration::NewInviteCode(random);
    const store::NewInvite invite{std::string(team),
                                  ids.Next<registration::InviteId>(),
                                  base::NewPublicId(random),
                                  privacy.BlindIndex("invite", code),
                                  code.substr(6),
                                  max_uses,
                                  clock.Now().Plus(base::kMicrosPerDay)};
    RT_CHECK_OK(
        Write(User(captain), 8, [&](Writer& w, store::Commit& c) { return store::CreateInvite(w, c, invite); }));
    return code;
}

Status World::Join(std::string_view code, std::int64_t user, std::optional<std::string> card) {
    const std::string hash = privacy.BlindIndex("invite", code);
    std::optional<store::FormVersion> form;
    if (card.has_value()) {
        RT_TRY(form, db->Read([&](Reader& r) -> Result<std::optional<store::FormVersion>> {
            RT_TRY(const auto invite, store::FindInvite(r, hash));
            if (!invite.has_value()) return Fail(Code::kNotFound);
            RT_TRY(const auto team, store::FindTeam(r, invite->team));
            return store::CurrentForm(r, team->event, FormScope::kMember);
        }));
    }
    const store::Join join{hash, Participant(user, card, form)};
    return Write(User(user), store::kJoinIds, [&](Writer& w, store::Commit& c) -> Status {
        RT_TRY([[maybe_unused]] const auto team, store::JoinTeam(w, c, join));
        return Ok();
    });
}

Status World::GiveCard(std::string_view team, std::int64_t user, std::string_view card) {
    const auto facts = Team(team);
    RT_TRY(const auto form,
           db->Read([&](Reader& r) { return store::CurrentForm(r, facts.event, FormScope::kMember); }));
    RT_TRY(const auto me, db->Read([&](Reader& r) { return store::FindActiveMember(r, facts.id, User(user).user); }));
    if (!me.has_value()) return Fail(Code::kNotFound);
    RT_TRY(const auto answers, registration::PrepareAnswers(service->needs(), form,
                                                            {registration::Owner::Kind::kMemberAnswers, me->id.value},
                                                            json::Object{{"card", card}}, clock.Now()));
    const store::UpdateMember update{std::string(team), SealName(user, "User " + std::to_string(user)), answers, true};
    return Write(User(user), 8, [&](Writer& w, store::Commit& c) { return store::Update(w, c, update); });
}

Status World::Leave(std::string_view team, std::int64_t user) {
    return Write(User(user), 16, [&](Writer& w, store::Commit& c) { return store::Leave(w, c, team); });
}

Status World::Remove(std::string_view team, std::int64_t captain, std::string_view member) {
    return Write(User(captain), 16, [&](Writer& w, store::Commit& c) { return store::Remove(w, c, team, member); });
}

Status World::HandOver(std::string_view team, std::int64_t captain, std::string_view member) {
    return Write(User(captain), 8, [&](Writer& w, store::Commit& c) { return store::HandOver(w, c, team, member); });
}

Status World::Disband(std::string_view team, std::int64_t captain) {
    return Write(User(captain), 8, [&](Writer& w, store::Commit& c) { return store::Disband(w, c, team); });
}

Result<std::string> World::Submit(std::string_view team, std::int64_t captain) {
    const store::SubmitTeam command{std::string(team), ids.Next<registration::RegistrationId>(),
                                    base::NewPublicId(random), store::Source::kWeb};
    RT_CHECK_OK(Write(User(captain), store::kSubmitIds, [&](Writer& w, store::Commit& c) -> Status {
        RT_TRY([[maybe_unused]] const auto done, store::Submit(w, c, command));
        return Ok();
    }));
    return command.public_id;
}

Result<store::RegistrationRow> World::Captain(std::string_view registration, std::int64_t captain,
                                              RegistrationCommand command) {
    const store::Command wanted{std::string(registration), command, {}, {}};
    const auto commit = Commit(User(captain), store::kCommandIds);
    return db->Write("test", [&](Writer& w) {
        auto mine = commit;
        return store::RunAsCaptain(w, mine, wanted);
    });
}

Result<store::RegistrationRow> World::Review(std::string_view registration, RegistrationCommand command,
                                             std::string reason) {
    const store::Command wanted{std::string(registration), command, std::move(reason), {}};
    const auto commit = Commit(Organiser(), store::kCommandIds);
    return db->Write("test", [&](Writer& w) {
        auto mine = commit;
        return store::RunAsReviewer(w, mine, wanted);
    });
}

Result<store::RegistrationRow> World::Accept(std::string_view registration, std::int64_t captain) {
    const auto commit = Commit(User(captain), store::kCommandIds);
    return db->Write("test", [&](Writer& w) {
        auto mine = commit;
        return store::AcceptOffer(w, mine, registration);
    });
}

Result<store::RegistrationRow> World::Decline(std::string_view registration, std::int64_t captain,
                                              store::AfterDecline after) {
    const auto commit = Commit(User(captain), store::kCommandIds);
    return db->Write("test", [&](Writer& w) {
        auto mine = commit;
        return store::DeclineOffer(w, mine, registration, after);
    });
}

Result<store::RegistrationRow> World::Reopen(std::string_view registration) {
    const auto commit = Commit(Organiser(), store::kCommandIds);
    return db->Write("test", [&](Writer& w) {
        auto mine = commit;
        return store::Reopen(w, mine, {std::string(registration), RegistrationCommand::kReopen, "again", {}});
    });
}

Result<store::Submitted> World::SubmitAs(const store::Actor& actor, std::string_view team, store::Source source,
                                         std::string_view reserve_code) {
    store::SubmitTeam command{std::string(team), ids.Next<registration::RegistrationId>(), base::NewPublicId(random),
                              source};
    if (!reserve_code.empty()) command.reserve_hash = privacy.BlindIndex("reserve", reserve_code);
    const auto commit = Commit(actor, store::kSubmitIds);
    return db->Write("test", [&](Writer& w) {
        auto mine = commit;
        return store::Submit(w, mine, command);
    });
}

Result<std::string> World::Reserve(const OpenEvent& event, std::int64_t teams, std::int64_t persons,
                                   std::size_t division) {
    const std::string code = registration::NewInviteCode(random);
    const store::NewReserve wanted{ids.Next<registration::ReserveId>(),
                                   base::NewPublicId(random),
                                   event.divisions.at(division).public_id,
                                   event.event.id,
                                   "guests",
                                   privacy.BlindIndex("reserve", code),
                                   code.substr(6),
                                   teams,
                                   persons};
    RT_CHECK_OK(Write(Organiser(), 32, [&](Writer& w, store::Commit& c) { return store::MakeReserve(w, c, wanted); }));
    return code;
}

RegistrationState World::State(std::string_view registration) {
    const auto row = db->Read([&](Reader& r) { return store::FindRegistration(r, registration); });
    REQUIRE((row.ok() && row->has_value()));
    return (*row)->state;
}

std::optional<store::PlaceInLine> World::Place(std::string_view registration) {
    const auto place = db->Read([&](Reader& r) -> Result<std::optional<store::PlaceInLine>> {
        RT_TRY(const auto row, store::FindRegistration(r, registration));
        return store::PlaceOf(r, row->id);
    });
    REQUIRE(place.ok());
    return *place;
}

void World::Jobs() {
    for (int i = 0; i < 100; ++i) {
        const auto more = service->RunJobs();
        REQUIRE_MESSAGE(more.ok(), (more.ok() ? "" : more.error().detail));
        if (!*more) return;
    }
    FAIL("the regular work does not end");
}

std::string World::ReadyTeam(const OpenEvent& event, std::int64_t first_user, std::int64_t size, std::size_t division) {
    const auto team = Found(event, first_user, division);
    REQUIRE_MESSAGE(team.ok(), (team.ok() ? "" : std::string(base::Info(team.error().code).wire)));
    if (size == 1) return *team;
    const auto code = Invite(*team, first_user);
    REQUIRE(code.ok());
    for (std::int64_t i = 1; i < size; ++i) REQUIRE(Join(*code, first_user + i).ok());
    return *team;
}

store::TeamFacts World::Team(std::string_view public_id) {
    const auto team = db->Read([&](Reader& r) { return store::FindTeam(r, public_id); });
    REQUIRE((team.ok() && team->has_value()));
    return **team;
}

std::vector<store::Member> World::Members(std::string_view team) {
    const auto id = Team(team).id;
    const auto members = db->Read([&](Reader& r) { return store::MembersOf(r, id); });
    REQUIRE(members.ok());
    return *members;
}

registration::QuotaFigures World::Quota(const OpenEvent& event, QuotaScope scope, QuotaUnit unit,
                                        std::size_t division) {
    const auto quotas = db->Read([&](Reader& r) { return store::QuotasOfEvent(r, event.event.id); });
    REQUIRE(quotas.ok());
    for (const auto& quota : *quotas) {
        const bool here = scope == QuotaScope::kEvent || quota.division == event.divisions.at(division).id;
        if (quota.scope == scope && quota.unit == unit && here) return quota.figures;
    }
    FAIL("no such quota");
    return {};
}

void World::AskMembers(const OpenEvent& event, const registration::Field& field) {
    store::NewFormVersion form;
    form.event = event.event.id;
    form.scope = FormScope::kMember;
    form.schema = {{field}};
    form.schema_json = registration::EncodeSchema(form.schema);
    form.fresh_form = ids.Next<registration::FormId>();
    form.version = ids.Next<registration::FormVersionId>();
    REQUIRE(Write(Organiser(), 64, [&](store::Writer& w, store::Commit& c) -> Status {
                RT_TRY([[maybe_unused]] const auto no, store::PublishForm(w, c, form));
                return Ok();
            }).ok());
}

void World::Answer(const OpenEvent& event, std::string_view team, std::int64_t user, const json::Object& answers) {
    const auto facts = Team(team);
    const auto form =
        db->Read([&](store::Reader& r) { return store::CurrentForm(r, event.event.id, FormScope::kMember); });
    const auto me = db->Read([&](store::Reader& r) { return store::FindActiveMember(r, facts.id, User(user).user); });
    REQUIRE((form.ok() && me.ok() && me->has_value()));
    const auto prepared = registration::PrepareAnswers(
        service->needs(), *form, {registration::Owner::Kind::kMemberAnswers, (*me)->id.value}, answers, clock.Now());
    REQUIRE(prepared.ok());
    const store::UpdateMember update{std::string(team), (*me)->person_name, *prepared, true};
    REQUIRE(Write(World::User(user), 8, [&](store::Writer& w, store::Commit& c) {
                return store::Update(w, c, update);
            }).ok());
}

std::int64_t World::Count(const Statement& statement) {
    const auto count = db->Read([&](Reader& r) { return r.FindInt(statement, {}); });
    REQUIRE(count.ok());
    return count->value_or(0);
}

void World::Run(const Statement& statement) {
    REQUIRE(db->Write("test.run", [&](Writer& w) { return w.Run(statement, {}); }).ok());
}

std::string World::Findings() {
    const auto found = db->Read([&](Reader& r) { return registration::CheckInvariants(r, privacy); });
    REQUIRE_MESSAGE(found.ok(), (found.ok() ? "" : found.error().detail));
    std::string out;
    for (const auto& violation : *found) out += std::string(violation.invariant) + ": " + violation.what + "\n";
    return out;
}

}  // namespace rt::testing
