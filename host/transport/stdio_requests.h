#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/deadline.h"
#include "transport/stdio_request.h"

namespace adomcp::transport {

/// The requests that are under way, by their ids. Thread-safe.
class StdioRequests : public std::enable_shared_from_this<StdioRequests> {
 public:
  /// Null while another one of this id is under way. `id`: JSON text.
  std::shared_ptr<StdioRequest> open(const std::string& id,
                                     const std::shared_ptr<LineWriter>& writer);

  /// Nothing when there is no such request.
  void cancel(const std::string& id);
  void cancel_all();

  /// False when some are still under way then.
  bool wait_until_none(Deadline deadline);

 private:
  void remove(const std::string& id);

  std::mutex mutex_;  // guards all below; never held while a request is told something
  std::condition_variable none_;
  std::map<std::string, std::shared_ptr<StdioRequest>> requests_;
};

}  // namespace adomcp::transport
