#include "auth/keys.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "base/lines.h"
#include "base/parse.h"
#include "os/file.h"

namespace rt::auth {

using crypto::JwtAlgorithm;

namespace {

constexpr std::size_t kFileBytesMax = 64 << 10;
constexpr std::size_t kNewSecretBytes = 48;
constexpr std::size_t kWordsMax = 3;

std::string PathOf(const std::string& folder) {
    return folder + "/jwt.key";
}

SigningKey NewKey(JwtAlgorithm algorithm, Random& random, base::Time signs_from) {
    base::Bytes bytes(algorithm == JwtAlgorithm::kHs256 ? kNewSecretBytes : crypto::kEd25519SeedBytes);
    random.Fill(bytes);
    // The secret is the text: whoever reads the file sees what is used.
    std::string material =
        algorithm == JwtAlgorithm::kHs256 ? base::Base64UrlEncode(bytes) : std::string(base::AsText(bytes));
    return {algorithm, std::move(material), signs_from};
}

std::string LineOf(const SigningKey& key) {
    const std::string text =
        key.algorithm == JwtAlgorithm::kHs256 ? key.material : base::Base64UrlEncode(base::AsBytes(key.material));
    if (key.algorithm == JwtAlgorithm::kHs256 && key.signs_from.micros == 0) return text + "\n";
    return std::string(Name(key.algorithm)) + " " + text + " " +
           std::to_string(key.signs_from.micros / base::kMicrosPerSecond) + "\n";
}

std::string TextOf(const std::vector<SigningKey>& keys) {
    std::string out;
    for (const SigningKey& key : keys) out += LineOf(key);
    return out;
}

std::vector<std::string_view> WordsOf(std::string_view line) {
    std::vector<std::string_view> words;
    while (!line.empty() && words.size() <= kWordsMax) {
        const std::size_t end = std::min(line.find(' '), line.size());
        if (end > 0) words.push_back(line.substr(0, end));
        line.remove_prefix(std::min(line.size(), end + 1));
    }
    return words;
}

std::optional<SigningKey> ParseLine(std::string_view line) {
    const auto words = WordsOf(line);
    if (words.size() != kWordsMax) {
        if (line.size() < crypto::kJwtSecretBytesMin) return std::nullopt;
        return SigningKey{JwtAlgorithm::kHs256, std::string(line), {}};
    }
    const auto from = base::ParseUnsigned(words[2]);
    if (!from || *from > static_cast<std::uint64_t>(INT64_MAX / base::kMicrosPerSecond)) return std::nullopt;
    const base::Time signs_from{static_cast<std::int64_t>(*from) * base::kMicrosPerSecond};
    if (words[0] == "HS256" && words[1].size() >= crypto::kJwtSecretBytesMin) {
        return SigningKey{JwtAlgorithm::kHs256, std::string(words[1]), signs_from};
    }
    const auto seed = words[0] == "EdDSA" ? base::Base64UrlDecode(words[1]) : std::nullopt;
    if (!seed || seed->size() != crypto::kEd25519SeedBytes) return std::nullopt;
    return SigningKey{JwtAlgorithm::kEdDsa, std::string(base::AsText(*seed)), signs_from};
}

bool Has(const std::vector<SigningKey>& keys, JwtAlgorithm algorithm) {
    return std::any_of(keys.begin(), keys.end(), [&](const SigningKey& key) { return key.algorithm == algorithm; });
}

}  // namespace

Result<std::vector<SigningKey>> LoadSigningKeys(const std::string& folder) {
    const std::string path = PathOf(folder);
    RT_CHECK_OK(os::CheckSecretFile(path));
    RT_TRY(const std::string text, os::ReadFile(path, kFileBytesMax));
    std::vector<SigningKey> keys;
    for (const std::string_view line : base::LinesOf(text)) {
        auto key = ParseLine(line);
        if (!key) return Fail(Code::kInvalid, path + " has a line that is no key; remove it or the whole file");
        keys.push_back(*std::move(key));
    }
    if (keys.empty()) return Fail(Code::kInvalid, path + " is empty; remove it and a new one is made");
    return keys;
}

Result<std::vector<SigningKey>> LoadOrCreateSigningKeys(const std::string& folder, JwtAlgorithm algorithm,
                                                        Random& random, base::Time now) {
    if (!os::Exists(PathOf(folder))) {
        RT_CHECK_OK(os::MakeFolders(folder));
        // The very first key signs from the beginning: nobody can know an older one.
        const Status created = os::CreateFileAtomic(PathOf(folder), TextOf({NewKey(algorithm, random, {})}));
        if (!created.ok() && created.error().code != Code::kAlreadyExists) return created.error();
    }
    RT_TRY(auto keys, LoadSigningKeys(folder));
    if (Has(keys, algorithm)) return keys;
    RT_CHECK_OK(RotateSigningKey(folder, algorithm, Rotation::kGentle, random, now));
    return LoadSigningKeys(folder);
}

Result<SigningKey> RotateSigningKey(const std::string& folder, JwtAlgorithm algorithm, Rotation rotation,
                                    Random& random, base::Time now) {
    std::vector<SigningKey> keys;
    if (os::Exists(PathOf(folder))) {
        RT_TRY(keys, LoadSigningKeys(folder));
    }
    if (rotation == Rotation::kAtOnce) keys.clear();
    const bool first = !Has(keys, algorithm) && keys.empty();
    const std::int64_t ahead = algorithm == JwtAlgorithm::kHs256 ? kHs256AheadMicros : kEdDsaAheadMicros;
    // Another algorithm begins at once: the setting says that nothing else shall sign.
    const bool at_once = rotation == Rotation::kAtOnce || first || !Has(keys, algorithm);
    const SigningKey made = NewKey(algorithm, random, at_once ? now : now.Plus(ahead));
    // A key lapses when another of this algorithm has signed in its place for long enough.
    base::Time replaced;
    for (const SigningKey& key : keys) {
        if (key.signs_from.Plus(kKeyOverlapMicros) <= now) replaced = std::max(replaced, key.signs_from);
    }
    std::erase_if(keys, [&](const SigningKey& key) { return key.signs_from < replaced; });
    keys.insert(keys.begin(), made);
    RT_CHECK_OK(os::WriteFileAtomic(PathOf(folder), TextOf(keys)));
    return made;
}

}  // namespace rt::auth
