#include "crypto/field_ring.h"

#include <utility>

#include "base/check.h"

namespace rt::crypto {
namespace {

Result<FieldCipher> CipherOf(const std::vector<std::string>& masters, std::string_view use) {
    std::vector<std::string> keys;
    keys.reserve(masters.size());
    for (const std::string& master : masters) keys.push_back(DeriveKey(master, use));
    return FieldCipher::FromKeys(keys);
}

Status Check(const std::vector<std::string>& masters) {
    for (const std::string& master : masters) {
        if (master.size() != kFieldKeyBytes) return Fail(Code::kInvalid, "a field key is not 32 bytes long");
    }
    RT_TRY(const auto cipher, CipherOf(masters, "check"));
    static_cast<void>(cipher);
    return Ok();
}

}  // namespace

Result<std::shared_ptr<FieldRing>> FieldRing::Make(std::vector<std::string> masters_newest_first,
                                                   std::string fixed_master) {
    RT_CHECK_OK(Check(masters_newest_first));
    if (fixed_master.size() != kFieldKeyBytes) return Fail(Code::kInvalid, "the blind key is not 32 bytes long");
    return std::shared_ptr<FieldRing>(new FieldRing(std::move(masters_newest_first), std::move(fixed_master)));
}

std::shared_ptr<const FieldCipher> FieldRing::Cipher(std::string_view use) const {
    const std::lock_guard lock(mutex_);
    const auto found = ciphers_.find(use);
    if (found != ciphers_.end()) return found->second;
    auto made = CipherOf(masters_, use);
    RT_CHECK(made.ok());  // the masters were checked
    auto cipher = std::make_shared<const FieldCipher>(*std::move(made));
    ciphers_.emplace(use, cipher);
    return cipher;
}

std::string FieldRing::FixedKey(std::string_view use) const {
    return DeriveKey(fixed_master_, use);
}

Status FieldRing::Turn(std::vector<std::string> masters_newest_first) {
    RT_CHECK_OK(Check(masters_newest_first));
    const std::lock_guard lock(mutex_);
    masters_ = std::move(masters_newest_first);
    ciphers_.clear();
    return Ok();
}

std::size_t FieldRing::size() const {
    const std::lock_guard lock(mutex_);
    return masters_.size();
}

}  // namespace rt::crypto
