#include <array>

#include "avalon/codec_internal.h"
#include "base/encoding.h"

namespace rt::avalon {
namespace {

constexpr int kResults = 5;
constexpr int kReasonWords = 5;
constexpr int kSecretKinds = 5;
constexpr int kSides = 2;

// The members an event of a type has in JSON.
enum Field : unsigned {
    kNumber = 1U << 0U,
    kYes = 1U << 1U,
    kSeats = 1U << 2U,
    kPhaseField = 1U << 3U,
    kResult = 1U << 4U,
    kCard = 1U << 5U,
    kSecret = 1U << 6U,
    kOutcome = 1U << 7U,
    kStart = 1U << 8U,
};

// `by` and `target` are there whenever they name a seat.
unsigned FieldsOf(EventType type) {
    switch (type) {
        case EventType::kStarted:
            return kStart;
        case EventType::kPhaseEntered:
            return kPhaseField;
        case EventType::kRoundBegun:
        case EventType::kPlotDrawn:
            return kNumber;
        case EventType::kLoyaltyTurned:
        case EventType::kQuestResolved:
            return kNumber | kYes;
        case EventType::kSelected:
        case EventType::kProposed:
            return kSeats | kNumber;
        case EventType::kVoted:
        case EventType::kCardPlayed:
        case EventType::kPauseVoted:
        case EventType::kVoidVoted:
        case EventType::kBotVoted:
            return kYes;
        case EventType::kTeamDecided:
            return kResult | kSeats;
        case EventType::kPlotGiven:
        case EventType::kPlotTaken:
        case EventType::kPlotSpent:
            return kCard;
        case EventType::kSecretTold:
            return kSecret | kYes;
        case EventType::kEnded:
            return kOutcome;
        default:
            return 0;
    }
}

std::string Hex(const std::string& bytes) {
    return base::HexEncode(base::AsBytes(bytes));
}

std::optional<std::string> Unhex(const json::Value* value) {
    if (value == nullptr || !value->IsString()) return std::nullopt;
    const auto bytes = base::HexDecode(value->AsString());
    if (!bytes.has_value()) return std::nullopt;
    return std::string(base::AsText(*bytes));
}

json::Object EncodeDeal(const Deal& deal) {
    json::Array order;
    for (const std::uint8_t player : deal.order) order.emplace_back(player);
    json::Array roles;
    for (const Role role : deal.roles) roles.emplace_back(Row(role).name);
    json::Array loyalty;
    for (const Loyalty card : deal.loyalty) loyalty.emplace_back(card == Loyalty::kSwitch ? "switch" : "no_change");
    json::Array plot;
    for (const PlotCard card : deal.plot) plot.emplace_back(Row(card).name);
    json::Object out;
    out.Add("order", std::move(order));
    out.Add("roles", std::move(roles));
    out.Add("assassin", EncodeSeat(deal.assassin));
    out.Add("leader", EncodeSeat(deal.leader));
    out.Add("loyalty", std::move(loyalty));
    out.Add("plot", std::move(plot));
    return out;
}

json::Object EncodeStart(const Start& start) {
    json::Array client_bytes;
    for (const std::string& bytes : start.proof.client_bytes) client_bytes.emplace_back(Hex(bytes));
    json::Object out;
    out.Add("setup", EncodeSetup(start.setup));
    out.Add("deal", EncodeDeal(start.deal));
    out.Add("game_id", start.proof.game_id);
    out.Add("commitment", start.proof.commitment);
    out.Add("seed", Hex(start.proof.seed));
    out.Add("client_bytes", std::move(client_bytes));
    out.Add("bots", EncodeSeats(start.bots));
    return out;
}

// Reads the members of our own log; `good` turns false on anything that is not as it was written.
class LogReader {
  public:
    explicit LogReader(const json::Value& value) : value_(value) {}
    bool good() const { return good_; }

    std::int64_t Int(std::string_view key, std::int64_t fallback, std::int64_t max) {
        const json::Value* found = value_.Find(key);
        if (found == nullptr || found->IsNull()) return fallback;
        if (!found->IsInt() || found->AsInt() < 0 || found->AsInt() > max) return Wrong(), fallback;
        return found->AsInt();
    }
    Seat SeatAt(std::string_view key) { return static_cast<Seat>(Int(key, kNobody, kSeatsMax - 1)); }
    std::string Text(std::string_view key) {
        const json::Value* found = value_.Find(key);
        if (found == nullptr) return {};
        if (!found->IsString()) return Wrong(), std::string();
        return found->AsString();
    }
    bool Bool(std::string_view key) {
        const json::Value* found = value_.Find(key);
        if (found == nullptr) return false;
        if (!found->IsBool()) return Wrong(), false;
        return found->AsBool();
    }
    // Each item through `read`, which gives an optional.
    template <class T, class F>
    std::vector<T> List(std::string_view key, F read) {
        std::vector<T> out;
        const json::Value* found = value_.Find(key);
        if (found == nullptr) return out;
        if (!found->IsArray()) return Wrong(), out;
        for (const json::Value& item : found->AsArray()) {
            const auto one = read(item);
            if (!one.has_value()) return Wrong(), out;
            out.push_back(*one);
        }
        return out;
    }
    SeatSet SeatsAt(std::string_view key) {
        SeatSet out;
        for (const Seat seat : List<Seat>(key, SmallInt<Seat>)) out.Add(seat);
        return out;
    }
    template <class E>
    E Word(std::string_view key, std::optional<E> found) {
        if (!found.has_value() && value_.Find(key) != nullptr) Wrong();
        if (!found.has_value()) return E();
        return *found;
    }
    template <class T>
    static std::optional<T> SmallInt(const json::Value& item) {
        if (!item.IsInt() || item.AsInt() < 0 || item.AsInt() >= kSeatsMax) return std::nullopt;
        return static_cast<T>(item.AsInt());
    }
    void Wrong() { good_ = false; }

