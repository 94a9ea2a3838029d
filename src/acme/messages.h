// The objects of ACME (RFC 8555 §7.1) as values. What the authority sends beside them is ignored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rt::acme {

struct Directory {
    std::string new_nonce;
    std::string new_account;
    std::string new_order;
    std::string terms_of_service;  // empty: none
    bool external_account_required = false;
};

// pending, ready, processing, valid, invalid; kOther for states in which nothing can be done any more (expired,
// revoked, deactivated) and unknown ones.
enum class State : std::uint8_t { kPending, kReady, kProcessing, kValid, kInvalid, kOther };

// An error document (RFC 8555 §6.7).
struct Problem {
    std::string type;    // without the "urn:ietf:params:acme:error:" before it
    std::string detail;  // with those of its subproblems
    std::string Text() const;
};

struct Order {
    State state = State::kOther;
    std::vector<std::string> authorizations;  // URLs
    std::string finalize;
    std::string certificate;  // URL, for kValid
    Problem problem;
};

struct Challenge {
    std::string type;
    std::string url;
    std::string token;
    State state = State::kOther;
    Problem problem;
};

struct Authorization {
    std::string name;
    State state = State::kOther;
    std::vector<Challenge> challenges;
};

// UPSTREAM_FAILED for what is no such object, or whose URLs are not https.
Result<Directory> ParseDirectory(std::string_view body);
Result<Order> ParseOrder(std::string_view body);
Result<Authorization> ParseAuthorization(std::string_view body);
// Never fails: what is no error document gives an empty problem.
Problem ParseProblem(std::string_view body);

}  // namespace rt::acme
