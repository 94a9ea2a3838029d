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
    return json::Object{{"certificates", std::move(rows)}, {"acme", std::move(orders)}};
}

Status RenewNow(acme::Manager& acme, storage::sql::Database& db, const storage::audit::Trail& audit,
                storage::audit::Entry entry) {
    RT_TRY(const acme::ManagerReport report, acme.Report());
    if (report.names.empty()) {
        return FailText(Code::kInvalidState, {"未设置 acme.names", "acme.names is not set: there is nothing to order"});
    }
    entry.entity = "server";
    entry.action = "certificate.renew";
    RT_CHECK_OK(
        db.Write("certificate.renew", [&](storage::sql::Writer& writer) { return audit.Append(writer, entry); }));
    acme.RenewNow();
    return Ok();
}

net::RouteTable CertificateRoutes(const CertificatesApiParts& parts) {
    net::Route list;
    list.name = "admin.certificate.list";
    list.pattern = parts.base + "/admin/certificates";
    list.access = net::Access::kAdmin;
    list.summary = "Certificates in use, the default first, and how the orders by ACME stand.";
    list.handler = [parts](const net::Request&) -> Result<net::Response> {
        RT_TRY(json::Object data, CertificatesJson(parts.certificates, parts.acme));
        return net::Success(std::move(data));
    };
    net::Route renew;
    renew.name = "admin.certificate.renew";
    renew.method = net::Method::kPost;
    renew.pattern = parts.base + "/admin/certificates/renew";
    renew.access = net::Access::kAdmin;
    renew.rate_class = net::RateClass::kWrite;
    renew.summary = "Order the certificate of ACME anew now; a rate limit of the authority is waited for.";
    renew.handler = [parts](const net::Request& request) -> Result<net::Response> {
        const std::string via = net::Via(request.principal);
        storage::audit::Entry entry;
        entry.at = request.now;
        entry.actor = request.principal.user_id;
        entry.client = request.client;
        entry.request_id = request.request_id;
        entry.via = via;
        RT_CHECK_OK(RenewNow(parts.acme, parts.db, parts.audit, entry));
        RT_TRY(json::Object data, CertificatesJson(parts.certificates, parts.acme));
        net::Response response = net::Success(std::move(data));
        response.status = 202;
        return response;
    };
    net::RouteTable table;
    table.push_back(std::move(list));
    table.push_back(std::move(renew));
    return table;
}

}  // namespace rt::app
