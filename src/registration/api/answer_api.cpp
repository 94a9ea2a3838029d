// Answers asked for after approval, and the review of files that answers name.
#include <algorithm>
#include <utility>

#include "files/store.h"
#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/form_json.h"
#include "registration/store/journal.h"

namespace rt::registration::api {
namespace {

// Whose answers are meant: the team's own or one member's.
struct Subject {
    store::TeamFacts team;
    std::optional<store::Member> member;
    FormScope scope = FormScope::kTeam;
    store::AnswerOwner kind = store::AnswerOwner::kTeam;
    Owner seal;
    bool own = false;  // the captain's, or of a member whom the caller manages
};

Result<Subject> SubjectOf(Reader& reader, const Request& request) {
    Subject out;
    RT_TRY(auto team, store::FindTeam(reader, request.Param("team")));
    if (!team.has_value()) return Fail(Code::kNotFound);
    out.team = *std::move(team);
    out.seal = {Owner::Kind::kTeamAnswers, out.team.id.value};
    const store::Actor actor = ActorOf(request);
    const bool organiser = actor.May(net::Permission::kRegEdit);
    const bool of_member = std::any_of(request.params.begin(), request.params.end(),
                                       [](const auto& param) { return param.first == "member"; });
    if (!of_member) {
        out.own = out.team.IsCaptain(actor);
        if (out.own || organiser) return out;
        RT_TRY(const auto me, store::FindActiveMember(reader, out.team.id, actor.user));
        return Fail(me.has_value() ? Code::kForbidden : Code::kNotFound);
    }
    const std::string& name = request.Param("member");
    if (name == "me") {
        RT_TRY(out.member, store::FindActiveMember(reader, out.team.id, actor.user));
    } else {
        RT_TRY(out.member, store::FindMember(reader, name));
    }
    const bool there = out.member.has_value() && out.member->team == out.team.id;
    if (!there) return Fail(Code::kNotFound);
    out.own = out.member->user == actor.user;
    if (!out.own && !organiser) return Fail(Code::kNotFound);
    out.scope = FormScope::kMember;
    out.kind = store::AnswerOwner::kMember;
    out.seal = {Owner::Kind::kMemberAnswers, out.member->id.value};
    return out;
}

bool IsApproved(RegistrationState state) {
    constexpr std::string_view kStates[] = {"AWAITING_PAYMENT", "CONFIRMED", "CHECKED_IN", "COMPLETED"};
    return std::find(std::begin(kStates), std::end(kStates), Word(state)) != std::end(kStates);
}

Result<std::optional<store::AnswerSet>> GivenLate(Reader& reader, const Subject& subject) {
    return store::FindAnswersOf(reader, subject.kind, subject.seal.id, FormStage::kAfterApproval);
}

Result<json::Value> Shown(Reader& reader, const Privacy& privacy, const Subject& subject,
                          const std::optional<store::FormVersion>& form, Show show) {
    RT_TRY(const auto given, GivenLate(reader, subject));
    json::Value answers = json::Object{};
    if (given.has_value()) {
        RT_TRY(answers, ShowAnswers(reader, privacy, given->id, show));
    }
    return json::Value(
        json::Object{{"form", FormJson(form)}, {"answers", std::move(answers)}, {"given", given.has_value()}});
}

// Whether an organiser looks at what is sensitive of others.
struct LateLook {
    Subject subject;
    json::Value shown;
    bool audited = false;
};

Result<LateLook> LookAtLate(Reader& reader, const Privacy& privacy, const Request& request) {
    LateLook out;
    RT_TRY(out.subject, SubjectOf(reader, request));
    RT_TRY(const auto form,
           store::CurrentForm(reader, out.subject.team.event, out.subject.scope, FormStage::kAfterApproval));
    RT_TRY(const auto given, GivenLate(reader, out.subject));
    const bool sees = request.held.Has(net::Permission::kRegViewPii);
    out.audited = sees && !out.subject.own && given.has_value() && given->sensitive.has_value();
    RT_TRY(out.shown, Shown(reader, privacy, out.subject, form, sees || out.subject.own ? Show::kAll : Show::kMasked));
    return out;
}

store::Change ChangeOf(const Subject& subject, std::string_view action, std::string after) {
    return {action, subject.member ? "team_member" : "team", subject.seal.id, subject.team.event, {}, std::move(after),
            {}};
}

Result<Response> GetLate(Service& service, const Request& request) {
    const auto& needs = service.needs();
    RT_TRY(auto look, needs.db.Read([&](Reader& reader) { return LookAtLate(reader, needs.privacy, request); }));
    if (look.audited) {
        const store::Commit commit = service.NewCommit(ActorOf(request), 1);
        const std::string stage = json::Encode(json::Object{{"stage", Word(FormStage::kAfterApproval)}});
        RT_CHECK_OK(needs.db.Write("answers.view", [&](Writer& writer) -> Status {
            store::Commit mine = commit;
            return store::Record(writer, mine, ChangeOf(look.subject, "answers.view", stage));
        }));
    }
    return net::Success(std::move(look.shown));
}

// The rules, asked again in the commit.
Status MayAnswer(Reader& reader, const Subject& subject, const store::Actor& actor, base::Time now) {
    RT_TRY(const auto registration, store::LatestRegistrationOf(reader, subject.team.id));
    if (!registration.has_value() || !IsApproved(registration->state)) {
        return base::FailText(Code::kInvalidState, {"报名通过后才能填写", "It can be filled in once you are approved"});
    }
    if (now >= subject.team.edit_deadline && !actor.May(net::Permission::kRegEdit)) {
        return base::FailText(Code::kEventNotOpen, {"修改时间已过", "The time for changes is over"});
    }
    return Ok();
}

Result<Response> PutLate(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const json::Value* answers = in.Object("answers");
    RT_CHECK_OK(in.Finish());
    const auto& needs = service.needs();
    struct Found {
        Subject subject;
        std::optional<store::FormVersion> form;
        std::optional<store::AnswerSet> masked;  // the answers of others, which the caller may have been shown masked
    };
    RT_TRY(const auto found, needs.db.Read([&](Reader& reader) -> Result<Found> {
        RT_TRY(Subject subject, SubjectOf(reader, request));
        RT_TRY(auto form, store::CurrentForm(reader, subject.team.event, subject.scope, FormStage::kAfterApproval));
        if (!form.has_value()) return Fail(Code::kNotFound);
        Found out{std::move(subject), std::move(form), {}};
        if (out.subject.own) return out;
        RT_TRY(out.masked, GivenLate(reader, out.subject));
        return out;
    }));
    RT_TRY(const json::Value meant, WithoutMasks(needs.privacy, *found.form, found.masked, *answers));
    RT_TRY(const auto sealed, PrepareAnswers(needs, found.form, found.subject.seal, meant, request.now));
    RT_CHECK(sealed.has_value());
    return Commit(
        service, request, {"answers.put", store::kCommandIds, 200},
        [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
            RT_TRY(const Subject subject, SubjectOf(writer, request));
            RT_CHECK_OK(MayAnswer(writer, subject, commit.actor, commit.now));
            if (found.masked.has_value()) {
                RT_TRY(const auto before, GivenLate(writer, subject));
                if (before != found.masked) return Fail(Code::kPreconditionFailed, "the answers changed meanwhile");
            }
            RT_TRY([[maybe_unused]] const auto set,
                   store::PutAnswers(writer, commit.now, subject.kind, subject.seal.id, *sealed));
            RT_CHECK_OK(store::LateAnswersChanged(writer, commit, subject.team.id));
            const std::string after =
                json::Encode(json::Object{{"stage", Word(FormStage::kAfterApproval)}, {"no", found.form->no}});
            RT_CHECK_OK(store::Record(writer, commit, ChangeOf(subject, "answers.put", after)));
            return Shown(writer, needs.privacy, subject, found.form, subject.own ? Show::kAll : Show::kMasked);
        });
}

json::Object FileJson(const store::AnswerFile& file) {
    return {{"id", file.public_id},
            {"field", file.field},
            {"file", file.file},
            {"state", Word(file.state)},
            {"reason", file.reason.has_value() ? json::Value(*file.reason) : json::Value()},
            {"reviewed_at", TimeJson(file.reviewed_at)},
            {"rev", file.rev}};
}

Status AddFiles(Reader& reader, store::AnswerOwner kind, std::int64_t owner, const json::Value& member,
                json::Array& out) {
    for (const FormStage stage : {FormStage::kSubmit, FormStage::kAfterApproval}) {
        RT_TRY(const auto set, store::FindAnswersOf(reader, kind, owner, stage));
        if (!set.has_value()) continue;
        RT_TRY(const auto files, store::FilesOf(reader, set->id));
        for (const store::AnswerFile& file : files) {
            json::Object one = FileJson(file);
            one.Set("member", member);
            one.Set("stage", stage == FormStage::kSubmit ? "submit" : "after_approval");
            RT_TRY(const auto stored, files::store::Find(reader, file.file));
            one.Set("type", stored.has_value() ? json::Value(stored->type) : json::Value());
            one.Set("bytes", stored.has_value() ? json::Value(stored->bytes) : json::Value());
            out.push_back(std::move(one));
        }
    }
    return Ok();
}

Result<Response> ListFiles(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto row, store::FindRegistration(reader, request.Param("registration")));
        if (!row.has_value()) return Fail(Code::kNotFound);
        json::Array data;
        RT_CHECK_OK(AddFiles(reader, store::AnswerOwner::kTeam, row->team.value, {}, data));
        RT_TRY(const auto members, store::MembersOf(reader, row->team));
        for (const store::Member& member : members) {
            RT_CHECK_OK(AddFiles(reader, store::AnswerOwner::kMember, member.id.value, member.public_id, data));
        }
        return net::Page(std::move(data), {});
    });
}

