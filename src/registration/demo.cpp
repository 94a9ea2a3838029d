// The demo event of `./dev run`.
#include <utility>

#include "registration/form_json.h"
#include "registration/service.h"
#include "registration/store/events.h"
#include "registration/store/forms.h"
#include "registration/store/quotas.h"

namespace rt::registration {
namespace {

using storage::sql::Writer;

constexpr const char* kSlug = "autumn-coding-cup";

store::Event DemoEvent(const Needs& needs, UserId organiser) {
    const base::Time now = needs.clock.Now();
    store::Event out;
    out.id = needs.ids.Next<EventId>();
    out.public_id = base::NewPublicId(needs.random);
    out.slug = kSlug;
    out.title = {"秋季编程挑战赛", "Autumn Coding Cup"};
    out.summary = {"两人或三人一队，现场解题，当天颁奖。",
                   "Teams of two or three solve problems on site; prizes the same day."};
    out.description = {
        "上午热身，下午正赛四小时。请自带电脑，现场提供网络、午餐和茶歇。\n报名后队长可邀请队员，队员各自填写信息，全部"
        "完成后由队长提交。",
        "Warm-up in the morning, four hours of contest in the afternoon. Bring a laptop; network, lunch and tea are "
        "there.\nFound a team, invite your members, let each fill in the form, then submit."};
    out.venue = {"图书馆一层报告厅", "Library, ground-floor hall"};
    out.tz = "Asia/Shanghai";
    out.times = {now.Plus(-base::kMicrosPerHour), now.Plus(14 * base::kMicrosPerDay),
                 now.Plus(21 * base::kMicrosPerDay), now.Plus(21 * base::kMicrosPerDay + 10 * base::kMicrosPerHour)};
    out.team_min = 2;
    out.team_max = 3;
    out.rules = {"## 规则\n\n- 每队一台电脑\n- 可以携带纸质资料\n- **赛中不得联网**",
                 "## Rules\n\n- One laptop a team\n- Printed material is welcome\n- **No network during the contest**"};
    out.created_by = organiser;
    out.created = now;
    return out;
}

store::Division DemoDivision(const Needs& needs, const store::Event& event, std::string code, I18n name) {
    store::Division out;
    out.id = needs.ids.Next<DivisionId>();
    out.public_id = base::NewPublicId(needs.random);
    out.event = event.id;
    out.code = std::move(code);
    out.name = std::move(name);
    out.created = event.created;
    return out;
}

FormSchema MemberForm() {
    Field phone;
    phone.key = "phone";
    phone.type = FieldType::kMobileCn;
    phone.label = {"手机号", "Mobile number"};
    phone.help = {"仅用于比赛当天联系", "Only for the day of the contest"};
    phone.required = true;
    phone.sensitive = true;
    Field size;
    size.key = "shirt";
    size.type = FieldType::kSingle;
    size.label = {"T恤尺码", "T-shirt size"};
    size.required = true;
    size.options = {{"s", {"S", "S"}}, {"m", {"M", "M"}}, {"l", {"L", "L"}}, {"xl", {"XL", "XL"}}};
    Field diet;
    diet.key = "diet";
    diet.type = FieldType::kText;
    diet.label = {"饮食禁忌", "Dietary needs"};
    diet.max = 100;
    Field again;
    again.key = "took_part";
    again.type = FieldType::kBool;
    again.label = {"参加过往届比赛", "Took part before"};
    Field liked;
    liked.key = "liked";
    liked.type = FieldType::kRating;
    liked.label = {"您给上一届打几分", "How did you like the last one"};
    liked.visible_if = "took_part";
    return {{phone, size, diet, again, liked}};
}

FormSchema TeamForm() {
    Field school;
    school.key = "school";
    school.type = FieldType::kText;
    school.label = {"学校或单位", "School or company"};
    school.max = 60;
    return {{school}};
}

// Asked once the team has its place.
FormSchema ArrivalForm() {
    Field arrival;
    arrival.key = "arrival";
    arrival.type = FieldType::kTime;
    arrival.label = {"预计到场时间", "When you will arrive"};
    return {{arrival}};
}

store::NewFormVersion NewForm(const Needs& needs, EventId event, FormScope scope, FormSchema schema) {
    store::NewFormVersion out;
    out.event = event;
    out.scope = scope;
    out.schema_json = EncodeSchema(schema);
    out.schema = std::move(schema);
    out.fresh_form = needs.ids.Next<FormId>();
    out.version = needs.ids.Next<FormVersionId>();
    return out;
}

}  // namespace

Status SeedDemo(Service& service, const store::Actor& organiser) {
    const Needs& needs = service.needs();
    RT_TRY(const auto there,
           needs.db.Read([](storage::sql::Reader& reader) { return store::FindEventByName(reader, kSlug); }));
    if (there.has_value()) return Ok();
    const store::Event event = DemoEvent(needs, organiser.user);
    const store::Division open = DemoDivision(needs, event, "OPEN", {"公开组", "Open division"});
    const store::Division student = DemoDivision(needs, event, "STU", {"学生组", "Student division"});
    const auto member_form = NewForm(needs, event.id, FormScope::kMember, MemberForm());
    const auto team_form = NewForm(needs, event.id, FormScope::kTeam, TeamForm());
    auto arrival_form = NewForm(needs, event.id, FormScope::kTeam, ArrivalForm());
    arrival_form.stage = FormStage::kAfterApproval;
    const store::NewQuota all{needs.ids.Next<QuotaId>(), base::NewPublicId(needs.random)};
    const store::NewQuota students{needs.ids.Next<QuotaId>(), base::NewPublicId(needs.random)};
    const store::Commit commit = service.NewCommit(organiser, 16);
    return needs.db.Write("demo.seed", [&](Writer& writer) -> Status {
        store::Commit mine = commit;
        RT_TRY(const auto made, store::InsertEvent(writer, mine, event));
        for (const auto* division : {&open, &student}) RT_CHECK_OK(store::InsertDivision(writer, mine, *division));
        for (const auto* form : {&member_form, &team_form, &std::as_const(arrival_form)}) {
            RT_TRY([[maybe_unused]] const auto no, store::PublishForm(writer, mine, *form));
        }
        RT_TRY(const QuotaId teams, store::EnsureQuota(writer, {event.id, {}, QuotaUnit::kTeam}, all));
        RT_CHECK_OK(store::SetCap(writer, mine, teams, 40, std::nullopt));
        RT_TRY(const QuotaId student_teams,
               store::EnsureQuota(writer, {event.id, student.id, QuotaUnit::kTeam}, students));
        RT_CHECK_OK(store::SetCap(writer, mine, student_teams, 20, std::nullopt));
        return store::SetEventState(writer, mine, made, EventState::kPublished, {});
    });
}

}  // namespace rt::registration
