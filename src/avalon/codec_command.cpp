#include "avalon/codec_internal.h"

namespace rt::avalon {

json::Object EncodeCommand(const Command& command) {
    json::Object out;
    out.Add("type", Name(command.type));
    out.Add("by", EncodeSeat(command.by));
    if (command.type == CommandType::kPropose || command.type == CommandType::kSelect) {
        out.Add("team", EncodeSeats(command.team));
        if (command.quest != 0) out.Add("quest", command.quest);
        if (command.sword != kNobody) out.Add("sword", EncodeSeat(command.sword));
    }
    // A number, so that a vote is as long as its opposite.
    out.Add("yes", command.yes ? 1 : 0);
    if (command.target != kNobody) out.Add("target", EncodeSeat(command.target));
    if (command.card.has_value()) out.Add("card", Row(*command.card).name);
    return out;
}

Result<Command> DecodeCommand(const json::Value& value) {
    json::Reader in(value);
    Command command;
    const std::optional<CommandType> type = CommandNamed(in.Text("type"));
    if (in.Has("type") && !type.has_value()) NoteWrong(in, "type", "没有这个操作", "is no command");
    command.type = type.value_or(CommandType::kReady);
    command.by = ReadSeat(in, "by");
    command.team = ReadSeats(in, "team");
    command.quest = static_cast<int>(in.OptionalInt("quest", 1, kQuests).value_or(0));
    command.sword = ReadSeat(in, "sword");
    if (const json::Value* yes = in.Any("yes"); yes != nullptr) {
        const bool number = yes->IsInt() && (yes->AsInt() == 0 || yes->AsInt() == 1);
        if (!number && !yes->IsBool()) NoteWrong(in, "yes", "应为 0、1、true 或 false", "must be 0, 1, true or false");
        command.yes = (number && yes->AsInt() == 1) || (yes->IsBool() && yes->AsBool());
    }
    command.target = ReadSeat(in, "target");
    if (const auto card = in.OptionalText("card"); card.has_value()) {
        command.card = PlotCardNamed(*card);
        if (!command.card.has_value()) NoteWrong(in, "card", "没有这张牌", "is no plot card");
    }
    RT_CHECK_OK(in.Finish());
    return command;
}

}  // namespace rt::avalon
