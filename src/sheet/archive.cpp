#include <minizip/unzip.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "sheet/reader_internal.h"

namespace rt::sheet {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;
constexpr uLong kEncrypted = 1;

struct Memory {
    std::string_view bytes;
    std::uint64_t at = 0;
};

voidpf OpenMemory(voidpf opaque, const void* /*name*/, int /*mode*/) {
    return opaque;
}

uLong ReadMemory(voidpf /*opaque*/, voidpf stream, void* out, uLong size) {
    auto& memory = *static_cast<Memory*>(stream);
    const std::uint64_t left = memory.at < memory.bytes.size() ? memory.bytes.size() - memory.at : 0;
    const auto count = std::min<std::uint64_t>(left, size);
    if (count > 0) std::memcpy(out, memory.bytes.data() + memory.at, count);
    memory.at += count;
    return static_cast<uLong>(count);
}

uLong WriteMemory(voidpf /*opaque*/, voidpf /*stream*/, const void* /*in*/, uLong /*size*/) {
    return 0;
}

ZPOS64_T TellMemory(voidpf /*opaque*/, voidpf stream) {
    return static_cast<Memory*>(stream)->at;
}

long SeekMemory(voidpf /*opaque*/, voidpf stream, ZPOS64_T offset, int origin) {
    auto& memory = *static_cast<Memory*>(stream);
    std::uint64_t base = 0;
    if (origin == ZLIB_FILEFUNC_SEEK_CUR) base = memory.at;
    if (origin == ZLIB_FILEFUNC_SEEK_END) base = memory.bytes.size();
    if (offset > memory.bytes.size() || base + offset > memory.bytes.size()) return -1;
    memory.at = base + offset;
    return 0;
}

int CloseMemory(voidpf /*opaque*/, voidpf /*stream*/) {
    return 0;
}

int NoError(voidpf /*opaque*/, voidpf /*stream*/) {
    return 0;
}

}  // namespace

struct Archive::Source {
    Memory memory;
    unzFile file = nullptr;
};

Archive::Archive(std::unique_ptr<Source> source, const Limits& limits) : source_(std::move(source)), limits_(limits) {}

Archive::~Archive() {
    if (source_->file != nullptr) unzClose(source_->file);
}

Result<std::unique_ptr<Archive>> Archive::Open(std::string_view bytes, const Limits& limits) {
    auto source = std::make_unique<Source>();
    source->memory.bytes = bytes;
    zlib_filefunc64_def functions{OpenMemory, ReadMemory,  WriteMemory, TellMemory,
                                  SeekMemory, CloseMemory, NoError,     &source->memory};
    source->file = unzOpen2_64("", &functions);
    if (source->file == nullptr) return Damaged();
    std::unique_ptr<Archive> out(new Archive(std::move(source), limits));
    unz_global_info64 info{};
    if (unzGetGlobalInfo64(out->source_->file, &info) != UNZ_OK) return Damaged();
    if (info.number_entry > limits.parts_max) return TooLarge();
    return out;
}

bool Archive::Has(const std::string& path) {
    return unzLocateFile(source_->file, path.c_str(), 1) == UNZ_OK;
}

Status Archive::Read(const std::string& path, const TakeBytes& take) {
    unz_file_info64 info{};
    if (!Has(path) || unzGetCurrentFileInfo64(source_->file, &info, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK) {
        return Damaged();
    }
    if ((info.flag & kEncrypted) != 0) {
        return Refuse("文件已加密，请去掉密码后再上传", "The file is encrypted; remove its password first");
    }
    if (unzOpenCurrentFile(source_->file) != UNZ_OK) return Damaged();
    std::array<char, kPieceBytes> piece;
    Status status = Ok();
    while (status.ok()) {
        const int bytes = unzReadCurrentFile(source_->file, piece.data(), static_cast<unsigned>(piece.size()));
        if (bytes < 0) status = Damaged();
        if (bytes <= 0) break;
        // What is counted is what came out, whatever the archive says of its sizes.
        unpacked_ += static_cast<std::size_t>(bytes);
        if (unpacked_ > limits_.unpacked_bytes_max) {
            status = TooLarge();
        } else {
            status = take({piece.data(), static_cast<std::size_t>(bytes)});
        }
    }
    const int closed = unzCloseCurrentFile(source_->file);
    if (status.ok() && closed != UNZ_OK) return Damaged();
    return status;
}

}  // namespace rt::sheet