// What was said of the files: to the captain of all, to the others of those they gave.
Result<Response> ListTeamFiles(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto team, store::FindTeam(reader, request.Param("team")));
        if (!team.has_value()) return Fail(Code::kNotFound);
        const store::Actor actor = ActorOf(request);
        const bool all = team->IsCaptain(actor) || actor.May(net::Permission::kRegEdit);
        json::Array data;
        if (all) RT_CHECK_OK(AddFiles(reader, store::AnswerOwner::kTeam, team->id.value, {}, data));
        RT_TRY(const auto members, store::MembersOf(reader, team->id));
        bool concerned = all;
        for (const store::Member& member : members) {
            if (!all && member.user != actor.user) continue;
            concerned = true;
            RT_CHECK_OK(AddFiles(reader, store::AnswerOwner::kMember, member.id.value, member.public_id, data));
        }
        return concerned ? Result<Response>(net::Page(std::move(data), {})) : Fail(Code::kNotFound);
    });
}

// Of the event in the path, whose permission was asked.
Result<store::AnswerFileAt> FileIn(Reader& reader, const Request& request) {
    RT_TRY(const auto event, store::FindEventByName(reader, request.Param("event")));
    RT_TRY(auto file, store::FindAnswerFile(reader, request.Param("answer_file")));
    if (!event.has_value() || !file.has_value() || file->event != event->id) return Fail(Code::kNotFound);
    return *std::move(file);
}

