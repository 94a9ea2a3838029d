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
// blind index of purpose, address and user -> tries, hash of the code, its end; expires with the code.
inline constexpr storage::kv::Table kCodeTable{storage::kv::Env::kDurable, "auth.code"};
// whose messages are counted -> count and beginning of the window.
inline constexpr storage::kv::Table kCodeSentTable{storage::kv::Env::kDurable, "auth.code_sent"};
// hex SHA-256 of the token -> the sign-in that waits (JSON).
inline constexpr storage::kv::Table kSecondStepTable{storage::kv::Env::kDurable, "auth.second_step"};
// hex user id ':' digest of device and network -> nothing.
inline constexpr storage::kv::Table kKnownDeviceTable{storage::kv::Env::kDurable, "auth.known_device"};
// digests of who is being guessed, and from where -> attempts, not before, last.
inline constexpr storage::kv::Table kGuessTable{storage::kv::Env::kCache, "auth.guess"};
// hex SHA-256 of appid ':' code -> nothing; a code that somebody has brought once. Expires after the code does.
inline constexpr storage::kv::Table kWechatCodeTable{storage::kv::Env::kDurable, "auth.wechat_code"};
// hex SHA-256 of appid ':' user id -> the sealed session key of the mini-program; goes with the identity.
inline constexpr storage::kv::Table kWechatSessionTable{storage::kv::Env::kDurable, "auth.wechat_session"};
// appid -> the sealed access token of the app; expires with it.
inline constexpr storage::kv::Table kWechatTokenTable{storage::kv::Env::kDurable, "auth.wechat_token"};

}  // namespace rt::auth
