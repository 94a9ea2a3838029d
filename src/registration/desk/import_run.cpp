#include "registration/desk/import_run.h"

#include <algorithm>
#include <utility>

#include "auth/domain/credentials.h"
#include "auth/user_store.h"
#include "base/encoding.h"
#include "json/reader.h"
#include "os/file.h"
#include "registration/answers.h"
#include "registration/store/units.h"
#include "sheet/reader.h"

namespace rt::registration {
namespace {

using storage::sql::Reader;
using storage::sql::Writer;
using store::TransferError;

constexpr std::size_t kSavedEvery = 50;  // teams that were tried and have nothing wrong

sheet::Limits LimitsOfImports() {
    sheet::Limits limits;
    limits.rows_max = kImportRowsMax + 1;
    return limits;
}

// What the API would answer, told of a row.
void Add(const ImportPlan& plan, std::int64_t row, FormScope scope, const Error& error,
         std::vector<TransferError>& out) {
    if (error.fields.empty()) {
        const auto& info = base::Info(error.code);
        const base::Text table{std::string(info.message_zh), std::string(info.message_en)};
        // Of all that a team brings, only its name may be another's already.
        const char* field = error.code == Code::kAlreadyExists ? "team" : "";
        out.push_back(plan.At(row, scope, field, error.message.empty() ? table : error.message));
    }
    for (const base::FieldError& one : error.fields) out.push_back(plan.At(row, scope, one.field, one.reason));
}

// The same of a command: what concerns one member is told of his row.
void AddRefused(const ImportPlan& plan, const ImportedTeam& team, const store::ImportTeam& command, Error error,
                std::vector<TransferError>& out) {
    const auto own = std::stable_partition(error.fields.begin(), error.fields.end(),
                                           [](const auto& one) { return !one.field.starts_with("members."); });
    for (auto at = own; at != error.fields.end(); ++at) {
        const std::string id = at->field.substr(std::string_view("members.").size());
        std::size_t index = 0;
        for (std::size_t i = 0; i < command.others.size(); ++i) {
            if (command.others[i].who.member_public_id == id) index = i + 1;
        }
        out.push_back(plan.At(team.members[index].row, FormScope::kMember, "members", at->reason));
    }
    const bool told = own != error.fields.end();
    error.fields.erase(own, error.fields.end());
    if (!told || !error.fields.empty()) Add(plan, team.row, FormScope::kTeam, error, out);
}

// Not the fault of what was sent.
bool IsOurs(Code code) {
    switch (code) {
        case Code::kUnavailable:
        case Code::kReadOnly:
        case Code::kMaintenance:
        case Code::kStorageFull:
        case Code::kInternal:
        case Code::kDeadline:
            return true;
        default:
            return false;
    }
}

// What the team that was just entered took. QUOTA_FULL unless what the teams before it took, which was undone, fits
// beside it.
Result<std::vector<store::Need>> TakenBeside(Reader& reader, TeamId team, const UnitsByQuota& before) {
    RT_TRY(const auto registration, store::ActiveRegistrationOf(reader, team));
    std::vector<store::Need> out;
    if (!registration.has_value()) return out;
    RT_TRY(const auto allocations, store::AllocationsOf(reader, store::Owner::Of(registration->id)));
    std::vector<store::Need> others;
    for (const store::Allocation& one : allocations) {
        out.push_back({one.quota, one.qty});
        const auto found = before.find(one.quota);
        if (found != before.end()) others.push_back({one.quota, found->second});
    }
    RT_TRY(const bool fits, store::Fits(reader, others));
    if (!fits) return Fail(Code::kQuotaFull);
    return out;
}

// A team as the command that enters it, or what is wrong with it.
class Builder {
  public:
    Builder(Service& service, const ImportScheme& scheme, const ImportPlan& plan, const ImportWish& wish)
        : needs_(service.needs()), scheme_(scheme), plan_(plan), wish_(wish) {}

