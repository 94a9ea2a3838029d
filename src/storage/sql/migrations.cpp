// From embedded files to a checked list.
#include <algorithm>
#include <map>

#include "base/encoding.h"
#include "base/parse.h"
#include "crypto/hash.h"
#include "storage/sql/migrator.h"

namespace rt::storage::sql {

namespace {

constexpr std::string_view kUpSuffix = ".up.sql";
constexpr std::string_view kDownSuffix = ".down.sql";
constexpr std::string_view kRunsWith = "-- runs-with:";
constexpr std::size_t kNumberDigits = 4;

struct FileName {
    std::int64_t number;
    std::string_view name;
    Direction direction;
};

std::optional<FileName> ParseName(std::string_view file) {
    FileName out{};
    if (file.ends_with(kUpSuffix)) {
        out.direction = Direction::kUp;
        file.remove_suffix(kUpSuffix.size());
    } else if (file.ends_with(kDownSuffix)) {
        out.direction = Direction::kDown;
        file.remove_suffix(kDownSuffix.size());
    } else {
        return std::nullopt;
    }
    if (file.size() < kNumberDigits + 2 || file[kNumberDigits] != '_') return std::nullopt;
    const auto number = base::ParseUnsigned(file.substr(0, kNumberDigits));
    if (!number || *number == 0) return std::nullopt;
    out.number = static_cast<std::int64_t>(*number);
    out.name = file.substr(kNumberDigits + 1);
    const bool plain = std::all_of(out.name.begin(), out.name.end(),
                                   [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    if (!plain) return std::nullopt;
    return out;
}

Result<std::int64_t> RunsWith(const Migration& migration) {
    const std::size_t at = migration.up.find(kRunsWith);
    if (at == std::string_view::npos) return migration.number;
    const std::string_view rest = migration.up.substr(at + kRunsWith.size());
    const auto number = base::ParseUnsigned(base::TrimAscii(rest.substr(0, rest.find('\n'))));
    if (!number || static_cast<std::int64_t>(*number) >= migration.number) {
        return Fail(Code::kInternal, "runs-with of migration " + migration.name + " must be a lower number");
    }
    return static_cast<std::int64_t>(*number);
}

}  // namespace

Result<std::vector<Migration>> CollectMigrations(std::span<const std::span<const base::EmbeddedFile>> folders) {
    std::map<std::int64_t, Migration> found;
    for (const auto& folder : folders) {
        for (const base::EmbeddedFile& file : folder) {
            const auto name = ParseName(file.name);
            if (!name) return Fail(Code::kInternal, "not a name of a migration: " + std::string(file.name));
            Migration& migration = found[name->number];
            std::string_view& half = name->direction == Direction::kUp ? migration.up : migration.down;
            if (half.data() != nullptr || (!migration.name.empty() && migration.name != name->name)) {
                return Fail(Code::kInternal, "two migrations have the number of " + std::string(file.name));
            }
            migration.number = name->number;
            migration.name = std::string(name->name);
            half = file.data;
        }
    }
    std::vector<Migration> out;
    for (auto& [number, migration] : found) {
        if (base::TrimAscii(migration.up).empty() || base::TrimAscii(migration.down).empty()) {
            return Fail(Code::kInternal, "migration " + migration.name + " needs both an up and a down file");
        }
        RT_TRY(migration.runs_with, RunsWith(migration));
        crypto::Sha256Stream digest;
        digest.Update(migration.up);
        digest.Update(std::string_view("\0", 1));
        digest.Update(migration.down);
        migration.checksum = base::HexEncode(digest.Finish());
        out.push_back(std::move(migration));
    }
    return out;
}

}  // namespace rt::storage::sql
