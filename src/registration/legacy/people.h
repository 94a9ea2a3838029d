// An account of the original service as one of ours.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/identity.h"
#include "auth/user.h"
#include "json/json.h"
#include "registration/service.h"

namespace rt::registration::legacy {

struct LegacyPerson {
    UserId existing;  // 0: none; else the account that has one of his proved identities already
    auth::User user;
    std::vector<auth::Identity> identities;
    json::Object unused;             // what he has and an account here cannot: kept with the record
    std::vector<std::string> notes;  // counted in the report
};

// Never an administrator or organiser. A login name or address that is not fit here is left out and noted; a hash is
// taken over if it is bcrypt.
Result<LegacyPerson> PersonFrom(const Needs& needs, const json::Value& row);

// At most so many code points from the beginning.
std::string Cut(std::string_view text, std::size_t code_points);

// "$2b$12$" and 53 characters, of a cost that can be checked in a request.
bool IsBcrypt(std::string_view hash);

}  // namespace rt::registration::legacy
