#include "auth/wechat/signature.h"

#include <cstdint>
#include <cstdlib>

#include "auth/wechat/answers.h"
#include "base/encoding.h"
#include "crypto/aes_cbc.h"
#include "crypto/hash.h"

namespace rt::auth::wechat {
namespace {

constexpr std::size_t kEncryptedBytesMax = 16 * 1024;

}  // namespace

std::string SessionSignature(std::string_view body, std::string_view session_key) {
    return base::HexEncode(crypto::HmacSha256(session_key, body));
}

Result<json::Value> OpenEncryptedData(std::string_view encrypted_data, std::string_view iv,
                                      std::string_view session_key, std::string_view appid, base::Time now) {
    if (encrypted_data.size() > kEncryptedBytesMax) return Fail(Code::kInvalid, "encryptedData is too long");
    const auto cipher = base::Base64Decode(encrypted_data);
    const auto vector = base::Base64Decode(iv);
    const auto key = base::Base64Decode(session_key);
    if (!cipher || !vector || !key) return Fail(Code::kSignInAgain, "encryptedData: not base64");
    const auto plain = crypto::OpenAes128Cbc(base::AsText(*key), base::AsText(*vector), base::AsText(*cipher));
    if (!plain) return Fail(Code::kSignInAgain, "encryptedData does not open");
    auto value = json::Decode(*plain);
    // Without authentication in the cipher a wrong key may look like a text.
    if (!value.ok() || !value->IsObject()) return Fail(Code::kSignInAgain, "encryptedData is no object");
    const json::Value* mark = value->Find("watermark");
    const json::Value* owner = mark == nullptr ? nullptr : mark->Find("appid");
    const json::Value* time = mark == nullptr ? nullptr : mark->Find("timestamp");
    if (owner == nullptr || !owner->IsString() || owner->AsString() != appid)
        return Fail(Code::kForbidden, "encryptedData of another app");
    if (time == nullptr || !time->IsInt() || time->AsInt() < 0 || time->AsInt() > INT64_MAX / base::kMicrosPerSecond ||
        std::abs(now.micros - time->AsInt() * base::kMicrosPerSecond) > kWatermarkMicrosMax)
        return Fail(Code::kForbidden, "encryptedData is old");
    return value;
}

}  // namespace rt::auth::wechat
