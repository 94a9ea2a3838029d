// The secret that signs access tokens.
#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"

namespace rt::auth {

// The secrets in `folder`/jwt.key, one a line, newest first; the first start makes the file (0600) with one. Two
// processes that start at once agree on one secret. VALIDATION_FAILED for a line under crypto::kJwtSecretBytesMin,
// INVALID_STATE when others can read the file.
Result<std::vector<std::string>> LoadOrCreateJwtSecrets(const std::string& folder, Random& random);

}  // namespace rt::auth
