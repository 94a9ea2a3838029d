// The digests of the crypto module as the pure deal takes them.
#pragma once

#include "avalon/domain/deal.h"

namespace rt::avalon {

Hashing CryptoHashing();

}  // namespace rt::avalon
