// The registrations of an event as a table: one row a member or a registration, read in small steps into a file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "registration/answers.h"
#include "registration/export_columns.h"
#include "registration/export_sink.h"
#include "registration/service.h"
#include "registration/store/registration_walk.h"

namespace rt::registration {

struct ExportPlan {
    store::RegistrationFilter filter;  // its event is the one exported
    ExportFormat format = ExportFormat::kCsv;
    ExportRows rows = ExportRows::kMembers;
    std::vector<std::string> columns;  // keys (export_columns.h); empty: the usual ones
    Show show = Show::kMasked;         // kAll: identity numbers and other sensitive answers in full
    base::Locale locale = base::Locale::kZhCn;
};

struct ExportProgress {
    std::int64_t total = 0;  // registrations
    std::int64_t done = 0;
    std::int64_t rows = 0;  // without the headings
};

// Writes the file in short steps; by number, the oldest first. No read transaction is held for long. Not thread-safe.
class Exporter {
  public:
    // `path` must not be there; the file goes with the object unless it became whole. `needs` outlives the object.
    Exporter(const Needs& needs, ExportPlan plan, std::string path);
    ~Exporter();
    Exporter(const Exporter&) = delete;
    Exporter& operator=(const Exporter&) = delete;

    // False when the file is whole. VALIDATION_FAILED for a column that is not there, STORAGE_FULL when the disk is;
    // the object is of no use after an error.
    Result<bool> Step();
    const ExportProgress& progress() const;

  private:
    class Work;
    const std::unique_ptr<Work> work_;
};

}  // namespace rt::registration
