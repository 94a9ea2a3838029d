#include "net/out_queue.h"

#include <utility>

namespace rt::net {
namespace {

constexpr std::size_t kSpentPiecesMax = 64;

}  // namespace

void OutQueue::Add(std::string piece) {
    if (piece.empty()) return;
    bytes_ += piece.size();
    pieces_.push_back({std::move(piece), nullptr, 0});
}

void OutQueue::Add(std::shared_ptr<const std::string> piece) {
    if (piece->empty()) return;
    bytes_ += piece->size();
    pieces_.push_back({{}, std::move(piece), 0});
}

std::size_t OutQueue::Gather(std::array<iovec, kPiecesMax>& out) const {
    std::size_t count = 0;
    for (std::size_t i = first_; i < pieces_.size() && count < kPiecesMax; ++i, ++count) {
        const std::string_view view = pieces_[i].View();
        out.at(count) = {const_cast<char*>(view.data()), view.size()};
    }
    return count;
}

void OutQueue::Consume(std::size_t bytes) {
    bytes_ -= bytes;
    while (bytes > 0) {
        Piece& piece = pieces_[first_];
        const std::size_t left = piece.View().size();
        if (bytes < left) {
            piece.offset += bytes;
            break;
        }
        bytes -= left;
        piece = {};
        ++first_;
    }
    if (empty()) {
        // One place is kept for the next answer; what a burst needed is not, since most connections idle.
        if (pieces_.capacity() > 1) pieces_ = {};
        pieces_.clear();
        first_ = 0;
    } else if (first_ > kSpentPiecesMax) {
        pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
        first_ = 0;
    }
}

}  // namespace rt::net
