// What the running server answers on its control channel.
#include "app/admin.h"
#include "app/app_internal.h"
#include "app/certificates_api.h"

namespace rt::app {

// Commands that need the running server; the others work on the stores.
Result<json::Value> App::Parts::Control(std::string_view command, const json::Value& args, const base::Work& work) {
    if (command == "health") return HealthJson();
    if (command == "acme.renew") {
        storage::audit::Entry entry;
        entry.at = clock.Now();
        RT_CHECK_OK(RenewNow(*acme, *stores->db, *stores->trail, entry));
    }
    if (command == "acme.renew" || command == "acme.status") {
        RT_TRY(json::Object standing, CertificatesJson(*certificates, *acme));
        return json::Value(std::move(standing));
    }
    if (command == "keys.field.rotate") {
        RT_CHECK_OK(services->field_keys->Begin({}));
        return services->field_keys->Report();
    }
    if (command != "config.reload") return Administer(*services, command, args, work);
    RT_TRY(const auto keys, Reload());
    json::Array need_restart;
    for (const std::string_view key : keys) need_restart.push_back(key);
    return json::Value(json::Object{{"need_restart", std::move(need_restart)}});
}

Result<json::Value> App::Parts::HealthJson() const {
    const ops::HealthReport report = health->Latest();
    json::Array components;
    for (const ops::ComponentHealth& one : report.components) {
        components.push_back(json::Object{
            {"name", one.name}, {"state", ops::Name(one.finding.state)}, {"summary", one.finding.summary}});
    }
    return json::Value(json::Object{{"state", ops::Name(report.state)},
                                    {"ready", life_cycle->Ready()},
                                    {"phase", ops::Name(life_cycle->phase())},
                                    {"components", std::move(components)}});
}

Result<std::vector<std::string_view>> App::Parts::Reload() {
    RT_TRY(const config::Config wanted, read_config());
    // What can still be refused goes first: a reload is whole, or nothing.
    RT_TRY(net::AccessLists access, AccessLists(wanted));
    RT_CHECK_OK(certificates->Reload(wanted));
    if (net::Server* now = running.load()) now->SetAccessLists(std::move(access));
    services->console_open = ConsoleOpen(wanted);
    acme->Configure(AcmeSettingsOf(wanted));
    apply_to_log(wanted);
    limits->Configure(Limits(wanted));
    disk_free_bytes_min = static_cast<std::uint64_t>(wanted.health_disk_free_bytes_min);
    services->backups->Configure(BackupSettingsOf(wanted));
    std::vector<std::string_view> keys = config::NeedRestart(config, wanted);
    // The kind of a listener is decided when it is opened.
    if (!certificates->secure() && !wanted.server_tls_certificate.empty()) keys.emplace_back("server.tls_certificate");
    if (!certificates->secure() && !wanted.acme_names.empty()) keys.emplace_back("acme.names");
    return keys;
}

}  // namespace rt::app
