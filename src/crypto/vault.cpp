#include "crypto/vault.h"

#include "base/encoding.h"

namespace rt::crypto {

Vault::Vault(std::shared_ptr<const FieldRing> ring, std::string_view use, Random& random)
    : ring_(std::move(ring)),
      use_(std::string(use) + ".fields"),
      blind_key_(ring_->FixedKey(std::string(use) + ".blind")),
      random_(&random) {}

std::string Vault::Seal(std::string_view context, std::string_view plain) const {
    return base::Base64Encode(base::AsBytes(ring_->Cipher(use_)->Seal(plain, context, *random_)));
}

Result<std::string> Vault::Open(std::string_view context, std::string_view sealed) const {
    const auto bytes = base::Base64Decode(sealed);
    if (!bytes.has_value()) return Fail(Code::kInternal, "a sealed value is damaged");
    return ring_->Cipher(use_)->Open(base::AsText(*bytes), context);
}

bool Vault::IsOld(std::string_view sealed) const {
    const auto bytes = base::Base64Decode(sealed);
    return !bytes.has_value() || ring_->Cipher(use_)->IsOld(base::AsText(*bytes));
}

std::string Vault::BlindIndex(std::string_view purpose, std::string_view value) const {
    return base::HexEncode(base::AsBytes(crypto::BlindIndex(blind_key_, purpose, value)));
}

}  // namespace rt::crypto
