#include "avalon/hashing.h"

#include "crypto/hash.h"

namespace rt::avalon {

Hashing CryptoHashing() {
    return {crypto::Sha256, crypto::HmacSha256};
}

}  // namespace rt::avalon
