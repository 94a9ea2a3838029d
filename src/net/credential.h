// What a request was signed with, as audit rows name it.
#pragma once

#include <string>

#include "net/http.h"

namespace rt::net {

// "token:<id>" or "device:<id>"; empty for a session and for nobody.
inline std::string Via(const Principal& principal) {
    switch (principal.credential) {
        case Credential::kApiToken:
            return "token:" + std::to_string(principal.credential_id);
        case Credential::kDevice:
            return "device:" + std::to_string(principal.credential_id);
        case Credential::kSession:
            break;
    }
    return {};
}

}  // namespace rt::net
