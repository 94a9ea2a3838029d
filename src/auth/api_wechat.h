// The routes of signing in by WeChat.
#pragma once

#include <string>

#include "auth/wechat/sign_in.h"
#include "net/route.h"

namespace rt::auth {

// `sign_ins` must outlive the table. `base`: "/api/v1".
net::RouteTable WechatRoutes(wechat::SignIns& sign_ins, const std::string& base);

}  // namespace rt::auth
