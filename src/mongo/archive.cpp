#include "mongo/archive.h"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "mongo/bson.h"

namespace rt::mongo {
namespace {

constexpr std::uint32_t kEndOfBlock = 0xffff'ffff;
constexpr std::uint64_t kCrcPolynomial = 0xc96c'5795'd787'0f42;

constexpr std::array<std::uint64_t, 256> CrcTable() {
    std::array<std::uint64_t, 256> out{};
    for (std::uint64_t i = 0; i < out.size(); ++i) {
        std::uint64_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? value >> 1U ^ kCrcPolynomial : value >> 1U;
        out[i] = value;
    }
    return out;
}
constexpr auto kCrcTable = CrcTable();

Error Damaged(const std::string& what) {
    return base::FailText(Code::kInvalid, {what, what});
}

// What comes next in a stream of documents.
enum class Next : std::uint8_t { kDocument, kTerminator, kEnd };

// Into `out`, which is emptied first.
Result<Next> ReadNext(Bytes& in, std::string& out) {
    out.clear();
    RT_TRY(const bool any, ReadExactly(in, 4, out));
    if (!any) return Next::kEnd;
    const std::uint32_t size = ReadU32(out);
    if (size == kEndOfBlock) return Next::kTerminator;
    if (size < kDocumentBytesMin || size > kDocumentBytesMax) {
        return Damaged("a document of " + std::to_string(size) + " bytes: the file is damaged");
    }
    RT_TRY(const bool rest, ReadExactly(in, size - 4, out));
    if (!rest) return Damaged("the file is cut short");
    if (out.back() != '\0') return Damaged("a document without its end: the file is damaged");
    return Next::kDocument;
}

std::string TextIn(const json::Object& object, std::string_view key) {
    const json::Value* value = object.Find(key);
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

// The header of a block.
struct Block {
    Namespace of;
    bool last = false;
    std::uint64_t crc = 0;
};

Result<Block> ReadBlock(std::string_view bson) {
    RT_TRY(const json::Object header, DecodeBson(bson));
    const json::Value* last = header.Find("EOF");
    const json::Value* crc = header.Find("CRC");
    Block out{{TextIn(header, "db"), TextIn(header, "collection")}, false, 0};
    const bool sound = last != nullptr && last->IsBool() && crc != nullptr && crc->IsInt();
    if (!sound || out.of.collection.empty()) return Damaged("the head of a block is damaged");
    out.last = last->AsBool();
    out.crc = static_cast<std::uint64_t>(crc->AsInt());
    return out;
}

class ArchiveReader {
  public:
    ArchiveReader(Bytes& in, const DocumentFn& each) : in_(in), each_(each) {}

    Result<std::vector<Namespace>> Prelude() {
        std::string magic;
        RT_TRY(const bool any, ReadExactly(in_, 4, magic));
        if (!any || ReadU32(magic) != kArchiveMagic) return Damaged("this is no archive of mongodump");
        RT_TRY(const auto next, ReadNext(in_, buffer_));
        if (next != Next::kDocument) return Damaged("the archive has no head");
        RT_TRY(const json::Object head, DecodeBson(buffer_));
        const std::string version = TextIn(head, "version");
        if (version != "0.1") return Damaged("an archive of format " + version + "; 0.1 is read");
        std::vector<Namespace> out;
        while (true) {
            RT_TRY(const auto then, ReadNext(in_, buffer_));
            if (then == Next::kEnd) return Damaged("the archive is cut short");
            if (then == Next::kTerminator) return out;
            RT_TRY(const json::Object one, DecodeBson(buffer_));
            out.push_back({TextIn(one, "db"), TextIn(one, "collection")});
            if (out.size() > kCollectionsMax) return Damaged("more collections than can be");
            // Of a view or a time series there are no documents.
            const std::string type = TextIn(one, "type");
            if (type.empty() || type == "collection") expected_.insert(out.back());
        }
    }

    Status Blocks() {
        while (true) {
            RT_TRY(const auto next, ReadNext(in_, buffer_));
            if (next == Next::kEnd) break;
            if (next == Next::kTerminator) return Damaged("a block without a head");
            RT_TRY(const Block block, ReadBlock(buffer_));
            RT_CHECK_OK(Documents(block));
        }
        if (!open_.empty()) return Damaged("the archive ends inside " + open_.begin()->first.Text());
        if (!expected_.empty()) return Damaged("the archive ends before " + expected_.begin()->Text());
        return Ok();
    }

  private:
    Status Documents(const Block& block) {
        if (closed_.contains(block.of)) return Damaged("documents of " + block.of.Text() + " after its end");
        std::uint64_t& crc = open_[block.of];
        if (open_.size() > kCollectionsMax) return Damaged("more collections than can be");
        while (true) {
            RT_TRY(const auto next, ReadNext(in_, buffer_));
            if (next == Next::kEnd) return Damaged("the archive is cut short inside " + block.of.Text());
            if (next == Next::kTerminator) break;
            if (block.last) return Damaged("documents of " + block.of.Text() + " after its end");
            crc = Crc64(crc, buffer_);
            RT_CHECK_OK(each_(block.of, buffer_));
        }
        if (!block.last) return Ok();
        if (crc != block.crc) return Damaged("the check sum of " + block.of.Text() + " differs: it is damaged");
        open_.erase(block.of);
        expected_.erase(block.of);
        closed_.insert(block.of);
        return Ok();
    }

    Bytes& in_;
    const DocumentFn& each_;
    std::string buffer_;
    std::set<Namespace> expected_;
    std::map<Namespace, std::uint64_t> open_;  // the check sum so far
    std::set<Namespace> closed_;
};

}  // namespace

std::uint64_t Crc64(std::uint64_t before, std::string_view bytes) {
    std::uint64_t crc = ~before;
    for (const char c : bytes)
        crc = kCrcTable[static_cast<std::uint8_t>(crc) ^ static_cast<std::uint8_t>(c)] ^ crc >> 8U;
    return ~crc;
}

Status ReadDocuments(Bytes& in, const Namespace& of, const DocumentFn& each) {
    std::string buffer;
    while (true) {
        RT_TRY(const auto next, ReadNext(in, buffer));
        if (next == Next::kEnd) return Ok();
        if (next == Next::kTerminator) return Damaged("a document without a length: the file is damaged");
        RT_CHECK_OK(each(of, buffer));
    }
}

Status ReadArchive(Bytes& in, const std::function<void(const std::vector<Namespace>&)>& listed,
                   const DocumentFn& each) {
    ArchiveReader reader(in, each);
    RT_TRY(const auto collections, reader.Prelude());
    listed(collections);
    return reader.Blocks();
}

}  // namespace rt::mongo
