// Imports of teams: the template, the file, the job that checks or enters it, and what is wrong cell by cell.
#include <algorithm>
#include <array>
#include <utility>

#include "base/encoding.h"
#include "net/editing.h"
#include "net/file_body.h"
#include "net/upload.h"
#include "os/file.h"
#include "registration/api/transfer_json.h"
#include "registration/desk/transfer_runner.h"
#include "registration/import_template.h"
#include "sheet/new_file.h"
#include "sheet/table.h"

namespace rt::registration::api {
namespace {

constexpr auto kKind = store::TransferKind::kImport;
constexpr std::size_t kPieceBytes = 64 << 10;

Result<Response> Template(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    const auto& needs = service.needs();
    const auto word = request.Query("format").value_or("xlsx");
    if (word != "xlsx" && word != "csv") return base::InvalidField("format", {"只能是 xlsx 或 csv", "xlsx or csv"});
    const auto format = word == "csv" ? ExportFormat::kCsv : ExportFormat::kXlsx;
    const std::string division(request.Query("division").value_or(""));
    RT_TRY(const auto scheme,
           needs.db.Read([&](Reader& reader) { return ReadImportScheme(reader, event.id, division); }));
    const std::string path = needs.export_folder + "/" + base::NewPublicId(needs.random) + ".template";
    RT_CHECK_OK(WriteImportTemplate(needs, scheme, format, request.locale, path));
    auto response = net::ServeFile(request, path, ContentTypeOf(format));
    RT_CHECK_OK(os::RemoveFile(path));  // what is open is sent
    if (!response.ok()) return response;
    response->headers.clear();
    const std::string name = "import-" + event.slug + "." + std::string(ExtensionOf(format));
    return (*std::move(response))
        .With("Content-Disposition", "attachment; filename=\"" + name + "\"")
        .With("X-Content-Type-Options", "nosniff")
        .With("Cache-Control", "no-store");
}

// The body under the name that the job knows.
Status Keep(const Request& request, const std::string& path) {
    RT_TRY(const auto file, sheet::NewFile::Make(path));
    for (std::uint64_t at = 0; at < request.file->size();) {
        std::string piece;
        RT_CHECK_OK(request.file->ReadAt(at, kPieceBytes, piece));
        at += piece.size();
        RT_CHECK_OK(file->Append(piece));
    }
    return file->Finish();
}

bool Flag(const Request& request, std::string_view name) {
    return request.Query(name).value_or("") == "true";
}

Result<Response> Create(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    const auto& needs = service.needs();
    constexpr std::array<std::string_view, 3> kModes{"check", "all", "each"};
    constexpr std::array<std::string_view, 3> kActions{"CHECK", "ALL", "EACH"};
    const auto* const mode = std::find(kModes.begin(), kModes.end(), request.Query("mode").value_or("check"));
    if (mode == kModes.end()) return base::InvalidField("mode", {"只能是 check、all 或 each", "check, all or each"});
    if (!request.file || request.file->size() == 0) return base::InvalidField("file", {"没有文件", "There is no file"});
    ImportWish wish;
    wish.division = request.Query("division").value_or("");
    wish.submit = Flag(request, "submit");
    wish.locale = request.locale;
    RT_TRY([[maybe_unused]] const auto scheme,
           needs.db.Read([&](Reader& reader) { return ReadImportScheme(reader, event.id, wish.division); }));
    store::Transfer transfer = NewTransfer(service, request, event.id, kKind);
    transfer.action = kActions.at(static_cast<std::size_t>(mode - kModes.begin()));
    transfer.spec = json::Encode(ImportSpec(wish));
    const std::string path = TransferPath(needs, transfer);
    RT_CHECK_OK(Keep(request, path));
    auto response = Commit(service, request, {"import.create", 1, 201},
                           [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                               RT_CHECK_OK(store::InsertTransfer(writer, commit, transfer));
                               return json::Value(TransferJson(transfer));
                           });
    if (!response.ok()) RT_CHECK_OK(os::RemoveFile(path));
    return response;
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

Result<Response> Errors(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    RT_TRY(const std::int64_t after, NumberCursor(page.cursor));
    RT_TRY(auto errors, service.needs().db.Read([&](Reader& reader) -> Result<std::vector<store::TransferError>> {
        RT_TRY(const auto transfer, TransferOf(reader, request, event.id, kKind));
        return store::ErrorsOf(reader, transfer.id, after, page.limit + 1);
    }));
    const bool more = static_cast<std::int64_t>(errors.size()) > page.limit;
    if (more) errors.pop_back();
    json::Array data;
    for (const store::TransferError& one : errors) {
        const auto column = static_cast<std::int32_t>(one.column);
        data.push_back(
            json::Object{{"sheet", one.sheet},
                         {"row", one.row == 0 ? json::Value() : json::Value(one.row)},
                         {"column", column == 0 ? json::Value() : json::Value(sheet::ColumnName(column - 1))},
                         {"heading", one.heading},
                         {"field", one.field},
                         {"reason", json::Object{{"zh", one.reason.zh}, {"en", one.reason.en}}}});
    }
    return net::Page(std::move(data), more ? std::to_string(errors.back().seq) : std::string());
}

}  // namespace

net::RouteTable ImportRoutes(Service& service, const std::string& base) {
    constexpr std::uint32_t kImportCost = 10;
    constexpr auto kEdit = net::Permission::kRegEdit;
    constexpr auto kOfEvent = net::Scope::kEvent;
    const std::string event = "/organiser/events/{event}";
    Table table(service, base);
    table.Add("import.template", Method::kGet, event + "/imports/template", kEdit, kOfEvent,
              "The file to fill in; ?format=xlsx or csv, ?division for one division.", {}, Template);
    net::Route& create = table.Add("import.create", Method::kPost, event + "/imports", kEdit, kOfEvent,
                                   "Checks or enters teams in the background; the body is the XLSX or CSV file. "
                                   "?mode=check, all or each; ?division; ?submit=true.",
                                   {}, Create);
    create.body = net::BodyKind::kFile;
    create.body_bytes_max = kImportBytesMax;
    create.idempotency = net::Idempotency::kNone;
    create.rate_class = net::RateClass::kExport;
    create.cost = kImportCost;
    table.Add("import.list", Method::kGet, event + "/imports", kEdit, kOfEvent, "Imports of an event, newest first.",
              {}, List);
    table.Add("import.get", Method::kGet, event + "/imports/{job}", kEdit, kOfEvent, "One import with its progress.",
              {}, Get);
    table.Add("import.errors", Method::kGet, event + "/imports/{job}/errors", kEdit, kOfEvent,
              "What is wrong in the file, cell by cell.", {}, Errors);
    table
        .Add("import.cancel", Method::kPost, event + "/imports/{job}/cancel", kEdit, kOfEvent,
             "Stops an import; teams that were entered stay.", {}, Cancel)
        .body = net::BodyKind::kNone;
    return table.Take();
}

}  // namespace rt::registration::api
