#include "registration/desk/transfer_runner.h"

#include "base/parse.h"
#include "os/file.h"
#include "registration/desk/bulk_runner.h"
#include "registration/desk/job_actor.h"

namespace rt::registration {
namespace {

using storage::sql::Reader;
using storage::sql::Writer;

constexpr std::int64_t kSavePeriodMicros = 500'000;
constexpr std::int64_t kTidyPeriodMicros = 60 * base::kMicrosPerSecond;
constexpr std::int64_t kTidyRows = 1'000;
// A file may be there before its row is.
constexpr std::int64_t kStrayMicros = base::kMicrosPerHour;

std::string TextOf(const json::Value& value, std::string_view key) {
    const json::Value* found = value.Find(key);
    return found != nullptr && found->IsString() ? found->AsString() : std::string();
}

net::PermissionSet WantedFor(const store::Transfer& transfer) {
    if (transfer.kind == store::TransferKind::kImport) return {net::Permission::kRegEdit};
    if (transfer.sensitive) return {net::Permission::kExport, net::Permission::kRegViewPii};
    return {net::Permission::kExport};
}

// What time and again may go well later.
bool IsPassing(Code code) {
    return code == Code::kUnavailable || code == Code::kReadOnly || code == Code::kMaintenance;
}

}  // namespace

std::string TransferPath(const Needs& needs, const store::Transfer& transfer) {
    return needs.transfer_folder + "/" + std::to_string(transfer.id.value) + "." + transfer.public_id;
}

json::Object ExportSpec(const ExportPlan& plan) {
    json::Array columns;
    for (const std::string& key : plan.columns) columns.push_back(key);
    return {{"rows", plan.rows == ExportRows::kMembers ? "members" : "teams"},
            {"columns", std::move(columns)},
            {"locale", plan.locale == base::Locale::kEn ? "en" : "zh"},
            {"filter", FilterSpec(plan.filter)}};
}

ExportPlan ExportPlanOf(const store::Transfer& transfer) {
    ExportPlan out;
    const auto decoded = json::Decode(transfer.spec);
    const json::Value spec = decoded.ok() ? *decoded : json::Value();
    const json::Value* filter = spec.Find("filter");
    out.filter = FilterOfSpec(filter == nullptr ? json::Value() : *filter, transfer.event);
    out.format = ExportFormatFrom(transfer.action).value_or(ExportFormat::kCsv);
    out.rows = ExportRowsFrom(TextOf(spec, "rows")).value_or(ExportRows::kMembers);
    out.show = transfer.sensitive ? Show::kAll : Show::kMasked;
    out.locale = TextOf(spec, "locale") == "en" ? base::Locale::kEn : base::Locale::kZhCn;
    const json::Value* columns = spec.Find("columns");
    if (columns != nullptr && columns->IsArray()) {
        for (const json::Value& key : columns->AsArray()) out.columns.push_back(key.AsString());
    }
    return out;
}

TransferRunner::~TransferRunner() = default;

void TransferRunner::Forget() {
    export_.reset();
    import_.reset();
    current_ = {};
}

Result<bool> TransferRunner::Step() {
    RT_CHECK_OK(Tidy());
    RT_TRY(const auto transfer, service_.needs().db.Read(store::NextTransfer));
    if (!transfer.has_value() || transfer->id != current_) Forget();
    if (!transfer.has_value()) return false;
    Status done = current_ ? Ok() : Begin(*transfer);
    if (done.ok()) done = import_ != nullptr ? StepImport(*transfer) : StepExport(*transfer);
    if (done.ok()) return true;
    const store::Transfer last = import_ != nullptr ? import_->transfer() : *transfer;
    Forget();
    const Code code = done.error().code;
    if (code == Code::kConflict) return true;  // cancelled meanwhile
    if (IsPassing(code)) return done.error();
    if (base::Info(code).level >= base::Level::Warn) {
        service_.needs().log.Error("transfer", {{"id", transfer->public_id}, {"detail", done.error().detail}});
    }
    RT_CHECK_OK(End(last, base::Info(code).wire));
    return true;
}

Result<store::Actor> TransferRunner::ActorOf(const store::Transfer& transfer) const {
    RT_TRY(const auto actor,
           ActorNow(service_, {transfer.event, transfer.requested_by, transfer.client, transfer.public_id},
                    WantedFor(transfer)));
    if (!actor.has_value()) return Fail(Code::kForbidden, "who asked for it may no longer");
    return *actor;
}

Status TransferRunner::Begin(const store::Transfer& transfer) {
    const auto& needs = service_.needs();
    RT_TRY([[maybe_unused]] const auto actor, ActorOf(transfer));
    const std::string path = TransferPath(needs, transfer);
    if (transfer.kind == store::TransferKind::kImport) {
        auto begun = ImportRun::Begin(service_, transfer, path);
        if (!begun.ok()) return std::move(begun).error();
        import_ = *std::move(begun);
    } else {
        // Of a process that ended in the middle.
        RT_CHECK_OK(os::RemoveFile(path));
        export_ = std::make_unique<Exporter>(needs, ExportPlanOf(transfer), path);
    }
    current_ = transfer.id;
    return Ok();
}

Status TransferRunner::StepImport(const store::Transfer& transfer) {
    RT_TRY(const auto actor, ActorOf(transfer));
    RT_TRY(const bool more, import_->Step(actor));
    return more ? Ok() : End(import_->transfer(), {});
}

Status TransferRunner::StepExport(store::Transfer transfer) {
    const auto& needs = service_.needs();
    RT_TRY(const bool more, export_->Step());
    const ExportProgress& progress = export_->progress();
    transfer.total = progress.total;
    transfer.done = progress.done;
    transfer.rows = progress.rows;
    const std::int64_t now = needs.clock.MonotonicMicros();
    if (more && now - saved_ < kSavePeriodMicros) return Ok();
    saved_ = now;
    if (more) return Save(transfer);
    RT_TRY(const auto bytes, os::FileSize(TransferPath(needs, transfer)));
    transfer.bytes = static_cast<std::int64_t>(bytes);
    return End(transfer, {});
}

Status TransferRunner::Save(const store::Transfer& transfer) {
    return service_.needs().db.Write("transfer.progress",
                                     [&](Writer& writer) { return store::SaveProgress(writer, transfer); });
}

Status TransferRunner::End(const store::Transfer& transfer, std::string_view error) {
    const auto& needs = service_.needs();
    const store::Actor actor{transfer.requested_by, {}, transfer.client, "job:" + transfer.public_id};
    const auto commit = service_.NewCommit(actor, 1);
    RT_CHECK_OK(needs.db.Write("transfer.end", [&](Writer& writer) {
        auto mine = commit;
        return store::EndTransfer(writer, mine, transfer, error);
    }));
    if (transfer.kind == store::TransferKind::kExport) {
        needs.metrics.Get(Metric::kExportJobs, {transfer.action, error.empty() ? "ok" : "failed"}).Add();
    }
    // What was sent is not kept.
    if (transfer.kind == store::TransferKind::kImport) RT_CHECK_OK(os::RemoveFile(TransferPath(needs, transfer)));
    Forget();
    return Ok();
}

// Files go when their time is over, and those that no job needs: it was cancelled, or its row was never written.
Status TransferRunner::Tidy() {
    const auto& needs = service_.needs();
    const std::int64_t monotonic = needs.clock.MonotonicMicros();
    if (monotonic < tidy_due_) return Ok();
    tidy_due_ = monotonic + kTidyPeriodMicros;
    const base::Time now = needs.clock.Now();
    RT_CHECK_OK(needs.db.Write("transfer.sweep", [&](Writer& writer) -> Status {
        RT_CHECK_OK(store::ExpireExports(writer, now, kTidyRows));
        RT_CHECK_OK(store::SweepTransfers(writer, now, kTidyRows));
        return Ok();
    }));
    RT_TRY(const auto names, os::ListFolder(needs.transfer_folder));
    for (const std::string& name : names) {
        const auto dot = name.find('.');
        if (dot == std::string::npos) continue;
        const auto id = base::ParseSigned(name.substr(0, dot));
        if (!id.has_value() || now < base::TimeOfId(*id).Plus(kStrayMicros)) continue;
        RT_TRY(const bool needed,
               needs.db.Read([&](Reader& reader) { return store::NeedsFile(reader, name.substr(dot + 1)); }));
        if (!needed) RT_CHECK_OK(os::RemoveFile(needs.transfer_folder + "/" + name));
    }
    return Ok();
}

}  // namespace rt::registration
