// Bytes on their way to a client: owned pieces and shared ones, never copied. Not thread-safe.
#pragma once

#include <sys/uio.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rt::net {

class OutQueue {
  public:
    static constexpr std::size_t kPiecesMax = 16;

    void Add(std::string piece);
    void Add(std::shared_ptr<const std::string> piece);
    bool empty() const { return first_ == pieces_.size(); }
    std::size_t bytes() const { return bytes_; }
    // The first piece; the queue must not be empty.
    std::string_view front() const { return pieces_[first_].View(); }
    // The first pieces, for one gathering write; returns how many.
    std::size_t Gather(std::array<iovec, kPiecesMax>& out) const;
    // Drops `bytes` from the front. An empty queue holds the room of one piece at most.
    void Consume(std::size_t bytes);

  private:
    struct Piece {
        std::string own;
        std::shared_ptr<const std::string> shared;
        std::size_t offset = 0;
        std::string_view View() const { return std::string_view(shared ? *shared : own).substr(offset); }
    };
    std::vector<Piece> pieces_;
    std::size_t first_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace rt::net
