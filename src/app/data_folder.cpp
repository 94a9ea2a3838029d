#include "app/data_folder.h"

#include "os/file.h"

namespace rt::app {

Status PrepareFolder(const DataFolder& folder) {
    RT_CHECK_OK(os::MakeFolders(folder.root));
    RT_CHECK_OK(os::CheckFolder(folder.root, os::FolderRule::kNobodyWrites));
    RT_CHECK_OK(os::RemoveFolder(folder.Scratch()));
    for (const std::string& path : {folder.Kv(), folder.Keys(), folder.Backups(), folder.Scratch(), folder.Transfers(),
                                    folder.WebRoot(), folder.Run()}) {
        RT_CHECK_OK(os::MakeFolders(path));
    }
    return os::CheckFolder(folder.Keys(), os::FolderRule::kNobodyReads);
}

}  // namespace rt::app
