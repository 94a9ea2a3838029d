// Shared by the routes of exports and imports.
#pragma once

#include "registration/api/api_internal.h"
#include "registration/store/transfers.h"

namespace rt::registration::api {

json::Object TransferJson(const store::Transfer& transfer);
// A new job of the caller; `action` and `spec` are to be filled.
store::Transfer NewTransfer(Service& service, const Request& request, EventId event, store::TransferKind kind);
// Of the path; NOT_FOUND.
Result<store::Transfer> TransferOf(Reader& reader, const Request& request, EventId event, store::TransferKind kind);
Result<Response> ListTransfers(Service& service, const Request& request, store::TransferKind kind);
Result<Response> GetTransfer(Service& service, const Request& request, store::TransferKind kind);
Result<Response> CancelTransfer(Service& service, const Request& request, store::TransferKind kind);
// A page's cursor that is a number; 0 without one. VALIDATION_FAILED.
Result<std::int64_t> NumberCursor(std::string_view cursor);

}  // namespace rt::registration::api
