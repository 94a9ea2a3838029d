// Signing in with WeChat: mini-programs and mini-games by code, web pages inside WeChat by OAuth2. Session keys and
// access tokens stay here, sealed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/service.h"
#include "auth/wechat/api.h"
#include "auth/wechat/sealer.h"
#include "auth/wechat/token_keeper.h"

namespace rt::auth::wechat {

// The two services, each of which may have an app of its own.
enum class Product : std::uint8_t { kRegistration, kAvalon };

struct Options {
    App registration{};
    App avalon{};  // not set up: that of registration
    App web{};     // the service account
    std::string open_url{};
    std::string public_url{};  // how browsers reach us, without a last '/'
    std::string base{};        // "/api/v1"
};

// What a browser takes along to WeChat and back.
struct Departure {
    std::string location;  // WeChat's authorisation page
    std::string cookie;    // binds the way back to this browser
};

// Who came back, and where he wanted to go.
struct Arrival {
    SignedIn signed_in;
    std::string return_path;
};

// Thread-safe. What asks WeChat runs on the outgoing pool. Errors: as Api; CHANNEL_UNAVAILABLE when the app is not set
// up; as Service::SignInByIdentity.
class SignIns {
  public:
    struct Parts {
        Service& auth;
        const Api& api;
        TokenKeeper& tokens;
        storage::kv::Store& kv;
        const base::Clock& clock;
        Random& random;
        Sealer sealer;
    };
    static constexpr std::int64_t kCodeMicros = 10 * base::kMicrosPerMinute;  // a code is remembered; it lives five
    static constexpr std::int64_t kWayMicros = 10 * base::kMicrosPerMinute;   // to WeChat and back
    static constexpr std::int64_t kSessionKeyMicros = 30 * base::kMicrosPerDay;
    static constexpr std::size_t kReturnBytesMax = 512;

    SignIns(Options options, Parts parts) : options_(std::move(options)), parts_(std::move(parts)) {}

    // A code that was brought before is refused without asking WeChat (SIGN_IN_AGAIN).
    Result<SignedIn> Mini(Product product, std::string_view code, const Caller& caller);
    // For somebody signed in: WeChat becomes a way to sign in. Reauthenticates by `who`, as the next two do; that
    // hashes. IDENTITY_TAKEN.
    Result<ShownIdentity> LinkMini(UserId user, Product product, std::string_view code, const Reproof& who,
                                   const Caller& caller);
    // The phone number that WeChat has verified, by the code of its button.
    Result<ShownIdentity> LinkPhone(UserId user, Product product, std::string_view code, const Reproof& who,
                                    const Caller& caller);
    // The same from the encryptedData of clients before base library 2.21.2.
    Result<ShownIdentity> LinkSealedPhone(UserId user, Product product, std::string_view encrypted_data,
                                          std::string_view iv, const Reproof& who, const Caller& caller);
    // Is the session key that we keep of this user still the one in force? SIGN_IN_AGAIN when it is not, or we have
    // none.
    Status CheckSession(UserId user, Product product);

    // May others see what this user has written? SIGN_IN_AGAIN when we have no session of his: then WeChat cannot say.
    Result<bool> CheckText(UserId user, Product product, std::string_view text);
    // Has this user signed in by WeChat, so that it can be asked about his texts?
    bool Keeps(UserId user, Product product) const;
    // Is there an app to ask?
    bool set_up(Product product) const { return AppOf(product).ok(); }

    // `return_path`: a path of ours. VALIDATION_FAILED otherwise.
    Result<Departure> StartWeb(std::string_view return_path, bool with_profile);
    // FORBIDDEN when `cookie` and `state` do not belong together or are old; a missing code means that he said no.
    Result<Arrival> FinishWeb(std::string_view cookie, std::string_view state, std::string_view code,
                              const Caller& caller);
    // Where that browser wanted to go; empty when the cookie is not good.
    std::string ReturnPathOf(std::string_view cookie) const;

  private:
    struct Way {
        std::string state;
        std::string return_path;
        bool with_profile = false;
    };
    struct KeptSession {
        std::string openid;
        std::string session_key;
    };

    Result<App> AppOf(Product product) const;
    Status TakeCode(const App& app, std::string_view code);
    void GiveBack(const App& app, std::string_view code, const Error& error);
    Result<MiniSession> AskMini(const App& app, std::string_view code);
    Status Keep(UserId user, const App& app, const MiniSession& session);
    Result<KeptSession> Kept(UserId user, const App& app) const;
    Result<ShownIdentity> LinkNumber(UserId user, const std::string& e164, const Caller& caller);
    Result<Way> OpenWay(std::string_view cookie) const;

    const Options options_;
    Parts parts_;
};

// "/events/spring?x=1": a path of our own origin, whatever a browser makes of it.
bool IsOwnPath(std::string_view path);

}  // namespace rt::auth::wechat
