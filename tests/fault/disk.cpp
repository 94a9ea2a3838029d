#include "fault/disk.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <set>
#include <sstream>

#include "os/file.h"
#include "support/temp_dir.h"

namespace rt::testing::disk {

namespace {

namespace fs = std::filesystem;

struct Seam {
    std::atomic<bool> on{false};
    std::mutex mutex;
    std::string folder;
    Record record;
    std::vector<Kind> failing;
    std::int64_t left = 0;  // operations until one fails; 0: never
    bool sticky = false;
    int error = 0;
    std::int64_t failed = 0;
};
Seam seam;

std::string PathOf(int fd) {
    char target[4096];
    const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), target, sizeof target);
    return size <= 0 ? std::string() : std::string(target, static_cast<std::size_t>(size));
}

// The path below the folder; empty if it is elsewhere, or is a file that a crash never keeps.
std::string Below(const std::string& path) {
    if (!path.starts_with(seam.folder + "/")) return path == seam.folder ? "." : "";
    if (path.ends_with("-shm") || path.ends_with("lock.mdb") || path.ends_with(" (deleted)")) return "";
    return path.substr(seam.folder.size() + 1);
}

// true if this operation shall fail; errno is then set.
bool Fails(Kind kind) {
    if (seam.left == 0 || std::find(seam.failing.begin(), seam.failing.end(), kind) == seam.failing.end()) return false;
    if (--seam.left > 0) return false;
    if (seam.sticky) seam.left = 1;
    ++seam.failed;
    errno = seam.error;
    return true;
}

// Runs the real call between the check and the record, so that the order of events is the order of effects.
template <class Call>
ssize_t Through(Kind kind, int fd, Call&& call, const std::string& data, std::int64_t at) {
    if (!seam.on.load(std::memory_order_acquire)) return call();
    const std::string path = Below(PathOf(fd));
    if (path.empty()) return call();
    {
        std::lock_guard lock(seam.mutex);
        if (Fails(kind)) return -1;
    }
    const ssize_t result = call();
    if (result < 0) return result;
    const bool durable = kind == Kind::kWrite && (::fcntl(fd, F_GETFL) & O_DSYNC) != 0;
    std::lock_guard lock(seam.mutex);
    const std::string kept = kind == Kind::kWrite ? data.substr(0, static_cast<std::size_t>(result)) : "";
    seam.record.events.push_back({kind, path, kept, at, durable, ""});
    return result;
}

ssize_t ThroughWrite(int fd, const void* data, std::size_t size, std::int64_t at, long number) {
    const auto call = [&]() -> ssize_t {
        return number == SYS_write ? ::syscall(SYS_write, fd, data, size) : ::syscall(number, fd, data, size, at);
    };
    if (!seam.on.load(std::memory_order_acquire)) return call();
    return Through(Kind::kWrite, fd, call, std::string(static_cast<const char*>(data), size), at);
}

int ThroughSync(int fd, Kind kind, long number) {
    if (seam.on.load(std::memory_order_acquire)) {
        struct stat info {};
        if (::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) kind = Kind::kSyncFolder;
    }
    return static_cast<int>(Through(
        kind, fd, [&] { return ::syscall(number, fd); }, "", 0));
}

int ThroughName(Kind kind, const char* from, const char* to, const std::function<long()>& call) {
    if (!seam.on.load(std::memory_order_acquire)) return static_cast<int>(call());
    const std::string path = Below(from);
    if (path.empty()) return static_cast<int>(call());
    std::lock_guard lock(seam.mutex);
    if (Fails(kind)) return -1;
    const auto result = static_cast<int>(call());
    if (result == 0) seam.record.events.push_back({kind, path, "", 0, false, to == nullptr ? "" : Below(to)});
    return result;
}

}  // namespace

void Begin(const std::string& folder) {
    seam.folder = fs::canonical(folder).string();
    seam.record = {};
    seam.left = 0;
    seam.failed = 0;
    for (const auto& entry : fs::recursive_directory_iterator(seam.folder)) {
        const std::string path = Below(entry.path().string());
        if (!entry.is_regular_file() || path.empty()) continue;
        std::ostringstream text;
        text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
        seam.record.before[path] = text.str();
    }
    seam.on.store(true, std::memory_order_release);
}

void Mark(std::int64_t number) {
    std::lock_guard lock(seam.mutex);
    seam.record.events.push_back({Kind::kMark, "", "", number, false, ""});
}

Record End() {
    seam.on.store(false);
    std::lock_guard lock(seam.mutex);
    return std::move(seam.record);
}

