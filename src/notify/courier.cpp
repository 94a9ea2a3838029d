#include "notify/courier.h"

#include <utility>

#include "json/json.h"

namespace rt::notify {
namespace {

using storage::outbox::Message;

constexpr std::size_t kUnderWayMax = 4;
constexpr int kFailuresMax = 5;
constexpr std::int64_t kOpenMillis = 10'000;

// What the row says wrongly will not become right.
Error Unreadable(std::string_view what) {
    return Fail(Code::kInvalid, "outbox row: " + std::string(what));
}

std::string TextOf(const json::Value& value) {
    if (value.IsString()) return value.AsString();
    return value.IsInt() ? std::to_string(value.AsInt()) : std::string();
}

std::string ParamOf(const Params& params, std::string_view name) {
    const auto found = params.find(name);
    return found == params.end() ? std::string() : found->second;
}

std::string_view ResultLabel(const Status& sent) {
    if (sent.ok()) return "sent";
    if (sent.error().code == Code::kUnavailable && sent.error().retry_after_s == 0) return "misconfigured";
    return storage::outbox::IsFinal(sent.error()) ? "refused" : "retry";
}

}  // namespace

Courier::Courier(CourierOptions options, Parts parts)
    : options_(std::move(options)),
      parts_(parts),
      guard_({kUnderWayMax, kFailuresMax, kOpenMillis}, parts.clock, parts.metrics.Get(Metric::kOutgoingBreakers)) {
    if (options_.smtp) smtp_.emplace(*options_.smtp, parts.client.dialer(), parts.clock);
    if (options_.sms) tencent_.emplace(*options_.sms, parts.client, parts.clock);
    mail_.set_up = smtp_.has_value();
    sms_.set_up = tencent_.has_value();
}

std::map<std::string, storage::outbox::Handler, std::less<>> Courier::Handlers() {
    std::map<std::string, storage::outbox::Handler, std::less<>> handlers;
    for (const char* topic : {"mail.code", "mail.notice", "mail.invitation"}) {
        handlers[topic] = [this](const Message& message) {
            return Deliver(mail_, message,
                           [this](const Letter& letter, const std::string& id) { return SendMail(letter, id); });
        };
    }
    for (const auto& [topic, name] : {std::pair{"sms.code", "code"}, {"sms.notice", "notice"}}) {
        handlers[topic] = [this, name = std::string_view(name)](const Message& message) {
            return Deliver(sms_, message, [this, name](const Letter& letter, const std::string& id) {
                return SendSms(letter, id, name);
            });
        };
    }
    return handlers;
}

Result<Letter> Courier::Open(const Message& message) const {
    const auto row = json::Decode(message.payload);
    const json::Value* sealed = row.ok() ? row->Find("sealed") : nullptr;
    if (sealed == nullptr || !sealed->IsString()) return Unreadable("not sealed");
    RT_TRY(const std::string plain, parts_.open("outbox:" + std::to_string(message.id), sealed->AsString()));
    const auto content = json::Decode(plain);
    if (!content.ok() || !content->IsObject()) return Unreadable("no object");
    Letter letter;
    for (const auto& [name, value] : content->AsObject().members()) letter.params[name] = TextOf(value);
    letter.to = letter.params["to"];
    letter.locale = letter.params["locale"] == "en" ? base::Locale::kEn : base::Locale::kZhCn;
    letter.text = FindText(message.topic, letter.params["kind"]);
    if (letter.text == nullptr && message.topic != "sms.code") return Unreadable("a kind without a text");
    Complete(letter);
    return letter;
}

// Times in words, links with the address of the server before them.
void Courier::Complete(Letter& letter) const {
    for (const char* name : {"at", "expires"}) {
        const auto time = base::ParseRfc3339(letter.params[name]);
        if (!time.ok()) continue;
        if (std::string_view(name) == "expires") letter.expires = *time;
        letter.params[name] = LocalTime(*time);
    }
    if (letter.expires && letter.params["minutes"].empty()) {
        const std::int64_t left = letter.expires->micros - parts_.clock.Now().micros;
        letter.params["minutes"] = std::to_string((left + base::kMicrosPerMinute - 1) / base::kMicrosPerMinute);
    }
    std::string& link = letter.params["link"];
    if (!link.empty()) link = options_.public_url.empty() ? std::string() : options_.public_url + link;
    letter.params["service"] = options_.service_name;
}

void Courier::Count(const Channel& channel, std::string_view result) const {
    parts_.metrics.Get(Metric::kNotifyMessages, {channel.name, result}).Add();
}

Status Courier::Deliver(Channel& channel, const Message& message, const Send& send) {
    if (!channel.set_up) {
        Count(channel, "off");
        return Ok();
    }
    RT_TRY(const Letter letter, Open(message));
    return HandOver(channel, letter, message.id, send);
}

Status Courier::HandOver(Channel& channel, const Letter& letter, std::int64_t row_id, const Send& send) {
    if (letter.expires && *letter.expires <= parts_.clock.Now()) {
        Count(channel, "expired");
        return Ok();
    }
    const Status sent = Guarded(channel, [&] { return send(letter, "rt." + std::to_string(row_id)); });
    Count(channel, ResultLabel(sent));
    return sent;
}

Status Courier::Mail(Letter letter, std::int64_t row_id) {
    if (!mail_.set_up) {
        Count(mail_, "off");
        return Ok();
    }
    Complete(letter);
    return HandOver(mail_, letter, row_id,
                    [this](const Letter& completed, const std::string& id) { return SendMail(completed, id); });
}

// A server that is down is left alone for a while, so that the other channel's messages do not wait behind its
// time-outs.
Status Courier::Guarded(Channel& channel, const std::function<Status()>& send) {
    const std::string name(channel.name);
    RT_CHECK_OK(guard_.Enter(name));
    const Status sent = send();
    // What concerns one message only says that the server is well.
    const bool well =
        sent.ok() || storage::outbox::IsFinal(sent.error()) || sent.error().code == Code::kTooManyRequests;
    guard_.Leave(name, well ? net::HostGuard::Outcome::kGood : net::HostGuard::Outcome::kFailed);
    Note(channel, well ? Ok() : sent);
    return sent;
}

Status Courier::SendMail(const Letter& letter, const std::string& id) const {
    Rendered rendered = Render(*letter.text, letter.locale, letter.params);
    if (!letter.free_text.empty()) rendered.body += "\n" + letter.free_text + "\n";
    if (!options_.service_name.empty()) rendered.body += "\n-- \n" + options_.service_name + "\n";
    return smtp_->Send({.to = {.name = "", .address = letter.to},
                        .subject = std::move(rendered.subject),
                        .body = std::move(rendered.body),
                        .id = id});
}

Status Courier::SendSms(const Letter& letter, const std::string& id, std::string_view template_name) const {
    Sms sms{.to = letter.to, .template_name = template_name, .params = {}, .id = id};
    if (template_name == "code") {
        sms.params = {ParamOf(letter.params, "code"), ParamOf(letter.params, "minutes")};
    } else {
        if (options_.sms->template_notice.empty()) return Ok();
        std::string body = Render(*letter.text, letter.locale, letter.params).body;
        if (body.ends_with('\n')) body.pop_back();
        sms.params = {std::move(body)};
    }
    return tencent_->Send(sms);
}

ChannelState Courier::State(const Channel& channel) const {
    const std::lock_guard lock(mutex_);
    return {channel.set_up, channel.failures, channel.last_error, channel.last_sent};
}

void Courier::Note(Channel& channel, const Status& sent) {
    const std::lock_guard lock(mutex_);
    if (sent.ok()) {
        channel.failures = 0;
        channel.last_error.clear();
        channel.last_sent = parts_.clock.Now();
    } else {
        ++channel.failures;
        channel.last_error = sent.error().detail;
    }
}

Status Courier::CheckMail() const {
    return smtp_ ? smtp_->Check() : Ok();
}

}  // namespace rt::notify
