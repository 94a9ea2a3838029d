#include "realtime/namespace_rooms.h"

#include <algorithm>
#include <utility>

#include "realtime/engine.h"

namespace rt::realtime {

NamespaceRooms::NamespaceRooms(std::string name, Handler& handler, HubShared& shared)
    : name_(std::move(name)), handler_(handler), shared_(shared) {}

NamespaceRooms::Shard& NamespaceRooms::ShardOf(std::string_view room) const {
    return shards_.at(std::hash<std::string_view>()(room) % kShards);
}

std::size_t NamespaceRooms::EmitToRoom(std::string_view room, const MessagePtr& message, std::string_view except) {
    Shard& shard = ShardOf(room);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.rooms.find(std::string(room));
    if (found == shard.rooms.end()) return 0;
    std::size_t count = 0;
    for (const Member& member : found->second) {
        if (member->id() == except) continue;
        member->Emit(message);
        ++count;
    }
    return count;
}

std::size_t NamespaceRooms::EmitToAll(const MessagePtr& message) {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, member] : by_id_) member->Emit(message);
    return by_id_.size();
}

bool NamespaceRooms::Join(std::string_view room, const Member& member) {
    Shard& shard = ShardOf(room);
    const std::lock_guard lock(shard.mutex);
    auto& members = shard.rooms[std::string(room)];
    if (std::find(members.begin(), members.end(), member) != members.end()) return true;
    if (member->EnterRoom(room)) {
        members.push_back(member);
        return true;
    }
    if (members.empty()) shard.rooms.erase(std::string(room));
    return false;
}

void NamespaceRooms::Shard::Remove(std::string_view room, const ClientSocket& member) {
    const auto found = rooms.find(std::string(room));
    if (found == rooms.end()) return;
    std::erase_if(found->second, [&](const Member& one) { return one.get() == &member; });
    if (found->second.empty()) rooms.erase(found);
}

void NamespaceRooms::Leave(std::string_view room, const Member& member) {
    Shard& shard = ShardOf(room);
    const std::lock_guard lock(shard.mutex);
    member->LeaveRoom(room);
    shard.Remove(room, *member);
}

SocketPtr NamespaceRooms::TakeOver(std::string_view room, const SocketPtr& socket) {
    const auto newcomer = std::dynamic_pointer_cast<ClientSocket>(socket);
    if (!newcomer || !Join(room, newcomer) || newcomer->principal().anonymous()) return nullptr;
    Shard& shard = ShardOf(room);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.rooms.find(std::string(room));
    if (found == shard.rooms.end()) return nullptr;
    const auto other = std::find_if(found->second.begin(), found->second.end(), [&](const Member& one) {
        return one != newcomer && one->principal().user_id == newcomer->principal().user_id;
    });
    if (other == found->second.end()) return nullptr;
    Member former = *other;
    former->LeaveRoom(room);
    found->second.erase(other);
    return former;
}

SocketPtr NamespaceRooms::Find(std::string_view socket_id) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_id_.find(std::string(socket_id));
    return found == by_id_.end() ? nullptr : found->second;
}

std::vector<SocketPtr> NamespaceRooms::SocketsOf(std::int64_t user_id) const {
    std::vector<SocketPtr> sockets;
    const std::lock_guard lock(mutex_);
    const auto [first, last] = by_user_.equal_range(user_id);
    for (auto it = first; it != last; ++it) {
        if (it->second->connected()) sockets.push_back(it->second);
    }
    return sockets;
}

std::vector<SocketPtr> NamespaceRooms::Members(std::string_view room) const {
    const Shard& shard = ShardOf(room);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.rooms.find(std::string(room));
    if (found == shard.rooms.end()) return {};
    return {found->second.begin(), found->second.end()};
}

std::size_t NamespaceRooms::size() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::count_if(by_id_.begin(), by_id_.end(), [](const auto& entry) { return entry.second->connected(); }));
}

NamespaceRooms::Member NamespaceRooms::Make(const Handshake& handshake, net::Principal principal) {
    const bool recovers = shared_.options.recovery && handshake.protocol == Protocol::kSocketIo5;
    const std::int64_t user_id = principal.user_id;
    auto member = std::make_shared<ClientSocket>(*this, NewSecretId(shared_.parts.random),
                                                 recovers ? NewSecretId(shared_.parts.random) : std::string(),
                                                 handshake, std::move(principal));
    const std::lock_guard lock(mutex_);
    by_id_.emplace(member->id(), member);
    if (recovers) by_pid_.emplace(member->pid(), member);
    if (user_id != 0) by_user_.emplace(user_id, member);
    return member;
}

NamespaceRooms::Member NamespaceRooms::FindToResume(const std::string& pid, std::int64_t user_id) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_pid_.find(pid);
    if (found == by_pid_.end() || found->second->principal().user_id != user_id) return nullptr;
    return found->second;
}

void NamespaceRooms::CloseAll() {
    std::vector<Member> all;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, member] : by_id_) all.push_back(member);
        by_id_.clear();
        by_pid_.clear();
        by_user_.clear();
    }
    for (const Member& member : all) member->Abandon();
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        shard.rooms.clear();
    }
}

void NamespaceRooms::Forget(const ClientSocket& socket) {
    const std::lock_guard lock(mutex_);
    by_id_.erase(socket.id());
    by_pid_.erase(socket.pid());
    const auto [first, last] = by_user_.equal_range(socket.principal().user_id);
    const auto found = std::find_if(first, last, [&](const auto& entry) { return entry.second.get() == &socket; });
    if (found != last) by_user_.erase(found);
}

}  // namespace rt::realtime
