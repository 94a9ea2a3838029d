// Files and folders. All writes that must survive a power cut end with fsync of the file and of its folder.
// Errors name the path and the reason (os/fd.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/fd.h"

namespace rt::os {

inline constexpr unsigned kPrivateFile = 0600;
inline constexpr unsigned kPrivateFolder = 0700;

// The whole file. BODY_TOO_LARGE beyond `bytes_max`, INVALID_STATE if it is no regular file.
Result<std::string> ReadFile(const std::string& path, std::size_t bytes_max);

// Replaces `path` as a whole: temporary file in the same folder, fsync, rename, fsync of the folder. Readers see the
// old or the new contents, also after a power cut; on an error the old file is untouched and no temporary file stays.
Status WriteFileAtomic(const std::string& path, std::string_view data, unsigned mode = kPrivateFile);
// As above, but ALREADY_EXISTS if the path is taken: of several callers one succeeds.
Status CreateFileAtomic(const std::string& path, std::string_view data, unsigned mode = kPrivateFile);

// The folder and its missing parents; what exists is left alone.
Status MakeFolders(const std::string& path, unsigned mode = kPrivateFolder);
// Success also when the file is not there.
Status RemoveFile(const std::string& path);
// With everything in it; does not follow symbolic links. Success also when it is not there.
Status RemoveFolder(const std::string& path);
// Within one file system; then both folders are synced.
Status RenameDurably(const std::string& from, const std::string& to);
Status SyncFolder(const std::string& path);
bool Exists(const std::string& path);
Result<std::uint64_t> FileSize(const std::string& path);
// The names in a folder, sorted, without "." and "..".
Result<std::vector<std::string>> ListFolder(const std::string& path);
// "/a/b" of "/a/b/c"; "." if there is no slash.
std::string ParentFolder(const std::string& path);

// Writes everything, in spite of signals and short writes.
Status WriteAll(int fd, std::string_view data, std::string_view name_for_errors);

// Is this a folder of ours that nobody else may write (and, with kNobodyReads, read)? INVALID_STATE with the remedy if
// not.
enum class FolderRule : std::uint8_t { kNobodyWrites, kNobodyReads };
Status CheckFolder(const std::string& path, FolderRule rule);
// The same for a file with secrets: ours or root's, and no permissions for others.
Status CheckSecretFile(const std::string& path);

struct DiskSpace {
    std::uint64_t free_bytes = 0;  // for this user, without the reserve of root
    std::uint64_t total_bytes = 0;
    std::uint64_t free_inodes = 0;  // 0 with total_inodes 0: the file system has no such limit
    std::uint64_t total_inodes = 0;
};
Result<DiskSpace> FindDiskSpace(const std::string& path);

enum class FileSystemKind : std::uint8_t { kLocal, kMemory, kNetwork };
struct FileSystem {
    FileSystemKind kind = FileSystemKind::kLocal;
    std::string name;  // "ext4", "nfs"; "0x..." if unknown
};
// Locks, mmap and fsync cannot be trusted on kNetwork; kMemory is gone after a reboot.
Result<FileSystem> FindFileSystem(const std::string& path);

}  // namespace rt::os
