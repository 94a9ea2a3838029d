// The deal (avalon.md §1.4): drawn from a seed that the server committed to and bytes that the clients added, so that
// nobody chose it and everybody can check it afterwards.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "avalon/domain/plot.h"
#include "avalon/domain/setup.h"

namespace rt::avalon {

using Digest = std::array<std::uint8_t, 32>;
inline constexpr std::size_t kSeedBytes = 32;
inline constexpr std::size_t kClientBytes = 16;

// The functions of the crypto module; avalon/hashing.h has them.
struct Hashing {
    Digest (*sha256)(std::string_view data);
    Digest (*hmac_sha256)(std::string_view key, std::string_view data);
};

enum class Loyalty : std::uint8_t { kNoChange, kSwitch };

// Everything that chance decides in a game, decided at once.
struct Deal {
    std::vector<std::uint8_t> order;  // order[seat] is the player who sits there, by number before the shuffle
    std::vector<Role> roles;          // by seat
    Seat assassin = kNobody;          // who names Merlin: holder of the card, else designated; kNobody without Merlin
    Seat leader = 0;
    std::vector<Loyalty> loyalty;  // five cards in variants 1 and 2, else none
    std::vector<PlotCard> plot;    // the whole deck, first drawn first

    bool operator==(const Deal&) const = default;
};

// What the players need to check the deal. Seed and client bytes stay secret until END or VOIDED.
struct DealProof {
    std::string game_id;
    std::string commitment;                 // hex
    std::string seed;                       // 32 raw bytes
    std::vector<std::string> client_bytes;  // 16 raw bytes each; none from bots

    bool operator==(const DealProof&) const = default;
};

// Hex of SHA-256("avalon-deal-1" ‖ game_id ‖ seed); published before the seats are final.
std::string Commitment(const Hashing& hashing, std::string_view game_id, std::string_view seed);

// The numbers of a deal: HMAC-SHA-256(seed, sorted client bytes ‖ counter) as 32-bit big-endian words, counter four
// bytes big-endian from 0; Below() takes words until one is under the largest multiple of `bound`. docs/avalon-rules.md
// has it in full, for other programs.
class DealStream {
  public:
    DealStream(const Hashing& hashing, std::string_view seed, std::vector<std::string> client_bytes);
    std::uint32_t Below(std::uint32_t bound);
    // Fisher-Yates from the last place down.
    template <class T>
    void Shuffle(std::vector<T>& items) {
        for (std::size_t i = items.size(); i > 1; --i) {
            std::swap(items[i - 1], items[Below(static_cast<std::uint32_t>(i))]);
        }
    }

  private:
    std::uint32_t NextWord();

    Hashing hashing_;
    std::string key_;
    std::string salt_;
    std::uint32_t counter_ = 0;
    Digest block_{};
    std::size_t used_ = sizeof(Digest);
};

// The setup must be valid. Draws: seats (if shuffled), roles, designated assassin (if needed), first leader, loyalty
// deck, plot deck.
Deal DrawDeal(const Setup& setup, DealStream& stream);
// BAD_SETUP when the deal does not belong to the setup: for deals that come from outside (replay, a log).
Status CheckDeal(const Setup& setup, const Deal& deal);
// May be designated to name Merlin (no Oberon, no Lancelot).
SeatSet AssassinCandidates(const std::vector<Role>& roles);

}  // namespace rt::avalon
