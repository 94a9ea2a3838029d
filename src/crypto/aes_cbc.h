// AES-128-CBC with PKCS#7 padding, for what WeChat encrypts (it has no authentication: check what comes out). Our own
// data is sealed with AES-256-GCM (field_cipher.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rt::crypto {

// nullopt unless key and iv have 16 bytes each and the padding is right.
std::optional<std::string> OpenAes128Cbc(std::string_view key, std::string_view iv, std::string_view cipher_text);

}  // namespace rt::crypto
