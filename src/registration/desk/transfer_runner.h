// Works off exports and imports (store/transfers.h), one at a time, in short steps.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "registration/desk/import_run.h"
#include "registration/export.h"
#include "registration/service.h"
#include "registration/store/transfers.h"

namespace rt::registration {

// Where the file of a job lies, and what it is sent as.
std::string TransferPath(const Needs& needs, const store::Transfer& transfer);

// The spec of an export: what the request asked for, with the filter as FilterSpec() has it.
json::Object ExportSpec(const ExportPlan& plan);
ExportPlan ExportPlanOf(const store::Transfer& transfer);

// Not thread-safe.
class TransferRunner {
  public:
    explicit TransferRunner(Service& service) : service_(service) {}
    ~TransferRunner();

    // One short step of the oldest job; false when there is none that is not over. A job that was under way when the
    // process ended begins anew (an export) or goes on (an import).
    Result<bool> Step();

  private:
    void Forget();
    Result<store::Actor> ActorOf(const store::Transfer& transfer) const;
    Status Begin(const store::Transfer& transfer);
    Status StepExport(store::Transfer transfer);
    Status StepImport(const store::Transfer& transfer);
    Status Save(const store::Transfer& transfer);
    Status End(const store::Transfer& transfer, std::string_view error);
    Status Tidy();

    Service& service_;
    store::TransferId current_;
    std::unique_ptr<Exporter> export_;
    std::unique_ptr<ImportRun> import_;
    std::int64_t saved_ = 0;     // monotonic µs
    std::int64_t tidy_due_ = 0;  // monotonic µs
};

}  // namespace rt::registration
