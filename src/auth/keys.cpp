#include "auth/keys.h"

#include <array>

#include "base/encoding.h"
#include "base/parse.h"
#include "crypto/jwt.h"
#include "os/file.h"

namespace rt::auth {

namespace {

constexpr std::size_t kFileBytesMax = 64 << 10;
constexpr std::size_t kNewSecretBytes = 48;

}  // namespace

Result<std::vector<std::string>> LoadOrCreateJwtSecrets(const std::string& folder, Random& random) {
    const std::string path = folder + "/jwt.key";
    if (!os::Exists(path)) {
        RT_CHECK_OK(os::MakeFolders(folder));
        std::array<std::uint8_t, kNewSecretBytes> bytes{};
        random.Fill(bytes);
        const Status created = os::CreateFileAtomic(path, base::Base64UrlEncode(bytes) + "\n");
        if (!created.ok() && created.error().code != Code::kAlreadyExists) return created.error();
    }
    RT_CHECK_OK(os::CheckSecretFile(path));
    RT_TRY(const std::string text, os::ReadFile(path, kFileBytesMax));
    std::vector<std::string> secrets;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = base::TrimAscii(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        if (line.empty()) continue;
        if (line.size() < crypto::kJwtSecretBytesMin) {
            return Fail(Code::kInvalid, path + " has a line of less than 32 characters; remove it or the whole file");
        }
        secrets.emplace_back(line);
    }
    if (secrets.empty()) return Fail(Code::kInvalid, path + " is empty; remove it and a new one is made");
    return secrets;
}

}  // namespace rt::auth
