#include <chrono>

#include "storage/sql/reader_pool_internal.h"

namespace rt::storage::sql {

namespace {

constexpr Statement kBegin{"sql.read_begin", "BEGIN"};
constexpr Statement kEnd{"sql.read_end", "COMMIT"};
constexpr Statement kRollback{"sql.read_rollback", "ROLLBACK"};

}  // namespace

Status ReaderPool::OpenAll(std::function<void()> damage_met) {
    damage_met_ = std::move(damage_met);
    slots_.resize(static_cast<std::size_t>(context_.options.readers));
    for (Slot& slot : slots_) {
        RT_TRY(slot.connection, Connection::Open(context_, Connection::Role::kReader));
        free_.push_back(&slot);
    }
    return Ok();
}

ReaderPool::Slot* ReaderPool::Acquire() {
    std::unique_lock lock(mutex_);
    const std::chrono::milliseconds wait_max(context_.options.read_wait_ms);
    if (!freed_.wait_for(lock, wait_max, [&] { return !free_.empty(); })) return nullptr;
    Slot* slot = free_.back();
    free_.pop_back();
    slot->busy = true;
    slot->began_micros = context_.clock.MonotonicMicros();
    return slot;
}

void ReaderPool::Release(Slot& slot) {
    std::lock_guard lock(mutex_);
    slot.busy = false;
    slot.connection->Revive();
    free_.push_back(&slot);
    freed_.notify_one();
}

Status ReaderPool::Run(const std::function<void(Reader&)>& fn) {
    Slot* slot = Acquire();
    if (slot == nullptr) {
        Error error = Fail(Code::kUnavailable, "no reader became free in time");
        error.retry_after_s = 1;
        return error;
    }
    // Given back whatever `fn` does: one that throws (out of memory) must not take the connection along, whose view
    // would keep the log from being restarted.
    struct Loan {
        ReaderPool& pool;
        Slot& slot;
        ~Loan() {
            if (slot.connection->InTransaction()) pool.EndView(slot);
            pool.Release(slot);
        }
    };
    const Loan loan{*this, *slot};
    Connection& connection = *slot->connection;
    RT_CHECK_OK(connection.Execute(kBegin));
    Reader reader(connection);
    connection.ClearTrouble();
    fn(reader);
    if (connection.trouble() == Trouble::kDamage) damage_met_();
    return Ok();
}

void ReaderPool::EndView(Slot& slot) {
    Connection& connection = *slot.connection;
    {  // an interrupted reader must still be able to end its transaction
        std::lock_guard lock(mutex_);
        connection.Revive();
        slot.began_micros = context_.clock.MonotonicMicros();
    }
    if (!connection.Execute(kEnd).ok()) static_cast<void>(connection.Execute(kRollback));
}

void ReaderPool::InterruptOld() {
    const std::int64_t now = context_.clock.MonotonicMicros();
    std::lock_guard lock(mutex_);
    for (Slot& slot : slots_) {
        if (slot.busy && now - slot.began_micros > context_.options.read_age_micros_max) slot.connection->Cancel();
    }
}

}  // namespace rt::storage::sql
