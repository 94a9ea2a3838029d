#include "app/keys.h"

#include "base/encoding.h"
#include "base/parse.h"
#include "os/file.h"

namespace rt::app {
namespace {

constexpr std::size_t kFileBytesMax = 1024;

}  // namespace

Result<std::string> LoadOrCreateKey(const std::string& path, Random& random) {
    if (!os::Exists(path)) {
        base::Bytes bytes(kKeyBytes);
        random.Fill(bytes);
        const Status made = os::CreateFileAtomic(path, base::HexEncode(bytes) + "\n");
        if (!made.ok() && made.error().code != Code::kAlreadyExists) return made.error();
    }
    RT_CHECK_OK(os::CheckSecretFile(path));
    RT_TRY(const std::string text, os::ReadFile(path, kFileBytesMax));
    const auto bytes = base::HexDecode(base::TrimAscii(text));
    if (!bytes.has_value() || bytes->size() != kKeyBytes)
        return Fail(Code::kInvalidState, path + " holds no key of 32 bytes");
    return std::string(base::AsText(*bytes));
}

}  // namespace rt::app
