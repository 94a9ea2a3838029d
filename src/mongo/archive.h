// What `mongodump --archive` writes: a magic number, a prelude that names the collections, then blocks of documents of
// one collection each, the collections in any order and interleaved. The last block of a collection carries the CRC-64
// of all its documents.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mongo/bytes.h"

namespace rt::mongo {

inline constexpr std::uint32_t kArchiveMagic = 0x8199e26d;
inline constexpr std::size_t kCollectionsMax = 10'000;

struct Namespace {
    std::string database;
    std::string collection;
    auto operator<=>(const Namespace&) const = default;
    std::string Text() const { return database + "." + collection; }
};

// One document as it stands; an error stops the reading and is what the reader returns.
using DocumentFn = std::function<Status(const Namespace& of, std::string_view bson)>;

// Documents one after another, as in a .bson file. VALIDATION_FAILED when a length is wrong or the end is missing.
Status ReadDocuments(Bytes& in, const Namespace& of, const DocumentFn& each);

// All of an archive. `listed`: the collections of the prelude. VALIDATION_FAILED with what is wrong when it is no
// archive, is cut short, is damaged, or a check sum differs; by then some documents may have been given.
Status ReadArchive(Bytes& in, const std::function<void(const std::vector<Namespace>&)>& listed, const DocumentFn& each);

// CRC-64 as MongoDB's tools use it (ECMA-182, reflected), from the value of the bytes before; 0 to begin with.
std::uint64_t Crc64(std::uint64_t before, std::string_view bytes);

}  // namespace rt::mongo
