// Calls that arrive at a fixed rate, whether or not earlier ones are answered yet, for overload.py.
// A latency counts from the planned arrival, so that a server which stalls can't hide it by holding
// the calls back (no coordinated omission). Connections are opened as calls need them.
//   open_loop PORT RATE SECONDS CONNECTIONS   prints one line of JSON, times in microseconds
// BENCH_BODY, BENCH_HEADERS and BENCH_EXPECT of the environment are those of call.lua.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "call_tally.h"

namespace {

using Clock = std::chrono::steady_clock;
using adomcp::bench::Micros;

constexpr std::size_t kMostAnswer = 1 << 20;  // bytes of one answer; ours have less than a KiB
constexpr std::chrono::seconds kGrace(10);  // for what is under way when the last call has arrived

struct Connection {
  int descriptor = -1;
  bool connected = false;
  bool asked = false;                        ///< at least one call was sent on it
  std::optional<Clock::time_point> planned;  ///< of the call under way
  std::string received;
};

class Driver {
 public:
  Driver(std::uint16_t port, std::string request, std::string expect, std::size_t most)
      : request_(std::move(request)), expect_(std::move(expect)), most_(most) {
    address_.sin_family = AF_INET;
    address_.sin_port = htons(port);
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }

  void run(double rate, double seconds) {
    planned_ = static_cast<std::size_t>(rate * seconds);
    const auto start = Clock::now();
    const auto arrival = [&](std::size_t call) {
      const std::chrono::duration<double> after(static_cast<double>(call) / rate);
      return start + std::chrono::duration_cast<Clock::duration>(after);
    };
    const auto end = arrival(planned_) + kGrace;
    std::size_t arrived = 0;
    while (Clock::now() < end && (arrived < planned_ || !waiting_.empty() || under_way_ > 0)) {
      for (; arrived < planned_ && arrival(arrived) <= Clock::now(); ++arrived) {
        waiting_.push_back(arrival(arrived));
      }
      hand_out();
      wait_until(arrived < planned_ ? arrival(arrived) : end);
    }
    took_ = std::chrono::duration<double>(Clock::now() - start).count();
  }

  void print() {
    std::cout << "OPEN {\"planned\":" << planned_ << ",\"seconds\":" << took_;
    print("taken", tally_.taken);
    print("refused", tally_.refused);
    print("other", tally_.other);
    print("held_up", tally_.held_up);
    std::cout << ",\"wrong\":" << tally_.wrong << ",\"broken\":" << tally_.broken
              << ",\"unanswered\":" << waiting_.size() + under_way_
              << ",\"connections\":" << most_open_ << ",\"statuses\":{";
    const char* comma = "";
    for (const auto& [status, count] : tally_.statuses) {
      std::cout << comma << '"' << status << "\":" << count;
      comma = ",";
    }
    std::cout << "}}\n";
  }

 private:
  static void print(const char* name, std::vector<Micros>& times) {
    std::cout << ",\"" << name << "\":{\"count\":" << times.size()
              << ",\"p50\":" << adomcp::bench::percentile(times, 50)
              << ",\"p99\":" << adomcp::bench::percentile(times, 99) << '}';
  }

  /// Each call that waits to a free connection; opens one where none is, up to the most.
  void hand_out() {
    while (!waiting_.empty() && !idle_.empty()) {
      Connection* free = idle_.back();
      idle_.pop_back();
      send(*free);
    }
    while (opening_ < waiting_.size() && open_.size() < most_ && connect()) {
    }
  }

  bool connect() {
    auto made = std::make_unique<Connection>();
    made->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (made->descriptor < 0) return false;
    const int yes = 1;
    setsockopt(made->descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const auto* address = reinterpret_cast<const sockaddr*>(&address_);
    if (::connect(made->descriptor, address, sizeof address_) != 0 && errno != EINPROGRESS) {
      close(made->descriptor);
      return false;
    }
    epoll_event event{EPOLLOUT | EPOLLIN | EPOLLET, {made.get()}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, made->descriptor, &event);
    ++opening_;
    open_[made->descriptor] = std::move(made);
    most_open_ = std::max(most_open_, open_.size());
    return true;
  }

  void send(Connection& on) {
    take_first(on);
    // A request is smaller than any socket's buffer, and this one is empty.
    const auto sent = ::send(on.descriptor, request_.data(), request_.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request_.size())) drop(on);
  }

