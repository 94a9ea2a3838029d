#include "registration/live.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "json/json.h"
#include "registration/store/admission.h"

namespace rt::registration {
namespace {

using Payload = std::shared_ptr<const std::string>;

struct Queue {
    base::Time opens;  // when the first of its divisions does
    store::AdmissionRow row;
};

Result<std::optional<Queue>> ReadQueue(storage::sql::Reader& reader, const store::Event& event) {
    RT_TRY(auto row, store::FindAdmission(reader, event.id));
    if (!row.has_value()) return std::optional<Queue>();
    RT_TRY(const EventTimes window, store::WholeWindow(reader, event));
    return std::optional<Queue>({window.reg_open, std::move(*row)});
}

Payload AdmissionFrame(const PublicEvent& event, const Queue& queue) {
    const json::Object frame{{"type", "admission"},
                             {"event", event.event.public_id},
                             {"opens", base::FormatRfc3339(queue.opens)},
                             {"open", queue.row.closed},
                             {"served", queue.row.served},
                             {"last", queue.row.last},
                             {"rate", event.event.policy.admission_rate},
                             {"sold_out", event.availability == Availability::kGone}};
    return std::make_shared<const std::string>(json::Encode(frame));
}

}  // namespace

struct Live::State {
    PublicSnapshot& snapshot;
    storage::sql::Database& db;
    const base::Clock& clock;
    base::Log& log;

    struct Room {
        std::map<std::uint64_t, std::shared_ptr<net::Socket>> sockets;
        Payload availability;  // as last told
        Payload admission;
        std::int64_t admission_due = 0;  // monotonic µs
    };
    std::mutex mutex;  // guards the next two; held while frames are queued, never while anything is read
    std::map<std::string, Room, std::less<>> rooms;
    bool stopping = false;
    std::condition_variable wake;
    std::thread thread;

    std::shared_ptr<const PublicEvent> Find(const std::string& event) const {
        const auto events = snapshot.Get();
        const auto found = events->by_live.find(event);
        return found == events->by_live.end() ? nullptr : found->second;
    }

    static void Tell(Room& room, const Payload& payload) {
        std::erase_if(room.sockets,
                      [&](const auto& entry) { return !entry.second->Send(net::MessageKind::kText, payload); });
    }

    bool Subscribe(const std::string& event, const std::shared_ptr<net::Socket>& socket) {
        const auto shown = Find(event);
        if (shown == nullptr) return false;
        const std::lock_guard lock(mutex);
        Room& room = rooms[event];
        if (room.availability == nullptr) room.availability = shown->live_json;
        room.sockets.emplace(socket->id(), socket);
        socket->Send(net::MessageKind::kText, room.availability);
        if (room.admission != nullptr) socket->Send(net::MessageKind::kText, room.admission);
        return true;
    }

    void Leave(const std::set<std::string>& events, std::uint64_t socket) {
        const std::lock_guard lock(mutex);
        for (const std::string& event : events) {
            const auto room = rooms.find(event);
            if (room == rooms.end()) continue;
            room->second.sockets.erase(socket);
            if (room->second.sockets.empty()) rooms.erase(room);
        }
    }

    std::vector<std::string> Rooms() {
        const std::lock_guard lock(mutex);
        std::vector<std::string> out;
        for (const auto& [event, room] : rooms) out.push_back(event);
        return out;
    }

    // nullptr: nothing to tell of a queue.
    Payload ReadAdmission(const PublicEvent& event) {
        if (event.event.policy.admission != Admission::kRate || event.phase == Phase::kFinished) return nullptr;
        const auto queue = db.Read([&](storage::sql::Reader& reader) { return ReadQueue(reader, event.event); });
        if (queue.ok() && queue->has_value()) return AdmissionFrame(event, **queue);
        if (!queue.ok()) log.Warn("the opening queue could not be read", {{"detail", queue.error().detail}});
        return nullptr;
    }

    void TellRoom(const std::string& id, const PublicEvent& event, bool admission_due) {
        const Payload admission = admission_due ? ReadAdmission(event) : nullptr;
        const std::lock_guard lock(mutex);
        const auto found = rooms.find(id);
        if (found == rooms.end()) return;
        Room& room = found->second;
        if (room.availability == nullptr || *room.availability != *event.live_json) {
            room.availability = event.live_json;
            Tell(room, room.availability);
        }
        if (!admission_due) return;
        room.admission_due = clock.MonotonicMicros() + base::kMicrosPerSecond;
        const bool moved = admission != nullptr && (room.admission == nullptr || *room.admission != *admission);
        room.admission = admission;
        if (moved) Tell(room, admission);
    }

    bool AdmissionDue(const std::string& id) {
        const std::lock_guard lock(mutex);
        const auto found = rooms.find(id);
        return found != rooms.end() && clock.MonotonicMicros() >= found->second.admission_due;
    }
};

namespace {

// One page. Called by its reactor, one call at a time.
class Page final : public net::SocketHandler {
  public:
    explicit Page(std::shared_ptr<Live::State> state) : state_(std::move(state)) {}

    void OnOpen(std::shared_ptr<net::Socket> socket) override { socket_ = std::move(socket); }

    void OnMessage(net::MessageKind kind, std::string payload) override {
        const auto message = json::Decode(payload);
        const json::Value* event = message.ok() ? message->Find("subscribe") : nullptr;
        const bool good = kind == net::MessageKind::kText && event != nullptr && event->IsString();
        if (!good || (events_.size() >= kSubscriptionsMax && !events_.contains(event->AsString()))) {
            socket_->Close(1008, "subscribe to an event, to few");
            return;
        }
        if (state_->Subscribe(event->AsString(), socket_)) events_.insert(event->AsString());
    }

    void OnClose(std::uint16_t, std::string_view) override {
        if (socket_ != nullptr) state_->Leave(events_, socket_->id());
        socket_.reset();
    }

  private:
    const std::shared_ptr<Live::State> state_;
    std::shared_ptr<net::Socket> socket_;
    std::set<std::string> events_;
};

}  // namespace

Live::Live(PublicSnapshot& snapshot, storage::sql::Database& db, const base::Clock& clock, base::Log& log)
    : state_(new State{snapshot, db, clock, log, {}, {}, false, {}, {}}) {}

Live::~Live() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopping = true;
    }
    state_->wake.notify_all();
    if (state_->thread.joinable()) state_->thread.join();
}

void Live::Start() {
    state_->thread = std::thread([this] {
        std::unique_lock lock(state_->mutex);
        while (!state_->wake.wait_for(lock, std::chrono::microseconds(kLivePeriodMicros),
                                      [this] { return state_->stopping; })) {
            lock.unlock();
            Tick();
            lock.lock();
        }
    });
    pthread_setname_np(state_->thread.native_handle(), "live");
}

void Live::Tick() {
    for (const std::string& id : state_->Rooms()) {
        const auto event = state_->Find(id);
        if (event != nullptr) state_->TellRoom(id, *event, state_->AdmissionDue(id));
    }
}

net::SocketRoute Live::Route(const std::string& base) {
    net::SocketRoute out;
    out.name = "event.live";
    out.pattern = base + "/live";
    out.limits.message_bytes_max = kLiveMessageBytesMax;
    out.limits.queue_bytes_max = 64 << 10;
    out.accept = [state = state_](const net::Request&) -> Result<net::SocketAnswer> {
        return net::SocketAnswer(std::make_unique<Page>(state));
    };
    return out;
}

}  // namespace rt::registration
