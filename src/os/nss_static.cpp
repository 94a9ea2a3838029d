// A statically linked glibc still loads the host's libnss_*.so for every service that nsswitch.conf names, and crashes
// in it when the host's glibc is another one (`passwd: files systemd`, `hosts: files resolve`). Before anything can
// look up a name, this constructor fixes every database to the sources that are inside the binary. Names that only
// systemd or mDNS knows do not resolve.

#include <array>

extern "C" {
// glibc exports it for nscd and getent; no public header declares it.
int __nss_configure_lookup(const char* database, const char* service_line);
extern const int rt_nss_static_anchor;
const int rt_nss_static_anchor = 1;  // named by -Wl,-u so that the archive member is linked
}

namespace {

struct NssDatabase {
    const char* name;
    const char* services;
};

constexpr std::array kDatabases = {
    NssDatabase{"hosts", "files dns"},  NssDatabase{"networks", "files"},  NssDatabase{"passwd", "files"},
    NssDatabase{"group", "files"},      NssDatabase{"shadow", "files"},    NssDatabase{"gshadow", "files"},
    NssDatabase{"initgroups", "files"}, NssDatabase{"services", "files"},  NssDatabase{"protocols", "files"},
    NssDatabase{"rpc", "files"},        NssDatabase{"ethers", "files"},    NssDatabase{"netgroup", "files"},
    NssDatabase{"aliases", "files"},    NssDatabase{"publickey", "files"},
};

constexpr int kBeforeOtherConstructors = 101;

__attribute__((constructor(kBeforeOtherConstructors))) void ConfigureNss() {
    // A database that this glibc does not know is refused with EINVAL; nothing needs doing then.
    for (const NssDatabase& database : kDatabases)
        static_cast<void>(__nss_configure_lookup(database.name, database.services));
}

}  // namespace