  void wait_until(Clock::time_point time) {
    constexpr int kEvents = 256;
    epoll_event events[kEvents];
    const auto left = std::chrono::nanoseconds(time - Clock::now());
    const auto pause =
        std::clamp(left, std::chrono::nanoseconds(0), std::chrono::nanoseconds(50'000'000));
    const timespec how_long{0, pause.count()};
    const int count = epoll_pwait2(epoll_, events, kEvents, &how_long, nullptr);
    for (int i = 0; i < count; ++i) {
      happened(*static_cast<Connection*>(events[i].data.ptr), events[i].events);
    }
  }

  void happened(Connection& on, std::uint32_t events) {
    const bool failed = (events & (EPOLLERR | EPOLLHUP)) != 0;
    if (!on.connected) {
      on.connected = true;
      --opening_;
      if (!failed) idle_.push_back(&on);
    }
    if (failed || (events & EPOLLIN) != 0) receive(on);
  }

  void receive(Connection& on) {
    char bytes[4096];
    ssize_t count = 0;
    while (on.received.size() < kMostAnswer &&
           (count = recv(on.descriptor, bytes, sizeof bytes, 0)) > 0) {
      on.received.append(bytes, static_cast<std::size_t>(count));
    }
    const bool ended = count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
    const auto answer = adomcp::bench::read_answer(on.received);
    if (!answer && !ended) return;
    // A full server refuses a connection before anything is asked on it: that is the answer to the
    // call which it was opened for.
    if (!on.planned && !on.asked && !waiting_.empty()) take_first(on);
    if (!answer || !on.planned) return drop(on);
    tally_.add(*answer, since(*on.planned), expect_);
    on.planned.reset();
    --under_way_;
    if (ended || answer->close) return drop(on);
    on.received.clear();
    idle_.push_back(&on);
  }

  void take_first(Connection& on) {
    on.planned = waiting_.front();
    on.asked = true;
    waiting_.pop_front();
    ++under_way_;
    tally_.held_up.push_back(since(*on.planned));
  }

  void drop(Connection& on) {
    if (on.planned) {
      ++tally_.broken;
      --under_way_;
    }
    std::erase(idle_, &on);
    const int descriptor = on.descriptor;
    close(descriptor);
    open_.erase(descriptor);  // destroys it
  }

  static Micros since(Clock::time_point time) {
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - time);
    return static_cast<Micros>(std::max<std::int64_t>(0, took.count()));
  }

  const std::string request_;
  const std::string expect_;
  const std::size_t most_;
  sockaddr_in address_{};
  const int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  std::map<int, std::unique_ptr<Connection>> open_;
  std::vector<Connection*> idle_;
  std::deque<Clock::time_point> waiting_;
  std::size_t planned_ = 0, under_way_ = 0, opening_ = 0, most_open_ = 0;
  double took_ = 0;
  adomcp::bench::Tally tally_;
};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string request_text(const std::string& port) {
  const std::string body = variable("BENCH_BODY");
  std::string text = "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:" + port +
                     "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  for (const char c : variable("BENCH_HEADERS") + "\n") {
    text += c == '\n' ? "\r\n" : std::string(1, c);
  }
  return text + "\r\n" + body;
}

}  // namespace

int main(int count, char** arguments) {
  const double rate = count == 5 ? std::atof(arguments[2]) : 0;     // NOLINT(cert-err34-c)
  const double seconds = count == 5 ? std::atof(arguments[3]) : 0;  // NOLINT(cert-err34-c)
  const long most = count == 5 ? std::atol(arguments[4]) : 0;       // NOLINT(cert-err34-c)
  if (rate <= 0 || rate > 1e6 || seconds <= 0 || seconds > 600 || most <= 0) {
    std::cerr << "usage: open_loop PORT RATE SECONDS CONNECTIONS\n";
    return 2;
  }
  const std::string port = arguments[1];
  Driver driver(static_cast<std::uint16_t>(std::atoi(arguments[1])),  // NOLINT(cert-err34-c)
                request_text(port), variable("BENCH_EXPECT"), static_cast<std::size_t>(most));
  driver.run(rate, seconds);
  driver.print();
  return 0;
}