  private:
    const json::Value& value_;
    bool good_ = true;
};

std::optional<Role> RoleOf(const json::Value& item) {
    return item.IsString() ? RoleNamed(item.AsString()) : std::nullopt;
}

std::optional<PlotCard> CardOf(const json::Value& item) {
    return item.IsString() ? PlotCardNamed(item.AsString()) : std::nullopt;
}

std::optional<Loyalty> LoyaltyOf(const json::Value& item) {
    if (!item.IsString()) return std::nullopt;
    return item.AsString() == "switch" ? Loyalty::kSwitch : Loyalty::kNoChange;
}

Error Broken(const std::string& what) {
    return Fail(Code::kInternal, "the log of a game is not readable: " + what);
}

Result<Start> DecodeStart(const json::Value& value) {
    const json::Value* setup = value.Find("setup");
    const json::Value* dealt = value.Find("deal");
    const json::Value* clients = value.Find("client_bytes");
    const auto seed = Unhex(value.Find("seed"));
    if (setup == nullptr || dealt == nullptr || !seed.has_value()) return Broken("start");
    Start start;
    RT_TRY(start.setup, DecodeSetup(*setup));
    LogReader deal(*dealt);
    start.deal.order = deal.List<std::uint8_t>("order", LogReader::SmallInt<std::uint8_t>);
    start.deal.roles = deal.List<Role>("roles", RoleOf);
    start.deal.assassin = deal.SeatAt("assassin");
    start.deal.leader = deal.SeatAt("leader");
    start.deal.loyalty = deal.List<Loyalty>("loyalty", LoyaltyOf);
    start.deal.plot = deal.List<PlotCard>("plot", CardOf);
    LogReader top(value);
    start.proof.game_id = top.Text("game_id");
    start.proof.commitment = top.Text("commitment");
    start.proof.seed = *seed;
    if (clients != nullptr) {
        start.proof.client_bytes =
            top.List<std::string>("client_bytes", [](const json::Value& item) { return Unhex(&item); });
    }
    start.bots = top.SeatsAt("bots");
    if (!deal.good() || !top.good()) return Broken("deal");
    RT_CHECK_OK(CheckDeal(start.setup, start.deal));
    return start;
}

}  // namespace

json::Object EncodeEvent(const Event& event) {
    const unsigned fields = FieldsOf(event.type);
    json::Object out;
    out.Add("type", Name(event.type));
    if (event.by != kNobody) out.Add("by", EncodeSeat(event.by));
    if (event.target != kNobody) out.Add("target", EncodeSeat(event.target));
    if ((fields & kSeats) != 0) out.Add("seats", EncodeSeats(event.seats));
    if ((fields & kNumber) != 0) out.Add("number", event.number);
    if ((fields & kYes) != 0) out.Add("yes", event.yes);
    if ((fields & kPhaseField) != 0) out.Add("phase", Name(event.phase));
    if ((fields & kResult) != 0) out.Add("result", Name(event.result));
    if ((fields & kCard) != 0) out.Add("card", Row(event.card).name);
    if ((fields & kSecret) != 0) out.Add("secret", Name(event.secret));
    if ((fields & kOutcome) != 0) out.Add("side", Name(event.side));
    if ((fields & kOutcome) != 0) out.Add("reason", Name(event.reason));
    if ((fields & kStart) != 0) out.Add("start", EncodeStart(*event.start));
    return out;
}

Result<Event> DecodeEvent(const json::Value& value) {
    constexpr std::int64_t kNumberMax = 1000;
    LogReader in(value);
    Event event;
    const auto type = Named<EventType>(in.Text("type"), kEventTypes);
    if (!type.has_value()) return Broken("type");
    event.type = *type;
    event.by = in.SeatAt("by");
    event.target = in.SeatAt("target");
    event.seats = in.SeatsAt("seats");
    event.number = static_cast<int>(in.Int("number", 0, kNumberMax));
    event.yes = in.Bool("yes");
    event.phase = in.Word<Phase>("phase", Named<Phase>(in.Text("phase"), kPhases));
    event.result = in.Word<ProposalResult>("result", Named<ProposalResult>(in.Text("result"), kResults));
    event.card = in.Word<PlotCard>("card", PlotCardNamed(in.Text("card")));
    event.secret = in.Word<SecretKind>("secret", Named<SecretKind>(in.Text("secret"), kSecretKinds));
    event.side = in.Word<Side>("side", Named<Side>(in.Text("side"), kSides));
    event.reason = in.Word<EndReason>("reason", Named<EndReason>(in.Text("reason"), kReasonWords));
    if (!in.good()) return Broken(std::string(Name(event.type)));
    if (event.type != EventType::kStarted) return event;
    const json::Value* start = value.Find("start");
    if (start == nullptr) return Broken("start");
    RT_TRY(Start decoded, DecodeStart(*start));
    event.start = std::make_shared<const Start>(std::move(decoded));
    return event;
}

}  // namespace rt::avalon