Result<Response> Review(Service& service, const Request& request) {
    RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const auto state = static_cast<FileReview>(in.Word("state", WordsOf<FileReview>()));
    const std::string reason = in.OptionalText("reason", {0, kReasonSizeMax, true}).value_or("");
    if (state == FileReview::kRejected && reason.empty()) in.Note("reason", {"请说明原因", "Say why"});
    RT_CHECK_OK(in.Finish());
    RT_TRY(auto response, Commit(service, request, {"answer_file.review", 2, 200},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_TRY(const auto file, FileIn(writer, request));
                                     RT_CHECK_OK(store::ReviewFile(writer, commit, file, rev, state, reason));
                                     RT_TRY(const auto after, store::FindAnswerFile(writer, file.file.public_id));
                                     return json::Value(FileJson(after->file));
                                 }));
    return net::WithRev(std::move(response), rev + 1);
}

}  // namespace

net::RouteTable AnswerRoutes(Service& service, const std::string& base) {
    constexpr auto kEdit = net::Permission::kRegEdit;
    Table late(service, base);
    const std::string team = "/teams/{team}/forms/after-approval";
    const std::string member = "/teams/{team}/members/{member}/forms/after-approval";
    const std::string example = R"({"answers":{"hotel":"yes"}})";
    late.Add("answers.team_get", Method::kGet, team, kEdit, net::Scope::kTeam,
             "What the team is asked after approval, and its answers.", {}, GetLate);
    late.Add("answers.team_put", Method::kPut, team, kEdit, net::Scope::kTeam,
             "The team's answers to what is asked after approval.", example, PutLate);
    late.Add("answers.member_get", Method::kGet, member, kEdit, net::Scope::kTeam,
             "What a member (or me) is asked after approval, and his answers.", {}, GetLate);
    late.Add("answers.member_put", Method::kPut, member, kEdit, net::Scope::kTeam,
             "A member's answers to what is asked after approval.", example, PutLate);
    late.Add("answer_file.mine", Method::kGet, "/teams/{team}/files", kEdit, net::Scope::kTeam,
             "The files its answers name and what was said of each: to the captain all, to a member his own.", {},
             ListTeamFiles);
    net::RouteTable out = AlsoConcerned(late.Take());
    Table table(service, base);
    table.Add("answer_file.list", Method::kGet, "/organiser/registrations/{registration}/files",
              net::Permission::kRegView, net::Scope::kRegistration, "The files that its answers name.", {}, ListFiles);
    table.Add("answer_file.review", Method::kPost, "/organiser/events/{event}/answer-files/{answer_file}/review",
              net::Permission::kRegReview, net::Scope::kEvent, "Accepts or rejects one file; needs If-Match.",
              R"({"state":"REJECTED","reason":"照片不清晰"})", Review);
    for (net::Route& route : table.Take()) out.push_back(std::move(route));
    return out;
}

}  // namespace rt::registration::api
