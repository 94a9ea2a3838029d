// The connections for reading. Private to sql/.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "storage/sql/connection_internal.h"

namespace rt::storage::sql {

// Thread-safe.
class ReaderPool {
  public:
    explicit ReaderPool(const Context& context) : context_(context) {}
    // `damage_met` is called when a read finds the file damaged.
    Status OpenAll(std::function<void()> damage_met);
    // `fn` in a read transaction on a free connection.
    Status Run(const std::function<void(Reader&)>& fn);
    // Interrupts the readers that began longer ago than the age limit.
    void InterruptOld();

  private:
    struct Slot {
        std::unique_ptr<Connection> connection;
        std::int64_t began_micros = 0;
        bool busy = false;
    };
    Slot* Acquire();
    void Release(Slot& slot);
    void EndView(Slot& slot);

    Context context_;
    std::function<void()> damage_met_;
    std::mutex mutex_;
    std::condition_variable freed_;
    std::vector<Slot> slots_;  // fixed after OpenAll
    std::vector<Slot*> free_;  // the last one used on top: its page cache is warm
};

}  // namespace rt::storage::sql
