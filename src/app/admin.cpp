#include "app/admin.h"

#include <algorithm>
#include <array>

#include "app/admin_access.h"
#include "app/admin_backups.h"
#include "app/admin_closed.h"
#include "app/admin_users.h"
#include "app/doctor.h"
#include "app/repair.h"
#include "base/log.h"
#include "registration/legacy/importer.h"

namespace rt::app {
namespace {

// On a stopped server, to the end: a rotation that is under way, else a new one.
Result<json::Value> RotateFieldKeys(Services& services, const json::Value& /*args*/) {
    if (!services.field_keys->under_way()) RT_CHECK_OK(services.field_keys->Begin({}));
    RT_CHECK_OK(services.field_keys->WorkToTheEnd());
    return services.field_keys->Report();
}

struct OpenCommand {
    std::string_view name;
    Result<json::Value> (*run)(Services& services, const json::Value& args);
};

constexpr std::array kOpenCommands{
    OpenCommand{"keys.field.rotate", RotateFieldKeys},
    OpenCommand{"keys.field.status", [](Services& s, const json::Value&) { return s.field_keys->Report(); }},
    OpenCommand{"backup.list", ListBackups},
    OpenCommand{"backup.show", ShowBackup},
    OpenCommand{"user.create", CreateUser},
    OpenCommand{"user.list", ListUsers},
    OpenCommand{"user.grant", GrantRole},
    OpenCommand{"user.set_password", SetPassword},
    OpenCommand{"user.disable", DisableUser},
    OpenCommand{"grant.give", GiveGrant},
    OpenCommand{"grant.take", TakeGrant},
    OpenCommand{"grant.list", ListGrants},
    OpenCommand{"token.create", CreateToken},
    OpenCommand{"token.list", ListTokens},
    OpenCommand{"token.revoke", RevokeToken},
    OpenCommand{"jwt_key.rotate", RotateJwtKey},
    OpenCommand{"jwt_key.list", ListJwtKeys},
    OpenCommand{"user.enable", EnableUser},
    OpenCommand{"user.unlock", UnlockUser},
    OpenCommand{"user.sessions", ListUserSessions},
    OpenCommand{"user.end_sessions", EndUserSessions},
    OpenCommand{"user.reset_totp", ResetUserTotp},
    OpenCommand{"user.delete", DeleteUser},
    OpenCommand{
        "import.begin",
        [](Services& s, const json::Value& args) { return registration::legacy::BeginRun(*s.registration, args); }},
    OpenCommand{
        "import.rows",
        [](Services& s, const json::Value& args) { return registration::legacy::ImportRows(*s.registration, args); }},
    OpenCommand{
        "import.finish",
        [](Services& s, const json::Value& args) { return registration::legacy::FinishRun(*s.registration, args); }},
    OpenCommand{"migrate.status",
                [](Services& s, const json::Value& args) { return MigrateStatus(s.stores.config, args); }},
};

struct LongCommand {
    std::string_view name;
    Result<json::Value> (*run)(Services& services, const json::Value& args, const base::Work& work);
};

constexpr std::array kLongCommands{
    LongCommand{"doctor", Examine},
    LongCommand{"backup.create", CreateBackup},
    LongCommand{"backup.verify", VerifyBackup},
    LongCommand{"backup.prune", PruneBackups},
};

struct ClosedCommand {
    std::string_view name;
    Result<json::Value> (*run)(const config::Config& config, const json::Value& args, const base::Work& work);
};

constexpr std::array kClosedCommands{
    ClosedCommand{"migrate.up", MigrateUp},
    ClosedCommand{"migrate.down", MigrateDown},
    ClosedCommand{"migrate.to", MigrateTo},
    ClosedCommand{"migrate.status", [](const config::Config& config, const json::Value& args,
                                       const base::Work&) { return MigrateStatus(config, args); }},
    ClosedCommand{"migrate.plan", MigratePlan},
    ClosedCommand{"restore", RestoreBackup},
    ClosedCommand{"repair", RepairStores},
};

Error UnknownCommand(std::string_view command) {
    return Fail(Code::kBadRequest, "there is no administrative command " + std::string(command));
}

}  // namespace

Result<json::Value> Administer(Services& services, std::string_view command, const json::Value& args,
                               const base::Work& work) {
    for (const LongCommand& one : kLongCommands) {
        if (one.name == command) return one.run(services, args, work);
    }
    for (const OpenCommand& one : kOpenCommands) {
        if (one.name == command) return one.run(services, args);
    }
    return UnknownCommand(command);
}

Result<json::Value> AdministerStores(const config::Config& config, std::string_view command, const json::Value& args,
                                     const base::Work& work) {
    for (const ClosedCommand& one : kClosedCommands) {
        if (one.name == command) return one.run(config, args, work);
    }
    RT_TRY(const auto server, StoppedServer::Open(config));
    return server->Administer(command, args, work);
}

bool IsLong(std::string_view command) {
    return std::any_of(kLongCommands.begin(), kLongCommands.end(),
                       [&](const LongCommand& one) { return one.name == command; });
}

struct StoppedServer::State {
    base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    std::unique_ptr<Stores> stores;
    std::unique_ptr<Services> services;
};

StoppedServer::StoppedServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
StoppedServer::~StoppedServer() = default;

Result<std::unique_ptr<StoppedServer>> StoppedServer::Open(const config::Config& config) {
    auto state = std::make_unique<State>();
    Startup startup(state->clock);
    // A command that looks or changes a little brings no older schema up: who took it down wants it so.
    config::Config as_it_is = config;
    as_it_is.migrate_on_start = false;
    RT_TRY(state->stores, Stores::Open(as_it_is, startup, state->clock, state->log, state->metrics));
    RT_TRY(state->services, Services::Create(config, *state->stores));
    return std::unique_ptr<StoppedServer>(new StoppedServer(std::move(state)));
}

Result<json::Value> StoppedServer::Administer(std::string_view command, const json::Value& args,
                                              const base::Work& work) {
    return app::Administer(*state_->services, command, args, work);
}

}  // namespace rt::app