    Result<std::optional<store::ImportTeam>> Build(const ImportedTeam& team, UserId importer,
                                                   std::vector<TransferError>& errors) const {
        const base::Time now = needs_.clock.Now();
        store::ImportTeam out;
        RT_TRY(const auto user, ManagerOf(team, importer, errors));
        store::FoundTeam& found = out.team;
        found.id = needs_.ids.Next<TeamId>();
        found.public_id = base::NewPublicId(needs_.random);
        found.by = store::FoundBy::kOrganiser;
        found.kind = team.kind;
        found.division_public_id = team.division_public_id;
        found.event = scheme_.event.id;
        found.name = team.name;
        const bool solo = team.kind == TeamKind::kSolo;
        found.name_norm = solo ? "solo:" + found.public_id : team.name_norm;
        found.join_policy = solo ? JoinPolicy::kClosed : JoinPolicy::kCode;
        found.draft = needs_.ids.Next<RegistrationId>();
        found.draft_public_id = base::NewPublicId(needs_.random);
        auto answers =
            PrepareAnswers(needs_, scheme_.team_form, {Owner::Kind::kTeamAnswers, found.id.value}, team.answers, now);
        if (!answers.ok() && IsOurs(answers.error().code)) return answers.error();
        if (!answers.ok()) Add(plan_, team.row, FormScope::kTeam, answers.error(), errors);
        if (answers.ok()) found.answers = *std::move(answers);
        for (std::size_t i = 0; i < team.members.size(); ++i) {
            RT_TRY(auto who, ParticipantOf(team.members[i], user, now, errors));
            if (i == 0) {
                found.captain = std::move(who);
            } else {
                out.others.push_back({std::move(who), team.members[i].role});
            }
        }
        if (wish_.submit) {
            out.submit = store::SubmitTeam{found.public_id, needs_.ids.Next<RegistrationId>(),
                                           base::NewPublicId(needs_.random), store::Source::kImport};
        }
        if (!errors.empty()) return std::optional<store::ImportTeam>();
        return std::optional(std::move(out));
    }

  private:
    Result<UserId> ManagerOf(const ImportedTeam& team, UserId importer, std::vector<TransferError>& errors) const {
        if (team.captain_account.empty()) return importer;
        RT_TRY(const auto user, needs_.db.Read([&](Reader& reader) {
            return auth::store::FindByLoginName(reader, auth::domain::NormaliseLoginName(team.captain_account));
        }));
        if (user.has_value()) return UserId{user->id.value};
        errors.push_back(plan_.At(team.row, FormScope::kTeam, "captain_account",
                                  {"没有这个用户名", "There is no user of this name"}));
        return importer;
    }

    Result<store::Participant> ParticipantOf(const ImportedMember& member, UserId user, base::Time now,
                                             std::vector<TransferError>& errors) const {
        store::Participant out;
        out.user = user;
        out.fresh_person = needs_.ids.Next<PersonId>();
        out.fresh_person_public_id = base::NewPublicId(needs_.random);
        out.name = needs_.privacy.Seal({Owner::Kind::kPersonName, user.value}, member.name);
        out.member = needs_.ids.Next<MemberId>();
        out.member_public_id = base::NewPublicId(needs_.random);
        out.consent = member.consent;
        auto answers = PrepareAnswers(needs_, scheme_.member_form, {Owner::Kind::kMemberAnswers, out.member.value},
                                      member.answers, now);
        if (!answers.ok() && IsOurs(answers.error().code)) return answers.error();
        if (!answers.ok()) Add(plan_, member.row, FormScope::kMember, answers.error(), errors);
        if (answers.ok()) out.answers = *std::move(answers);
        return out;
    }

