#pragma once

#include <span>
#include <string_view>

namespace rt::base {

/// A third-party library inside this binary.
struct LinkedLibrary {
    std::string_view name;
    std::string_view version;  ///< the distribution's package version, or that of the fetched source
    std::string_view source;   ///< the distribution's package, or `fetched`
};

/// The version of this build, for example `0.1.0` (CMakeLists.txt).
std::string_view BuildVersion();

/// Every library that the build linked, in build order (`version --json`, the SBOM).
std::span<const LinkedLibrary> LinkedLibraries();

}  // namespace rt::base
