// Exports of registrations: the file that is sent at once, and jobs in the background with columns of one's choice.
#include <array>
#include <utility>

#include "base/encoding.h"
#include "net/editing.h"
#include "net/file_body.h"
#include "os/file.h"
#include "registration/api/transfer_json.h"
#include "registration/desk/filter.h"
#include "registration/desk/transfer_runner.h"
#include "registration/store/i18n.h"
#include "registration/store/journal.h"

namespace rt::registration::api {
namespace {

constexpr auto kKind = store::TransferKind::kExport;

// Never kept, never run: also not what a file of the web root has for caches.
Response AsDownload(Response response, const std::string& slug, ExportFormat format) {
    response.headers.clear();
    const std::string name = "registrations-" + slug + "." + std::string(ExtensionOf(format));
    return std::move(response)
        .With("Content-Disposition", "attachment; filename=\"" + name + "\"")
        .With("X-Content-Type-Options", "nosniff")
        .With("Cache-Control", "no-store");
}

// Who took the data out, and how much of it, is remembered before the first byte leaves.
Status RememberExport(Service& service, const Request& request, EventId event, Show show) {
    const auto commit = service.NewCommit(ActorOf(request), 1);
    return service.needs().db.Write("registration.export", [&](Writer& writer) {
        store::Commit mine = commit;
        return store::Record(writer, mine,
                             {"registration.export",
                              "event",
                              event.value,
                              event,
                              {},
                              show == Show::kAll ? R"({"sensitive":"full"})" : R"({"sensitive":"masked"})",
                              {}});
    });
}

Result<Response> Csv(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    const bool full = request.Query("sensitive").value_or("") == "full";
    if (full && !request.held.Has(net::Permission::kRegViewPii)) return Fail(Code::kForbidden, "needs reg.view_pii");
    ExportPlan plan;
    plan.filter.event = event.id;
    plan.show = full ? Show::kAll : Show::kMasked;
    plan.locale = request.locale;
    RT_CHECK_OK(RememberExport(service, request, event.id, plan.show));
    const auto& needs = service.needs();
    const std::string path = needs.export_folder + "/" + base::NewPublicId(needs.random) + ".csv";
    Exporter exporter(needs, plan, path);
    bool more = true;
    while (more) {
        RT_TRY(more, exporter.Step());
    }
    auto response = net::ServeFile(request, path, ContentTypeOf(plan.format));
    RT_CHECK_OK(os::RemoveFile(path));  // what is open is sent
    if (!response.ok()) return response;
    return AsDownload(*std::move(response), event.slug, plan.format);
}

ExportRows RowsField(json::Reader& in) {
    constexpr std::array<std::string_view, 2> kWords{"members", "teams"};
    return in.OptionalWord("rows", kWords).value_or(0) == 0 ? ExportRows::kMembers : ExportRows::kTeams;
}

std::vector<std::string> ColumnsField(json::Reader& in) {
    std::vector<std::string> out;
    const json::Array* columns = in.OptionalList("columns", kExportColumnsMax);
    if (columns == nullptr) return out;
    for (std::size_t i = 0; i < columns->size(); ++i) {
        if ((*columns)[i].IsString()) {
            out.push_back((*columns)[i].AsString());
        } else {
            in.Note("columns[" + std::to_string(i) + "]", {"须为文字", "Must be a text"});
        }
    }
    return out;
}

Result<Response> Create(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const json::Value body, request.Json());
    const auto& needs = service.needs();
    json::Reader in(body);
    constexpr std::array<std::string_view, 2> kFormats{"CSV", "XLSX"};
    ExportPlan plan;
    plan.format = in.Word("format", kFormats) == 0 ? ExportFormat::kCsv : ExportFormat::kXlsx;
    plan.rows = RowsField(in);
    plan.columns = ColumnsField(in);
    plan.locale = request.locale;
    const bool sensitive = in.OptionalBool("sensitive").value_or(false);
    const json::Value* filter = in.OptionalObject("filter");
    RT_CHECK_OK(in.Finish());
    if (sensitive && !request.held.Has(net::Permission::kRegViewPii)) {
        return Fail(Code::kForbidden, "needs reg.view_pii");
    }
    RT_CHECK_OK(needs.db.Read([&](Reader& reader) -> Status {
        plan.filter.event = event.id;
        if (filter != nullptr) {
            RT_TRY(plan.filter, FilterFromJson(reader, needs.privacy, event.id, *filter));
        }
        RT_TRY(const auto forms, ExportForms(reader, event.id));
        RT_TRY([[maybe_unused]] const auto chosen, ChooseColumns(plan.rows, forms, plan.columns));
        return Ok();
    }));
    store::Transfer transfer = NewTransfer(service, request, event.id, kKind);
    transfer.action = Word(plan.format);
    transfer.sensitive = sensitive;
    transfer.spec = json::Encode(ExportSpec(plan));
    return Commit(service, request, {"export.create", 1, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::InsertTransfer(writer, commit, transfer));
                      return json::Value(TransferJson(transfer));
                  });
}

