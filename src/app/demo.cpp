#include "app/demo.h"

#include "base/ids.h"

namespace rt::app {

Result<std::optional<std::string>> SetUpDemo(Services& services) {
    if (services.stores.config.Production()) return Fail(Code::kInvalidState, "--demo is not for production");
    std::optional<std::string> password;
    auth::Accounts& accounts = services.auth->accounts();
    auto administrator = accounts.GetByLoginName(kDemoAdministrator);
    if (!administrator.ok()) {
        password = base::NewPublicId(services.stores.random);
        auth::NewUser wanted;
        wanted.login_name = kDemoAdministrator;
        wanted.password = *password;
        wanted.display_name = "Demo";
        wanted.role = net::Role::kAdmin;
        administrator = accounts.Create(wanted, {});
    }
    if (!administrator.ok()) return administrator.error();
    registration::store::Actor actor;
    actor.user = registration::UserId{administrator->id.value};
    actor.held = net::PermissionSet::All();
    RT_CHECK_OK(registration::SeedDemo(*services.registration, actor));
    return password;
}

}  // namespace rt::app
