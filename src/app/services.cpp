#include "app/services.h"

#include "app/couriers.h"
#include "app/server_options.h"
#include "auth/sealed.h"
#include "os/command.h"
#include "os/file.h"
#include "os/tree.h"
#include "registration/file_readers.h"
#include "registration/sealed.h"

namespace rt::app {
namespace {

Status CreateClient(const config::Config& config, Services& services) {
    Stores& stores = services.stores;
    RT_TRY(auto allowed, ParseCidrs(config.outgoing_allow, "outgoing.allow"));
    net::ClientOptions options;
    options.dialer = {.ca_file = config.outgoing_ca_file,
                      .extra_ca_file = config.outgoing_extra_ca_file,
                      .name_servers = config.outgoing_name_servers,
                      .allowed = std::move(allowed)};
    services.client = std::make_unique<net::Client>(std::move(options), stores.clock, stores.log, stores.metrics);
    return Ok();
}

Status CreateAuth(const config::Config& config, Services& services) {
    Stores& stores = services.stores;
    const bool eddsa = config.auth_jwt_algorithm == "EdDSA";
    std::vector<std::string> secrets;
    if (!eddsa) {
        for (const std::string& secret : {config.auth_jwt_secret, config.auth_jwt_secret_previous}) {
            if (!secret.empty()) secrets.push_back(secret);
        }
    }
    const auto needs = [&] {
        using Needs = auth::Options::Needs;
        const std::string& word = config.auth_registration_needs;
        return word == "email"    ? Needs::kEmail
               : word == "phone"  ? Needs::kPhone
               : word == "either" ? Needs::kEither
                                  : Needs::kNothing;
    }();
    const bool staff_second_step = config.auth_staff_second_step == "always" ||
                                   (config.auth_staff_second_step == "production" && config.profile == "production");
    const auth::Options options{
        .jwt_secrets = std::move(secrets),
        .jwt_folder = stores.folder.Keys(),
        .jwt = {.issuer = config.auth_jwt_issuer,
                .audience = config.auth_jwt_audience,
                .algorithm = eddsa ? crypto::JwtAlgorithm::kEdDsa : crypto::JwtAlgorithm::kHs256},
        .field_ring = services.ring,
        .bcrypt_cost = static_cast<int>(config.auth_bcrypt_cost),
        .access_ttl_s = config.auth_access_ttl_s,
        .refresh_ttl_s = config.auth_refresh_ttl_s,
        .registration_open = config.auth_registration_open,
        .registration_needs = needs,
        .staff_second_step = staff_second_step,
        .email_codes = services.courier->mail().set_up,
        .phone_codes = services.courier->sms().set_up,
        .mailed_links = !config.server_public_url.empty(),
        .wechat_web = !config.wechat_web_appid.empty(),
        .codes = {.per_target_day = config.auth_codes_per_target_day,
                  .per_address_hour = config.auth_codes_per_address_hour,
                  .per_hour = config.auth_codes_per_hour},
        .delete_grace_s = config.auth_delete_grace_s,
        .site_name = config.site_name};
    RT_TRY(services.auth, auth::Service::Create(options, {.db = *stores.db,
                                                          .kv = *stores.kv,
                                                          .audit = *stores.trail,
                                                          .clock = stores.clock,
                                                          .random = stores.random,
                                                          .ids = stores.ids,
                                                          .log = stores.log,
                                                          .metrics = stores.metrics}));
    return Ok();
}

void CreateAccess(Services& services) {
    Stores& stores = services.stores;
    const auth::AccessParts parts{*stores.db,
                                  services.auth->access(),
                                  *stores.trail,
                                  stores.clock,
                                  stores.random,
                                  stores.ids,
                                  services.auth->revocations(),
                                  services.auth->options().staff_second_step};
    services.grants.emplace(parts);
    services.organisations.emplace(parts);
    services.tokens.emplace(parts, services.auth->credentials());
    services.scopes.emplace(*stores.db);
    services.auth->access().SetScopes(*services.scopes);
}

Status CreateRegistration(Services& services) {
    Stores& stores = services.stores;
    services.privacy.emplace(services.ring, stores.random);
    services.registration =
        std::make_unique<registration::Service>(registration::Needs{.db = *stores.db,
                                                                    .trail = *stores.trail,
                                                                    .privacy = *services.privacy,
                                                                    .access = services.auth->access(),
                                                                    .identities = services.auth->identities(),
                                                                    .ids = stores.ids,
                                                                    .random = stores.random,
                                                                    .clock = stores.clock,
                                                                    .log = stores.log,
                                                                    .metrics = stores.metrics,
                                                                    .export_folder = stores.folder.Scratch(),
                                                                    .transfer_folder = stores.folder.Transfers()});
    services.notice_mail.emplace(services.registration->needs(), services.auth->identities(), *services.courier);
    services.desk_jobs.emplace(*services.registration);
    return Ok();
}

// By exit code, as clamdscan and others have it.
Result<bool> ScanByCommand(std::vector<std::string> command, const std::string& path, std::int64_t timeout_ms) {
    command.push_back(path);
    RT_TRY(const int code, os::RunCommand(command, timeout_ms));
    if (code == 0 || code == 1) return code == 0;
    return Fail(Code::kUnavailable, "the scan ended with " + std::to_string(code));
}

// By status: the bytes go in a POST. The operator names the address, so it may be one of the machine itself.
Result<bool> ScanByUrl(const net::Client& client, const std::string& url, const std::string& path,
                       std::int64_t timeout_ms) {
    net::ClientRequest request{.method = net::Method::kPost, .url = url};
    request.headers = {{"Content-Type", "application/octet-stream"}};
    RT_TRY(request.body, os::ReadFile(path, storage::blob::kBlobBytesMax));
    request.timeout_ms = timeout_ms;
    request.addresses = net::AddressPolicy::kAny;
    request.service = "scan";
    RT_TRY(const net::ClientAnswer answer, client.Send(request));
    if (answer.status == 200 || answer.status == 204) return true;
    if (answer.status == 403 || answer.status == 406 || answer.status == 422) return false;
    return Fail(Code::kUpstream, "the scan answered " + std::to_string(answer.status));
}

// The command first, then the address; a file must pass what there is.
files::Scan ScanOf(const config::Config& config, const net::Client& client) {
    if (config.files_scan_command.empty() && config.files_scan_url.empty()) return nullptr;
    return [command = config.files_scan_command, url = config.files_scan_url, &client,
            timeout_ms = config.files_scan_timeout_ms](const std::string& path) -> Result<bool> {
        if (!command.empty()) {
            RT_TRY(const bool clean, ScanByCommand(command, path, timeout_ms));
            if (!clean || url.empty()) return clean;
        }
        return ScanByUrl(client, url, path, timeout_ms);
    };
}

Status CreateFiles(const config::Config& config, Services& services) {
    Stores& stores = services.stores;
    RT_TRY(services.blobs, storage::blob::Store::Open(stores.folder.Blobs()));
    services.files.emplace(
        files::Options{.caps = {config.files_count_max, config.files_bytes_max},
                       .bytes_max = config.server_upload_bytes_max,
                       .scratch_folder = stores.folder.Scratch(),
                       .scan = ScanOf(config, *services.client),
                       .answer_secret = services.ring->FixedKey("files.answers"),
                       .others =
                           [&registration = *services.registration](const net::Request& request,
                                                                    const files::store::File& file, bool bytes) {
                               return registration::MayReadAnswerFile(registration, request, file.public_id, bytes);
                           }},
        files::Service::Parts{.db = *stores.db,
                              .blobs = *services.blobs,
                              .audit = *stores.trail,
                              .clock = stores.clock,
                              .random = stores.random,
                              .ids = stores.ids,
                              .log = stores.log,
                              .metrics = stores.metrics});
    return Ok();
}

void CreateHall(Services& services) {
    Stores& stores = services.stores;
    services.texts = std::make_unique<AvalonTexts>();
    services.hall = std::make_unique<avalon::Hall>(avalon::HallParts{.db = *stores.db,
                                                                     .trail = *stores.trail,
                                                                     .ids = stores.ids,
                                                                     .random = stores.random,
                                                                     .clock = stores.clock,
                                                                     .log = stores.log,
                                                                     .metrics = stores.metrics,
                                                                     .texts = *services.texts});
    services.avalon_records.emplace(*services.hall);
}

// Every column that holds sealed values: a key goes only when none of them needs it any more.
void CreateFieldKeys(Services& services) {
    Stores& stores = services.stores;
    std::vector<storage::reseal::Column> columns = registration::SealedColumns(*services.privacy);
    for (storage::reseal::Column& column : auth::SealedColumns(services.ring, stores.random)) {
        columns.push_back(std::move(column));
    }
    services.field_keys.emplace(FieldKeys::Parts{.key_folder = stores.folder.Keys(),
                                                 .ring = services.ring,
                                                 .db = *stores.db,
                                                 .audit = *stores.trail,
                                                 .columns = std::move(columns),
                                                 .clock = stores.clock,
                                                 .log = stores.log,
                                                 .metrics = stores.metrics,
                                                 .random = stores.random});
}

}  // namespace

Result<std::unique_ptr<Services>> Services::Create(const config::Config& config, Stores& stores) {
    auto services = std::make_unique<Services>(stores);
    services->console_open = ConsoleOpen(config);
    RT_CHECK_OK(CreateClient(config, *services));
    RT_TRY(services->ring, LoadFieldRing(stores.folder.Keys(), stores.random));
    RT_TRY(services->courier, MakeCourier(config, stores, services->ring, *services->client));
    RT_CHECK_OK(CreateAuth(config, *services));
    CreateAccess(*services);
    RT_CHECK_OK(CreateRegistration(*services));
    RT_CHECK_OK(CreateFiles(config, *services));
    CreateFieldKeys(*services);
    CreateHall(*services);
    services->personal.emplace(services->registration->needs());
    services->file_records.emplace(*services->files);
    services->self.emplace(
        *services->auth,
        std::vector<auth::PersonalData*>{&*services->personal, &*services->file_records, &*services->avalon_records});
    services->backups.emplace(ops::Backups::Parts{.environment = services->BackupEnvironment(),
                                                  .sources = [&parts = *services] { return parts.BackupSources(); },
                                                  .settings = BackupSettingsOf(config)});
    return services;
}

storage::backup::Environment Services::BackupEnvironment() const {
    return {.folder = stores.folder.Backups(), .clock = stores.clock, .log = stores.log, .metrics = stores.metrics};
}

Result<storage::backup::Sources> Services::BackupSources() const {
    storage::backup::Sources sources{
        .db = *stores.db, .kv = *stores.kv, .blob_folder = stores.folder.Blobs(), .files = {}};
    if (files.has_value()) sources.blobs_held = files->HoldBlobs();
    const std::string keys = stores.folder.Keys();
    RT_TRY(const auto key_files, os::ListTree(keys));
    for (const os::TreeEntry& file : key_files) {
        // All else is needed: what is no file shall fail the backup rather than be missed after a restore.
        if (os::IsLeftoverName(file.name.substr(file.name.rfind('/') + 1))) continue;
        sources.files.push_back({"keys/" + file.name, keys + "/" + file.name});
    }
    // People and programs put what they like there, and take it away again.
    const std::string web_root = stores.folder.WebRoot();
    RT_TRY(const auto web_files, os::ListTree(web_root));
    for (const os::TreeEntry& file : web_files) {
        const std::string name = "web-root/" + file.name;
        if (!file.is_regular || !storage::backup::IsSafeName(name)) {
            stores.log.Warn("file left out of the backup",
                            {{"file", name}, {"reason", file.is_regular ? "its name" : "no regular file"}});
            continue;
        }
        sources.files.push_back({.name = name, .path = web_root + "/" + file.name, .may_be_left_out = true});
    }
    return sources;
}

ops::BackupSettings BackupSettingsOf(const config::Config& config) {
    return {.hour = config.backup_hour,
            .retention = {.daily_days = config.backup_keep_days,
                          .weekly_weeks = config.backup_keep_weeks,
                          .monthly_months = config.backup_keep_months}};
}

}  // namespace rt::app
