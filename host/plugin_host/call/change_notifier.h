#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace adomcp::plugin_host {

/// Where plugins say that something of theirs has changed, from any thread and without a call. The
/// listener hears of it soon, on a thread of the notifier's own; several of the same at once become
/// one. Every notifier that lives hears everything: the C function that plugins call has no
/// context, so the notifiers are in a table of the process, as calls are (call_handle.h).
class ChangeNotifier {
 public:
  /// So many resources wait to be told at most; what is too much is dropped, and logged.
  static constexpr std::size_t kMostResources = 100;

  /// `what` is one of ADOMCP_CHANGED_*; `uri` is empty unless it is ADOMCP_CHANGED_RESOURCE. Must
  /// not destroy the notifier.
  using Listener = std::function<void(int what, std::string uri)>;

  /// Between two rounds of telling lies at least `pause`.
  explicit ChangeNotifier(Listener listener,
                          std::chrono::milliseconds pause = std::chrono::milliseconds(100));
  /// After it the listener isn't called any more.
  ~ChangeNotifier();
  ChangeNotifier(const ChangeNotifier&) = delete;
  ChangeNotifier& operator=(const ChangeNotifier&) = delete;

  /// To every notifier. False when one had no room for it. Thread-safe.
  static bool post(std::int32_t what, std::string_view uri);

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace adomcp::plugin_host
