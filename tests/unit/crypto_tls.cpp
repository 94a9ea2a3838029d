#include <doctest/doctest.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "crypto/certificate.h"
#include "crypto/tls.h"

namespace {

using namespace rt::crypto;

constexpr rt::base::Time kNow{1'780'000'000'000'000};

TlsPair Certificate(int days = 30) {
    rt::base::SeededRandom random(static_cast<std::uint64_t>(days));
    const auto made = MakeSelfSigned({"localhost", "127.0.0.1"}, kNow, days, random);
    REQUIRE(made.ok());
    return {made->certificate_pem, made->key_pem};
}

TlsPair CertificateFor(std::vector<std::string> names, std::uint64_t seed) {
    rt::base::SeededRandom random(seed);
    const auto made = MakeSelfSigned(names, kNow, 30, random);
    REQUIRE(made.ok());
    return {made->certificate_pem, made->key_pem};
}

// A client of plain OpenSSL on one end of a socket pair, a session of ours on the other; both non-blocking.
class Pair {
  public:
    explicit Pair(TlsContext& context) : client_context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
        int fds[2];
        REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
        client_fd_ = fds[0];
        server_fd_ = fds[1];
        server_ = NewTlsServerSession(context, server_fd_);
        SSL_CTX_set_security_level(client_context_.get(), 0);
    }
    ~Pair() {
        client_.reset();
        close(client_fd_);
        close(server_fd_);
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;

    SSL_CTX* client_context() { return client_context_.get(); }
    SSL* client() {
        if (client_ == nullptr) {
            client_.reset(SSL_new(client_context_.get()));
            SSL_set_fd(client_.get(), client_fd_);
            SSL_set_connect_state(client_.get());
        }
        return client_.get();
    }
    TlsSession& server() { return *server_; }
    int client_fd() const { return client_fd_; }
    void HangUp() { shutdown(client_fd_, SHUT_RDWR); }

    // Both ends step in turn; the server's last step.
    TlsStep Shake() {
        TlsStep step = TlsStep::kWantRead;
        for (int i = 0; i < 20 && step != TlsStep::kFailed; ++i) {
            const int client_result = SSL_do_handshake(client());
            if (step != TlsStep::kDone) step = server_->Handshake().step;
            if (step == TlsStep::kDone && client_result == 1) return step;
        }
        return TlsStep::kFailed;
    }

    // What the client reads now.
    std::string ClientReads() {
        std::string out(65536, '\0');
        const int size = SSL_read(client(), out.data(), static_cast<int>(out.size()));
        out.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return out;
    }

  private:
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> client_context_;
    struct FreeSsl {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };
    std::unique_ptr<SSL, FreeSsl> client_;
    std::unique_ptr<TlsSession> server_;
    int client_fd_ = -1;
    int server_fd_ = -1;
};

// The first name of the certificate that a client of this version gets for a server name (empty: none is sent).
std::string NameServed(TlsContext& context, const std::string& server_name, int version) {
    Pair pair(context);
    SSL_CTX_set_min_proto_version(pair.client_context(), version);
    SSL_CTX_set_max_proto_version(pair.client_context(), version);
    if (!server_name.empty()) REQUIRE(SSL_set_tlsext_host_name(pair.client(), server_name.c_str()) == 1);
    if (pair.Shake() != TlsStep::kDone) return "refused";
    const std::unique_ptr<X509, decltype(&X509_free)> leaf(SSL_get1_peer_certificate(pair.client()), X509_free);
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
    REQUIRE(PEM_write_bio_X509(bio.get(), leaf.get()) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    const auto info = DescribeCertificate({text, static_cast<std::size_t>(size)});
    REQUIRE(info.ok());
    return info->names.front();
}

void OfferAlpn(Pair& pair, std::string_view wire) {
    SSL_CTX_set_alpn_protos(pair.client_context(), reinterpret_cast<const unsigned char*>(wire.data()),
                            static_cast<unsigned>(wire.size()));
}

// A connection that may resume `session` (nullptr: a fresh one); `session` becomes the newest ticket. Was it resumed?
bool Visit(TlsContext& context, SSL_SESSION*& session, int version) {
    Pair pair(context);
    SSL_CTX_set_min_proto_version(pair.client_context(), version);
    SSL_CTX_set_max_proto_version(pair.client_context(), version);
    if (session != nullptr) SSL_set_session(pair.client(), session);
    REQUIRE(pair.Shake() == TlsStep::kDone);
    const bool resumed = SSL_session_reused(pair.client()) == 1;
    // In TLS 1.3 the ticket comes after the handshake, with the first bytes.
    REQUIRE(pair.server().Write("x").step == TlsStep::kDone);
    CHECK(pair.ClientReads() == "x");
    if (session != nullptr) SSL_SESSION_free(session);
    session = SSL_get1_session(pair.client());
    SSL_shutdown(pair.client());
    return resumed;
}

}  // namespace

TEST_CASE("TLS 1.2 and 1.3 connect, older versions and weak suites do not") {
    const auto context = MakeTlsContext({Certificate()});
    REQUIRE(context.ok());
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        Pair pair(**context);
        SSL_CTX_set_min_proto_version(pair.client_context(), version);
        SSL_CTX_set_max_proto_version(pair.client_context(), version);
        CHECK(pair.Shake() == TlsStep::kDone);
        CHECK(SSL_version(pair.client()) == version);
    }
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        Pair pair(**context);
        SSL_CTX_set_min_proto_version(pair.client_context(), version);
        SSL_CTX_set_max_proto_version(pair.client_context(), version);
        CHECK(pair.Shake() == TlsStep::kFailed);
    }
    for (const char* suite :
         {"AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "NULL-SHA256"}) {
        CAPTURE(suite);
        Pair pair(**context);
        SSL_CTX_set_max_proto_version(pair.client_context(), TLS1_2_VERSION);
        REQUIRE(SSL_CTX_set_cipher_list(pair.client_context(), suite) == 1);
        CHECK(pair.Shake() == TlsStep::kFailed);
        CHECK(pair.server().Handshake().step == TlsStep::kFailed);
        pair.server().CloseNotify();
    }
}

TEST_CASE("ALPN answers http/1.1 and refuses a client that cannot speak it") {
    using namespace std::string_view_literals;
    const auto context = MakeTlsContext({Certificate()});
    const auto answer = [&](std::string_view offer) {
        Pair pair(**context);
        if (!offer.empty()) OfferAlpn(pair, offer);
        if (pair.Shake() != TlsStep::kDone) return std::string("refused");
        const unsigned char* name = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(pair.client(), &name, &size);
        return std::string(reinterpret_cast<const char*>(name), size);
    };
    CHECK(answer("\x02h2\x08http/1.1"sv) == "http/1.1");
    CHECK(answer("\x08http/1.1"sv) == "http/1.1");
    CHECK(answer("\x02h2"sv) == "refused");
    CHECK(answer("").empty());
}

TEST_CASE("a lot of data goes through a full pipe in both directions") {
    const auto context = MakeTlsContext({Certificate()});
    Pair pair(**context);
    REQUIRE(pair.Shake() == TlsStep::kDone);
    std::string sent(3'000'000, '\0');
    for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 31 >> 7);

