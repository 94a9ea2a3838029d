// What players write, before others see it.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "auth/wechat/sign_in.h"
#include "avalon/room/moderation.h"
#include "net/route.h"

namespace rt::app {

// By WeChat, where an app is set up there, for who has signed in by it: WeChat judges the texts of its own users only.
// Texts of other accounts pass.
class AvalonTexts final : public avalon::TextCheck {
  public:
    using Submit = std::function<bool(net::Run pool, std::function<void()> task)>;
    // Before the server takes connections. `wechat` must outlive this.
    void Use(auth::wechat::SignIns& wechat, Submit submit) {
        wechat_ = &wechat;
        submit_ = std::move(submit);
    }
    void Check(std::int64_t user_id, const std::string& text, std::function<void(avalon::TextVerdict)> done) override;

  private:
    auth::wechat::SignIns* wechat_ = nullptr;
    Submit submit_;
};

}  // namespace rt::app
