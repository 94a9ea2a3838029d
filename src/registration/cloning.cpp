#include "registration/cloning.h"

#include <utility>

#include "registration/form_json.h"

namespace rt::registration {
namespace {

void Shift(std::optional<base::Time>& time, std::int64_t micros) {
    if (time.has_value()) time = time->Plus(micros);
}

store::Event CopyOf(const Needs& needs, const store::Event& from, std::int64_t shift) {
    store::Event out = from;
    out.id = needs.ids.Next<EventId>();
    out.public_id = base::NewPublicId(needs.random);
    out.slug = out.public_id;
    out.state = EventState::kDraft;
    out.passcode_hash.clear();
    out.created = needs.clock.Now();
    out.rev = 1;
    EventTimes& times = out.times;
    for (base::Time* time : {&times.reg_open, &times.reg_close, &times.starts, &times.ends}) *time = time->Plus(shift);
    Shift(out.edit_deadline, shift);
    Shift(out.cancel_deadline, shift);
    Shift(out.policy.roster_lock_at, shift);
    return out;
}

}  // namespace

Result<EventPlan> PlanCopy(store::Reader& reader, const Needs& needs, const store::Event& from,
                           std::int64_t shift_micros) {
    EventPlan out;
    out.event = CopyOf(needs, from, shift_micros);
    RT_TRY(const auto divisions, store::DivisionsOf(reader, from.id));
    RT_TRY(const auto quotas, store::QuotasOfEvent(reader, from.id));
    const auto plan_caps = [&](DivisionId of, std::optional<std::size_t> place) {
        for (const store::Quota& quota : quotas) {
            const bool mine =
                quota.scope == (place ? QuotaScope::kDivision : QuotaScope::kEvent) && quota.division == of;
            if (!mine || !quota.figures.cap.has_value()) continue;
            out.caps.push_back(
                {place, quota.unit, *quota.figures.cap, {needs.ids.Next<QuotaId>(), base::NewPublicId(needs.random)}});
        }
    };
    plan_caps({}, std::nullopt);
    for (const store::Division& division : divisions) {
        store::Division copy = division;
        copy.id = needs.ids.Next<DivisionId>();
        copy.public_id = base::NewPublicId(needs.random);
        copy.event = out.event.id;
        copy.created = out.event.created;
        copy.rev = 1;
        Shift(copy.window.reg_open, shift_micros);
        Shift(copy.window.reg_close, shift_micros);
        plan_caps(division.id, out.divisions.size());
        out.divisions.push_back(std::move(copy));
    }
    for (const store::Quota& quota : quotas) {
        if (quota.scope != QuotaScope::kOption || !quota.figures.cap.has_value()) continue;
        const store::NewQuota fresh{needs.ids.Next<QuotaId>(), base::NewPublicId(needs.random)};
        out.caps.push_back({std::nullopt, quota.unit, *quota.figures.cap, fresh, quota.option});
    }
    for (const FormScope scope : {FormScope::kTeam, FormScope::kMember}) {
        for (const FormStage stage : {FormStage::kSubmit, FormStage::kAfterApproval}) {
            RT_TRY(auto form, store::CurrentForm(reader, from.id, scope, stage));
            if (!form.has_value()) continue;
            store::NewFormVersion copy;
            copy.event = out.event.id;
            copy.scope = scope;
            copy.stage = stage;
            copy.schema_json = EncodeSchema(form->schema);
            copy.schema = std::move(form->schema);
            copy.fresh_form = needs.ids.Next<FormId>();
            copy.version = needs.ids.Next<FormVersionId>();
            out.forms.push_back(std::move(copy));
        }
    }
    RT_TRY(out.documents, store::CurrentDocuments(reader, from.id));
    for (store::Document& document : out.documents) {
        document.id = needs.ids.Next<store::DocumentId>();
        document.public_id = base::NewPublicId(needs.random);
        document.event = out.event.id;
    }
    return out;
}

Status InsertPlan(store::Writer& writer, store::Commit& commit, EventPlan& plan) {
    RT_TRY(plan.event, store::InsertEvent(writer, commit, plan.event));
    for (const store::Division& division : plan.divisions) RT_CHECK_OK(store::InsertDivision(writer, commit, division));
    for (const PlannedCap& cap : plan.caps) {
        const DivisionId division = cap.division.has_value() ? plan.divisions[*cap.division].id : DivisionId{};
        RT_TRY(const QuotaId id,
               store::EnsureQuota(writer, {plan.event.id, division, cap.unit, cap.option}, cap.fresh));
        RT_CHECK_OK(store::SetCap(writer, commit, id, cap.cap, std::nullopt));
    }
    for (const store::NewFormVersion& form : plan.forms) {
        RT_TRY([[maybe_unused]] const auto no, store::PublishForm(writer, commit, form));
    }
    for (store::Document& document : plan.documents) RT_CHECK_OK(store::PublishDocument(writer, commit, document));
    return Ok();
}

}  // namespace rt::registration
