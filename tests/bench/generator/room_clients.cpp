// room_clients: tables of the game, each of players with a connection of their own to /ws, on one thread. Every table
// is made, filled and started; then whoever is asked for something does it about --think-ms later (0: a closed loop),
// until all games are over. A latency counts from the moment a command was due until it is acknowledged, which is when
// it is on disk. Prints figures as JSON.
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/generator/histogram.h"
#include "bench/generator/socket_client.h"
#include "json/json.h"

namespace {

using rt::bench::Die;
using rt::bench::Now;
namespace json = rt::json;

constexpr char kUsage[] =
    "Usage: room_clients --port N --tokens FILE --players N --seconds N [--think-ms N] [--playing-file PATH]\n"
    "  FILE: an access token a line, as many as there are players at all tables\n"
    "  --playing-file: made when every game has begun\n";
constexpr std::size_t kConnectingMax = 256;
constexpr double kNanos = 1e9;

struct Options {
    std::uint16_t port = 0;
    std::vector<std::string> tokens;
    std::size_t players = 5;
    double seconds = 60;
    double think_ms = 0;
    std::string playing_file;
};

struct Table {
    std::string id;
    std::size_t joined = 1;
    std::size_t ready = 0;
    bool over = false;
};

struct Client {
    rt::bench::SocketClient socket;
    std::uint64_t next_id = 0;
    bool waits = false;      // for an acknowledgement
    std::int64_t due = 0;    // when his next command is; 0: none is
    std::int64_t asked = 0;  // when the one that waits was due
    json::Array actions;     // what he may do now
};

std::string_view TextOf(const json::Value& value, std::string_view key) {
    const json::Value* const found = value.Find(key);
    return found == nullptr ? std::string_view() : std::string_view(found->AsString());
}

std::string FirstSeats(const json::Value& action, std::size_t count) {
    const json::Array& seats = action.Find("seats")->AsArray();
    return json::Encode(json::Array(seats.begin(), seats.begin() + static_cast<std::ptrdiff_t>(count)));
}

// The command that does it, and its members.
struct Move {
    std::string name;
    std::string members;
};
Move MoveOf(const json::Value& action) {
    const std::string_view type = TextOf(action, "type");
    if (type == "ready") return {"game:ready", ""};
    if (type == "vote") return {"game:vote", R"("approve":true,)"};
    if (type == "quest") return {"game:quest", R"("success":true,)"};
    if (type == "select" || type == "propose") {
        const auto pick = static_cast<std::size_t>(action.Find("pick")->AsInt());
        return {"game:propose", "\"team\":" + FirstSeats(action, pick) + ","};
    }
    if (type == "target")
        return {"game:target", "\"target\":" + json::Encode(action.Find("seats")->AsArray().front()) + ","};
    return {"game:pass", ""};
}

class Load {
  public:
    explicit Load(Options options)
        : options_(std::move(options)),
          epoll_(epoll_create1(EPOLL_CLOEXEC)),
          clients_(options_.tokens.size()),
          tables_(clients_.size() / options_.players) {}

    void Run() {
        const std::int64_t end = Now() + static_cast<std::int64_t>(options_.seconds * kNanos);
        std::size_t opened = 0;
        bool told = options_.playing_file.empty();
        while (Now() < end && lost_ < clients_.size() && over_ < tables_.size()) {
            while (opened < clients_.size() && opened - welcome_ < kConnectingMax) Open(opened++);
            SendDue();
            Turn(options_.think_ms > 0 ? 1 : 20);
            if (!told && playing_ == tables_.size()) {
                std::FILE* const file = std::fopen(options_.playing_file.c_str(), "w");
                if (file == nullptr) Die("room_clients: playing file");
                std::fclose(file);
                told = true;
            }
        }
        Tell();
    }

  private:
    Table& TableOf(std::size_t client) { return tables_[client / options_.players]; }
    std::size_t HostOf(std::size_t client) const { return client - client % options_.players; }

