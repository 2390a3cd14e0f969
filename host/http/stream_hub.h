#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "core/descriptor.h"
#include "core/wake.h"

namespace adomcp::http {

/// Holds the connections whose streams outlive their requests: one thread for all of them. It finds
/// out who left, and keeps the others alive. Thread-safe.
class StreamHub {
 public:
  /// A connection that is held. Its destructor tells whoever sends there that it is over.
  class Held {
   public:
    virtual ~Held() = default;
    virtual int descriptor() const = 0;
    /// False: the client is gone.
    virtual bool keep_alive() = 0;
  };

  explicit StreamHub(std::chrono::milliseconds keep_alive_every);
  ~StreamHub();
  StreamHub(const StreamHub&) = delete;
  StreamHub& operator=(const StreamHub&) = delete;

  /// Until its client leaves, or its socket is shut down by us.
  void hold(std::unique_ptr<Held> held);

  std::size_t open() const;

 private:
  void run();
  void let_go(int descriptor);
  void keep_all_alive();

  const std::chrono::milliseconds every_;
  const Descriptor epoll_;
  const Wake wake_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;  // guards held_
  std::unordered_map<int, std::unique_ptr<Held>> held_;
  std::thread thread_;
};

}  // namespace adomcp::http
