#include "bench/generator/request_file.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace rt::bench {

void Fail(const std::string& message) {
    std::fprintf(stderr, "load: %s\n", message.c_str());
    std::exit(1);
}

RequestFile::RequestFile(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) Fail("cannot read " + path);
    text_.assign(std::istreambuf_iterator<char>(in), {});
    std::string_view rest = text_;
    while (!rest.empty()) {
        std::size_t length = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), length);
        const auto digits = static_cast<std::size_t>(end - rest.data());
        if (error != std::errc{} || digits + 1 + length > rest.size() || *end != '\n') Fail(path + " is damaged");
        requests_.push_back(rest.substr(digits + 1, length));
        rest.remove_prefix(digits + 1 + length);
    }
    if (requests_.empty()) Fail(path + " holds no request");
}

void WriteAnswers(const std::string& path, const std::vector<Answer>& answers) {
    std::ofstream out(path, std::ios::binary);
    for (const Answer& answer : answers) {
        out << answer.status << ' ' << answer.body.size() << '\n' << answer.body;
    }
    if (!out.flush()) Fail("cannot write " + path);
}

}  // namespace rt::bench