    const Needs& needs_;
    const ImportScheme& scheme_;
    const ImportPlan& plan_;
    const ImportWish& wish_;
};

}  // namespace

json::Object ImportSpec(const ImportWish& wish) {
    return {{"division", wish.division},
            {"submit", wish.submit},
            {"locale", wish.locale == base::Locale::kEn ? "en" : "zh"}};
}

ImportWish ImportWishOf(const store::Transfer& transfer) {
    ImportWish out;
    const auto spec = json::Decode(transfer.spec);
    if (!spec.ok()) return out;
    json::Reader in(*spec);
    out.division = in.OptionalText("division").value_or("");
    out.submit = in.OptionalBool("submit").value_or(false);
    out.locale = in.OptionalText("locale").value_or("") == "en" ? base::Locale::kEn : base::Locale::kZhCn;
    return out;
}

Result<std::unique_ptr<ImportRun>> ImportRun::Begin(Service& service, store::Transfer transfer,
                                                    const std::string& path) {
    const ImportWish wish = ImportWishOf(transfer);
    std::unique_ptr<ImportRun> out(new ImportRun(service, std::move(transfer), wish));
    RT_CHECK_OK(out->Open(path));
    return out;
}

Status ImportRun::Open(const std::string& path) {
    const auto& needs = service_.needs();
    // All that was entered is there, and what was being taken back goes on being so.
    undo_ = Whole() && transfer_.done > 0 && transfer_.failed > 0;
    if (OnlyChecks() || transfer_.done == 0) {
        transfer_.done = 0;
        transfer_.failed = 0;
        RT_CHECK_OK(
            needs.db.Write("import.begin", [&](Writer& writer) { return store::ClearErrors(writer, transfer_); }));
    }
    RT_TRY(scheme_,
           needs.db.Read([&](Reader& reader) { return ReadImportScheme(reader, transfer_.event, wish_.division); }));
    RT_TRY(const std::string bytes, os::ReadFile(path, kImportBytesMax));
    const auto table = sheet::Read(bytes, LimitsOfImports());
    if (!table.ok()) return Refuse({{0, {}, 0, 0, {}, {}, table.error().message}});
    plan_ = PlanImport(scheme_, *table, wish_.locale);
    if (!plan_.errors.empty()) return Refuse(plan_.errors);
    transfer_.rows = plan_.rows;
    transfer_.total = static_cast<std::int64_t>(plan_.teams.size());
    return Ok();
}

Status ImportRun::Refuse(const std::vector<TransferError>& errors) {
    RT_CHECK_OK(service_.needs().db.Write("import.refuse",
                                          [&](Writer& writer) { return store::AddErrors(writer, transfer_, errors); }));
    transfer_.errors += static_cast<std::int64_t>(errors.size());
    return Fail(Code::kInvalid, "the file is not fit to be imported");
}

Result<bool> ImportRun::Step(const store::Actor& actor) {
    if (undo_) return Undo(actor);
    // What is entered one by one is tried as it comes.
    const bool check = OnlyChecks() || (Whole() && transfer_.done == 0);
    if (check && checked_ < plan_.teams.size()) return Check(actor);
    if (OnlyChecks()) return false;
    if (Whole() && transfer_.errors > 0) return Fail(Code::kInvalid, "something in the file is wrong");
    if (static_cast<std::size_t>(transfer_.done) == plan_.teams.size()) return false;
    return Enter(actor);
}

// The very command, undone by the savepoint it runs in. Places are counted together with those of the teams before it;
// an identity number that two teams of the file share shows when they are entered.
Result<bool> ImportRun::Check(const store::Actor& actor) {
    const ImportedTeam& team = plan_.teams[checked_];
    std::vector<TransferError> errors = team.errors;
    RT_TRY(const auto command, Builder(service_, scheme_, plan_, wish_).Build(team, actor.user, errors));
    if (command.has_value()) {
        const auto commit = service_.NewCommit(actor, store::ImportIds(team.members.size()));
        Status tried = Ok();
        std::vector<store::Need> taken;
        const Status undone = service_.needs().db.Write("import.check", [&](Writer& writer) -> Status {
            auto mine = commit;
            tried = store::Import(writer, mine, *command);
            if (!tried.ok()) return tried;
            const auto beside = TakenBeside(writer, command->team.id, taken_);
            if (beside.ok()) taken = *beside;
            if (!beside.ok()) tried = beside.error();
            return tried.ok() ? Status(Fail(Code::kConflict, "only tried")) : tried;
        });
        if (!tried.ok() && IsOurs(tried.error().code)) return tried.error();
        if (tried.ok() && undone.error().code != Code::kConflict) return undone.error();
        if (!tried.ok()) AddRefused(plan_, team, *command, tried.error(), errors);
        if (tried.ok()) {
            for (const store::Need& one : taken) taken_[one.quota] += one.qty;
        }
    }
    ++checked_;
    if (OnlyChecks()) ++transfer_.done;
    if (errors.empty() && checked_ < plan_.teams.size() && checked_ % kSavedEvery != 0) return true;
    if (!errors.empty()) ++transfer_.failed;
    RT_CHECK_OK(service_.needs().db.Write("import.checked", [&](Writer& writer) -> Status {
        RT_CHECK_OK(store::AddErrors(writer, transfer_, errors));
        return store::SaveProgress(writer, transfer_);
    }));
    transfer_.errors += static_cast<std::int64_t>(errors.size());
    return true;
}

Result<bool> ImportRun::Enter(const store::Actor& actor) {
    const ImportedTeam& team = plan_.teams[static_cast<std::size_t>(transfer_.done)];
    std::vector<TransferError> errors = team.errors;
    RT_TRY(const auto command, Builder(service_, scheme_, plan_, wish_).Build(team, actor.user, errors));
    Status done = Ok();
    if (command.has_value()) {
        const auto commit = service_.NewCommit(actor, store::ImportIds(team.members.size()));
        store::Transfer after = transfer_;
        ++after.done;
        done = service_.needs().db.Write("import.team", [&](Writer& writer) -> Status {
            auto mine = commit;
            RT_CHECK_OK(store::Import(writer, mine, *command));
            RT_CHECK_OK(store::AddTeam(writer, after, command->team.id));
            return store::SaveProgress(writer, after);
        });
        if (done.ok()) transfer_ = after;
    }
    const auto rows = static_cast<std::int64_t>(team.members.size());
    if (command.has_value() && done.ok()) {
        service_.needs().metrics.Get(Metric::kImportRows, {"ok"}).Add(rows);
        return true;
    }
    if (!done.ok() && (IsOurs(done.error().code) || done.error().code == Code::kConflict)) return done.error();
    if (!done.ok()) AddRefused(plan_, team, *command, done.error(), errors);
    service_.needs().metrics.Get(Metric::kImportRows, {"failed"}).Add(rows);
    RT_CHECK_OK(Failed(errors));
    undo_ = Whole();
    return true;
}

Status ImportRun::Failed(const std::vector<TransferError>& errors) {
    store::Transfer after = transfer_;
    ++after.failed;
    if (!Whole()) ++after.done;
    RT_CHECK_OK(service_.needs().db.Write("import.failed", [&](Writer& writer) -> Status {
        RT_CHECK_OK(store::AddErrors(writer, after, errors));
        return store::SaveProgress(writer, after);
    }));
    transfer_ = after;
    transfer_.errors += static_cast<std::int64_t>(errors.size());
    return Ok();
}

Result<bool> ImportRun::Undo(const store::Actor& actor) {
    auto& db = service_.needs().db;
    RT_TRY(const auto team, db.Read([&](Reader& reader) { return store::LastTeam(reader, transfer_.id); }));
    if (!team.has_value()) return Fail(Code::kInvalid, "a team was refused; all are taken back");
    const auto commit = service_.NewCommit(actor, 4 * store::kCommandIds);
    RT_CHECK_OK(db.Write("import.take_back", [&](Writer& writer) -> Status {
        auto mine = commit;
        RT_CHECK_OK(store::TakeBack(writer, mine, *team));
        return store::DropTeam(writer, transfer_.id, *team);
    }));
    return true;
}

}  // namespace rt::registration
