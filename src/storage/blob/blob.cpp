#include "storage/blob/blob.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "os/file.h"

namespace rt::storage::blob {

namespace {

constexpr std::size_t kHashLength = 64;

Error NoSuchBlob() {
    return Fail(Code::kNotFound, "no such blob");
}

Result<Ref> HashFile(const std::string& path) {
    const os::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file) return os::OsError("open", path, errno);
    crypto::Sha256Stream digest;
    Ref ref;
    std::vector<char> piece(1 << 20);
    for (;;) {
        const ssize_t count = ::read(file.get(), piece.data(), piece.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return os::OsError("read", path, errno);
        if (count == 0) break;
        digest.Update({piece.data(), static_cast<std::size_t>(count)});
        ref.bytes += static_cast<std::uint64_t>(count);
    }
    ref.hash = base::HexEncode(digest.Finish());
    return ref;
}

}  // namespace

bool IsHash(std::string_view text) {
    return text.size() == kHashLength && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

Result<Store> Store::Open(std::string folder) {
    RT_CHECK_OK(os::MakeFolders(folder));
    return Store(std::move(folder));
}

std::string Store::PathFor(std::string_view hash) const {
    std::string path = folder_;
    path.append("/").append(hash.substr(0, 2)).append("/").append(hash.substr(2, 2)).append("/").append(hash);
    return path;
}

Result<Ref> Store::Put(std::string_view contents) const {
    if (contents.size() > kBlobBytesMax) return Fail(Code::kBodyTooLarge, "a blob over its limit");
    const Ref ref{base::HexEncode(crypto::Sha256(contents)), contents.size()};
    const std::string path = PathFor(ref.hash);
    RT_CHECK_OK(os::MakeFolders(os::ParentFolder(path)));
    const Status made = os::CreateFileAtomic(path, contents);
    if (made.ok()) return ref;
    if (made.error().code != Code::kAlreadyExists) return made.error();
    // A damaged file of this name would stay damaged for ever: it is replaced.
    if (Get(ref.hash).ok()) return ref;
    RT_CHECK_OK(os::WriteFileAtomic(path, contents));
    return ref;
}

Result<Ref> Store::Adopt(const std::string& path) const {
    RT_TRY(const Ref ref, HashFile(path));
    if (ref.bytes > kBlobBytesMax) return Fail(Code::kBodyTooLarge, "a blob over its limit");
    const os::Fd file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    if (!file || ::fchmod(file.get(), os::kPrivateFile) != 0 || ::fsync(file.get()) != 0) {
        return os::OsError("sync", path, errno);
    }
    const std::string target = PathFor(ref.hash);
    RT_CHECK_OK(os::MakeFolders(os::ParentFolder(target)));
    RT_CHECK_OK(os::RenameDurably(path, target));
    return ref;
}

Result<std::string> Store::PathOf(std::string_view hash) const {
    if (!IsHash(hash)) return Fail(Code::kInvalid, "not the hash of a blob");
    std::string path = PathFor(hash);
    if (!os::Exists(path)) return NoSuchBlob();
    return path;
}

Result<std::string> Store::Get(std::string_view hash) const {
    RT_TRY(const std::string path, PathOf(hash));
    RT_TRY(std::string contents, os::ReadFile(path, kBlobBytesMax));
    if (base::HexEncode(crypto::Sha256(contents)) != hash) {
        return Fail(Code::kInternal, "blob " + std::string(hash) + " is damaged");
    }
    return contents;
}

Status Store::Delete(std::string_view hash) const {
    if (!IsHash(hash)) return Fail(Code::kInvalid, "not the hash of a blob");
    return os::RemoveFile(PathFor(hash));
}

Result<std::vector<std::string>> Store::List() const {
    std::vector<std::string> hashes;
    RT_TRY(const auto first, os::ListFolder(folder_));
    for (const std::string& a : first) {
        if (a.size() != 2) continue;
        RT_TRY(const auto second, os::ListFolder(folder_ + "/" + a));
        for (const std::string& b : second) {
            RT_TRY(const auto names, os::ListFolder(folder_ + "/" + a + "/" + b));
            std::copy_if(names.begin(), names.end(), std::back_inserter(hashes), IsHash);
        }
    }
    std::sort(hashes.begin(), hashes.end());
    return hashes;
}

Result<std::vector<std::string>> Store::FindDamaged(const base::Work& work) const {
    RT_TRY(const auto hashes, List());
    std::vector<std::string> damaged;
    for (const std::string& hash : hashes) {
        RT_CHECK_OK(work.Check());
        const auto found = HashFile(PathFor(hash));
        // One that is gone was swept meanwhile.
        if (!found.ok() && found.error().code == Code::kNotFound) continue;
        if (!found.ok() || found->hash != hash) damaged.push_back(hash);
    }
    return damaged;
}

}  // namespace rt::storage::blob
