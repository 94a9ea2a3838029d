// The tables of auth in LMDB.
#pragma once

#include "storage/kv/store.h"

namespace rt::auth {

// hex SHA-256 of the session's name -> the session (JSON); expires with it.
inline constexpr storage::kv::Table kSessionTable{storage::kv::Env::kDurable, "auth.session"};
// hex user id ':' key of auth.session -> nothing; expires with the session.
inline constexpr storage::kv::Table kUserSessionTable{storage::kv::Env::kDurable, "auth.user_session"};
// Public id of a session that ended -> nothing; expires with the last access token of it.
inline constexpr storage::kv::Table kEndedSessionTable{storage::kv::Env::kDurable, "auth.ended_session"};
// hex SHA-256 of what is being guessed -> attempts, not before, last.
inline constexpr storage::kv::Table kGuessTable{storage::kv::Env::kCache, "auth.guess"};

}  // namespace rt::auth