    void Open(std::size_t index) {
        clients_[index].socket.Open(epoll_, index, options_.port, "/ws");
        clients_[index].socket.Put(R"({"t":"hello","auth":{"token":")" + options_.tokens[index] + "\"}}");
    }

    void Turn(int wait_ms) {
        std::array<epoll_event, 512> events;
        const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms);
        for (int i = 0; i < count; ++i) {
            const std::size_t index = events.at(static_cast<std::size_t>(i)).data.u64;
            Client& client = clients_[index];
            if (!client.socket.Read([&](std::string_view text) { OnText(index, text); })) ++lost_;
            client.socket.Flush();
        }
    }

    void OnText(std::size_t index, std::string_view text) {
        if (text.starts_with(R"({"t":"ev")")) {
            OnEvent(index, text);
        } else if (text.starts_with(R"({"t":"ack")")) {
            OnAck(index, text);
        } else if (text.starts_with(R"({"t":"welcome")")) {
            // A table is made when all of its players are there: the last one of each comes last.
            if (++welcome_ == clients_.size()) Begin();
        } else {
            std::fprintf(stderr, "room_clients: %.200s\n", std::string(text).c_str());
            std::exit(1);
        }
    }

    void Begin() {
        for (std::size_t host = 0; host < clients_.size(); host += options_.players) {
            Send(host, "room:create", "\"players\":" + std::to_string(options_.players) + ",");
        }
    }

    void Send(std::size_t index, std::string_view name, const std::string& members) {
        Client& client = clients_[index];
        const std::string id = std::to_string(++client.next_id);
        std::string text = R"({"t":"cmd","id":)" + id + R"(,"name":")";
        text.append(name).append(R"(","data":{)").append(members);
        if (const std::string& room = TableOf(index).id; !room.empty()) text += R"("roomId":")" + room + "\",";
        client.waits = true;
        client.socket.Put(text + R"("cmdId":")" + run_ + id + "\"}}");
        client.socket.Flush();
    }

    // In the lobby one step follows the other; in the game the actions say what is next.
    void OnAck(std::size_t index, std::string_view text) {
        Client& client = clients_[index];
        Table& table = TableOf(index);
        client.waits = false;
        const bool done = text.find(R"("ok":true)") != std::string_view::npos;
        if (began_ != 0) {
            if (done) latencies_.Add(Now() - client.asked);
            if (!done) ++refused_;
            Consider(client);
        } else if (!done) {
            std::fprintf(stderr, "room_clients: %.200s\n", std::string(text).c_str());
            std::exit(1);
        } else {
            OnLobbyAck(index, table, text);
        }
    }

    void OnLobbyAck(std::size_t index, Table& table, std::string_view text) {
        const std::size_t host = HostOf(index);
        const std::size_t end = host + options_.players;
        if (table.id.empty()) {
            table.id = std::string(TextOf(*json::Decode(text), "roomId"));
            for (std::size_t guest = host + 1; guest < end; ++guest) Send(guest, "room:join", "");
        } else if (table.joined < options_.players) {
            if (++table.joined < options_.players) return;
            for (std::size_t player = host; player < end; ++player) {
                Send(player, "game:ready", R"("random":"00112233445566778899aabbccddeeff",)");
            }
        } else if (table.ready < options_.players) {
            if (++table.ready == options_.players) Send(host, "room:start", "");
        } else {
            // All games begin to be played together.
            if (++playing_ < tables_.size()) return;
            began_ = Now();
            for (Client& client : clients_) Consider(client);
        }
    }

    void OnEvent(std::size_t index, std::string_view text) {
        Client& client = clients_[index];
        Table& table = TableOf(index);
        if (!table.over && text.find(R"("phase":"end")") != std::string_view::npos) {
            table.over = true;
            ++over_;
            ended_ = Now();
        }
        if (text.find(R"("actions":)") == std::string_view::npos) return;
        const json::Value frame = *json::Decode(text);
        const json::Value& data = *frame.Find("data");
        const json::Value* const view = data.Find("view");
        const json::Value* const game = (view != nullptr ? view : data.Find("data"))->Find("game");
        if (game == nullptr || game->IsNull()) return;
        if (view != nullptr) {
            client.actions = game->Find("actions")->AsArray();
        } else {
            Patch(client.actions, *game);
        }
        Consider(client);
    }

    static void Patch(json::Array& actions, const json::Value& game) {
        const json::Value* const set = game.Find("set");
        const json::Value* const add = game.Find("add");
        const json::Value* const whole = set == nullptr ? nullptr : set->Find("actions");
        const json::Value* const more = add == nullptr ? nullptr : add->Find("actions");
        if (whole != nullptr) actions = whole->AsArray();
        if (more != nullptr) actions.insert(actions.end(), more->AsArray().begin(), more->AsArray().end());
    }

    void Consider(Client& client) {
        if (began_ == 0 || client.waits || client.due != 0 || client.actions.empty()) return;
        // Half to one and a half times as long, so that the tables do not march in step.
        const double share = std::uniform_real_distribution<double>(0.5, 1.5)(random_);
        client.due = Now() + static_cast<std::int64_t>(share * options_.think_ms * kNanos / 1e3);
    }

    void SendDue() {
        const std::int64_t now = Now();
        for (std::size_t index = 0; index < clients_.size(); ++index) {
            Client& client = clients_[index];
            if (client.due == 0 || client.due > now) continue;
            client.asked = std::exchange(client.due, 0);
            if (client.actions.empty() || TableOf(index).over) continue;
            const Move move = MoveOf(client.actions.front());
            Send(index, move.name, move.members);
        }
    }

    void Tell() const {
        const auto ms = [&](double fraction) { return static_cast<double>(latencies_.Quantile(fraction)) / 1e6; };
        std::printf(
            "{\"tables\":%zu,\"playing\":%zu,\"games\":%zu,\"commands\":%llu,\"refused\":%zu,\"seconds\":%.3f,"
            "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"lost\":%zu,\"cpu_seconds\":%.2f}\n",
            tables_.size(), playing_, over_, static_cast<unsigned long long>(latencies_.count()), refused_,
            static_cast<double>(ended_ - began_) / kNanos, ms(0.5), ms(0.99), lost_, rt::bench::CpuSeconds());
    }

    const Options options_;
    const int epoll_;
    // What an earlier run has asked for is not asked for again.
    const std::string run_ = std::to_string(Now()) + "-";
    std::vector<Client> clients_;
    std::vector<Table> tables_;
    std::size_t welcome_ = 0;
    std::size_t lost_ = 0;
    std::size_t playing_ = 0;
    std::size_t over_ = 0;
    std::size_t refused_ = 0;
    std::int64_t began_ = 0;
    std::int64_t ended_ = 0;
    std::minstd_rand random_;
    rt::bench::Histogram latencies_;
};

Options Parse(int argc, char** argv) {
    Options out;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view option = argv[i];
        const char* const value = argv[i + 1];
        if (option == "--port") out.port = static_cast<std::uint16_t>(std::strtoul(value, nullptr, 10));
        if (option == "--players") out.players = std::strtoul(value, nullptr, 10);
        if (option == "--seconds") out.seconds = std::strtod(value, nullptr);
        if (option == "--think-ms") out.think_ms = std::strtod(value, nullptr);
        if (option == "--playing-file") out.playing_file = value;
        if (option != "--tokens") continue;
        std::ifstream file(value);
        for (std::string token; std::getline(file, token);) out.tokens.push_back(token);
    }
    if (out.port == 0 || out.players == 0 || out.tokens.empty() || out.tokens.size() % out.players != 0) {
        std::fputs(kUsage, stderr);
        std::exit(1);
    }
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    rt::bench::AllowOpenFiles();
    Load(Parse(argc, argv)).Run();
    return 0;
}
