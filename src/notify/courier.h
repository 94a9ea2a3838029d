// Hands mail and SMS of the outbox to their servers. The rows were written in the commit of their cause by auth/ and
// others: {"sealed": ...}, sealed for the context "outbox:<row id>"; inside is an object with `to`, `locale`, `kind`
// and the parameters of that kind (messages.def).
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "net/client.h"
#include "net/host_guard.h"
#include "notify/messages.h"
#include "notify/sms.h"
#include "notify/smtp.h"
#include "storage/outbox/outbox.h"

namespace rt::notify {

struct CourierOptions {
    std::optional<SmtpOptions> smtp{};       // none: mail is off
    std::optional<TencentSmsOptions> sms{};  // none: SMS is off
    std::string service_name{};              // {service}, and the end of every mail
    std::string public_url{};                // before the path of a link
};

// What health shows of a channel.
struct ChannelState {
    bool set_up = false;
    std::int64_t failures = 0;  // in a row
    std::string last_error{};   // no personal data
    std::optional<base::Time> last_sent{};
};

// A text of messages.def for one person.
struct Letter {
    std::string to;
    base::Locale locale = base::Locale::kZhCn;
    const MessageText* text = nullptr;
    Params params;                        // `expires` and `at` RFC 3339, `link` a path of ours
    std::optional<base::Time> expires{};  // not sent from then on
    std::string free_text{};              // typed by people, put under the text as it is
};

// Thread-safe.
class Courier {
  public:
    struct Parts {
        const net::Client& client;
        // Opens what a row's writer sealed for this context.
        std::function<Result<std::string>(std::string_view context, std::string_view sealed)> open;
        const base::Clock& clock;
        base::Metrics& metrics;
    };
    Courier(CourierOptions options, Parts parts);

    // For the dispatcher, by topic: mail.code, mail.notice, mail.invitation, sms.code, sms.notice. Each
    // takes at most half of a row's lease.
    std::map<std::string, storage::outbox::Handler, std::less<>> Handlers();
    // Sends a letter now, for a handler that finds out itself who gets it. `row_id` of the outbox: the same for every
    // attempt. Ok when mail is off.
    Status Mail(Letter letter, std::int64_t row_id);

    ChannelState mail() const { return State(mail_); }
    ChannelState sms() const { return State(sms_); }
    // Talks to the mail server up to the sender; Ok when mail is off. For the self-check.
    Status CheckMail() const;

  private:
    struct Channel {
        std::string_view name;
        bool set_up = false;
        std::int64_t failures = 0;
        std::string last_error{};
        std::optional<base::Time> last_sent{};
    };

    using Send = std::function<Status(const Letter&, const std::string& id)>;
    Result<Letter> Open(const storage::outbox::Message& message) const;
    void Complete(Letter& letter) const;
    Status Deliver(Channel& channel, const storage::outbox::Message& message, const Send& send);
    Status HandOver(Channel& channel, const Letter& letter, std::int64_t row_id, const Send& send);
    void Count(const Channel& channel, std::string_view result) const;
    Status Guarded(Channel& channel, const std::function<Status()>& send);
    Status SendMail(const Letter& letter, const std::string& id) const;
    Status SendSms(const Letter& letter, const std::string& id, std::string_view template_name) const;
    ChannelState State(const Channel& channel) const;
    void Note(Channel& channel, const Status& sent);

    const CourierOptions options_;
    Parts parts_;
    std::optional<Smtp> smtp_;
    std::optional<TencentSms> tencent_;
    net::HostGuard guard_;
    mutable std::mutex mutex_;
    Channel mail_{.name = "mail"};
    Channel sms_{.name = "sms"};
};

}  // namespace rt::notify
