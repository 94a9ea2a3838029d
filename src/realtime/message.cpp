#include "realtime/message.h"

#include <atomic>
#include <span>

#include "base/encoding.h"
#include "base/parse.h"
#include "realtime/protocol/engine_packet.h"
#include "realtime/protocol/socket_packet.h"

namespace rt::realtime {
namespace {

std::vector<SharedBytes> Share(std::vector<std::string> attachments) {
    std::vector<SharedBytes> shared;
    shared.reserve(attachments.size());
    for (std::string& bytes : attachments) shared.push_back(std::make_shared<const std::string>(std::move(bytes)));
    return shared;
}

}  // namespace

std::string EncodeArgs(const json::Array& args) {
    if (args.empty()) return {};
    std::string out = json::Encode(args.front());
    for (std::size_t i = 1; i < args.size(); ++i) out.append(",").append(json::Encode(args[i]));
    return out;
}

Message::Message(std::string_view name, std::string args_json, std::size_t args, MessageOptions options)
    : name_json_(json::Encode(json::Value(name))),
      args_json_(std::move(args_json)),
      args_(args),
      seq_(options.seq),
      delivery_(options.delivery),
      attachments_(Share(std::move(options.attachments))) {
    bytes_ = sizeof(Message) + name_json_.size() + 2 * args_json_.size();
    for (const SharedBytes& attachment : attachments_) bytes_ += attachment->size();
}

std::string Message::Encode(std::string_view nsp, std::string_view offset) const {
    const std::string head = protocol::EncodeHead(protocol::SocketType::kEvent, nsp, std::nullopt, attachments_.size());
    std::string out;
    out.reserve(head.size() + name_json_.size() + args_json_.size() + offset.size() + 8);
    out += '4';  // a message of Engine.IO
    out.append(head).append("[").append(name_json_);
    if (args_ > 0) out.append(",").append(args_json_);
    if (!offset.empty()) out.append(",\"").append(offset).append("\"");
    return out.append("]");
}

SharedBytes Message::Text(std::string_view nsp) const {
    const std::lock_guard lock(mutex_);
    if (text_ == nullptr || nsp_ != nsp) {
        text_ = std::make_shared<const std::string>(Encode(nsp, {}));
        if (nsp_ != nsp) text_with_offset_ = nullptr;
        nsp_ = nsp;
    }
    return text_;
}

SharedBytes Message::TextWithOffset(std::string_view nsp, std::string_view offset) const {
    const std::lock_guard lock(mutex_);
    if (text_with_offset_ == nullptr || nsp_ != nsp) {
        text_with_offset_ = std::make_shared<const std::string>(Encode(nsp, offset));
        if (nsp_ != nsp) text_ = nullptr;
        nsp_ = nsp;
    }
    return text_with_offset_;
}

SharedBytes Message::Json() const {
    const std::lock_guard lock(mutex_);
    if (json_ == nullptr) {
        std::string out = R"({"t":"ev")";
        if (seq_.has_value()) out.append(",\"seq\":").append(std::to_string(*seq_));
        out.append(",\"name\":").append(name_json_);
        if (args_ == 1) out.append(",\"data\":").append(args_json_);
        if (args_ > 1) out.append(",\"data\":[").append(args_json_).append("]");
        json_ = std::make_shared<const std::string>(out.append("}"));
    }
    return json_;
}

std::string Message::Offset(Offsets& offsets) const {
    const std::lock_guard lock(mutex_);
    if (offset_.empty()) offset_ = offsets.Next();
    return offset_;
}

std::string Offsets::Next() {
    const std::lock_guard lock(mutex_);
    if (used_ == drawn_.size()) {
        random_.Fill(drawn_);
        used_ = 0;
    }
    const auto bytes = std::span<const std::uint8_t>(drawn_).subspan(used_, kBytes);
    used_ += kBytes;
    return base::Base64UrlEncode(bytes);
}

MessagePtr MakeMessage(std::string_view name, const json::Value& data, MessageOptions options) {
    return std::make_shared<const Message>(name, json::Encode(data), 1, std::move(options));
}

MessagePtr MakeMessageOf(std::string_view name, const json::Array& args, MessageOptions options) {
    return std::make_shared<const Message>(name, EncodeArgs(args), args.size(), std::move(options));
}

MessagePtr MakeEncodedMessage(std::string_view name, std::string data_json, MessageOptions options) {
    return std::make_shared<const Message>(name, std::move(data_json), 1, std::move(options));
}

struct Ack::State {
    std::unique_ptr<AckSink> sink;
    std::atomic<bool> answered{false};
};

Ack::Ack(std::unique_ptr<AckSink> sink) : state_(std::make_shared<State>()) {
    state_->sink = std::move(sink);
}

void Ack::Send(const json::Value& answer) const {
    if (wanted()) SendEncoded(json::Encode(answer));
}

void Ack::SendEncoded(std::string answer_json) const {
    if (!wanted() || state_->answered.exchange(true)) return;
    state_->sink->Answer(std::move(answer_json), {});
}

void Ack::SendAll(const json::Array& args, std::vector<std::string> attachments) const {
    if (!wanted() || state_->answered.exchange(true)) return;
    state_->sink->Answer(EncodeArgs(args), std::move(attachments));
}

struct Verdict::State {
    Decide decide;
    std::atomic<bool> given{false};
};

Verdict::Verdict(Decide decide) : state_(std::make_shared<State>()) {
    state_->decide = std::move(decide);
}

void Verdict::Accept(net::Principal principal) const {
    if (!state_->given.exchange(true)) state_->decide(std::move(principal), {}, {});
}

void Verdict::Refuse(std::string message, json::Value data) const {
    if (!state_->given.exchange(true)) state_->decide(std::nullopt, std::move(message), std::move(data));
}

std::string_view Handshake::HeaderValue(std::string_view name) const {
    for (const net::Header& header : headers) {
        if (base::EqualsIgnoreAsciiCase(header.name, name)) return header.value;
    }
    return {};
}

std::string_view Name(Reason reason) {
    switch (reason) {
        case Reason::kTransportClose:
            return "transport close";
        case Reason::kTransportError:
            return "transport error";
        case Reason::kPingTimeout:
            return "ping timeout";
        case Reason::kParseError:
            return "parse error";
        case Reason::kClientLeft:
            return "client namespace disconnect";
        case Reason::kServerLeft:
            return "server namespace disconnect";
        case Reason::kSlowReader:
            return "slow reader";
        case Reason::kTooManyMessages:
            return "too many messages";
        case Reason::kShuttingDown:
            return "server shutting down";
    }
    return "transport close";
}

}  // namespace rt::realtime
