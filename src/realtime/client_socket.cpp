#include "realtime/client_socket.h"

#include <algorithm>
#include <utility>

#include "realtime/namespace_rooms.h"

namespace rt::realtime {
namespace {

bool IsRecoverable(Reason reason) {
    return reason == Reason::kTransportClose || reason == Reason::kTransportError || reason == Reason::kPingTimeout;
}

class SocketAck final : public AckSink {
  public:
    SocketAck(std::shared_ptr<ClientSocket> socket, std::weak_ptr<Link> link, std::uint64_t id)
        : socket_(std::move(socket)), link_(std::move(link)), id_(id) {}

    void Answer(std::string args_json, std::vector<std::string> attachments) override {
        socket_->Answer(link_, id_, args_json, std::move(attachments));
    }

  private:
    const std::shared_ptr<ClientSocket> socket_;
    const std::weak_ptr<Link> link_;
    const std::uint64_t id_;
};

}  // namespace

ClientSocket::ClientSocket(NamespaceRooms& nsp, std::string id, std::string pid, const Handshake& handshake,
                           net::Principal principal)
    : nsp_(nsp),
      id_(std::move(id)),
      pid_(std::move(pid)),
      principal_(std::move(principal)),
      protocol_(handshake.protocol),
      client_(handshake.client),
      history_(nsp.shared().options, nsp.shared().kept),
      timer_(nsp.shared().timers, *this) {}

std::shared_ptr<ClientSocket> ClientSocket::Self() {
    return std::static_pointer_cast<ClientSocket>(shared_from_this());
}

bool ClientSocket::connected() const {
    const std::lock_guard lock(mutex_);
    return phase_ == Phase::kConnected;
}

bool ClientSocket::gone() const {
    const std::lock_guard lock(mutex_);
    return phase_ == Phase::kGone;
}

bool ClientSocket::Emit(const MessagePtr& message) {
    const std::lock_guard lock(mutex_);
    if (phase_ == Phase::kGone) return false;
    std::string offset;
    if (message->delivery() == Delivery::kVolatile) {
        if (!link_ || !link_->Writable()) return true;
    } else if (!pid_.empty()) {
        offset = message->Offset(nsp_.shared().offsets);
        history_.Add(offset, message, nsp_.shared().timers.now());
    }
    return link_ ? link_->Deliver(nsp_.name(), *message, offset) : true;
}

void ClientSocket::Attach(LinkPtr link, HandshakePtr handshake) {
    {
        const std::lock_guard lock(mutex_);
        phase_ = Phase::kConnected;
        link_ = std::move(link);
        link_->Accepted(nsp_.name(), id_, pid_);
    }
    strand_.Run(
        [self = Self(), handshake = std::move(handshake)] { self->nsp_.handler().OnConnect(self, *handshake, false); });
}

bool ClientSocket::Reattach(const LinkPtr& link, HandshakePtr handshake, std::string_view offset) {
    LinkPtr former;
    {
        const std::lock_guard lock(mutex_);
        if (phase_ != Phase::kConnected && phase_ != Phase::kDetached) return false;
        const auto missed = history_.After(offset);
        if (!missed.has_value()) return false;
        former = std::exchange(link_, link);
        phase_ = Phase::kConnected;
        timer_.Clear();
        link_->Accepted(nsp_.name(), id_, pid_);
        for (const Kept& kept : *missed) link_->Deliver(nsp_.name(), *kept.message, kept.offset);
    }
    if (former) {
        // The client came back before its former connection was found to be dead.
        Tell(Reason::kTransportClose);
        former->Replaced(nsp_.name());
    }
    strand_.Run(
        [self = Self(), handshake = std::move(handshake)] { self->nsp_.handler().OnConnect(self, *handshake, true); });
    return true;
}

void ClientSocket::Detach(const Link* link, Reason reason) {
    const bool recoverable = !pid_.empty() && IsRecoverable(reason);
    {
        const std::lock_guard lock(mutex_);
        if (phase_ != Phase::kConnected || link_.get() != link) return;
        link_.reset();
        phase_ = recoverable ? Phase::kDetached : Phase::kGone;
        if (recoverable) {
            const HubShared& shared = nsp_.shared();
            forget_at_ = shared.timers.now() + shared.options.recovery_ms * base::kMicrosPerMilli;
            timer_.Set(forget_at_);
        }
    }
    if (!recoverable) Vanish();
    Tell(reason);
}

void ClientSocket::OnTimer() {
    {
        const std::lock_guard lock(mutex_);
        // A timer that had gone off before the last recovery is not meant any more.
        if (phase_ != Phase::kDetached || nsp_.shared().timers.now() < forget_at_) return;
        phase_ = Phase::kGone;
    }
    Vanish();
}

void ClientSocket::Disconnect() {
    bool told = false;
    {
        const std::lock_guard lock(mutex_);
        if (phase_ == Phase::kGone) return;
        told = phase_ == Phase::kDetached;
        phase_ = Phase::kGone;
        if (link_) link_->Dismiss(nsp_.name());
        link_.reset();
    }
    nsp_.shared().timers.Post([self = Self(), told] {
        self->Vanish();
        if (!told) self->Tell(Reason::kServerLeft);
    });
}

void ClientSocket::Dispatch(const LinkPtr& link, Event event, std::optional<std::uint64_t> ack_id) {
    Ack ack;
    if (ack_id.has_value()) ack = Ack(std::make_unique<SocketAck>(Self(), link, *ack_id));
    strand_.Run([self = Self(), from = link.get(), event = std::move(event), ack = std::move(ack)]() mutable {
        {
            const std::lock_guard lock(self->mutex_);
            if (self->link_.get() != from) return;
        }
        self->nsp_.handler().OnEvent(self, std::move(event), std::move(ack));
    });
}

void ClientSocket::Answer(const std::weak_ptr<Link>& link, std::uint64_t ack_id, const std::string& args_json,
                          std::vector<std::string> attachments) {
    const LinkPtr asked = link.lock();
    const std::lock_guard lock(mutex_);
    if (link_ && link_ == asked) link_->Answer(nsp_.name(), ack_id, args_json, std::move(attachments));
}

void ClientSocket::Tell(Reason reason) {
    strand_.Run([self = Self(), reason] { self->nsp_.handler().OnDisconnect(self, reason); });
}

bool ClientSocket::Join(std::string_view room) {
    return !gone() && nsp_.Join(room, Self());
}

void ClientSocket::Leave(std::string_view room) {
    if (!gone()) nsp_.Leave(room, Self());
}

bool ClientSocket::EnterRoom(std::string_view room) {
    const std::lock_guard lock(mutex_);
    if (phase_ == Phase::kGone || rooms_.size() >= kRoomsPerSocketMax) return false;
    rooms_.emplace_back(room);
    return true;
}

void ClientSocket::LeaveRoom(std::string_view room) {
    const std::lock_guard lock(mutex_);
    std::erase(rooms_, room);
}

void ClientSocket::Abandon() {
    const std::lock_guard lock(mutex_);
    phase_ = Phase::kGone;
    link_.reset();
    rooms_.clear();
    history_.Clear();
    timer_.Clear();
}

void ClientSocket::Vanish() {
    std::vector<std::string> rooms;
    {
        const std::lock_guard lock(mutex_);
        rooms = rooms_;
        history_.Clear();
        timer_.Clear();
    }
    const auto self = Self();
    for (const std::string& room : rooms) nsp_.Leave(room, self);
    nsp_.Forget(*this);
}

}  // namespace rt::realtime
