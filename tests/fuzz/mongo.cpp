// Dumps of MongoDB: the input as one document, as a file of documents, as an archive, and behind the sound head of one.
// Whatever is taken is JSON that can be kept.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "mongo/archive.h"
#include "mongo/bson.h"
#include "support/bson_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace rt;

void CheckDocument(std::string_view bytes) {
    const auto document = mongo::DecodeBson(bytes);
    if (!document.ok()) {
        RT_CHECK(document.error().code == Code::kInvalid && !document.error().message.empty());
        return;
    }
    const auto again = json::Decode(json::Encode(*document));
    RT_CHECK(again.ok() && *again == json::Value(*document));
    for (const auto& [name, value] : document->members()) {
        (void)mongo::IdText(value);
        (void)mongo::TimeOf(value);
    }
}

void CheckStatus(const Status& done) {
    RT_CHECK(done.ok() || (done.error().code == Code::kInvalid && !done.error().message.empty()));
}

void CheckArchive(const std::string& bytes) {
    const auto in = mongo::Unpacked(std::make_unique<mongo::TextBytes>(bytes));
    CheckStatus(mongo::ReadArchive(
        *in, [](const std::vector<mongo::Namespace>&) {},
        [](const mongo::Namespace&, std::string_view bson) -> Status {
            CheckDocument(bson);
            return Ok();
        }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    CheckDocument(text);
    mongo::TextBytes in(text);
    CheckStatus(
        mongo::ReadDocuments(in, {"app", "users"}, [](const mongo::Namespace&, std::string_view bson) -> Status {
            CheckDocument(bson);
            return Ok();
        }));
    CheckArchive(text);
    const std::string head = testing::ArchiveHead(testing::ArchiveCollection("users"));
    CheckArchive(head + text);
    CheckArchive(head + testing::ArchiveBlock("users", text) + testing::ArchiveEnd("users", mongo::Crc64(0, text)));
    return 0;
}
