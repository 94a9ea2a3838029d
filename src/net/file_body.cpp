#include "net/file_body.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>

#include "base/clock.h"
#include "base/parse.h"
#include "net/conditional.h"

namespace rt::net {
namespace {

struct Range {
    std::uint64_t first = 0;
    std::uint64_t bytes = 0;
};

enum class RangeKind : std::uint8_t { kWhole, kPart, kOutside };

// "bytes=first-last", "bytes=first-", "bytes=-suffix". Anything else, more than one range included, is ignored, which
// the RFC allows (§14.2).
RangeKind ParseRange(std::string_view text, std::uint64_t size, Range& range) {
    constexpr std::string_view kUnit = "bytes=";
    if (!text.starts_with(kUnit)) return RangeKind::kWhole;
    text.remove_prefix(kUnit.size());
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return RangeKind::kWhole;
    const std::string_view first_text = text.substr(0, dash);
    const std::string_view last_text = text.substr(dash + 1);
    const auto first = base::ParseUnsigned(first_text);
    const auto last = base::ParseUnsigned(last_text);
    if ((!first_text.empty() && !first) || (!last_text.empty() && !last) || (!first && !last)) return RangeKind::kWhole;
    if (!first) {
        if (*last == 0 || size == 0) return RangeKind::kOutside;
        range.bytes = std::min(*last, size);
        range.first = size - range.bytes;
        return RangeKind::kPart;
    }
    if (last && *last < *first) return RangeKind::kWhole;
    if (*first >= size) return RangeKind::kOutside;
    range.first = *first;
    range.bytes = std::min(last.value_or(size - 1), size - 1) - *first + 1;
    return RangeKind::kPart;
}

struct OpenFile {
    int descriptor = -1;
    struct stat status {};
};

Result<Response> ServeOpen(const Request& request, OpenFile file, std::string_view content_type) {
    const auto size = static_cast<std::uint64_t>(file.status.st_size);
    std::array<char, 80> tag{};
    std::snprintf(
        tag.data(), tag.size(), "\"%llx-%llx-%llx\"", static_cast<unsigned long long>(file.status.st_ino),
        static_cast<unsigned long long>(file.status.st_mtim.tv_sec * 1'000'000'000 + file.status.st_mtim.tv_nsec),
        static_cast<unsigned long long>(size));
    const std::string etag = tag.data();

    Response response;
    response.content_type = content_type;
    response.With("ETag", etag).With("Accept-Ranges", "bytes").With("Cache-Control", "no-cache");
    response.With("Last-Modified", base::FormatHttpDate({static_cast<std::int64_t>(file.status.st_mtim.tv_sec) *
                                                         base::kMicrosPerSecond}));
    if (MatchesEtag(request.HeaderValue("if-none-match"), etag)) {
        close(file.descriptor);
        response.status = 304;
        return response;
    }
    Range range{0, size};
    const std::string_view condition = request.HeaderValue("if-range");
    const bool ask = request.method == Method::kGet && (condition.empty() || condition == etag);
    const RangeKind kind = ask ? ParseRange(request.HeaderValue("range"), size, range) : RangeKind::kWhole;
    if (kind == RangeKind::kOutside) {
        close(file.descriptor);
        response = Failure(Fail(Code::kRangeNotSatisfiable), request.locale, request.request_id);
        response.With("Content-Range", "bytes */" + std::to_string(size));
        return response;
    }
    if (kind == RangeKind::kPart) {
        response.status = 206;
        response.With("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                           std::to_string(range.first + range.bytes - 1) + "/" + std::to_string(size));
    }
    response.stream = std::make_shared<FileBody>(file.descriptor, range.first, range.bytes);
    return response;
}

// Opens one name in a folder without following a link. nullopt: not there, or not of the wanted kind.
std::optional<OpenFile> OpenIn(int folder, const std::string& name, mode_t kind) {
    OpenFile file;
    const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (kind == S_IFDIR ? O_DIRECTORY : 0);
    file.descriptor = openat(folder, name.c_str(), flags);
    if (file.descriptor < 0) return std::nullopt;
    if (fstat(file.descriptor, &file.status) != 0 || (file.status.st_mode & S_IFMT) != kind) {
        close(file.descriptor);
        return std::nullopt;
    }
    return file;
}

}  // namespace

FileBody::FileBody(int descriptor, std::uint64_t offset, std::uint64_t bytes)
    : descriptor_(descriptor), total_(bytes), offset_(offset), left_(bytes) {}

FileBody::~FileBody() {
    close(descriptor_);
}

Result<bool> FileBody::Read(std::string& out, std::size_t bytes_max) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(bytes_max, left_));
    const std::size_t before = out.size();
    out.resize(before + wanted);
    std::size_t got = 0;
    while (got < wanted) {
        const ssize_t size = pread(descriptor_, out.data() + before + got, wanted - got, static_cast<off_t>(offset_));
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return Fail(Code::kInternal, "the file became shorter while it was sent");
        got += static_cast<std::size_t>(size);
        offset_ += static_cast<std::uint64_t>(size);
    }
    left_ -= got;
    return left_ > 0;
}

Result<Response> ServeFile(const Request& request, const std::string& path, std::string_view content_type) {
    const auto file = OpenIn(AT_FDCWD, path, S_IFREG);
    if (!file) return Fail(Code::kNotFound);
    return ServeOpen(request, *file, content_type);
}

Result<Response> ServeFolder(const Request& request, const std::string& folder) {
    std::string_view rest = request.Param("rest");
    int at = open(folder.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    if (at < 0) return Fail(Code::kNotFound);
    while (true) {
        const std::size_t slash = rest.find('/');
        const std::string name(rest.substr(0, slash));
        const bool last = slash == std::string_view::npos;
        // Hidden names, "." and ".." among them, are not served; ACME's and others' checks live in /.well-known.
        const bool hidden = name.empty() || (name.front() == '.' && name != ".well-known");
        const auto next = hidden ? std::nullopt : OpenIn(at, name, last ? S_IFREG : S_IFDIR);
        close(at);
        if (!next) return Fail(Code::kNotFound);
        if (last) return ServeOpen(request, *next, ContentTypeOf(name));
        at = next->descriptor;
        rest.remove_prefix(slash + 1);
    }
}

std::string_view ContentTypeOf(std::string_view name) {
    struct Row {
        std::string_view extension;
        std::string_view type;
    };
    static constexpr std::array<Row, 21> kTypes{{{".html", "text/html; charset=utf-8"},
                                                 {".js", "text/javascript; charset=utf-8"},
                                                 {".mjs", "text/javascript; charset=utf-8"},
                                                 {".css", "text/css; charset=utf-8"},
                                                 {".json", "application/json; charset=utf-8"},
                                                 {".map", "application/json; charset=utf-8"},
                                                 {".webmanifest", "application/manifest+json"},
                                                 {".svg", "image/svg+xml"},
                                                 {".png", "image/png"},
                                                 {".jpg", "image/jpeg"},
                                                 {".jpeg", "image/jpeg"},
                                                 {".gif", "image/gif"},
                                                 {".webp", "image/webp"},
                                                 {".ico", "image/x-icon"},
                                                 {".woff2", "font/woff2"},
                                                 {".wasm", "application/wasm"},
                                                 {".txt", "text/plain; charset=utf-8"},
                                                 {".xml", "application/xml"},
                                                 {".pdf", "application/pdf"},
                                                 {".csv", "text/csv; charset=utf-8"},
                                                 {".mp3", "audio/mpeg"}}};
    for (const Row& row : kTypes) {
        if (name.size() > row.extension.size() && name.ends_with(row.extension)) return row.type;
    }
    return "application/octet-stream";
}

}  // namespace rt::net
