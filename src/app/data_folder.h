// Where things lie in the folder of data. One place for every path; the names that backups share are
// storage/layout.h's.
#pragma once

#include <string>

#include "base/result.h"
#include "storage/layout.h"

namespace rt::app {

struct DataFolder {
    std::string root;

    std::string Lock() const { return In("roundtable.lock"); }
    std::string Database() const { return In(storage::kDatabaseFile); }
    std::string Kv() const { return In(storage::kKvFolder); }
    std::string Blobs() const { return In(storage::kBlobFolder); }
    std::string Keys() const { return In(storage::kKeyFolder); }
    std::string Backups() const { return In(storage::kBackupFolder); }
    std::string Scratch() const { return In("tmp"); }          // uploads and exports under way; emptied at start
    std::string Transfers() const { return In("transfers"); }  // exports until they expire, files to import
    std::string WebRoot() const { return In("web-root"); }
    std::string Run() const { return In("run"); }
    std::string ControlSocket() const { return In("run/control.sock"); }

  private:
    std::string In(std::string_view name) const { return root + "/" + std::string(name); }
};

// Makes what is missing and checks that nobody else may write or read. Empties Scratch().
Status PrepareFolder(const DataFolder& folder);

}  // namespace rt::app
