#include "avalon/room/stream.h"

#include <algorithm>

namespace rt::avalon {
namespace {

void Comma(std::string& out) {
    if (!out.empty() && out.back() != '{' && out.back() != '[') out += ',';
}

void AddMember(std::string& out, std::string_view name, std::string_view encoded) {
    Comma(out);
    out += '"';
    out += name;
    out += "\":";
    out += encoded;
}

const std::string* Find(const Members& members, std::string_view name) {
    for (const auto& [key, value] : members) {
        if (key == name) return &value;
    }
    return nullptr;
}

// What was appended to an array, with brackets; nullopt if `now` is anything else than `before` with more behind it.
std::optional<std::string> Appended(std::string_view before, std::string_view now) {
    if (before.size() < 2 || before.front() != '[' || now.size() <= before.size()) return std::nullopt;
    const std::string_view head = before.substr(0, before.size() - 1);
    if (!now.starts_with(head)) return std::nullopt;
    std::string_view tail = now.substr(head.size());
    if (head.size() > 1) {
        if (tail.front() != ',') return std::nullopt;
        tail.remove_prefix(1);
    }
    return "[" + std::string(tail);
}

void AddPatch(std::string& out, std::string_view part, const Members& before, const Members& now) {
    const std::string patch = Patch(before, now);
    if (!patch.empty()) AddMember(out, part, patch);
}

}  // namespace

FramePtr MakeFrame(std::string name, std::string data, std::optional<std::int64_t> seq) {
    auto frame = std::make_shared<Frame>();
    frame->message = realtime::MakeEncodedMessage(name, data, {.seq = seq});
    frame->name = std::move(name);
    frame->data = std::move(data);
    frame->seq = seq;
    return frame;
}

Members MembersOf(const json::Object& object) {
    Members out;
    out.reserve(object.members().size());
    for (const auto& [name, value] : object.members()) out.emplace_back(name, json::Encode(value));
    return out;
}

std::string Encode(const Members& members) {
    std::string out = "{";
    for (const auto& [name, value] : members) AddMember(out, name, value);
    return out + "}";
}

std::string Patch(const Members& before, const Members& now) {
    std::string set = "{";
    std::string add = "{";
    for (const auto& [name, value] : now) {
        const std::string* old = Find(before, name);
        if (old != nullptr && *old == value) continue;
        const auto appended = old == nullptr ? std::nullopt : Appended(*old, value);
        if (appended.has_value()) {
            AddMember(add, name, *appended);
        } else {
            AddMember(set, name, value);
        }
    }
    for (const auto& [name, value] : before) {
        if (value != "null" && Find(now, name) == nullptr) AddMember(set, name, "null");
    }
    std::string out = "{";
    if (set.size() > 1) AddMember(out, "set", set + "}");
    if (add.size() > 1) AddMember(out, "add", add + "}");
    return out.size() == 1 ? std::string() : out + "}";
}

FramePtr Stream::Update(Shown now) {
    std::string data = "{";
    AddPatch(data, "you", shown_.you, now.you);
    AddPatch(data, "room", shown_.room, now.room);
    std::string_view type = "room";
    const std::size_t before_game = data.size();
    if (now.game.has_value()) {
        AddPatch(data, "game", shown_.game.value_or(Members{}), *now.game);
    } else if (shown_.game.has_value()) {
        AddMember(data, "game", "null");
    }
    if (data.size() != before_game) type = "game";
    shown_ = std::move(now);
    if (data.size() == 1) return nullptr;
    return Keep(type, data + "}");
}

FramePtr Stream::Chat(std::string_view messages) {
    return Keep("chat", "{\"chat\":[" + std::string(messages) + "]}");
}

FramePtr Stream::Silence() const {
    return Event("chat", R"({"chat":[]})");
}

FramePtr Stream::Event(std::string_view type, const std::string& data) const {
    std::string text = R"({"roomId":")" + room_id_ + R"(","seq":)" + std::to_string(seq_) + R"(,"type":")" +
                       std::string(type) + R"(","data":)" + data + "}";
    return MakeFrame("room:event", std::move(text), seq_);
}

FramePtr Stream::Keep(std::string_view type, const std::string& data) {
    ++seq_;
    FramePtr frame = Event(type, data);
    kept_bytes_ += frame->data.size();
    kept_.push_back(frame);
    while (kept_.size() > kKeptFrames || kept_bytes_ > kKeptBytes) {
        kept_bytes_ -= kept_.front()->data.size();
        kept_.pop_front();
    }
    return frame;
}

FramePtr Stream::Whole(const Members& you, std::string_view chat) const {
    std::string view = "{";
    AddMember(view, "you", avalon::Encode(you));
    AddMember(view, "room", avalon::Encode(shown_.room));
    AddMember(view, "game", shown_.game.has_value() ? avalon::Encode(*shown_.game) : "null");
    AddMember(view, "chat", "[" + std::string(chat) + "]");
    std::string text = R"({"roomId":")" + room_id_ + R"(","seq":)" + std::to_string(seq_) + R"(,"view":)" + view + "}}";
    return MakeFrame("room:view", std::move(text), seq_);
}

std::optional<std::vector<FramePtr>> Stream::Since(std::int64_t seq) const {
    if (seq > seq_ || seq < seq_ - static_cast<std::int64_t>(kept_.size())) return std::nullopt;
    return std::vector<FramePtr>(kept_.end() - (seq_ - seq), kept_.end());
}

}  // namespace rt::avalon
