// manifest.json and the names of a backup folder. Private to backup/.
#pragma once

#include <string>
#include <string_view>

#include "os/lock.h"
#include "storage/backup/backup.h"

namespace rt::storage::backup {

inline constexpr std::string_view kManifestFile = "manifest.json";
inline constexpr std::string_view kVerifiedFile = "verified";
inline constexpr std::string_view kPartialPrefix = ".partial-";
inline constexpr std::string_view kRemovedPrefix = ".removed-";
inline constexpr std::string_view kVerifyPrefix = ".verify-";
inline constexpr std::string_view kStoredSuffix = ".zst";

inline constexpr std::size_t kManifestBytesMax = 256 << 20;

std::string EncodeManifest(const Manifest& manifest);
// INTERNAL with the reason when it is no manifest of ours, or its names would leave the folder; BAD_JSON for no JSON.
Result<Manifest> DecodeManifest(std::string_view text);

// "20261122T151500Z", and "-2" and so on.
std::string IdOf(base::Time time);
bool IsId(std::string_view text);

// The folder exists afterwards. Held while backups are made, verified or removed.
Result<os::FileLock> LockFolder(const Environment& environment);
std::string PathOf(const Environment& environment, std::string_view id);
// Expands every file into `into` (new) and checks it: hashes, integrity, counts, audit head.
Status ExpandAll(const std::string& backup, const Manifest& manifest, const std::string& into, const base::Work& work);

}  // namespace rt::storage::backup
