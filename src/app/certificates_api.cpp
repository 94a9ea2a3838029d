#include "app/certificates_api.h"

#include "net/credential.h"

namespace rt::app {
namespace {

json::Array Texts(const std::vector<std::string>& list) {
    json::Array out;
    for (const std::string& text : list) out.emplace_back(text);
    return out;
}

json::Value TimeOrNull(const std::optional<base::Time>& time) {
    return time ? json::Value(base::FormatRfc3339(*time)) : json::Value();
}

}  // namespace

acme::Settings AcmeSettingsOf(const config::Config& config) {
    return {.names = config.acme_names,
            .directory = config.acme_directory,
            .challenge = config.acme_challenge,
            .account = {.email = config.acme_email,
                        .terms_agreed = config.acme_terms_agreed,
                        .eab_key_id = config.acme_eab_key_id,
                        .eab_hmac_key = config.acme_eab_hmac_key}};
}

Result<json::Object> CertificatesJson(const Certificates& certificates, const acme::Manager& acme) {
    json::Array rows;
    for (const CertificateRow& row : certificates.Rows()) {
        rows.push_back(json::Object{{"names", Texts(row.info.names)},
                                    {"source", Name(row.source)},
                                    {"file", row.file},
                                    {"issuer", row.info.issuer},
                                    {"not_before", base::FormatRfc3339(row.info.not_before)},
                                    {"not_after", base::FormatRfc3339(row.info.not_after)}});
    }
    RT_TRY(const acme::ManagerReport report, acme.Report());
    json::Object orders{{"names", Texts(report.names)},
                        {"directory", report.directory},
                        {"order_under_way", report.order_under_way},
                        {"not_after", TimeOrNull(report.not_after)},
                        {"renew_at", TimeOrNull(report.renew_at)},
                        {"failures", report.failures},
                        {"error", report.error},
                        {"next_attempt", TimeOrNull(report.next_attempt)}};
    return json::Object{
        {"certificates", std::move(rows)}, {"files_error", certificates.Refusal()}, {"acme", std::move(orders)}};
}

namespace {

Status Note(storage::sql::Database& db, const storage::audit::Trail& audit, storage::audit::Entry entry,
            std::string_view action) {
    entry.entity = "server";
    entry.action = action;
    return db.Write(action, [&](storage::sql::Writer& writer) { return audit.Append(writer, entry); });
}

// `via` must outlive the entry.
storage::audit::Entry EntryOf(const net::Request& request, std::string_view via) {
    storage::audit::Entry entry;
    entry.at = request.now;
    entry.actor = request.principal.user_id;
    entry.client = request.client;
    entry.request_id = request.request_id;
    entry.via = via;
    return entry;
}

Result<net::Response> Standing(const CertificatesApiParts& parts, int status) {
    RT_TRY(json::Object data, CertificatesJson(parts.certificates, parts.acme));
    net::Response response = net::Success(std::move(data));
    response.status = status;
    return response;
}

net::Route Change(const CertificatesApiParts& parts, std::string name, std::string_view path, std::string summary) {
    net::Route route;
    route.name = std::move(name);
    route.method = net::Method::kPost;
    route.pattern = parts.base + std::string(path);
    route.permission = net::Permission::kServerManage;
    route.run = net::Run::kStore;
    route.rate_class = net::RateClass::kWrite;
    route.summary = std::move(summary);
    return route;
}

}  // namespace

Status RenewNow(acme::Manager& acme, storage::sql::Database& db, const storage::audit::Trail& audit,
                const storage::audit::Entry& entry) {
    RT_TRY(const acme::ManagerReport report, acme.Report());
    if (report.names.empty()) {
        return FailText(Code::kInvalidState, {"未设置 acme.names", "acme.names is not set: there is nothing to order"});
    }
    RT_CHECK_OK(Note(db, audit, entry, "certificate.renew"));
    acme.RenewNow();
    return Ok();
}

net::RouteTable CertificateRoutes(const CertificatesApiParts& parts) {
    net::Route list;
    list.name = "admin.certificate.list";
    list.pattern = parts.base + "/admin/certificates";
    list.permission = net::Permission::kServerView;
    list.run = net::Run::kStore;
    list.summary = "Certificates in use, the default first, and how the orders by ACME stand.";
    list.handler = [parts](const net::Request&) { return Standing(parts, 200); };
    net::Route renew = Change(parts, "admin.certificate.renew", "/admin/certificates/renew",
                              "Order the certificate of ACME anew now; a rate limit of the authority is waited for.");
    renew.handler = [parts](const net::Request& request) -> Result<net::Response> {
        const std::string via = net::Via(request.principal);
        RT_CHECK_OK(RenewNow(parts.acme, parts.db, parts.audit, EntryOf(request, via)));
        return Standing(parts, 202);
    };
    net::Route reload = Change(parts, "admin.certificate.reload", "/admin/certificates/reload",
                               "Read the certificate files again now; when one is bad, the old ones all stay.");
    reload.handler = [parts](const net::Request& request) -> Result<net::Response> {
        RT_CHECK_OK(parts.reload());
        const std::string via = net::Via(request.principal);
        RT_CHECK_OK(Note(parts.db, parts.audit, EntryOf(request, via), "certificate.reload"));
        return Standing(parts, 200);
    };
    return {list, renew, reload};
}

}  // namespace rt::app
