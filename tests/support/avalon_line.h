// A client of a room without a network, and an archive in memory.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "avalon/room/archive.h"
#include "avalon/room/line.h"
#include "json/json.h"

namespace rt::avalon {

// What a client keeps of a room: the view, patched by events, as docs/avalon-protocol.md says.
class TestLine final : public Line {
  public:
    explicit TestLine(std::string id) : id_(std::move(id)) {}
    const std::string& id() const override { return id_; }
    bool open() const override { return !cut; }
    void Send(const FramePtr& frame) override {
        frames.push_back(frame);
        const json::Value data = *json::Decode(frame->data);
        if (frame->name == "room:view") {
            view = *data.Find("view");
            seq = data.Find("seq")->AsInt();
        } else if (frame->name == "room:event") {
            REQUIRE(data.Find("seq")->AsInt() == seq + 1);
            ++seq;
            Patch(*data.Find("data"));
        } else if (frame->name == "room:closed") {
            closed = data.Find("reason")->AsString();
        }
    }
    const json::Value& room() const { return *view.Find("room"); }
    const json::Value& game() const { return *view.Find("game"); }
    std::string phase() const { return game().IsNull() ? "" : game().Find("phase")->AsString(); }
    std::size_t chats() const { return view.Find("chat")->AsArray().size(); }

    std::vector<FramePtr> frames;
    json::Value view;
    std::int64_t seq = 0;
    std::string closed;
    bool cut = false;

  private:
    void Patch(const json::Value& data) {
        for (const auto& [part, patch] : data.AsObject().members()) {
            json::Value whole = *view.Find(part);
            if (part == "chat") {
                for (const json::Value& message : patch.AsArray()) whole.AsArray().push_back(message);
            } else if (patch.IsNull()) {
                whole = {};
            } else {
                if (whole.IsNull()) whole = json::Object{};
                if (const json::Value* set = patch.Find("set")) {
                    for (const auto& [name, value] : set->AsObject().members()) whole.AsObject().Set(name, value);
                }
                if (const json::Value* add = patch.Find("add")) {
                    for (const auto& [name, value] : add->AsObject().members()) {
                        json::Value grown = *whole.Find(name);
                        for (const json::Value& item : value.AsArray()) grown.AsArray().push_back(item);
                        whole.AsObject().Set(name, grown);
                    }
                }
            }
            view.AsObject().Set(part, whole);
        }
    }
    std::string id_;
};

// Keeps games in memory; fails as often as it is told to.
class TestArchive final : public Archive {
  public:
    Status Save(const GameRecord& record) override {
        if (failures > 0) {
            --failures;
            return Fail(Code::kUnavailable, "the archive is told to fail");
        }
        games.emplace(record.game_id, record);
        ++saves;
        return Ok();
    }
    std::map<std::string, GameRecord> games;
    int failures = 0;
    int saves = 0;
};

inline const json::Value& Member(const json::Value& of, std::string_view name) {
    const json::Value* found = of.Find(name);
    REQUIRE_MESSAGE(found != nullptr, name);
    return *found;
}

inline const json::Value& PlayerRow(const TestLine& line, std::size_t player) {
    return line.room().Find("players")->AsArray()[player];
}

}  // namespace rt::avalon
