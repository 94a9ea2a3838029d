// Certificates and ACME of the server.
#include "app/app_internal.h"
#include "app/certificates_api.h"

namespace rt::app {

Status App::Parts::BuildCertificates(Startup& startup, bool tls_wanted) {
    return startup.Run("certificate", "check server.tls_certificate and server.tls_key", [&]() -> Status {
        RT_TRY(certificates, Certificates::Load(config, tls_wanted,
                                                {.key_folder = stores->folder.Keys(),
                                                 .clock = clock,
                                                 .random = stores->random,
                                                 .log = log,
                                                 .metrics = metrics}));
        acme_client.emplace(net::ClientOptions{.dialer = {.ca_file = config.acme_ca_file}}, clock, log, metrics);
        acme.emplace(acme::ManagerParts{.kv = *stores->kv,
                                        .db = *stores->db,
                                        .audit = *stores->trail,
                                        .client = *acme_client,
                                        .clock = clock,
                                        .random = stores->random,
                                        .log = log,
                                        .metrics = metrics,
                                        .changed = [this] { certificates->Refresh(); },
                                        .prove_in_tls =
                                            [this](const std::string& name, const crypto::TlsPair& pair) {
                                                return certificates->ProveInTls(name, pair);
                                            }},
                     AcmeSettingsOf(config));
        certificates->UseIssued([this] { return acme->InForce(); });
        return Ok();
    });
}

// The authority is called on the pool for other servers; a step that is under way makes another return at once.
void App::Parts::StepAcme() {
    net::Server* const now = running.load();
    if (now != nullptr) static_cast<void>(now->Submit(net::Run::kOutgoing, [this] { acme->Step(); }));
}

}  // namespace rt::app
