#include "crypto/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>

#include <cerrno>

#include "base/check.h"

namespace rt::crypto {
namespace {

const unsigned char* Raw(std::string_view data) {
    return reinterpret_cast<const unsigned char*>(data.data());
}

}  // namespace

struct Sha256Stream::State {
    EVP_MD_CTX* context = nullptr;
};

Sha256Digest Sha256(std::string_view data) {
    Sha256Digest out{};
    RT_CHECK(EVP_Digest(data.data(), data.size(), out.data(), nullptr, EVP_sha256(), nullptr) == 1);
    return out;
}

Sha256Digest HmacSha256(std::string_view key, std::string_view data) {
    Sha256Digest out{};
    unsigned size = out.size();
    RT_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Raw(data), data.size(), out.data(), &size) !=
             nullptr);
    RT_CHECK(size == out.size());
    return out;
}

std::array<std::uint8_t, 20> HmacSha1(std::string_view key, std::string_view data) {
    std::array<std::uint8_t, 20> out{};
    unsigned size = out.size();
    RT_CHECK(HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), Raw(data), data.size(), out.data(), &size) !=
             nullptr);
    RT_CHECK(size == out.size());
    return out;
}

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
    state_->context = EVP_MD_CTX_new();
    RT_CHECK(state_->context != nullptr);
    RT_CHECK(EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1);
}

Sha256Stream::~Sha256Stream() {
    EVP_MD_CTX_free(state_->context);
}

void Sha256Stream::Update(std::string_view data) {
    RT_CHECK(EVP_DigestUpdate(state_->context, data.data(), data.size()) == 1);
}

Sha256Digest Sha256Stream::Finish() {
    Sha256Digest out{};
    RT_CHECK(EVP_DigestFinal_ex(state_->context, out.data(), nullptr) == 1);
    RT_CHECK(EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1);
    return out;
}

std::array<std::uint8_t, 20> Sha1(std::string_view data) {
    std::array<std::uint8_t, 20> out{};
    RT_CHECK(EVP_Digest(data.data(), data.size(), out.data(), nullptr, EVP_sha1(), nullptr) == 1);
    return out;
}

bool EqualConstantTime(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void SystemRandom::Fill(std::span<std::uint8_t> out) {
    while (!out.empty()) {
        const ssize_t got = getrandom(out.data(), out.size(), 0);
        RT_CHECK(got > 0 || errno == EINTR);
        if (got > 0) out = out.subspan(static_cast<std::size_t>(got));
    }
}

}  // namespace rt::crypto
