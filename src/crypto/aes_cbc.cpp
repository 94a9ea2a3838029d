#include "crypto/aes_cbc.h"

#include "base/encoding.h"
#include "crypto/openssl_internal.h"

namespace rt::crypto {
namespace {

constexpr std::size_t kBlockBytes = 16;
constexpr std::size_t kCipherBytesMax = 1 << 20;

}  // namespace

std::optional<std::string> OpenAes128Cbc(std::string_view key, std::string_view iv, std::string_view cipher_text) {
    if (key.size() != kBlockBytes || iv.size() != kBlockBytes) return std::nullopt;
    if (cipher_text.empty() || cipher_text.size() > kCipherBytesMax || cipher_text.size() % kBlockBytes != 0)
        return std::nullopt;
    const CipherPtr context(EVP_CIPHER_CTX_new());
    std::string plain(cipher_text.size() + kBlockBytes, '\0');
    auto* out = reinterpret_cast<unsigned char*>(plain.data());
    int size = 0;
    int last = 0;
    const bool opened = context != nullptr &&
                        EVP_DecryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, base::AsBytes(key).data(),
                                           base::AsBytes(iv).data()) == 1 &&
                        EVP_DecryptUpdate(context.get(), out, &size, base::AsBytes(cipher_text).data(),
                                          static_cast<int>(cipher_text.size())) == 1 &&
                        EVP_DecryptFinal_ex(context.get(), out + size, &last) == 1;
    ERR_clear_error();
    if (!opened) return std::nullopt;
    plain.resize(static_cast<std::size_t>(size + last));
    return plain;
}

}  // namespace rt::crypto
