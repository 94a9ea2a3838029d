// The body of POST and PATCH of an event.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "json/json.h"
#include "json/reader.h"
#include "registration/store/events.h"

namespace rt::registration::api {

// Reads the members that are there (all that an event needs, for kCreate) over `event`, and checks the whole. `body`
// and `event` must outlive it.
class EventReader {
  public:
    enum class Use : std::uint8_t { kCreate, kPatch };
    EventReader(const json::Value& body, store::Event& event, Use use)
        : in_(body), body_(body), event_(event), use_(use) {}

    // VALIDATION_FAILED with every mistake.
    Status Read();

    // Was a cap on teams said, and which.
    bool says_quota() const { return says_quota_; }
    std::optional<std::int64_t> quota_teams() const { return quota_teams_; }
    const std::optional<std::string>& organisation() const { return organisation_; }
    // A new passcode; empty: none any more; nullopt: nothing said.
    const std::optional<std::string>& passcode() const { return passcode_; }

  private:
    bool Has(std::string_view key) const { return in_.Has(key); }
    bool Wants(std::string_view key) const { return use_ == Use::kCreate || Has(key); }
    bool SaysNull(std::string_view key) const;
    void Texts();
    void Words();
    void Times();
    void Numbers();
    void Clocks();
    void Waitlist();
    void Ages();
    void Passcode();
    void Check();

    template <class E>
    void Word(std::string_view key, E& value) {
        if (const auto index = in_.OptionalWord(key, WordsOf<E>())) value = static_cast<E>(*index);
    }
    void Number(std::string_view key, std::int64_t& value, std::int64_t min, std::int64_t max);
    void NumberOrNull(std::string_view key, std::optional<std::int64_t>& value, std::int64_t min, std::int64_t max);
    void Flag(std::string_view key, bool& value);
    void Deadline(std::string_view key, std::optional<base::Time>& value);
    void Ttl(std::string_view key, std::int64_t& micros, std::int64_t unit, std::int64_t min, std::int64_t max);

    json::Reader in_;
    const json::Value& body_;
    store::Event& event_;
    const Use use_;
    bool says_quota_ = false;
    std::optional<std::int64_t> quota_teams_;
    std::optional<std::string> organisation_;
    std::optional<std::string> passcode_;
};

}  // namespace rt::registration::api
