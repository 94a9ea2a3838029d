// The keys that session tickets are sealed with (RFC 5077 §5.5), rotated so that an old key cannot open new traffic.
#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

namespace rt::crypto {

// Thread-safe. Outlives the contexts it is attached to.
class TicketKeys {
  public:
    TicketKeys() { Rotate(); }
    // A new key seals from now on; the two before it still open tickets.
    void Rotate();
    void AttachTo(SSL_CTX& context);

  private:
    static constexpr std::size_t kKept = 3;
    static constexpr std::size_t kNameBytes = 16;

    struct Key {
        std::array<std::uint8_t, kNameBytes> name;
        std::array<std::uint8_t, 32> cipher;
        std::array<std::uint8_t, 32> mac;
    };

    static int OnTicket(SSL* session, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
                        int sealing);
    int Seal(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac);
    int Open(const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac);

    std::mutex mutex_;
    std::vector<Key> keys_;  // newest first
};

}  // namespace rt::crypto