void FailAt(std::int64_t nth, int error, std::vector<Kind> kinds, bool sticky) {
    std::lock_guard lock(seam.mutex);
    seam.left = nth;
    seam.error = error;
    seam.failing = std::move(kinds);
    seam.sticky = sticky;
    seam.failed = 0;
}

void FailNever() {
    std::lock_guard lock(seam.mutex);
    seam.left = 0;
}

std::int64_t Failed() {
    std::lock_guard lock(seam.mutex);
    return seam.failed;
}

namespace {

constexpr std::size_t kSector = 512;

void ApplyWrite(std::string& file, const Event& event, Loss loss, base::Random& random) {
    const auto at = static_cast<std::size_t>(event.at);
    for (std::size_t done = 0; done < event.data.size();) {
        const std::size_t size = std::min(event.data.size() - done, kSector - (at + done) % kSector);
        if (loss != Loss::kTorn || random.Below(2) == 0) {
            if (file.size() < at + done + size) file.resize(at + done + size);
            std::memcpy(file.data() + at + done, event.data.data() + done, size);
        }
        done += size;
    }
}

void Apply(Image& image, const Event& event, Loss loss, base::Random& random) {
    switch (event.kind) {
        case Kind::kWrite:
            return ApplyWrite(image[event.path], event, loss, random);
        case Kind::kTruncate:
            return image[event.path].resize(static_cast<std::size_t>(event.at));
        case Kind::kRename:
            if (const auto node = image.extract(event.path)) image[event.to] = node.mapped();
            return;
        case Kind::kRemove:
            image.erase(event.path);
            return;
        default:
            return;
    }
}

bool IsNameEvent(const Event& event) {
    return event.kind == Kind::kRename || event.kind == Kind::kRemove;
}

std::string FolderOf(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

// For each event before `count`: is it certain to survive? A file's sync covers what was written before it, a folder's
// the names changed before it.
std::vector<bool> Survivors(const std::vector<Event>& events, std::size_t count) {
    std::vector<bool> out(count, false);
    std::set<std::string> synced_files;
    std::set<std::string> synced_folders;
    for (std::size_t i = count; i-- > 0;) {
        const Event& event = events[i];
        if (event.kind == Kind::kFdatasync || event.kind == Kind::kFsync) synced_files.insert(event.path);
        if (event.kind == Kind::kSyncFolder) synced_folders.insert(event.path);
        out[i] = event.durable || (IsNameEvent(event) ? synced_folders.contains(FolderOf(event.path))
                                                      : synced_files.contains(event.path));
    }
    return out;
}

}  // namespace

Image Crash(const Record& record, std::size_t count, Loss loss, base::Random& random) {
    Image image = record.before;
    const std::vector<bool> sure = Survivors(record.events, count);
    for (std::size_t i = 0; i < count; ++i) {
        if (sure[i] || loss == Loss::kNothing) {
            Apply(image, record.events[i], Loss::kNothing, random);
        } else if (loss == Loss::kTorn || (loss == Loss::kRandom && random.Below(2) == 0)) {
            Apply(image, record.events[i], loss, random);
        }
    }
    return image;
}

void WriteImage(const Image& image, const std::string& folder) {
    for (const auto& [path, contents] : image) {
        fs::create_directories((fs::path(folder) / path).parent_path());
        std::ofstream(fs::path(folder) / path, std::ios::binary) << contents;
    }
}

std::vector<std::int64_t> Marks(const Record& record, std::size_t count) {
    std::vector<std::int64_t> out;
    for (std::size_t i = 0; i < count; ++i) {
        if (record.events[i].kind == Kind::kMark) out.push_back(record.events[i].at);
    }
    return out;
}

namespace {

TEST_CASE("a record, nothing of it lost, gives the folder as it is") {
    TempDir dir;
    REQUIRE(os::WriteFileAtomic(dir / "old", "old contents").ok());
    Begin(dir.path());
    REQUIRE(os::WriteFileAtomic(dir / "old", "new").ok());
    REQUIRE(os::WriteFileAtomic(dir / "other", std::string(5'000, 'x')).ok());
    REQUIRE(os::RemoveFile(dir / "other").ok());
    REQUIRE(os::WriteFileAtomic(dir / "third", "3").ok());
    const Record record = End();
    base::SeededRandom random(1);
    CHECK(Crash(record, record.events.size(), Loss::kNothing, random) == Image{{"old", "new"}, {"third", "3"}});
}

TEST_CASE("a file replaced through os/ is the old or the new one after any power cut, and new once acknowledged") {
    TempDir dir;
    REQUIRE(os::WriteFileAtomic(dir / "file", "old").ok());
    const std::string fresh(3'000, 'n');
    Begin(dir.path());
    REQUIRE(os::WriteFileAtomic(dir / "file", fresh).ok());
    Mark(1);
    const Record record = End();
    base::SeededRandom random(7);
    for (std::size_t count = 0; count <= record.events.size(); ++count) {
        for (const Loss loss : {Loss::kAll, Loss::kNothing, Loss::kRandom, Loss::kTorn}) {
            const Image image = Crash(record, count, loss, random);
            const std::string& now = image.at("file");
            CHECK((now == fresh || (now == "old" && Marks(record, count).empty())));
        }
    }
}

TEST_CASE("what was not synced is lost, and torn at sectors") {
    TempDir dir;
    Begin(dir.path());
    const int fd = ::open((dir / "f").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(::pwrite(fd, std::string(2'048, 'a').data(), 2'048, 0) == 2'048);
    REQUIRE(::fdatasync(fd) == 0);
    REQUIRE(::pwrite(fd, std::string(2'048, 'b').data(), 2'048, 0) == 2'048);
    ::close(fd);
    const Record record = End();
    base::SeededRandom random(3);
    CHECK(Crash(record, record.events.size(), Loss::kAll, random).at("f") == std::string(2'048, 'a'));
    CHECK(Crash(record, 1, Loss::kAll, random).empty());
    bool mixed = false;
    for (int i = 0; i < 20; ++i) {
        const std::string torn = Crash(record, record.events.size(), Loss::kTorn, random).at("f");
        mixed = mixed || (torn.find('a') != std::string::npos && torn.find('b') != std::string::npos);
    }
    CHECK(mixed);
}

TEST_CASE("the operation that shall fail fails, and no other") {
    TempDir dir;
    Begin(dir.path());
    FailAt(2, ENOSPC, {Kind::kWrite}, false);
    CHECK(os::WriteFileAtomic(dir / "a", "1").ok());
    CHECK(os::WriteFileAtomic(dir / "b", "2").error().code == Code::kStorageFull);
    CHECK(os::WriteFileAtomic(dir / "c", "3").ok());
    CHECK(Failed() == 1);
    FailAt(1, EIO, {Kind::kFsync}, true);
    CHECK_FALSE(os::WriteFileAtomic(dir / "d", "4").ok());
    CHECK_FALSE(os::WriteFileAtomic(dir / "e", "5").ok());
    static_cast<void>(End());
    CHECK(fs::exists(dir / "c"));
    CHECK_FALSE(fs::exists(dir / "b"));
}

}  // namespace
}  // namespace rt::testing::disk

// The C library's names, for this executable and the static libraries in it.
namespace disk = rt::testing::disk;

extern "C" {

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
    return disk::ThroughWrite(fd, data, size, at, SYS_pwrite64);
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
    return disk::ThroughWrite(fd, data, size, at, SYS_pwrite64);
}
ssize_t write(int fd, const void* data, size_t size) {
    const std::int64_t at = disk::seam.on.load() ? ::syscall(SYS_lseek, fd, 0, SEEK_CUR) : 0;
    return disk::ThroughWrite(fd, data, size, at, SYS_write);
}
ssize_t writev(int fd, const iovec* parts, int count) {
    const auto call = [&]() -> ssize_t { return ::syscall(SYS_writev, fd, parts, count); };
    if (!disk::seam.on.load()) return call();
    std::string data;
    for (int i = 0; i < count; ++i) data.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    const std::int64_t at = ::syscall(SYS_lseek, fd, 0, SEEK_CUR);
    return disk::Through(disk::Kind::kWrite, fd, call, data, at);
}
int fdatasync(int fd) {
    return disk::ThroughSync(fd, disk::Kind::kFdatasync, SYS_fdatasync);
}
int fsync(int fd) {
    return disk::ThroughSync(fd, disk::Kind::kFsync, SYS_fsync);
}
int ftruncate64(int fd, off64_t size) noexcept {
    const auto call = [&]() -> ssize_t { return ::syscall(SYS_ftruncate, fd, size); };
    return static_cast<int>(disk::Through(disk::Kind::kTruncate, fd, call, "", size));
}
int ftruncate(int fd, off_t size) noexcept {
    return ftruncate64(fd, size);
}
int unlink(const char* path) noexcept {
    return disk::ThroughName(disk::Kind::kRemove, path, nullptr, [&] { return ::syscall(SYS_unlink, path); });
}
int rename(const char* from, const char* to) noexcept {
    return disk::ThroughName(disk::Kind::kRename, from, to, [&] { return ::syscall(SYS_rename, from, to); });
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) noexcept {
    return disk::ThroughName(disk::Kind::kRename, from, to,
                             [&] { return ::syscall(SYS_renameat2, from_folder, from, to_folder, to, flags); });
}

}  // extern "C"
