// OpenSSL reads the host's openssl.cnf on first use, and a provider module named there (a shared object of another
// libcrypto) kills a static process. This constructor initialises the library without any configuration file before
// anything else can.

#include <openssl/ssl.h>

extern "C" {
extern const int rt_openssl_early_anchor;
const int rt_openssl_early_anchor = 1;  // named by -Wl,-u so that the archive member is linked
}

namespace {

constexpr int kAfterNss = 102;

__attribute__((constructor(kAfterNss))) void InitialiseOpenSsl() {
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
}

}  // namespace
