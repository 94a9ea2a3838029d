// A new event out of another one or out of a template: its rules, texts, divisions, caps, forms and documents; never
// its teams, its list or its passcode.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "registration/domain/form.h"
#include "registration/service.h"
#include "registration/store/documents.h"
#include "registration/store/events.h"
#include "registration/store/forms.h"
#include "registration/store/quotas.h"

namespace rt::registration {

// A cap, of a division of the plan by its place, or of the whole event.
struct PlannedCap {
    std::optional<std::size_t> division;
    QuotaUnit unit = QuotaUnit::kTeam;
    std::int64_t cap = 0;
    store::NewQuota fresh;
    std::optional<store::OptionKey> option{};
};

// Everything an event starts with, ids included, made before the commit.
struct EventPlan {
    store::Event event;
    std::vector<store::Division> divisions;
    std::vector<PlannedCap> caps;
    std::vector<store::NewFormVersion> forms;
    std::vector<store::Document> documents;
};

// What an event is made of now. All times are `shift_micros` later; ids are new.
Result<EventPlan> PlanCopy(store::Reader& reader, const Needs& needs, const store::Event& from,
                           std::int64_t shift_micros);
// Inserts it all as a draft.
Status InsertPlan(store::Writer& writer, store::Commit& commit, EventPlan& plan);

}  // namespace rt::registration
