// Games of Avalon on file: whatever the bytes are, every line of the answer is an outcome or an error with a
// place.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "avalon/replay.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    rt::avalon::ReplayFile(text, [](std::string_view line) {
        const auto value = rt::json::Decode(line.substr(0, line.size() - 1));
        RT_CHECK(value.ok());
        const rt::json::Value* error = value->Find("error");
        RT_CHECK((error == nullptr) != (value->Find("outcome") == nullptr));
        RT_CHECK(error == nullptr || (error->Find("at") != nullptr && error->Find("reason") != nullptr));
    });
    return 0;
}
