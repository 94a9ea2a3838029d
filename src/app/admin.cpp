#include "app/admin.h"

#include <array>

#include "app/admin_access.h"
#include "app/admin_backups.h"
#include "app/admin_closed.h"
#include "app/admin_users.h"
#include "app/doctor.h"
#include "base/log.h"

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
    OpenCommand{"doctor", Examine},
    OpenCommand{"keys.field.rotate", RotateFieldKeys},
    OpenCommand{"keys.field.status", [](Services& s, const json::Value&) { return s.field_keys->Report(); }},
    OpenCommand{"backup.create", CreateBackup},
    OpenCommand{"backup.list", ListBackups},
    OpenCommand{"backup.show", ShowBackup},
    OpenCommand{"backup.verify", VerifyBackup},
    OpenCommand{"backup.prune", PruneBackups},
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
    OpenCommand{"migrate.status",
                [](Services& s, const json::Value& args) { return MigrateStatus(s.stores.config, args); }},
};

struct ClosedCommand {
    std::string_view name;
    Result<json::Value> (*run)(const config::Config& config, const json::Value& args);
};

constexpr std::array kClosedCommands{
    ClosedCommand{"migrate.up", MigrateUp},     ClosedCommand{"migrate.down", MigrateDown},
    ClosedCommand{"migrate.to", MigrateTo},     ClosedCommand{"migrate.status", MigrateStatus},
    ClosedCommand{"migrate.plan", MigratePlan}, ClosedCommand{"restore", RestoreBackup},
};

Error UnknownCommand(std::string_view command) {
    return Fail(Code::kBadRequest, "there is no administrative command " + std::string(command));
}

}  // namespace

Result<json::Value> Administer(Services& services, std::string_view command, const json::Value& args) {
    for (const OpenCommand& one : kOpenCommands) {
        if (one.name == command) return one.run(services, args);
    }
    return UnknownCommand(command);
}

Result<json::Value> AdministerStores(const config::Config& config, std::string_view command, const json::Value& args) {
    for (const ClosedCommand& one : kClosedCommands) {
        if (one.name == command) return one.run(config, args);
    }
    const base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    Startup startup(clock);
    RT_TRY(const auto stores, Stores::Open(config, startup, clock, log, metrics));
    RT_TRY(const auto services, Services::Create(config, *stores));
    return Administer(*services, command, args);
}

}  // namespace rt::app
