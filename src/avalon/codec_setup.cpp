#include <array>

#include "avalon/codec_internal.h"

namespace rt::avalon {
namespace {

// One row an option: a switch, or one of several words.
struct Switch {
    std::string_view key;
    bool Options::*member;
};
constexpr auto kSwitches = std::to_array<Switch>({
    {"lady", &Options::lady},
    {"excalibur", &Options::excalibur},
    {"plot", &Options::plot},
    {"targeting", &Options::targeting},
    {"hammer", &Options::hammer},
    {"anonymous_votes", &Options::anonymous_votes},
    {"hidden_history", &Options::hidden_history},
    {"shuffle_seats", &Options::shuffle_seats},
});

constexpr std::string_view kEvilReveal[] = {"none", "all"};
constexpr std::string_view kSpeech[] = {"free", "round"};
constexpr std::string_view kTimeout[] = {"default", "random", "pause"};
constexpr std::string_view kTimer[] = {"half", "normal", "long", "double", "endless"};
constexpr std::string_view kMustPlay[] = {"by_variant", "off", "on"};
constexpr int kLancelotVariants = 3;
constexpr int kSpeechSecondsRead = 3600;  // CheckSetup says which are allowed

template <class E>
void ReadWord(json::Reader& in, std::string_view key, std::span<const std::string_view> words, E& out) {
    const auto index = in.OptionalWord(key, words);
    if (index.has_value()) out = static_cast<E>(*index);
}

template <class E>
std::string_view WordOf(std::span<const std::string_view> words, E value) {
    return words[static_cast<std::size_t>(value)];
}

}  // namespace

json::Array EncodeSeats(SeatSet seats) {
    json::Array out;
    for (const Seat seat : seats) out.emplace_back(static_cast<int>(seat));
    return out;
}

json::Value EncodeSeat(Seat seat) {
    return seat == kNobody ? json::Value() : json::Value(static_cast<int>(seat));
}

SeatSet ReadSeats(json::Reader& in, std::string_view key) {
    SeatSet out;
    const json::Array* list = in.OptionalList(key, kSeatsMax);
    if (list == nullptr) return out;
    for (const json::Value& item : *list) {
        const bool seat = item.IsInt() && item.AsInt() >= 0 && item.AsInt() < kSeatsMax;
        if (!seat || out.Has(static_cast<Seat>(item.AsInt()))) {
            NoteWrong(in, key, "应为不重复的座位号列表", "must be a list of different seats");
            return out;
        }
        out.Add(static_cast<Seat>(item.AsInt()));
    }
    return out;
}

Seat ReadSeat(json::Reader& in, std::string_view key) {
    return static_cast<Seat>(in.OptionalInt(key, 0, kSeatsMax - 1).value_or(kNobody));
}

json::Object EncodeOptions(const Options& options) {
    json::Object out;
    for (const Switch& row : kSwitches) out.Add(std::string(row.key), options.*row.member);
    out.Add("lancelot", static_cast<int>(options.lancelot));
    out.Add("lancelot_must_play", WordOf(kMustPlay, options.lancelot_must_play));
    out.Add("evil_reveal", WordOf(kEvilReveal, options.evil_reveal));
    out.Add("speech", WordOf(kSpeech, options.speech));
    out.Add("speech_seconds", options.speech_seconds);
    out.Add("timeout", WordOf(kTimeout, options.timeout));
    out.Add("timer", WordOf(kTimer, options.timer));
    return out;
}

Options ReadOptions(json::Reader& in) {
    Options options;
    for (const Switch& row : kSwitches) options.*row.member = in.OptionalBool(row.key).value_or(false);
    options.lancelot = static_cast<LancelotVariant>(in.OptionalInt("lancelot", 0, kLancelotVariants).value_or(0));
    ReadWord(in, "lancelot_must_play", kMustPlay, options.lancelot_must_play);
    ReadWord(in, "evil_reveal", kEvilReveal, options.evil_reveal);
    ReadWord(in, "speech", kSpeech, options.speech);
    options.speech_seconds =
        static_cast<int>(in.OptionalInt("speech_seconds", 0, kSpeechSecondsRead).value_or(options.speech_seconds));
    ReadWord(in, "timeout", kTimeout, options.timeout);
    ReadWord(in, "timer", kTimer, options.timer);
    return options;
}

json::Object EncodeSetup(const Setup& setup) {
    json::Array roles;
    for (const Role role : setup.roles) roles.emplace_back(Row(role).name);
    json::Object out;
    out.Add("roles", std::move(roles));
    out.Add("options", EncodeOptions(setup.options));
    return out;
}

Result<Setup> DecodeSetup(const json::Value& value) {
    json::Reader in(value);
    Setup setup;
    const json::Array* roles = in.List("roles", 0, kSeatsMax);
    for (std::size_t i = 0; roles != nullptr && i < roles->size(); ++i) {
        const json::Value& item = (*roles)[i];
        const std::optional<Role> role = item.IsString() ? RoleNamed(item.AsString()) : std::nullopt;
        const std::string at = in.PathOf("roles") + "[" + std::to_string(i) + "]";
        if (!role.has_value()) in.Note(at, {"没有这个角色", "is no role"});
        if (role.has_value()) setup.roles.push_back(*role);
    }
    if (const json::Value* options = in.OptionalObject("options"); options != nullptr) {
        json::Reader nested(*options, in.PathOf("options"));
        setup.options = ReadOptions(nested);
        in.Merge(std::move(nested));
    }
    RT_CHECK_OK(in.Finish());
    return setup;
}

}  // namespace rt::avalon
