#include "app/field_keys.h"

#include <utility>

#include "app/keys.h"
#include "base/encoding.h"
#include "base/lines.h"
#include "os/file.h"

namespace rt::app {
namespace {

using storage::reseal::Count;
using storage::reseal::Mode;

constexpr std::size_t kFileBytesMax = 4096;
constexpr std::int64_t kRowsAtOnce = 200;
constexpr std::int64_t kWorkMicrosMax = 300'000;

std::string FieldKeyPath(const std::string& folder) {
    return folder + "/field.key";
}

Result<std::vector<std::string>> ReadMasters(const std::string& path) {
    RT_CHECK_OK(os::CheckSecretFile(path));
    RT_TRY(const std::string text, os::ReadFile(path, kFileBytesMax));
    std::vector<std::string> masters;
    for (const std::string_view line : base::LinesOf(text)) {
        const auto bytes = base::HexDecode(line);
        if (!bytes.has_value() || bytes->size() != kKeyBytes)
            return Fail(Code::kInvalidState, path + " holds something that is no key of 32 bytes");
        masters.emplace_back(base::AsText(*bytes));
    }
    if (masters.empty()) return Fail(Code::kInvalidState, path + " holds no key");
    return masters;
}

// Tells keys apart for people; nothing else is derived for this use, and nobody finds the key by it.
std::string ShortId(std::string_view master) {
    constexpr std::size_t kDigits = 8;
    return base::HexEncode(base::AsBytes(crypto::DeriveKey(master, "field.key.id"))).substr(0, kDigits);
}

}  // namespace

Result<std::shared_ptr<crypto::FieldRing>> LoadFieldRing(const std::string& key_folder, Random& random) {
    const std::string path = FieldKeyPath(key_folder);
    const std::string fixed_path = key_folder + "/blind.key";
    std::vector<std::string> masters;
    if (os::Exists(path)) {
        RT_TRY(masters, ReadMasters(path));
        if (!os::Exists(fixed_path)) {
            const Status made = os::CreateFileAtomic(fixed_path, base::HexEncode(base::AsBytes(masters.back())) + "\n");
            if (!made.ok() && made.error().code != Code::kAlreadyExists) return made.error();
        }
    }
    RT_TRY(std::string fixed, LoadOrCreateKey(fixed_path, random));
    if (masters.empty()) {
        RT_TRY(std::string first, LoadOrCreateKey(path, random));
        masters.push_back(std::move(first));
    }
    return crypto::FieldRing::Make(std::move(masters), std::move(fixed));
}

Status FieldKeys::Store(const std::vector<std::string>& masters, std::string_view action, storage::audit::Entry by) {
    std::string text;
    for (const std::string& master : masters) text.append(base::HexEncode(base::AsBytes(master))).append("\n");
    RT_CHECK_OK(os::WriteFileAtomic(FieldKeyPath(parts_.key_folder), text));
    RT_CHECK_OK(parts_.ring->Turn(masters));
    parts_.log.Info("field keys", {{"action", action}, {"keys", static_cast<std::int64_t>(masters.size())}});
    by.at = parts_.clock.Now();
    by.entity = "server";
    by.action = action;
    return parts_.db.Write(action, [&](storage::sql::Writer& writer) { return parts_.audit.Append(writer, by); });
}

Status FieldKeys::Begin(const storage::audit::Entry& by) {
    const std::lock_guard lock(mutex_);
    if (under_way()) {
        return FailText(Code::kConflict, {"字段密钥轮换正在进行", "a rotation of the field keys is under way"});
    }
    RT_TRY(auto masters, ReadMasters(FieldKeyPath(parts_.key_folder)));
    base::Bytes fresh(kKeyBytes);
    parts_.random.Fill(fresh);
    masters.insert(masters.begin(), std::string(base::AsText(fresh)));
    place_ = {};
    clean_since_.reset();
    return Store(masters, "keys.field.rotate", by);
}

// One chunk of the column that is due.
Status FieldKeys::StepOn() {
    if (PassEnded()) place_ = {};
    const storage::reseal::Column& column = parts_.columns[place_.column];
    RT_TRY(const auto next,
           storage::reseal::Step(parts_.db, column, place_.after, kRowsAtOnce, Mode::kReseal, place_.pass));
    if (next.has_value()) {
        place_.after = *next;
    } else {
        ++place_.column;
        place_.after = 0;
    }
    return Ok();
}

Status FieldKeys::Work(const std::function<bool()>& may_finish) {
    const std::lock_guard lock(mutex_);
    if (!under_way()) return Ok();
    const std::int64_t end = parts_.clock.MonotonicMicros() + kWorkMicrosMax;
    do {
        RT_CHECK_OK(StepOn());
    } while (!PassEnded() && parts_.clock.MonotonicMicros() < end);
    if (!PassEnded()) return Ok();
    const Count pass = place_.pass;
    parts_.metrics.Get(Metric::kFieldKeyOld).Set(pass.old);
    if (pass.old > 0) {
        clean_since_.reset();
        return Ok();
    }
    const std::int64_t now = parts_.clock.MonotonicMicros();
    if (!clean_since_.has_value()) clean_since_ = now;
    if (now - *clean_since_ < kSettleMicros || !may_finish()) return Ok();
    return Finish();
}

Status FieldKeys::WorkToTheEnd() {
    const std::lock_guard lock(mutex_);
    while (under_way()) {
        place_ = {};
        while (!PassEnded()) RT_CHECK_OK(StepOn());
        if (place_.pass.old == 0) return Finish();
    }
    return Ok();
}

Status FieldKeys::Finish() {
    RT_TRY(auto masters, ReadMasters(FieldKeyPath(parts_.key_folder)));
    masters.resize(1);
    clean_since_.reset();
    return Store(masters, "keys.field.finish", {});
}

Result<json::Value> FieldKeys::Report() const {
    json::Array columns;
    for (const storage::reseal::Column& column : parts_.columns) {
        RT_TRY(const Count count, storage::reseal::Look(parts_.db, column));
        columns.push_back(json::Object{
            {"name", column.name}, {"values", count.values}, {"old", count.old}, {"broken", count.broken}});
    }
    RT_TRY(const auto masters, ReadMasters(FieldKeyPath(parts_.key_folder)));
    json::Array ids;
    for (const std::string& master : masters) ids.emplace_back(ShortId(master));
    return json::Value(json::Object{{"under_way", under_way()},
                                    {"keys", static_cast<std::int64_t>(parts_.ring->size())},
                                    {"ids", std::move(ids)},
                                    {"columns", std::move(columns)}});
}

}  // namespace rt::app
