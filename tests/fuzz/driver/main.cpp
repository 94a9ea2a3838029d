// Runs a fuzz target without libFuzzer: every corpus file, then mutations of them with a fixed seed.
// fuzz_NAME [--runs=N] [--seed=N] [--seconds=N] [--input-bytes-max=N] [FILE_OR_FOLDER...]
// A failure repeats with the same seed and corpus.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;
namespace fs = std::filesystem;

struct Options {
    std::uint64_t runs = 20000;
    std::uint64_t seed = 1;
    std::uint64_t seconds = 20;
    std::uint64_t input_bytes_max = 4096;
    std::vector<fs::path> paths;
};

bool ReadNumber(std::string_view argument, std::string_view name, std::uint64_t& value) {
    if (!argument.starts_with(name)) return false;
    value = std::strtoull(std::string(argument.substr(name.size())).c_str(), nullptr, 10);
    return true;
}

Options ParseOptions(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (ReadNumber(argument, "--runs=", options.runs) || ReadNumber(argument, "--seed=", options.seed) ||
            ReadNumber(argument, "--seconds=", options.seconds) ||
            ReadNumber(argument, "--input-bytes-max=", options.input_bytes_max)) {
            continue;
        }
        options.paths.emplace_back(argument);
    }
    return options;
}

Input ReadFile(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<Input> LoadCorpus(const std::vector<fs::path>& paths) {
    std::vector<fs::path> files;
    for (const fs::path& path : paths) {
        if (!fs::exists(path)) continue;
        if (!fs::is_directory(path)) {
            files.push_back(path);
            continue;
        }
        for (const auto& entry : fs::recursive_directory_iterator(path)) {
            if (entry.is_regular_file()) files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    std::vector<Input> corpus;
    std::transform(files.begin(), files.end(), std::back_inserter(corpus), ReadFile);
    return corpus;
}

class Mutator {
  public:
    Mutator(std::uint64_t seed, std::size_t bytes_max) : engine_(seed), bytes_max_(bytes_max) {}

    Input Next(const std::vector<Input>& corpus) {
        Input input = corpus[Below(corpus.size())];
        const std::size_t steps = 1 + Below(8);
        for (std::size_t i = 0; i < steps; ++i) Step(input, corpus);
        if (input.size() > bytes_max_) input.resize(bytes_max_);
        return input;
    }

  private:
    std::size_t Below(std::size_t bound) { return bound == 0 ? 0 : static_cast<std::size_t>(engine_() % bound); }

    std::uint8_t Byte() {
        // Bytes that carry meaning in the formats under test come up often.
        static constexpr std::string_view kTelling = "\r\n\t :;,\"{}[]()\\/%+-.0123456789eE=<>\x7f\xff\xc0\xed";
        if (Below(2) == 0) return static_cast<std::uint8_t>(kTelling[Below(kTelling.size())]);
        return static_cast<std::uint8_t>(engine_());
    }

    void Step(Input& input, const std::vector<Input>& corpus) {
        const auto at = [&] { return static_cast<std::ptrdiff_t>(Below(input.size() + 1)); };
        switch (Below(7)) {
            case 0:
                input.insert(input.begin() + at(), Byte());
                break;
            case 1:
                if (!input.empty()) input[Below(input.size())] = Byte();
                break;
            case 2:
                if (!input.empty()) input[Below(input.size())] ^= static_cast<std::uint8_t>(1U << Below(8));
                break;
            case 3: {
                std::ptrdiff_t from = at();
                std::ptrdiff_t to = at();
                if (from > to) std::swap(from, to);
                input.erase(input.begin() + from, input.begin() + to);
                break;
            }
            case 4: {  // a piece of the same input once more
                std::ptrdiff_t from = at();
                std::ptrdiff_t to = at();
                if (from > to) std::swap(from, to);
                const Input piece(input.begin() + from, input.begin() + to);
                if (input.size() + piece.size() <= bytes_max_)
                    input.insert(input.begin() + at(), piece.begin(), piece.end());
                break;
            }
            case 5: {  // the tail of another input
                const Input& other = corpus[Below(corpus.size())];
                const auto from = static_cast<std::ptrdiff_t>(Below(other.size() + 1));
                input.erase(input.begin() + at(), input.end());
                input.insert(input.end(), other.begin() + from, other.end());
                break;
            }
            default:
                input.resize(Below(input.size() + 1));
        }
    }

    std::mt19937_64 engine_;
    std::size_t bytes_max_;
};

}  // namespace

int main(int argc, char** argv) {
    const Options options = ParseOptions(argc, argv);
    std::vector<Input> corpus = LoadCorpus(options.paths);
    for (const Input& input : corpus) LLVMFuzzerTestOneInput(input.data(), input.size());
    const std::size_t files = corpus.size();
    corpus.emplace_back();

    Mutator mutator(options.seed, options.input_bytes_max);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
    std::uint64_t run = 0;
    for (; run < options.runs && std::chrono::steady_clock::now() < deadline; ++run) {
        const Input input = mutator.Next(corpus);
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }
    std::printf("%zu corpus files, %llu mutations, seed %llu\n", files, static_cast<unsigned long long>(run),
                static_cast<unsigned long long>(options.seed));
    return files + run == 0 ? 1 : 0;
}
