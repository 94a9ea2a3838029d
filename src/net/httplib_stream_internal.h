// A stream of cpp-httplib that has no descriptor. Compiles with 0.18 and 0.41. For the .cpp files of net/ only.
#pragma once

#include <httplib.h>

#include <string>

namespace rt::net {

// Reading and writing are the heirs'. No descriptor is handed out: the library would poll or read it. The library is
// told that the stream is always ready; whoever waits does so inside read and write.
class DescriptorlessStream : public httplib::Stream {
  public:
#ifdef CPPHTTPLIB_VERSION_NUM
    bool wait_readable() const final {
        return true;
    }
    bool wait_writable() const final {
        return true;
    }
    time_t duration() const final {
        return 0;
    }
#else  // 0.18
    bool is_writable() const final {
        return true;
    }
#endif
    void get_remote_ip_and_port(std::string& ip, int& port) const final {
        ip.clear();
        port = 0;
    }
    void get_local_ip_and_port(std::string& ip, int& port) const final {
        get_remote_ip_and_port(ip, port);
    }
    socket_t socket() const final {
        return INVALID_SOCKET;
    }
};

}  // namespace rt::net
