// load: sends the requests of a file to a server on the loopback interface and prints what came back as JSON.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "bench/generator/load.h"

namespace rt::bench {
namespace {

constexpr char kUsage[] =
    "Usage: load --port N --requests FILE [--answers FILE] [--connections N] [--rate PER_SECOND] [--seconds N]\n"
    "            [--timeout SECONDS] [--sources N] [--repeat] [--until-gone]\n";

struct Arguments {
    LoadOptions load;
    std::string requests_path;
    std::string answers_path;
};

double Number(const char* text, double max) {
    char* end = nullptr;
    const double value = std::strtod(text, &end);
    if (*end != '\0' || end == text || value < 0 || value > max) Fail(std::string("not a number in range: ") + text);
    return value;
}

Arguments Parse(int argc, char** argv) {
    Arguments out;
    for (int i = 1; i < argc; ++i) {
        const std::string option = argv[i];
        if (option == "--repeat") {
            out.load.repeat = true;
            continue;
        }
        if (option == "--until-gone") {
            out.load.until_gone = true;
            continue;
        }
        if (i + 1 >= argc) Fail(kUsage);
        const char* value = argv[++i];
        if (option == "--port")
            out.load.port = static_cast<std::uint16_t>(Number(value, 65535));
        else if (option == "--requests")
            out.requests_path = value;
        else if (option == "--answers")
            out.answers_path = value;
        else if (option == "--connections")
            out.load.connections = static_cast<int>(Number(value, 10'000));
        else if (option == "--rate")
            out.load.rate = Number(value, 1e6);
        else if (option == "--seconds")
            out.load.seconds_max = Number(value, 600);
        else if (option == "--timeout")
            out.load.timeout_seconds = Number(value, 600);
        else if (option == "--sources")
            out.load.sources = static_cast<int>(Number(value, 200));
        else
            Fail(kUsage);
    }
    if (out.load.port == 0 || out.requests_path.empty() || out.load.connections < 1) Fail(kUsage);
    if (out.load.repeat && !out.answers_path.empty()) Fail("--repeat and --answers exclude each other");
    out.load.keep_answers = !out.answers_path.empty();
    return out;
}

void PrintLatency(const Histogram& latency) {
    const auto ms = [](std::int64_t nanos) { return static_cast<double>(nanos) / 1e6; };
    std::printf("{\"count\":%llu,\"mean\":%.4f,\"p50\":%.4f,\"p90\":%.4f,\"p99\":%.4f,\"p999\":%.4f,\"max\":%.4f}",
                static_cast<unsigned long long>(latency.count()), latency.MeanNanos() / 1e6, ms(latency.Quantile(0.5)),
                ms(latency.Quantile(0.9)), ms(latency.Quantile(0.99)), ms(latency.Quantile(0.999)),
                ms(latency.max_nanos()));
}

void Print(const LoadResult& result) {
    std::printf("{\"seconds\":%.6f,\"cpu_seconds\":%.6f,\"sent\":%llu,\"timeouts\":%llu,\"broken\":%llu,",
                result.seconds, result.cpu_seconds, static_cast<unsigned long long>(result.sent),
                static_cast<unsigned long long>(result.timeouts), static_cast<unsigned long long>(result.broken));
    std::printf("\"failed_connects\":%llu,\"backlog_max\":%llu,\"unserved\":%llu,\"latency_ms\":",
                static_cast<unsigned long long>(result.failed_connects),
                static_cast<unsigned long long>(result.backlog_max), static_cast<unsigned long long>(result.unserved));
    PrintLatency(result.latency);
    std::printf(",\"by_status\":{");
    const char* comma = "";
    for (const auto& [status, figures] : result.by_status) {
        std::printf("%s\"%d\":{\"count\":%llu,\"first_seconds\":%.6f,\"last_seconds\":%.6f,\"latency_ms\":", comma,
                    status, static_cast<unsigned long long>(figures.count), figures.first_seconds,
                    figures.last_seconds);
        PrintLatency(figures.latency);
        std::printf("}");
        comma = ",";
    }
    std::printf("}}\n");
}

}  // namespace
}  // namespace rt::bench

int main(int argc, char** argv) {
    using namespace rt::bench;
    const Arguments arguments = Parse(argc, argv);
    const RequestFile file(arguments.requests_path);
    const LoadResult result = RunLoad(arguments.load, file.requests());
    if (arguments.load.keep_answers) WriteAnswers(arguments.answers_path, result.answers);
    Print(result);
    return 0;
}
