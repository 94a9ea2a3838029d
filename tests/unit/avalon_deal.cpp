// The deal: what was committed to, drawn as docs/avalon-rules.md says, so that others can compute it again.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "avalon/hashing.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "support/avalon_world.h"

using namespace rt::avalon;
using namespace rt::testing;

namespace {

const std::string kSeed(kSeedBytes, '\x5a');

std::string Raw(const Digest& digest) {
    return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
}

// The stream as the document describes it, word by word.
struct Words {
    std::string key;
    std::string salt;
    std::size_t next = 0;

    std::uint64_t Word() {
        const std::size_t block = next / 8;
        std::string data = salt;
        for (const int shift : {24, 16, 8, 0}) data += static_cast<char>(block >> shift & 255U);
        const std::string bytes = Raw(rt::crypto::HmacSha256(key, data));
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < 4; ++i) word = word * 256 + static_cast<unsigned char>(bytes[next % 8 * 4 + i]);
        ++next;
        return word;
    }
    std::uint64_t Below(std::uint64_t bound) {
        std::uint64_t word = Word();
        while (word >= (1ULL << 32U) - (1ULL << 32U) % bound) word = Word();
        return word % bound;
    }
};

}  // namespace

TEST_CASE("the commitment is the digest of label, game and seed") {
    CHECK(Commitment(CryptoHashing(), "g1", kSeed) ==
          rt::base::HexEncode(rt::crypto::Sha256("avalon-deal-1g1" + kSeed)));
    CHECK(Commitment(CryptoHashing(), "g2", kSeed) != Commitment(CryptoHashing(), "g1", kSeed));
}

TEST_CASE("the numbers are those that the document describes") {
    const std::vector<std::string> clients{std::string(16, 'b'), std::string(16, 'a'), std::string(16, 'c')};
    DealStream stream(CryptoHashing(), kSeed, clients);
    Words words{kSeed, std::string(16, 'a') + std::string(16, 'b') + std::string(16, 'c')};
    for (int i = 0; i < 500; ++i) {
        const std::uint32_t bound = i % 3 == 0 ? 3'000'000'000U : static_cast<std::uint32_t>(i + 1);
        CHECK(stream.Below(bound) == words.Below(bound));
    }
}

TEST_CASE("the order of the drawing") {
    Setup setup{{Role::kMerlin, Role::kLancelotGood, Role::kServant, Role::kServant, Role::kMinion, Role::kLancelotEvil,
                 Role::kMorgana},
                {}};
    setup.options.lancelot = LancelotVariant::kOpenDeck;
    setup.options.plot = true;
    setup.options.shuffle_seats = true;
    DealStream stream(CryptoHashing(), kSeed, {});
    const Deal deal = DrawDeal(setup, stream);
    REQUIRE(CheckDeal(setup, deal).ok());
    Words words{kSeed, ""};
    const auto shuffle = [&words](auto& items) {
        for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[words.Below(i)]);
    };
    std::vector<std::uint8_t> order{0, 1, 2, 3, 4, 5, 6};
    shuffle(order);
    CHECK(deal.order == order);
    std::vector<Role> roles{Role::kMerlin,  Role::kServant,      Role::kServant,     Role::kMinion,
                            Role::kMorgana, Role::kLancelotGood, Role::kLancelotEvil};
    shuffle(roles);
    CHECK(deal.roles == roles);
    std::vector<Seat> candidates;
    for (std::size_t i = 0; i < roles.size(); ++i) {
        if (roles[i] == Role::kMinion || roles[i] == Role::kMorgana) candidates.push_back(static_cast<Seat>(i));
    }
    CHECK(deal.assassin == candidates[words.Below(2)]);
    CHECK(deal.leader == static_cast<Seat>(words.Below(7)));
    std::vector<Loyalty> loyalty(5, Loyalty::kNoChange);
    loyalty.insert(loyalty.end(), 2, Loyalty::kSwitch);
    shuffle(loyalty);
    loyalty.resize(5);
    CHECK(deal.loyalty == loyalty);
    std::vector<PlotCard> plot = PlotDeck(7);
    CHECK(plot.size() == 15);
    CHECK(PlotDeck(6).size() == 7);
    shuffle(plot);
    CHECK(deal.plot == plot);
}

TEST_CASE("nobody is favoured by the deal") {
    constexpr int kGames = 6000;
    std::map<std::pair<Seat, Role>, int> counts;
    std::map<Seat, int> leaders;
    for (int game = 0; game < kGames; ++game) {
        DealStream stream(CryptoHashing(), kSeed, {std::string(12, 'x') + std::to_string(1000 + game)});
        const Deal deal = DrawDeal(DefaultSetup(5), stream);
        for (Seat seat = 0; seat < 5; ++seat) ++counts[{seat, deal.roles[static_cast<std::size_t>(seat)]}];
        ++leaders[deal.leader];
    }
    // 1200 expected of each, standard deviation 31.
    for (const auto& [who, count] : counts) CHECK(std::abs(count - 1200) < 160);
    for (const auto& [who, count] : leaders) CHECK(std::abs(count - 1200) < 160);
    CHECK(counts.size() == 25);
}

TEST_CASE("a deal that does not belong to the setup is refused") {
    rt::base::SeededRandom random(9);
    Setup setup = DefaultSetup(7);
    setup.options.plot = true;
    const Deal good = RandomDeal(setup, random);
    CHECK(CheckDeal(setup, good).ok());
    const std::map<std::string, void (*)(Deal&)> changes{
        {"order", [](Deal& deal) { deal.order[0] = deal.order[1]; }},
        {"roles", [](Deal& deal) { deal.roles[0] = deal.roles[0] == Role::kOberon ? Role::kServant : Role::kOberon; }},
        {"leader", [](Deal& deal) { deal.leader = 7; }},
        {"assassin", [](Deal& deal) { deal.assassin = kNobody; }},
        {"loyalty", [](Deal& deal) { deal.loyalty.push_back(Loyalty::kSwitch); }},
        {"plot", [](Deal& deal) { deal.plot.pop_back(); }},
    };
    for (const auto& [field, change] : changes) {
        Deal deal = good;
        change(deal);
        const auto status = CheckDeal(setup, deal);
        REQUIRE(!status.ok());
        CHECK(status.error().fields.front().field == field);
        CHECK(!Begin(setup, deal, {}, {}).ok());
    }
}
