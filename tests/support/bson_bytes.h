// BSON and archives put together by hand, for tests that need each byte in its place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mongo/archive.h"

namespace rt::testing {

inline std::string Little(std::uint64_t value, std::size_t bytes) {
    std::string out;
    for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8U * i) & 0xffU);
    return out;
}
inline std::string U32(std::size_t value) {
    return Little(value, 4);
}
inline std::string Zero() {
    return std::string(1, '\0');
}
// A document of elements.
inline std::string Doc(const std::string& elements) {
    return U32(elements.size() + 5) + elements + Zero();
}
inline std::string Element(int type, std::string_view name, const std::string& value) {
    return std::string(1, static_cast<char>(type)) + std::string(name) + Zero() + value;
}
inline std::string Str(std::string_view text) {
    return U32(text.size() + 1) + std::string(text) + Zero();
}

inline std::string ArchiveHead(const std::string& collections) {
    const std::string head =
        Doc(Element(0x10, "concurrent_collections", U32(4)) + Element(0x02, "version", Str("0.1")) +
            Element(0x02, "server_version", Str("4.4")) + Element(0x02, "tool_version", Str("100")));
    return U32(mongo::kArchiveMagic) + head + collections + U32(0xffff'ffff);
}
inline std::string ArchiveCollection(std::string_view name) {
    return Doc(Element(0x02, "db", Str("app")) + Element(0x02, "collection", Str(name)) +
               Element(0x02, "metadata", Str("{}")) + Element(0x10, "size", U32(0)) +
               Element(0x02, "type", Str("collection")));
}
// A block of a collection; with `end` the last one, whose check sum is that of `documents` as a whole.
inline std::string ArchiveBlock(std::string_view name, const std::string& documents) {
    return Doc(Element(0x02, "db", Str("app")) + Element(0x02, "collection", Str(name)) + Element(0x08, "EOF", Zero()) +
               Element(0x12, "CRC", Little(0, 8))) +
           documents + U32(0xffff'ffff);
}
inline std::string ArchiveEnd(std::string_view name, std::uint64_t crc) {
    return Doc(Element(0x02, "db", Str("app")) + Element(0x02, "collection", Str(name)) +
               Element(0x08, "EOF", std::string(1, '\1')) + Element(0x12, "CRC", Little(crc, 8))) +
           U32(0xffff'ffff);
}

}  // namespace rt::testing
