// Games of Avalon on file: whatever the bytes are, every line of the answer is an outcome or an error with a place, and
// a single command is read back as it was understood.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "avalon/codec.h"
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
    const auto value = rt::json::Decode(text);
    if (!value.ok()) return 0;
    const auto command = rt::avalon::DecodeCommand(*value);
    if (!command.ok()) return 0;
    const auto again = rt::avalon::DecodeCommand(rt::json::Value(rt::avalon::EncodeCommand(*command)));
    RT_CHECK(again.ok() && *again == *command);
    return 0;
}
