// The configuration: the input is a TOML file, a .env file and flags at once. Nothing may crash; what is accepted lies
// in its range.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "config/loader.h"
#include "config/toml_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using rt::config::Sources;

// A file in memory with a path of its own.
class MemoryFile {
  public:
    explicit MemoryFile(std::string_view text) : fd_(memfd_create("config", MFD_CLOEXEC)) {
        RT_CHECK(fd_ >= 0 && write(fd_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    ~MemoryFile() { close(fd_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

  private:
    int fd_;
};

std::vector<std::pair<std::string, std::string>> Flags(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> out;
    while (!text.empty() && out.size() < 20) {
        const std::string_view row = text.substr(0, text.find('\n'));
        const std::size_t equals = row.find('=');
        // A file named by an option would be read from the disk of whoever fuzzes.
        const bool names_file = row.substr(0, equals).ends_with("_file");
        if (equals != std::string_view::npos && !names_file)
            out.emplace_back(row.substr(0, equals), row.substr(equals + 1));
        text.remove_prefix(std::min(text.size(), row.size() + 1));
    }
    return out;
}

void CheckLoaded(const Sources& sources) {
    const auto loaded = rt::config::Load(sources);
    if (!loaded.ok()) {
        RT_CHECK(!loaded.error().fields.empty());
        for (const auto& field : loaded.error().fields) RT_CHECK(!field.reason.zh.empty() && !field.reason.en.empty());
        return;
    }
    RT_CHECK(loaded->config.node_id >= 0 && loaded->config.node_id <= 255);
    RT_CHECK(loaded->config.storage_batch_max >= 1 && loaded->config.storage_batch_max <= 4096);
    RT_CHECK(loaded->origins.size() == rt::config::Options().size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    rt::config::ParseToml(text, "fuzz.toml");
    if (text.find("_file") != std::string_view::npos || text.find("_FILE") != std::string_view::npos) return 0;
    const MemoryFile file(text);
    Sources sources{.toml_path = file.path(), .toml_required = true, .dotenv_path = "", .environment = {}, .flags = {}};
    CheckLoaded(sources);
    sources.toml_path.clear();
    sources.dotenv_path = file.path();
    CheckLoaded(sources);
    sources.dotenv_path.clear();
    sources.flags = Flags(text);
    CheckLoaded(sources);
    return 0;
}
