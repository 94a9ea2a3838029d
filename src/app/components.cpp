#include "app/startup.h"

namespace rt::app {

const std::vector<Component>& Components() {
    static const std::vector<Component> kComponents{
        {"config", {}},
        {"clock", {}},
        {"metrics", {}},
        {"log", {"config", "clock", "metrics"}},
        {"notifier", {}},
        {"folder", {"config"}},
        {"keys", {"folder"}},
        {"migrator", {"config", "folder", "clock", "log", "metrics"}},
        {"sqlite", {"config", "folder", "migrator", "clock", "log", "metrics"}},
        {"lmdb", {"folder", "clock", "log", "metrics"}},
        {"audit", {"keys", "sqlite"}},
        {"client", {"config", "clock", "log", "metrics"}},
        {"field ring", {"keys"}},
        {"courier", {"config", "field ring", "client", "clock", "metrics"}},
        {"auth", {"config", "keys", "field ring", "sqlite", "lmdb", "audit", "clock", "log", "metrics"}},
        {"registration", {"field ring", "sqlite", "audit", "clock", "log", "metrics"}},
        {"files", {"config", "folder", "sqlite", "audit", "clock", "log", "metrics"}},
        {"field keys", {"folder", "field ring", "registration", "sqlite", "audit", "clock", "log", "metrics"}},
        {"backup", {"config", "folder", "sqlite", "lmdb", "audit", "clock", "log", "metrics"}},
        {"certificates", {"config", "folder", "clock", "log", "metrics"}},
        {"acme", {"config", "certificates", "sqlite", "lmdb", "audit", "clock", "log", "metrics"}},
        {"life cycle", {"config", "sqlite", "clock"}},
        {"limiter", {"config", "lmdb", "clock"}},
        {"limits", {"config", "sqlite", "limiter"}},
        {"figures", {"metrics", "clock"}},
        {"leases", {"sqlite", "clock"}},
        {"wechat", {"config", "auth", "client", "field ring", "leases", "lmdb", "clock", "log", "metrics"}},
        {"couriers", {"courier", "leases", "sqlite", "clock", "log", "metrics"}},
        {"health",
         {"wechat", "couriers", "sqlite", "lmdb", "backup", "certificates", "figures", "notifier", "clock", "log",
          "metrics"}},
        {"scheduler",
         {"leases", "sqlite", "lmdb", "auth", "registration", "files", "field keys", "backup", "limits", "clock",
          "log"}},
        {"avalon", {"config", "auth", "wechat", "limiter", "lmdb", "clock", "log", "metrics"}},
        {"realtime", {"avalon", "config", "limiter", "life cycle", "clock", "log", "metrics"}},
        {"routes",
         {"auth", "registration", "files", "acme", "backup", "health", "figures", "scheduler", "life cycle", "limits",
          "realtime", "avalon"}},
        {"server", {"config", "certificates", "routes", "auth", "realtime", "limiter", "clock", "log", "metrics"}},
        {"control", {"folder", "auth", "backup", "server", "log"}},
    };
    return kComponents;
}

}  // namespace rt::app
