#include "mongo/dump.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "os/file.h"

namespace rt::mongo {
namespace {

bool IsFolder(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool IsOwn(const Namespace& of) {
    const std::string& name = of.database;
    return name == "admin" || name == "config" || name == "local" || of.collection.starts_with("system.");
}

// "users" of "users.bson.gz"; names with special characters are written with escapes. Empty: not such a file.
std::string CollectionOf(std::string_view file) {
    if (file.ends_with(".gz")) file.remove_suffix(3);
    if (!file.ends_with(".bson")) return {};
    file.remove_suffix(5);
    return base::PercentDecode(file, false).value_or(std::string(file));
}

Error NamingFile(Error error, const std::string& path) {
    if (error.message.empty()) return error;
    error.message.zh = path + ": " + error.message.zh;
    error.message.en = path + ": " + error.message.en;
    return error;
}

std::string LastPart(std::string path) {
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    return path.substr(path.rfind('/') + 1);
}

}  // namespace

Result<Dump> Dump::Open(const std::string& path) {
    if (!os::Exists(path)) return os::OsError("open", path, ENOENT);
    Dump out;
    if (!IsFolder(path)) {
        out.archive_ = path;
        return out;
    }
    const auto take = [&](const std::string& folder, const std::string& database) -> Status {
        RT_TRY(const auto names, os::ListFolder(folder));
        for (const std::string& name : names) {
            Namespace of{database, CollectionOf(name)};
            if (!of.collection.empty() && !IsOwn(of)) out.files_.push_back({std::move(of), folder + "/" + name});
        }
        return Ok();
    };
    RT_CHECK_OK(take(path, LastPart(path)));
    // The journal of the server, beside the databases.
    std::erase_if(out.files_, [](const File& file) { return file.of.collection == "oplog"; });
    if (out.files_.empty()) {
        RT_TRY(const auto names, os::ListFolder(path));
        for (const std::string& name : names) {
            if (IsFolder(path + "/" + name)) RT_CHECK_OK(take(path + "/" + name, name));
        }
    }
    if (out.files_.empty()) {
        const std::string text = path + ": there is no DATABASE/COLLECTION.bson in it";
        return base::FailText(Code::kInvalid, {text, text});
    }
    return out;
}

Status Dump::Read(const std::function<void(const Namespace&)>& listed, const DocumentFn& each) const {
    if (!archive_.empty()) {
        RT_TRY(const auto in, OpenFile(archive_));
        const auto tell = [&](const std::vector<Namespace>& all) {
            for (const Namespace& one : all) {
                if (!IsOwn(one)) listed(one);
            }
        };
        const Status done = ReadArchive(*in, tell, [&](const Namespace& of, std::string_view bson) -> Status {
            return IsOwn(of) ? Ok() : each(of, bson);
        });
        return done.ok() ? Ok() : Status(NamingFile(done.error(), archive_));
    }
    for (const File& file : files_) {
        listed(file.of);
        RT_TRY(const auto in, OpenFile(file.path));
        const Status done = ReadDocuments(*in, file.of, each);
        if (!done.ok()) return NamingFile(done.error(), file.path);
    }
    return Ok();
}

}  // namespace rt::mongo
