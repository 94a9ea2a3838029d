// Requests and answers as files, so that a script makes the one and reads the other.
//   requests: for each one a line with its length in bytes, then the bytes of the whole HTTP request
//   answers:  for each request, in order, a line "STATUS LENGTH", then the body; status 0 means that no answer came
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rt::bench {

// Owns the text that `requests` points into. Stops the program with a message when the file is not what it should be.
class RequestFile {
  public:
    explicit RequestFile(const std::string& path);
    RequestFile(const RequestFile&) = delete;
    RequestFile& operator=(const RequestFile&) = delete;
    const std::vector<std::string_view>& requests() const { return requests_; }

  private:
    std::string text_;
    std::vector<std::string_view> requests_;
};

struct Answer {
    int status = 0;
    std::string body;
};

void WriteAnswers(const std::string& path, const std::vector<Answer>& answers);

// Prints "load: MESSAGE" and ends the program with code 1.
[[noreturn]] void Fail(const std::string& message);

}  // namespace rt::bench
