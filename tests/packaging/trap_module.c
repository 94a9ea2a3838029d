// Stands for the host's shared objects (an NSS service, an OpenSSL provider): whoever loads it is dead.

#include <unistd.h>

__attribute__((constructor)) static void Trap(void) {
    static const char kMessage[] = "a module of the host was loaded\n";
    if (write(2, kMessage, sizeof kMessage - 1) < 0) _exit(98);
    _exit(99);
}
