// Files by content: a blob is named by its SHA-256 and lies at blobs/ab/cd/<hash>. Equal contents are stored once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/work.h"

namespace rt::storage::blob {

inline constexpr std::uint64_t kBlobBytesMax = 64ULL << 20;

struct Ref {
    std::string hash;  // SHA-256, 64 hex characters
    std::uint64_t bytes = 0;
};

// Thread-safe; several processes may share the folder.
class Store {
  public:
    // Makes the folder.
    static Result<Store> Open(std::string folder);

    // On disk when this returns. BODY_TOO_LARGE beyond kBlobBytesMax.
    Result<Ref> Put(std::string_view contents) const;
    // A file received earlier is moved in: it must be on the same file system and nobody's but the caller's.
    Result<Ref> Adopt(const std::string& path) const;
    // The contents, checked against the hash: INTERNAL if the file was damaged, NOT_FOUND if there is none.
    Result<std::string> Get(std::string_view hash) const;
    // For handing the file on piece by piece; unchecked. NOT_FOUND if there is none, VALIDATION_FAILED for a bad hash.
    Result<std::string> PathOf(std::string_view hash) const;
    Status Delete(std::string_view hash) const;
    // All hashes, sorted.
    Result<std::vector<std::string>> List() const;
    // Reads every blob; returns the hashes of the damaged ones. UNAVAILABLE once `work` is to stop.
    Result<std::vector<std::string>> FindDamaged(const base::Work& work = {}) const;

  private:
    explicit Store(std::string folder) : folder_(std::move(folder)) {}
    std::string PathFor(std::string_view hash) const;

    std::string folder_;
};

// 64 lower-case hex characters.
bool IsHash(std::string_view text);

}  // namespace rt::storage::blob
