// A dump that mongodump made: a folder of DATABASE/COLLECTION.bson files, or an archive; each packed with gzip or not.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "mongo/archive.h"

namespace rt::mongo {

// Immutable; reads the files anew each time.
class Dump {
  public:
    // A folder that holds folders of databases, or is one. NOT_FOUND; VALIDATION_FAILED when there is nothing of a
    // dump.
    static Result<Dump> Open(const std::string& path);

    // Every document, a collection's own in their order; those of MongoDB itself (admin, config, local, system.*) are
    // left out. `listed` hears of each collection, also of empty ones. Errors name the file.
    Status Read(const std::function<void(const Namespace&)>& listed, const DocumentFn& each) const;

  private:
    struct File {
        Namespace of;
        std::string path;
    };

    std::string archive_;  // empty: a folder
    std::vector<File> files_;
};

}  // namespace rt::mongo
