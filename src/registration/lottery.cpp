#include "registration/lottery.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "json/json.h"

namespace rt::registration {
namespace {

std::string TextOf(const json::Value& object, std::string_view key) {
    const json::Value* value = object.Find(key);
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

Error Wrong(const std::string& detail) {
    return base::FailText(Code::kInvalid, {"抽签文件有误：" + detail, "The lottery file is not right: " + detail});
}

}  // namespace

DrawOrder OrderOf(std::string_view seed, std::vector<std::string> ids) {
    std::sort(ids.begin(), ids.end());
    std::string all;
    for (const std::string& id : ids) all += id;
    DrawOrder out;
    out.pool_hash = base::HexEncode(crypto::Sha256(all));
    const std::string key = std::string(seed) + out.pool_hash;
    std::vector<std::pair<std::string, std::string>> keyed;
    keyed.reserve(ids.size());
    for (std::string& id : ids) {
        std::string rank = base::HexEncode(crypto::HmacSha256(key, id));
        keyed.emplace_back(std::move(rank), std::move(id));
    }
    std::sort(keyed.begin(), keyed.end());
    for (auto& [rank, id] : keyed) out.order.push_back(std::move(id));
    return out;
}

Result<std::size_t> VerifyLottery(std::string_view json_text) {
    RT_TRY(const json::Value file, json::Decode(json_text));
    const json::Value* data = file.Find("data") != nullptr ? file.Find("data") : &file;
    const std::string seed = TextOf(*data, "seed");
    if (base::HexEncode(crypto::Sha256(seed)) != TextOf(*data, "commitment")) {
        return Wrong("the seed is not the one committed to");
    }
    const json::Value* entries = data->Find("entries");
    if (entries == nullptr || !entries->IsArray()) return Wrong("there are no entries");
    std::vector<std::string> ids;
    for (const json::Value& entry : entries->AsArray()) {
        const bool good = entry.IsArray() && !entry.AsArray().empty() && entry.AsArray().front().IsString();
        if (!good) return Wrong("an entry has no registration");
        ids.push_back(entry.AsArray().front().AsString());
    }
    const DrawOrder right = OrderOf(seed, ids);
    if (right.pool_hash != TextOf(*data, "pool_hash")) return Wrong("the pool is another one");
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (ids.at(i) != right.order.at(i)) return Wrong("the order differs at rank " + std::to_string(i + 1));
    }
    return ids.size();
}

}  // namespace rt::registration
