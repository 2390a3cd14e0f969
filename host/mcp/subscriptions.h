#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "mcp/server.h"

namespace adomcp::mcp {

/// What listeners can be told of.
enum class Change { kTools };

/// The streams of subscriptions/listen: who wants to hear of what. Must outlive the streams, which
/// the HTTP server ends. Thread-safe.
class Subscriptions {
 public:
  static constexpr std::size_t kMostStreams = 1024;
  static constexpr std::size_t kMostOfOnePerson = 64;  ///< of those who sign in

  explicit Subscriptions(std::size_t most = kMostStreams) : most_(most) {}

  /// Answers `subscriptions/listen`: the request's stream says first what it will tell, and stays.
  Reply listen(const Request& request, const Exchange& exchange);

  /// Tells those who asked for it. Whoever doesn't take it is let go by their stream.
  void changed(Change what);

  /// Ends every stream, each with the cancellation and the result that the specification asks for,
  /// and takes no new ones.
  void close_all();

  std::size_t open() const;

 private:
  struct Listener;
  std::optional<RpcError> refuse_another(const std::string& person) const;
  std::vector<std::shared_ptr<Listener>> all() const;

  const std::size_t most_;
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::uint64_t, std::shared_ptr<Listener>> listeners_;
  std::uint64_t next_ = 0;
  bool closed_ = false;
};

}  // namespace adomcp::mcp
