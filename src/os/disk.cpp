#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "os/file.h"

namespace rt::os {
namespace {

struct KnownFileSystem {
    std::uint32_t magic;
    FileSystemKind kind;
    const char* name;
};

// Numbers without a name here are missing from linux/magic.h; statfs(2) lists them.
constexpr auto kKnown = std::to_array<KnownFileSystem>({
    {EXT4_SUPER_MAGIC, FileSystemKind::kLocal, "ext4"},
    {XFS_SUPER_MAGIC, FileSystemKind::kLocal, "xfs"},
    {BTRFS_SUPER_MAGIC, FileSystemKind::kLocal, "btrfs"},
    {0x2FC12FC1, FileSystemKind::kLocal, "zfs"},
    {F2FS_SUPER_MAGIC, FileSystemKind::kLocal, "f2fs"},
    {OVERLAYFS_SUPER_MAGIC, FileSystemKind::kLocal, "overlay"},
    {TMPFS_MAGIC, FileSystemKind::kMemory, "tmpfs"},
    {RAMFS_MAGIC, FileSystemKind::kMemory, "ramfs"},
    {NFS_SUPER_MAGIC, FileSystemKind::kNetwork, "nfs"},
    {SMB_SUPER_MAGIC, FileSystemKind::kNetwork, "smb"},
    {0xFF534D42, FileSystemKind::kNetwork, "cifs"},
    {0xFE534D42, FileSystemKind::kNetwork, "smb2"},
    {0x00C36400, FileSystemKind::kNetwork, "ceph"},
    {0x0BD00BD0, FileSystemKind::kNetwork, "lustre"},
    {0x47504653, FileSystemKind::kNetwork, "gpfs"},
    {0x01161970, FileSystemKind::kNetwork, "gfs2"},
    {OCFS2_SUPER_MAGIC, FileSystemKind::kNetwork, "ocfs2"},
    {AFS_SUPER_MAGIC, FileSystemKind::kNetwork, "afs"},
    {CODA_SUPER_MAGIC, FileSystemKind::kNetwork, "coda"},
    {V9FS_MAGIC, FileSystemKind::kNetwork, "9p"},
    // sshfs, glusterfs, s3fs and the like; a local one among them is the exception.
    {0x65735546, FileSystemKind::kNetwork, "fuse"},
});

}  // namespace

Result<DiskSpace> FindDiskSpace(const std::string& path) {
    struct statvfs info {};
    if (statvfs(path.c_str(), &info) != 0) return OsError("look at the disk of", path, errno);
    const std::uint64_t block = info.f_frsize;
    return DiskSpace{.free_bytes = info.f_bavail * block,
                     .total_bytes = info.f_blocks * block,
                     .free_inodes = info.f_favail,
                     .total_inodes = info.f_files};
}

Result<FileSystem> FindFileSystem(const std::string& path) {
    struct statfs info {};
    if (statfs(path.c_str(), &info) != 0) return OsError("look at the file system of", path, errno);
    const auto magic = static_cast<std::uint32_t>(info.f_type);
    for (const KnownFileSystem& known : kKnown) {
        if (known.magic == magic) return FileSystem{known.kind, known.name};
    }
    std::array<char, 16> name{};
    const int size = std::snprintf(name.data(), name.size(), "0x%x", magic);
    return FileSystem{FileSystemKind::kLocal, std::string(name.data(), static_cast<std::size_t>(size))};
}

}  // namespace rt::os
