#pragma once

#include <string_view>

namespace rt::base {

/// A file that was put into the binary at build time. Both views live as long as the process.
///
/// The build gives each module with sources two functions in namespace `rt::embedded`, which the module declares where
/// it uses them:
///   std::span<const EmbeddedFile> <Module>Migrations();   // src/<module>/migrations/
///   std::span<const EmbeddedFile> <Module>Resources();    // src/<module>/resources/
/// and the pages of web/ as `WebAssets()`. Entries are sorted by name; a folder without files gives an empty span.
struct EmbeddedFile {
    std::string_view name;  ///< path relative to the embedded folder, for example `0001_init.up.sql`
    std::string_view data;
};

}  // namespace rt::base
