// The order of the opening queue (registration.md §2.3). Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace rt::registration {

// The number, from 0, of the ticket that was taken as the `position`-th (from 0). The first `early` tickets were taken
// before the opening: among them the seed shuffles, so that nobody gains by having come first or by asking often; the
// later ones keep their order. For a fixed seed and `early` every number is given once. `seed`: at least 16 characters,
// secret until the opening.
std::int64_t QueueNumber(std::string_view seed, std::int64_t position, std::int64_t early);

}  // namespace rt::registration
