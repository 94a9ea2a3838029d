// JSON: whatever is accepted encodes, decodes to the same value, and does so again byte for byte.

#include "json/json.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = rt::json::Decode(text);
    if (!value.ok()) {
        RT_CHECK(value.error().code == rt::Code::kBadJson && !value.error().message.empty());
        return 0;
    }
    RT_CHECK(rt::base::IsUtf8(text) && text.find('\0') == std::string_view::npos);
    const std::string encoded = rt::json::Encode(*value);
    const auto again = rt::json::Decode(encoded);
    RT_CHECK(again.ok() && *again == *value && rt::json::Encode(*again) == encoded);
    RT_CHECK(encoded.find("</") == std::string::npos && encoded.find("<!") == std::string::npos);
    const auto pretty = rt::json::Decode(rt::json::EncodePretty(*value));
    RT_CHECK(pretty.ok() && *pretty == *value);
    return 0;
}
