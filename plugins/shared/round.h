#pragma once

#include <adomcp/plugin.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace adomcp::shared {

/// The requests of one round, sent side by side, with what to do with each answer.
class Round {
 public:
  using Handler = std::function<void(AdoResponse&)>;

  void add(AdoRequest request, Handler handler);
  std::size_t size() const { return requests_.size(); }
  /// Waits for all answers and hands each to its handler. Throws what `call` throws.
  void send(Call& call);

 private:
  std::vector<AdoRequest> requests_;
  std::vector<Handler> handlers_;
};

constexpr std::uint64_t kTimelineBytes = 32U << 20U;

std::string build_path(std::int64_t run_id);

/// The whole answer as JSON; null where it can't be had.
Json json_or_null(const AdoResponse& response);

/// The answer as JSON; null where there is none (204), and null with a note where it can't be had.
Json json_or_note(const AdoResponse& response, const std::string& what,
                  std::vector<std::string>& notes);

/// The same for what goes when the retention of its run ends.
Json json_or_gone(const AdoResponse& response, const std::string& what,
                  std::vector<std::string>& notes);

}  // namespace adomcp::shared
