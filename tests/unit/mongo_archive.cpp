// Archives of mongodump: blocks in any order, check sums, and every way to be damaged; packed with gzip or not.

#include <doctest/doctest.h>
#include <zlib.h>

#include <map>

#include "mongo/archive.h"
#include "mongo/bson.h"
#include "support/bson_bytes.h"

using namespace rt;
using testing::ArchiveBlock;
using testing::ArchiveCollection;
using testing::ArchiveEnd;
using testing::ArchiveHead;
using testing::Doc;
using testing::Element;
using testing::U32;

namespace {

std::string Numbered(std::size_t number) {
    return Doc(Element(0x10, "_id", U32(number)));
}

struct Seen {
    std::size_t listed = 0;
    std::map<std::string, std::string> documents;  // of each collection, one after another
    std::string problem;
};

Seen Read(std::unique_ptr<mongo::Bytes> in) {
    Seen out;
    const Status done = mongo::ReadArchive(
        *in, [&](const std::vector<mongo::Namespace>& all) { out.listed = all.size(); },
        [&](const mongo::Namespace& of, std::string_view bson) -> Status {
            out.documents[of.Text()] += bson;
            return Ok();
        });
    if (!done.ok()) out.problem = done.error().message.en;
    return out;
}

Seen Read(const std::string& text) {
    return Read(mongo::Unpacked(std::make_unique<mongo::TextBytes>(text)));
}

std::string Gzip(const std::string& text) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&stream, text.size()) + 32, '\0');
    std::string in = text;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

const std::string kHead = ArchiveHead(ArchiveCollection("users") + ArchiveCollection("teams"));
const std::string kUsers = Numbered(1) + Numbered(2) + Numbered(3);

std::string Sound() {
    return kHead + ArchiveBlock("users", Numbered(1)) + ArchiveBlock("teams", Numbered(9)) +
           ArchiveBlock("users", Numbered(2) + Numbered(3)) + ArchiveEnd("teams", mongo::Crc64(0, Numbered(9))) +
           ArchiveEnd("users", mongo::Crc64(0, kUsers));
}

}  // namespace

TEST_CASE("the check sum is the one of the specification") {
    CHECK(mongo::Crc64(0, "123456789") == 0x995d'c9bb'df19'39fa);
    CHECK(mongo::Crc64(mongo::Crc64(0, "1234"), "56789") == 0x995d'c9bb'df19'39fa);
    CHECK(mongo::Crc64(0, "") == 0);
}

TEST_CASE("blocks of several collections are put together") {
    for (const std::string& text : {Sound(), Gzip(Sound()), Gzip(Sound().substr(0, 100)) + Gzip(Sound().substr(100))}) {
        Seen seen = Read(text);
        CHECK(seen.problem == "");
        CHECK(seen.listed == 2);
        CHECK(seen.documents["app.users"] == kUsers);
        CHECK(seen.documents["app.teams"] == Numbered(9));
    }
    const std::string empty = ArchiveHead(ArchiveCollection("users")) + ArchiveEnd("users", 0);
    CHECK(Read(empty).problem == "");
}

TEST_CASE("an archive that was cut anywhere is found out") {
    const std::string whole = Sound();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK(Read(whole.substr(0, size)).problem != "");
    }
    const std::string packed = Gzip(whole);
    for (std::size_t size = 0; size < packed.size(); size += 7) {
        CAPTURE(size);
        CHECK(Read(packed.substr(0, size)).problem != "");
    }
}

TEST_CASE("what is damaged is found out") {
    CHECK(Read("hello, this is no archive").problem == "this is no archive of mongodump");
    CHECK(Read(kHead + ArchiveBlock("users", kUsers) + ArchiveEnd("users", 1))
              .problem.find("the check sum of app.users") == 0);
    CHECK(Read(kHead + U32(0xffff'ffff)).problem == "a block without a head");
    CHECK(Read(kHead + Doc("")).problem == "the head of a block is damaged");
    const std::string end = ArchiveEnd("users", 0);
    CHECK(Read(kHead + end + ArchiveBlock("users", kUsers)).problem == "documents of app.users after its end");
    CHECK(Read(kHead + end.substr(0, end.size() - 4) + kUsers + U32(0xffff'ffff)).problem ==
          "documents of app.users after its end");
    CHECK(Read(kHead + end).problem == "the archive ends before app.teams");
    CHECK(Read(kHead + ArchiveBlock("users", U32(4))).problem.find("a document of 4 bytes") == 0);
    CHECK(Read(kHead + ArchiveBlock("users", U32(mongo::kDocumentBytesMax + 1))).problem.find("a document of ") == 0);
    std::string packed = Gzip(Sound());
    packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 0x55);
    CHECK(Read(packed).problem != "");
}

TEST_CASE("a file of documents is read to its end") {
    const auto read = [](const std::string& text) {
        std::size_t count = 0;
        mongo::TextBytes in(text);
        const Status done = mongo::ReadDocuments(in, {"app", "users"}, [&](const auto&, std::string_view) -> Status {
            ++count;
            return Ok();
        });
        return done.ok() ? std::to_string(count) : done.error().message.en;
    };
    CHECK(read("") == "0");
    CHECK(read(kUsers) == "3");
    CHECK(read(kUsers.substr(0, kUsers.size() - 1)) == "the file is cut short");
    CHECK(read(kUsers + U32(0xffff'ffff)).find("a document without a length") == 0);
}
