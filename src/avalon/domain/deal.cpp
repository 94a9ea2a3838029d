#include "avalon/domain/deal.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/encoding.h"

namespace rt::avalon {
namespace {

constexpr std::size_t kLoyaltyOpen = 5;  // one a quest at most

std::vector<Loyalty> LoyaltyDeck(LancelotVariant variant) {
    std::vector<Loyalty> deck;
    if (variant == LancelotVariant::kHiddenDeck) deck.assign(3, Loyalty::kNoChange);
    if (variant == LancelotVariant::kOpenDeck) deck.assign(5, Loyalty::kNoChange);
    if (!deck.empty()) deck.insert(deck.end(), 2, Loyalty::kSwitch);
    return deck;
}

template <class T>
bool SameItems(std::vector<T> a, std::vector<T> b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
}

bool LoyaltyFits(LancelotVariant variant, const std::vector<Loyalty>& cards) {
    if (variant != LancelotVariant::kHiddenDeck && variant != LancelotVariant::kOpenDeck) return cards.empty();
    if (variant == LancelotVariant::kHiddenDeck) return SameItems(cards, LoyaltyDeck(variant));
    return cards.size() == kLoyaltyOpen && std::count(cards.begin(), cards.end(), Loyalty::kSwitch) <= 2;
}

Seat DesignatedOf(const Setup& setup, const Deal& deal, DealStream& stream) {
    if (!setup.Has(Role::kMerlin)) return kNobody;
    for (std::size_t i = 0; i < deal.roles.size(); ++i) {
        if (deal.roles[i] == Role::kAssassin) return static_cast<Seat>(i);
    }
    const std::vector<Seat> seats = AssassinCandidates(deal.roles).List();
    return seats[stream.Below(static_cast<std::uint32_t>(seats.size()))];
}

}  // namespace

std::string Commitment(const Hashing& hashing, std::string_view game_id, std::string_view seed) {
    return base::HexEncode(hashing.sha256("avalon-deal-1" + std::string(game_id) + std::string(seed)));
}

DealStream::DealStream(const Hashing& hashing, std::string_view seed, std::vector<std::string> client_bytes)
    : hashing_(hashing), key_(seed) {
    std::sort(client_bytes.begin(), client_bytes.end());
    for (const std::string& bytes : client_bytes) salt_ += bytes;
}

std::uint32_t DealStream::NextWord() {
    if (used_ == block_.size()) {
        std::string data = salt_;
        for (const unsigned shift : {24U, 16U, 8U, 0U}) data += static_cast<char>((counter_ >> shift) & 0xffU);
        block_ = hashing_.hmac_sha256(key_, data);
        ++counter_;
        used_ = 0;
    }
    std::uint32_t word = 0;
    for (int i = 0; i < 4; ++i) word = (word << 8U) | block_[used_++];
    return word;
}

std::uint32_t DealStream::Below(std::uint32_t bound) {
    constexpr std::uint64_t kWords = std::uint64_t{std::numeric_limits<std::uint32_t>::max()} + 1;
    const std::uint64_t limit = kWords / bound * bound;
    std::uint32_t word = NextWord();
    while (word >= limit) word = NextWord();
    return word % bound;
}

SeatSet AssassinCandidates(const std::vector<Role>& roles) {
    SeatSet out;
    for (std::size_t i = 0; i < roles.size(); ++i) {
        if (MayBeDesignated(roles[i])) out.Add(static_cast<Seat>(i));
    }
    return out;
}

Deal DrawDeal(const Setup& setup, DealStream& stream) {
    Deal deal;
    deal.order.resize(setup.roles.size());
    std::iota(deal.order.begin(), deal.order.end(), std::uint8_t{0});
    if (setup.options.shuffle_seats) stream.Shuffle(deal.order);
    deal.roles = setup.roles;
    // The order in which a host chose the roles must not matter.
    std::sort(deal.roles.begin(), deal.roles.end());
    stream.Shuffle(deal.roles);
    deal.assassin = DesignatedOf(setup, deal, stream);
    deal.leader = static_cast<Seat>(stream.Below(static_cast<std::uint32_t>(setup.players())));
    deal.loyalty = LoyaltyDeck(setup.options.lancelot);
    if (!deal.loyalty.empty()) stream.Shuffle(deal.loyalty);
    if (deal.loyalty.size() > kLoyaltyOpen) deal.loyalty.resize(kLoyaltyOpen);
    if (setup.options.plot) {
        deal.plot = PlotDeck(setup.players());
        stream.Shuffle(deal.plot);
    }
    return deal;
}

Status CheckDeal(const Setup& setup, const Deal& deal) {
    const auto wrong = [](std::string_view field) {
        return Refuse(Code::kBadSetup, Reason::kBadDeal, std::string(field));
    };
    std::vector<std::uint8_t> seats(setup.roles.size());
    std::iota(seats.begin(), seats.end(), std::uint8_t{0});
    if (!SameItems(deal.order, seats)) return wrong("order");
    if (!SameItems(deal.roles, setup.roles)) return wrong("roles");
    if (deal.leader < 0 || deal.leader >= setup.players()) return wrong("leader");
    const auto card = std::find(deal.roles.begin(), deal.roles.end(), Role::kAssassin);
    const bool held = card != deal.roles.end();
    const bool merlin = setup.Has(Role::kMerlin);
    if (!merlin && deal.assassin != kNobody) return wrong("assassin");
    if (merlin && held && deal.assassin != card - deal.roles.begin()) return wrong("assassin");
    if (merlin && !held && !AssassinCandidates(deal.roles).Has(deal.assassin)) return wrong("assassin");
    if (!LoyaltyFits(setup.options.lancelot, deal.loyalty)) return wrong("loyalty");
    if (!SameItems(deal.plot, setup.options.plot ? PlotDeck(setup.players()) : std::vector<PlotCard>()))
        return wrong("plot");
    return Ok();
}

}  // namespace rt::avalon
