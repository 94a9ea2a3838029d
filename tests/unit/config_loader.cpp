#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config/loader.h"
#include "config/toml_file.h"
#include "support/temp_dir.h"

namespace rt::config {
namespace {

using testing::TempDir;

std::string Put(const TempDir& folder, const std::string& name, std::string_view text) {
    std::ofstream(folder / name, std::ios::binary) << text;
    return folder / name;
}

Sources Toml(const std::string& path) {
    return {.toml_path = path, .toml_required = true, .dotenv_path = "", .environment = {}, .flags = {}};
}

std::vector<std::string> Mistakes(const Sources& sources) {
    std::vector<std::string> out;
    const auto loaded = Load(sources);
    if (loaded.ok()) return out;
    for (const auto& field : loaded.error().fields)
        out.push_back(field.field.substr(field.field.rfind('/') + 1) + " " + field.reason.en);
    return out;
}

TEST_CASE("later sources win: file, .env, environment, flags") {
    const TempDir folder;
    Sources sources =
        Toml(Put(folder, "c.toml",
                 "[storage]\nreaders = 2\nbatch_max = 2\n[log]\nlevel = \"warn\"\n[auth]\naccess_ttl = \"20m\"\n"));
    sources.dotenv_path =
        Put(folder, ".env", "# comment\nexport RT_STORAGE_READERS=\"3\"\nRT_STORAGE_BATCH_MAX=3\nLOG_LEVEL='error'\n");
    sources.environment = {{"RT_STORAGE_READERS", "4"}, {"JWT_EXPIRES_IN", "15m"}};
    sources.flags = {{"auth.access_ttl", "1h"}};
    const auto loaded = Load(sources);
    REQUIRE(loaded.ok());
    CHECK(loaded->config.storage_readers == 4);
    CHECK(loaded->config.storage_batch_max == 3);
    CHECK(loaded->config.log_level == "error");
    CHECK(loaded->config.auth_access_ttl_s == 3600);
    CHECK(loaded->config.storage_slow_statement_ms == 100);
}

TEST_CASE("the original services' environment is understood") {
    Sources sources = Toml("");
    sources.environment = {{"NODE_ENV", "staging"},
                           {"PORT", "8080"},
                           {"API_PREFIX", "/v"},
                           {"MAX_CONNECTIONS", "1000"},
                           {"RATE_LIMIT_IP", "60"},
                           {"RATE_LIMIT_USER", "30"},
                           {"REFRESH_TOKEN_EXPIRES_IN", "7d"},
                           {"MONGODB_URI", "mongodb://u:pw@h/db"},
                           {"REDIS_HOST", "h"}};
    const auto loaded = Load(sources);
    REQUIRE(loaded.ok());
    CHECK(loaded->config.profile == "staging");
    CHECK(loaded->config.server_listen == std::vector<std::string>{"0.0.0.0:8080"});
    CHECK(loaded->config.server_api_prefix == "/v");
    CHECK(loaded->config.server_connections_max == 1000);
    CHECK(loaded->config.limits_address_per_minute == 60);
    CHECK(loaded->config.limits_user_per_minute == 30);
    CHECK(loaded->config.auth_refresh_ttl_s == 7 * 86400);
    REQUIRE(loaded->notices.size() == 2);
    CHECK(loaded->notices[0].find("pw") == std::string::npos);
}

TEST_CASE("every mistake is told at once with its place and the nearest name") {
    const TempDir folder;
    Sources sources = Toml(
        Put(folder, "c.toml",
            "[storage]\nreadres = 2\nbatch_max = 0\n[log]\nlevel = \"loud\"\nfiles = 1\n[server]\nlisten = \"x\"\n"));
    sources.environment = {{"RT_STORAGE_READER", "4"}, {"RT_SOMEBODY_ELSES", "x"}};
    sources.flags = {{"auth.registration_open", "maybe"}};
    CHECK(Mistakes(sources) ==
          std::vector<std::string>{"c.toml:2 storage.readres is no option; the nearest is storage.readers",
                                   "c.toml:3 storage.batch_max wants a whole number in 1..4096",
                                   "c.toml:5 log.level wants one of debug|info|warn|error",
                                   "c.toml:6 log.files wants true or false",
                                   "c.toml:8 server.listen wants a list of texts",
                                   "environment RT_STORAGE_READER is no option; the nearest is RT_STORAGE_READERS",
                                   "--auth.registration_open auth.registration_open wants true or false"});
    CHECK(Mistakes(Toml("/nonexistent/c.toml")).size() == 1);
}

TEST_CASE("limits of an option hold at min - 1, min, max, max + 1") {
    const auto load = [](std::string text) {
        Sources sources = Toml("");
        sources.flags = {{"node.id", std::move(text)}};
        return Load(sources).ok();
    };
    CHECK_FALSE(load("-1"));
    CHECK(load("0"));
    CHECK(load("255"));
    CHECK_FALSE(load("256"));
    CHECK_FALSE(load("99999999999999999999"));
    CHECK_FALSE(load("1 "));
    CHECK_FALSE(load(""));
}

TEST_CASE("secrets come from files and credentials and are never shown") {
    const TempDir folder;
    const std::string secret(32, 'k');
    const std::string path = Put(folder, "auth.jwt_secret", secret + "\n");
    Sources sources = Toml(Put(folder, "c.toml", "[auth]\njwt_secret_file = \"" + path + "\"\n"));
    auto loaded = Load(sources);
    REQUIRE(loaded.ok());
    CHECK(loaded->config.auth_jwt_secret == secret);
    for (std::size_t i = 0; i < Options().size(); ++i)
        CHECK(ValueText(loaded->config, i).find(secret) == std::string::npos);
    sources = Toml("");
    sources.environment = {{"CREDENTIALS_DIRECTORY", path.substr(0, path.rfind('/'))}};
    loaded = Load(sources);
    REQUIRE(loaded.ok());
    CHECK(loaded->config.auth_jwt_secret == secret);
}

TEST_CASE("production refuses weak secrets and debug logging") {
    Sources sources = Toml("");
    sources.flags = {{"profile", "production"},
                     {"log.level", "debug"},
                     {"auth.jwt_secret", std::string(32, 'a')},
                     {"auth.bcrypt_cost", "4"}};
    CHECK(Mistakes(sources).size() == 3);
    sources.flags = {{"auth.jwt_secret", std::string(31, 'x')}};
    CHECK(Mistakes(sources) == std::vector<std::string>{"--auth.jwt_secret auth.jwt_secret wants at least 32 bytes"});
    sources.flags = {{"auth.jwt_secret_previous", std::string(32, 'x')}};
    CHECK(Mistakes(sources).size() == 1);
    sources.flags = {{"auth.jwt_secret", std::string(32, 'y')}, {"auth.jwt_secret_previous", std::string(31, 'x')}};
    CHECK(Mistakes(sources).size() == 1);
    sources.flags = {{"profile", "production"}, {"auth.jwt_secret", "please-changeme-please-changeme-1"}};
    CHECK(Mistakes(sources).size() == 1);
}

TEST_CASE("what crashes toml11 3.7 is refused with its line") {
    const auto mistakes = [](std::string_view text) {
        std::vector<std::string> out;
        for (const auto& field : ParseToml(text, "f").mistakes) out.push_back(field.field);
        return out;
    };
    using Places = std::vector<std::string>;
    CHECK(mistakes("a = []\n[[a.b]]\n") == Places{"f:2"});
    CHECK(mistakes("a = []\n[a.b]\n") == Places{"f:2"});
    CHECK(mistakes("a = []\na.b = 1\n") == Places{"f:2"});
    CHECK(mistakes("a = []\n\"a\".b = 1\n") == Places{"f:2"});
    CHECK(mistakes("[a]\nb = [{c=[], c.d=1}]\n") == Places{"f:2"});
    CHECK(mistakes("a = '\xff\xfe'\n") == Places{"f:1"});
    CHECK(mistakes(std::string_view("a = \"x\0y\"\n", 10)) == Places{"f:1"});
    CHECK(mistakes("a = '''x\ny'''\n") == Places{"f:1", "f:2"});
    CHECK(mistakes("a = \"x\n") == Places{"f:1"});
    CHECK(mistakes("a = [[1]]\n") == Places{"f:1"});
    CHECK(mistakes("a = [\n\"x\",\n[1]]\n") == Places{"f:3"});
    CHECK(mistakes("a = " + std::string(100'000, '[')) == Places{"f:1"});
    std::string rows = "a = [\n";
    for (int i = 0; i < 50'000; ++i) rows += "[\n";
    CHECK(!mistakes(rows).empty());
    CHECK(mistakes("[a]\nb = [\n \"1\", # ]\n \"]\",\n]\n[c]\nd = [ ]\n").empty());
    CHECK(!mistakes("a = \"\\uD800\"\nb = \"\\UFFFFFFFF\"\n").empty());
    CHECK(mistakes("ok = 1\na = 1\na = 2\n").size() == 1);
    CHECK(mistakes("a = \"1.5 # not a comment\" # [[comment.x]]\n[s]\nb = [\"x.y\", \"[[\"]\n").empty());
}

TEST_CASE("addresses and ranges are checked with the rest") {
    Sources sources = Toml("");
    sources.flags = {{"server.listen", "127.0.0.1:3000,[::1]:70000,localhost"},
                     {"server.trusted_proxies", "10.0.0.0/8,10.0.0.0/33"},
                     {"admin.allow", "everyone"}};
    CHECK(Mistakes(sources) ==
          std::vector<std::string>{
              "--server.listen server.listen: '[::1]:70000' is no ADDRESS:PORT (IPv6 in brackets, no names)",
              "--server.listen server.listen: 'localhost' is no ADDRESS:PORT (IPv6 in brackets, no names)",
              "--server.trusted_proxies server.trusted_proxies: '10.0.0.0/33' is no address or CIDR range",
              "--admin.allow admin.allow: 'everyone' is no address or CIDR range"});
}

TEST_CASE("what a start would stumble over is told by the loader") {
    Sources sources = Toml("");
    sources.flags = {{"server.public_url", "https://x.org/app"},
                     {"server.api_prefix", "/api/"},
                     {"server.cors_origins", "https://a.org,https://a.org:70000"},
                     {"admin.console_allow", "office"},
                     {"notify.smtp_host", "mail.x.org"},
                     {"notify.smtp_user", "me"},
                     {"notify.sms_provider", "tencent"},
                     {"notify.sms_app_id", "1"},
                     {"notify.sms_sign_name", "x"},
                     {"notify.sms_template_code", "2"},
                     {"notify.sms_secret_id", "i"},
                     {"wechat.appid", "wx1"},
                     {"files.scan_command", "clamscan"},
                     {"server.tls_certificate", "/c.pem"},
                     {"acme.email", "nobody"},
                     {"data.dir", ""}};
    const auto mistakes = Mistakes(sources);
    const auto told = [&](std::string_view start) {
        return std::count_if(mistakes.begin(), mistakes.end(),
                             [&](const std::string& one) { return one.find(start) != std::string::npos; });
    };
    for (const char* key : {"server.public_url wants", "server.api_prefix wants", "'https://a.org:70000' is no origin",
                            "admin.console_allow: 'office'", "notify.smtp_host wants notify.mail_from",
                            "notify.smtp_user wants notify.smtp_password",
                            "notify.sms_provider wants notify.sms_secret_key", "wechat.appid wants wechat.secret",
                            "files.scan_command wants", "go together", "acme.email is", "data.dir wants"})
        CHECK_MESSAGE(told(key) == 1, key);
    CHECK(mistakes.size() == 12);
    CHECK(told("default") == 0);
    sources.flags = {{"server.public_url", "https://x.org:8443/"},
                     {"server.api_prefix", ""},
                     {"server.cors_origins", "http://[::1]:3000,HTTPS://A.org"},
                     {"files.scan_url", "http://127.0.0.1:9/scan?a=b"},
                     {"admin.console_allow", "10.0.0.0/8,::1"}};
    CHECK(Mistakes(sources) == std::vector<std::string>{});
}

TEST_CASE("a folder or an empty file is neither a configuration nor a secret") {
    const TempDir folder;
    CHECK(Mistakes(Toml(folder / "")).size() == 1);
    const std::string empty = Put(folder, "empty", " \n");
    Sources sources = Toml("");
    sources.flags = {{"auth.jwt_secret_file", empty}, {"wechat.secret_file", folder / ""}};
    CHECK(Mistakes(sources).size() == 2);
}

TEST_CASE("a comma inside a text of a list divides nothing") {
    const TempDir folder;
    const auto loaded = Load(Toml(Put(folder, "c.toml", "[files]\nscan_command = [\"/bin/sh\", \"-c\", \"a,b\"]\n")));
    REQUIRE(loaded.ok());
    CHECK(loaded->config.files_scan_command == std::vector<std::string>{"/bin/sh", "-c", "a,b"});
}

TEST_CASE("a file that may be absent is not passed over when it cannot be read") {
    const TempDir folder;
    Sources sources = Toml(folder / "none.toml");
    sources.toml_required = false;
    CHECK(Load(sources).ok());
    std::filesystem::create_directory(folder / "d.toml");
    sources.toml_path = folder / "d.toml";
    CHECK_FALSE(Load(sources).ok());
}

TEST_CASE("a row of .env needs a name") {
    const TempDir folder;
    Sources sources = Toml("");
    sources.dotenv_path = Put(folder, ".env", "=x\nPORT\n\n# PORT\n");
    CHECK(Mistakes(sources) == std::vector<std::string>{".env:1 expected NAME=value", ".env:2 expected NAME=value"});
}

TEST_CASE("only options that need it ask for a restart") {
    const Config running = Config::Defaults();
    Config wanted = running;
    wanted.log_level = "warn";
    CHECK(NeedRestart(running, wanted).empty());
    wanted.server_reactors = 3;
    CHECK(NeedRestart(running, wanted) == std::vector<std::string_view>{"server.reactors"});
}

TEST_CASE("config.toml.example is what the table says") {
    const char* root = std::getenv("RT_SOURCE_DIR");
    const std::string path = std::string(root == nullptr ? "." : root) + "/config.toml.example";
    std::ifstream in(path);
    REQUIRE_MESSAGE(in.good(), "RT_SOURCE_DIR names the top of the source tree");
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    CHECK_MESSAGE(text == ExampleToml(), "write it again: roundtable config example > config.toml.example");
    CHECK(Load(Toml(path)).ok());
}

}  // namespace
}  // namespace rt::config