    std::string received;
    std::size_t at = 0;
    int waits = 0;
    while (received.size() < sent.size()) {
        TlsResult put{TlsStep::kDone, 0};
        while (put.step == TlsStep::kDone && at < sent.size()) {
            // Another buffer every time: the retry needs the same bytes, not the same address.
            const std::string piece = sent.substr(at, 100'000);
            put = pair.server().Write(piece);
            at += put.bytes;
        }
        if (put.step == TlsStep::kWantWrite) ++waits;
        REQUIRE(put.step != TlsStep::kFailed);
        for (std::string got; !(got = pair.ClientReads()).empty();) received += got;
    }
    CHECK(received == sent);
    CHECK(waits > 0);

    std::string buffer(10'000, '\0');
    CHECK(pair.server().Read(buffer).step == TlsStep::kWantRead);
    received.clear();
    at = 0;
    SSL_set_mode(pair.client(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    while (received.size() < sent.size()) {
        std::size_t put = 0;
        const std::string piece = sent.substr(at, 100'000);
        if (!piece.empty()) SSL_write_ex(pair.client(), piece.data(), piece.size(), &put);
        at += put;
        TlsResult got;
        while ((got = pair.server().Read(buffer)).step == TlsStep::kDone) received += buffer.substr(0, got.bytes);
        REQUIRE(got.step == TlsStep::kWantRead);
    }
    CHECK(received == sent);
    CHECK(pair.server().Write("").step == TlsStep::kDone);
}

TEST_CASE("an orderly end and a torn connection are told apart") {
    const auto context = MakeTlsContext({Certificate()});
    std::string buffer(100, '\0');
    {
        Pair pair(**context);
        REQUIRE(pair.Shake() == TlsStep::kDone);
        SSL_shutdown(pair.client());
        CHECK(pair.server().Read(buffer).step == TlsStep::kClosed);
    }
    {
        Pair pair(**context);
        REQUIRE(pair.Shake() == TlsStep::kDone);
        pair.server().CloseNotify();
        CHECK(pair.ClientReads().empty());
        CHECK(SSL_get_shutdown(pair.client()) == SSL_RECEIVED_SHUTDOWN);
        CHECK(pair.server().Write("x").step == TlsStep::kFailed);
    }
    {
        Pair pair(**context);
        REQUIRE(pair.Shake() == TlsStep::kDone);
        pair.HangUp();
        CHECK(pair.server().Read(buffer).step == TlsStep::kFailed);
        CHECK(pair.server().Write("x").step == TlsStep::kFailed);
    }
}

TEST_CASE("what is no TLS is refused") {
    const auto context = MakeTlsContext({Certificate()});
    for (const std::string& bytes :
         {std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), std::string("SSH-2.0-client\r\n"),
          std::string("\x16\x03\x01\xff\xff") + std::string(1000, '\xff')}) {
        Pair pair(**context);
        REQUIRE(write(pair.client_fd(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
        CHECK(pair.server().Handshake().step == TlsStep::kFailed);
    }
    Pair silent(**context);
    CHECK(silent.server().Handshake().step == TlsStep::kWantRead);
    silent.server().CloseNotify();
}

TEST_CASE("a certificate is replaced for new connections, and a bad one changes nothing") {
    const auto made = MakeTlsContext({Certificate(30)});
    REQUIRE(made.ok());
    TlsContext& context = **made;
    CHECK(context.Certificates().front().not_after == kNow.Plus(30 * rt::base::kMicrosPerDay));

    const TlsPair other = Certificate(60);
    const TlsPair bad[] = {
        {"", ""},
        {"garbage", other.key_pem},
        {other.certificate_pem, ""},
        {other.certificate_pem, "garbage"},
        {other.certificate_pem, Certificate(90).key_pem},
        {other.key_pem, other.certificate_pem},
        {other.certificate_pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", other.key_pem},
        // Asks for a passphrase, and must not wait for one at the terminal.
        {other.certificate_pem,
         "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
         "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhzWHXrqaXSkAICCAAw\n"
         "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEJTqC2X5dGNyNqZIpFJR6uIEgZAB\n"
         "-----END ENCRYPTED PRIVATE KEY-----\n"},
    };
    for (const TlsPair& options : bad) {
        const auto status = context.Replace({options});
        REQUIRE(!status.ok());
        CHECK(status.error().code == rt::Code::kInvalid);
        CHECK(status.error().detail.find("PRIVATE") == std::string::npos);
        CHECK(!MakeTlsContext({options}).ok());
    }
    CHECK(context.Replace({{other.certificate_pem, Certificate(90).key_pem}})
              .error()
              .detail.starts_with("certificate and key do not belong together"));
    CHECK(context.Certificates().front().not_after == kNow.Plus(30 * rt::base::kMicrosPerDay));
    {
        Pair pair(context);
        CHECK(pair.Shake() == TlsStep::kDone);
    }
    // With the rest of a chain behind the leaf.
    REQUIRE(context.Replace({{other.certificate_pem + Certificate(90).certificate_pem, other.key_pem}}).ok());
    CHECK(context.Certificates().front().not_after == kNow.Plus(60 * rt::base::kMicrosPerDay));
    Pair pair(context);
    REQUIRE(pair.Shake() == TlsStep::kDone);
    CHECK(sk_X509_num(SSL_get_peer_cert_chain(pair.client())) == 2);
}

TEST_CASE("the certificate follows the server name: exact, wildcard, the first for anything else") {
    const auto made = MakeTlsContext({CertificateFor({"first.example"}, 1), CertificateFor({"*.wild.example"}, 2),
                                      CertificateFor({"Exact.wild.example", "other.example"}, 3),
                                      CertificateFor({"first.example", "late.example"}, 4)});
    REQUIRE(made.ok());
    TlsContext& context = **made;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        const auto served = [&](const std::string& name) { return NameServed(context, name, version); };
        CHECK(served("") == "first.example");
        CHECK(served("unknown.example") == "first.example");
        CHECK(served("example") == "first.example");
        CHECK(served("a.wild.example") == "*.wild.example");
        CHECK(served("A.WILD.example") == "*.wild.example");
        CHECK(served("exact.wild.example") == "Exact.wild.example");
        CHECK(served("other.example") == "Exact.wild.example");
        // A wildcard is one label, and not none.
        CHECK(served("a.b.wild.example") == "first.example");
        CHECK(served("wild.example") == "first.example");
        CHECK(served("late.example") == "first.example");
        CHECK(served("192.0.2.1") == "first.example");
    }
    CHECK(context.Covers("OTHER.example"));
    CHECK(context.Covers("z.wild.example"));
    CHECK(!context.Covers("unknown.example"));
    CHECK(!context.Covers(""));
    CHECK(!context.Vouched());
    // One bad pair of several, and all the old ones stay.
    CHECK(!context.Replace({CertificateFor({"new.example"}, 5), {"garbage", "garbage"}}).ok());
    CHECK(!context.Replace({}).ok());
    CHECK(NameServed(context, "other.example", TLS1_3_VERSION) == "Exact.wild.example");
    CHECK(context.Certificates().size() == 4);
}

TEST_CASE("a validation by TLS-ALPN-01 gets its own certificate and nothing else (RFC 8737)") {
    using namespace std::string_view_literals;
    const auto made = MakeTlsContext({CertificateFor({"a.example"}, 1), CertificateFor({"b.example"}, 2)});
    TlsContext& context = **made;
    rt::base::SeededRandom random(9);
    std::array<std::uint8_t, 32> digest{};
    for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<std::uint8_t>(i);
    const auto challenge = MakeAlpnChallenge("b.example", digest, kNow, random);
    REQUIRE(challenge.ok());
    REQUIRE(context.SetChallenge("b.example", {challenge->certificate_pem, challenge->key_pem}).ok());

    struct Outcome {
        std::string protocol;
        bool is_challenge = false;
        std::string extension;  // critical id-pe-acmeIdentifier, DER
    };
    const auto visit = [&](const char* name, std::string_view alpn, int version) {
        Pair pair(context);
        SSL_CTX_set_min_proto_version(pair.client_context(), version);
        SSL_CTX_set_max_proto_version(pair.client_context(), version);
        OfferAlpn(pair, alpn);
        SSL_set_tlsext_host_name(pair.client(), name);
        Outcome out;
        if (pair.Shake() != TlsStep::kDone) return Outcome{"refused", false, ""};
        const unsigned char* protocol = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(pair.client(), &protocol, &size);
        out.protocol.assign(reinterpret_cast<const char*>(protocol), size);
        out.is_challenge = pair.server().IsChallenge();
        const std::unique_ptr<X509, decltype(&X509_free)> leaf(SSL_get1_peer_certificate(pair.client()), X509_free);
        const std::unique_ptr<ASN1_OBJECT, decltype(&ASN1_OBJECT_free)> id(OBJ_txt2obj("1.3.6.1.5.5.7.1.31", 1),
                                                                           ASN1_OBJECT_free);
        const int at = X509_get_ext_by_OBJ(leaf.get(), id.get(), -1);
        if (at < 0) return out;
        X509_EXTENSION* extension = X509_get_ext(leaf.get(), at);
        CHECK(X509_EXTENSION_get_critical(extension) == 1);
        const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(extension);
        out.extension.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                             static_cast<std::size_t>(ASN1_STRING_length(value)));
        return out;
    };
    constexpr std::string_view kAcme =
        "\x0a"
        "acme-tls/1"sv;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const Outcome proof = visit("b.example", kAcme, version);
        CHECK(proof.protocol == "acme-tls/1");
        CHECK(proof.is_challenge);
        CHECK(proof.extension == std::string("\x04\x20", 2) + std::string(reinterpret_cast<char*>(digest.data()), 32));
        // Others go on as ever, and a name that is not being proved is refused.
        CHECK(visit("b.example", "\x08http/1.1"sv, version).protocol == "http/1.1");
        CHECK(visit("b.example", "\x08http/1.1"sv, version).extension.empty());
        CHECK(visit("a.example", kAcme, version).protocol == "refused");
    }
    context.ClearChallenges();
    CHECK(visit("b.example", kAcme, TLS1_3_VERSION).protocol == "refused");
}

TEST_CASE("sessions resume by ticket across a new certificate until their key is rotated out") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        const auto made = MakeTlsContext({Certificate(30)});
        TlsContext& context = **made;
        SSL_SESSION* session = nullptr;
        CHECK(!Visit(context, session, version));
        CHECK(Visit(context, session, version));
        REQUIRE(context.Replace({Certificate(60)}).ok());
        CHECK(Visit(context, session, version));
        context.RotateTicketKeys();
        context.RotateTicketKeys();
        CHECK(Visit(context, session, version));
        for (int i = 0; i < 3; ++i) context.RotateTicketKeys();
        CHECK(!Visit(context, session, version));
        CHECK(Visit(context, session, version));
        SSL_SESSION_free(session);
        // Another server cannot open the ticket.
        session = nullptr;
        Visit(context, session, version);
        CHECK(!Visit(**MakeTlsContext({Certificate(30)}), session, version));
        SSL_SESSION_free(session);
    }
}

TEST_CASE("a session lives on when its context is gone") {
    auto context = MakeTlsContext({Certificate()});
    Pair pair(**context);
    *context = nullptr;
    CHECK(pair.Shake() == TlsStep::kDone);
    CHECK(pair.server().Write("x").step == TlsStep::kDone);
    CHECK(pair.ClientReads() == "x");
}

TEST_CASE("a self-signed certificate says what it was made for") {
    rt::base::SeededRandom random(7);
    const auto made =
        MakeSelfSigned({"localhost", "*.example.test", "127.0.0.1", "::1", "2001:db8::1"}, kNow, 365, random);
    REQUIRE(made.ok());
    CHECK(made->certificate_pem.starts_with("-----BEGIN CERTIFICATE-----\n"));
    CHECK(made->key_pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    const auto info = DescribeCertificate(made->certificate_pem);
    REQUIRE(info.ok());
    CHECK(info->names == std::vector<std::string>{"localhost", "*.example.test", "127.0.0.1", "0:0:0:0:0:0:0:1",
                                                  "2001:db8:0:0:0:0:0:1"});
    CHECK(info->not_before == kNow.Plus(-rt::base::kMicrosPerDay));
    CHECK(info->not_after == kNow.Plus(365 * rt::base::kMicrosPerDay));
    CHECK(info->self_signed);
    CHECK(MakeSelfSigned({}, kNow, 1, random).error().code == rt::Code::kInvalid);
    CHECK(!MakeSelfSigned({""}, kNow, 1, random).ok());
    CHECK(!MakeSelfSigned({"a,DNS:b"}, kNow, 1, random).ok());
    CHECK(!MakeSelfSigned({"a b"}, kNow, 1, random).ok());
    CHECK(!DescribeCertificate("").ok());
    CHECK(!DescribeCertificate(made->key_pem).ok());
}
