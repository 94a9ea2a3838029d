// Threads that give way to the rest of the process.
#pragma once

#include <cstdint>

namespace rt::os {

// The calling thread, and those it starts later, have this nice value from now on: 19 is the lowest priority. There is
// no way back without rights; where the system refuses, nothing changes.
void SetThreadNice(int nice);

// Long work that nobody waits for, done in short pieces by one thread. A low priority alone lets it fill every gap that
// others leave, with its data in their caches and its slice to be waited for.
class GiveWay {
  public:
    GiveWay();
    // Between two pieces: how long to let others go first, several times as long as the last piece had the core, at
    // most 100 ms, if they wanted the core meanwhile (the system took it away); else 0.
    std::int64_t RestMicros();

  private:
    std::int64_t cpu_micros_ = 0;
    std::int64_t taken_away_ = 0;
};

}  // namespace rt::os
