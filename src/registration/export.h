// The registrations of an event as CSV: one row a member, written to a file before the first byte is sent.
#pragma once

#include <memory>

#include "base/error.h"
#include "net/http.h"
#include "registration/answers.h"
#include "registration/service.h"
#include "registration/store/events.h"

namespace rt::registration {

struct ExportPlan {
    store::Event event;
    Show show = Show::kMasked;  // kAll: identity numbers and other sensitive answers in full
    base::Locale locale = base::Locale::kZhCn;
};

// Reads in small steps, so that no read transaction is held for long. STORAGE_FULL when the disk is.
Result<std::shared_ptr<net::Body>> ExportCsv(const Needs& needs, const ExportPlan& plan);

}  // namespace rt::registration
