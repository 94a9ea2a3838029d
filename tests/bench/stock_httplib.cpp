// cpp-httplib's own server with its own defaults: what the HTTP engine does without our reactors.
// Usage: stock_httplib PORT BODY_FILE        GET /livez answers "ok", GET /event the file, GET /large 1 MB, POST /echo
// its size.
#include <httplib.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    std::ifstream in(argv[2], std::ios::binary);
    const std::string event{std::istreambuf_iterator<char>(in), {}};
    const std::string large(1 << 20, 'x');
    httplib::Server server;
    server.Get("/livez",
               [](const httplib::Request&, httplib::Response& out) { out.set_content("ok\n", "text/plain"); });
    server.Get("/event", [&](const httplib::Request&, httplib::Response& out) {
        out.set_content(event, "application/json; charset=utf-8");
    });
    server.Get("/large",
               [&](const httplib::Request&, httplib::Response& out) { out.set_content(large, "text/plain"); });
    server.Post("/echo", [](const httplib::Request& request, httplib::Response& out) {
        out.set_content(std::to_string(request.body.size()), "text/plain");
    });
    if (!server.listen("127.0.0.1", std::atoi(argv[1]))) {
        std::fprintf(stderr, "stock_httplib: cannot listen on port %s\n", argv[1]);
        return 1;
    }
    return 0;
}