Result<Response> Columns(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    const auto rows = ExportRowsFrom(request.Query("rows").value_or("members"));
    if (!rows.has_value()) return base::InvalidField("rows", {"只能是 members 或 teams", "members or teams"});
    RT_TRY(const auto forms, service.needs().db.Read([&](Reader& reader) { return ExportForms(reader, event.id); }));
    json::Array data;
    for (const ExportColumn& column : ColumnsFor(*rows, forms)) {
        data.push_back(json::Object{{"key", column.key},
                                    {"label", store::ToJson(column.label)},
                                    {"sensitive", column.sensitive()},
                                    {"usual", column.usual}});
    }
    return net::Success(std::move(data));
}

Result<Response> List(Service& service, const Request& request) {
    return ListTransfers(service, request, kKind);
}

Result<Response> Cancel(Service& service, const Request& request) {
    return CancelTransfer(service, request, kKind);
}

Result<Response> Get(Service& service, const Request& request) {
    return GetTransfer(service, request, kKind);
}

Result<Response> File(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    const auto& needs = service.needs();
    RT_TRY(const auto transfer,
           needs.db.Read([&](Reader& reader) { return TransferOf(reader, request, event.id, kKind); }));
    if (transfer.IsLive()) return Fail(Code::kInvalidState, "the export is under way");
    if (transfer.state != "DONE" || request.now >= *transfer.expires) return Fail(Code::kNotFound, "no file");
    if (transfer.sensitive && !request.held.Has(net::Permission::kRegViewPii)) {
        return Fail(Code::kForbidden, "needs reg.view_pii");
    }
    const auto commit = service.NewCommit(ActorOf(request), 1);
    RT_CHECK_OK(needs.db.Write("export.download", [&](Writer& writer) {
        store::Commit mine = commit;
        return store::NoteDownload(writer, mine, transfer);
    }));
    const auto format = ExportFormatFrom(transfer.action).value_or(ExportFormat::kCsv);
    RT_TRY(auto response, net::ServeFile(request, TransferPath(needs, transfer), ContentTypeOf(format)));
    return AsDownload(std::move(response), event.slug, format);
}

Result<Response> Drop(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    std::string path;
    RT_TRY(auto response, Commit(service, request, {"export.drop", 1, 204},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_TRY(const auto transfer, TransferOf(writer, request, event.id, kKind));
                                     path = TransferPath(service.needs(), transfer);
                                     RT_CHECK_OK(store::DropExport(writer, commit, transfer));
                                     return json::Value();
                                 }));
    RT_CHECK_OK(os::RemoveFile(path));
    return response;
}

}  // namespace

net::RouteTable ExportRoutes(Service& service, const std::string& base) {
    // An export opens every answer.
    constexpr std::uint32_t kExportCost = 10;
    constexpr auto kExport = net::Permission::kExport;
    constexpr auto kOfEvent = net::Scope::kEvent;
    const std::string event = "/organiser/events/{event}";
    Table table(service, base);
    net::Route& csv =
        table.Add("registration.export", Method::kGet, event + "/registrations.csv", kExport, kOfEvent,
                  "All registrations as CSV, one row a member; ?sensitive=full for unmasked answers.", {}, Csv);
    csv.rate_class = net::RateClass::kExport;
    csv.cost = kExportCost;
    table.Add("export.columns", Method::kGet, event + "/exports/columns", kExport, kOfEvent,
              "The columns that an export may have; ?rows=members or teams.", {}, Columns);
    net::Route& create =
        table.Add("export.create", Method::kPost, event + "/exports", kExport, kOfEvent,
                  "Writes a file of registrations in the background; sensitive ones need reg.view_pii.",
                  R"({"format":"XLSX","rows":"members","columns":["no","team","name"],"filter":{}})", Create);
    create.rate_class = net::RateClass::kExport;
    table.Add("export.list", Method::kGet, event + "/exports", kExport, kOfEvent, "Exports of an event, newest first.",
              {}, List);
    table.Add("export.get", Method::kGet, event + "/exports/{job}", kExport, kOfEvent, "One export with its progress.",
              {}, Get);
    table.Add("export.file", Method::kGet, event + "/exports/{job}/file", kExport, kOfEvent,
              "The file, until it expires.", {}, File);
    table
        .Add("export.cancel", Method::kPost, event + "/exports/{job}/cancel", kExport, kOfEvent, "Stops an export.", {},
             Cancel)
        .body = net::BodyKind::kNone;
    table.Add("export.drop", Method::kDelete, event + "/exports/{job}", kExport, kOfEvent,
              "Removes the file before its time.", {}, Drop);
    return table.Take();
}

}  // namespace rt::registration::api
