// Routes of certificates for administrators, and what the command line asks for.
#pragma once

#include <functional>
#include <string>

#include "acme/manager.h"
#include "app/certificates.h"
#include "json/json.h"
#include "net/route.h"

namespace rt::app {

struct CertificatesApiParts {
    const Certificates& certificates;
    acme::Manager& acme;
    storage::sql::Database& db;
    const storage::audit::Trail& audit;
    std::function<Status()> reload;  // reads the files of the configuration as it is now on disk
    std::string base;                // "/api/v1"
};

// GET {base}/admin/certificates, POST .../renew, POST .../reload. The parts must outlive the table.
net::RouteTable CertificateRoutes(const CertificatesApiParts& parts);

// What is in use and how the orders stand.
Result<json::Object> CertificatesJson(const Certificates& certificates, const acme::Manager& acme);

// Starts an order now; INVALID_STATE when no names are configured. Writes an audit row.
Status RenewNow(acme::Manager& acme, storage::sql::Database& db, const storage::audit::Trail& audit,
                const storage::audit::Entry& entry);

// The ACME part of the configuration.
acme::Settings AcmeSettingsOf(const config::Config& config);

}  // namespace rt::app
