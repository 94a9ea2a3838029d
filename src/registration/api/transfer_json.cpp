#include "registration/api/transfer_json.h"

#include "base/encoding.h"
#include "base/parse.h"
#include "net/editing.h"
#include "os/file.h"
#include "registration/desk/transfer_runner.h"

namespace rt::registration::api {

json::Object TransferJson(const store::Transfer& transfer) {
    return {{"id", transfer.public_id},
            {"kind", Word(transfer.kind)},
            {"action", transfer.action},
            {"state", transfer.state},
            {"sensitive", transfer.sensitive},
            {"total", transfer.total},
            {"done", transfer.done},
            {"failed", transfer.failed},
            {"rows", transfer.rows},
            {"errors", transfer.errors},
            {"bytes", transfer.bytes},
            {"error", transfer.error.empty() ? json::Value() : json::Value(transfer.error)},
            {"created", TimeJson(transfer.created)},
            {"finished", TimeJson(transfer.finished)},
            {"expires", TimeJson(transfer.expires)}};
}

store::Transfer NewTransfer(Service& service, const Request& request, EventId event, store::TransferKind kind) {
    store::Transfer out;
    out.id = service.needs().ids.Next<store::TransferId>();
    out.public_id = base::NewPublicId(service.needs().random);
    out.event = event;
    out.kind = kind;
    out.state = "QUEUED";
    out.requested_by = UserId{request.principal.user_id};
    out.client = request.client;
    out.created = request.now;
    return out;
}

Result<store::Transfer> TransferOf(Reader& reader, const Request& request, EventId event, store::TransferKind kind) {
    RT_TRY(auto found, store::FindTransfer(reader, event, kind, request.Param("job")));
    if (!found.has_value()) return Fail(Code::kNotFound);
    return *std::move(found);
}

Result<Response> ListTransfers(Service& service, const Request& request, store::TransferKind kind) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    RT_TRY(const std::int64_t before, NumberCursor(page.cursor));
    RT_TRY(auto found, service.needs().db.Read([&](Reader& reader) {
        return store::TransfersOf(reader, event.id, kind, store::TransferId{before}, page.limit + 1);
    }));
    const bool more = static_cast<std::int64_t>(found.size()) > page.limit;
    if (more) found.pop_back();
    json::Array data;
    for (const store::Transfer& one : found) data.push_back(TransferJson(one));
    return net::Page(std::move(data), more ? std::to_string(found.back().id.value) : std::string());
}

Result<Response> GetTransfer(Service& service, const Request& request, store::TransferKind kind) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const auto transfer,
           service.needs().db.Read([&](Reader& reader) { return TransferOf(reader, request, event.id, kind); }));
    return net::Success(TransferJson(transfer));
}

Result<Response> CancelTransfer(Service& service, const Request& request, store::TransferKind kind) {
    RT_TRY(const auto event, EventOf(service, request));
    std::string path;
    RT_TRY(auto response, Commit(service, request, {"transfer.cancel", 1, 200},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_TRY(auto transfer, TransferOf(writer, request, event.id, kind));
                                     RT_CHECK_OK(store::CancelTransfer(writer, commit, transfer));
                                     path = TransferPath(service.needs(), transfer);
                                     transfer.state = "CANCELLED";
                                     transfer.finished = commit.now;
                                     return json::Value(TransferJson(transfer));
                                 }));
    // What was sent is not kept; a run that is in the middle has read it.
    if (!path.empty()) RT_CHECK_OK(os::RemoveFile(path));
    return response;
}

Result<std::int64_t> NumberCursor(std::string_view cursor) {
    if (cursor.empty()) return std::int64_t{0};
    const auto number = base::ParseSigned(cursor);
    if (!number.has_value() || *number < 1) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
    return *number;
}

}  // namespace rt::registration::api
