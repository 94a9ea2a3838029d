// The game's types as JSON, by names (docs/avalon-rules.md lists the members). What comes in is checked as text from
// anywhere; events of a log are read leniently: members this version does not know are passed over, missing ones have
// their defaults, so that logs survive versions.
#pragma once

#include <string>

#include "avalon/domain/view.h"
#include "json/json.h"
#include "json/reader.h"

namespace rt::avalon {

json::Object EncodeSetup(const Setup& setup);
// {"roles":[...],"options":{...}}; VALIDATION_FAILED with every wrong member. Says nothing about the rules: CheckSetup
// does.
Result<Setup> DecodeSetup(const json::Value& value);

json::Object EncodeOptions(const Options& options);
// The members of an options object; mistakes are noted in `in`.
Options ReadOptions(json::Reader& in);

// For the durable log only: secrets are in it.
json::Object EncodeEvent(const Event& event);
Result<Event> DecodeEvent(const json::Value& value);

// What a client gets. While a vote or a quest is open its size does not depend on what was chosen.
json::Object EncodeView(const View& view);

// Where the game stands, all-seeing, without its history: for `roundtable avalon replay`.
json::Object EncodeState(const State& state);

json::Object EncodeAction(const Action& action);
json::Object EncodeOutcome(const Outcome& outcome);

// [0,2,3]
json::Array EncodeSeats(SeatSet seats);
// A number, or null for nobody.
json::Value EncodeSeat(Seat seat);

}  // namespace rt::avalon
