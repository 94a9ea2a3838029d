// Looks up a user and a host and opens a TLS context, as the server does. test_static_binary.py links it with and
// without the early constructors and runs it where nsswitch.conf and openssl.cnf name modules that kill the process.

#include <netdb.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <pwd.h>

#include <cstdio>

int main() {
    const passwd* user = getpwnam("nobody");
    addrinfo* addresses = nullptr;
    const int host_failed = getaddrinfo("localhost", nullptr, nullptr, &addresses);
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    unsigned char byte = 0;
    const int random_ok = RAND_bytes(&byte, 1);
    std::printf("user %s, host %s, tls %s\n", user != nullptr ? "found" : "missing",
                host_failed == 0 ? "found" : "missing", context != nullptr && random_ok == 1 ? "ok" : "broken");
    return 0;
}
