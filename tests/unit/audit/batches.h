#pragma once

#include <string>
#include <vector>

#include "audit/sink.h"

namespace adomcp::audit {

/// Writes the lines as one batch, each with what stands at its place of `keeps`, or kNo; gives what
/// became of each. The lines must outlive that.
inline std::vector<Entry> write_batch(Sink& sink, const std::vector<std::string>& lines,
                                      const std::vector<Keep>& keeps = {}) {
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    entries.push_back({lines[i], i < keeps.size() ? keeps[i] : Keep::kNo});
  }
  std::vector<Entry*> batch;
  for (auto& entry : entries) batch.push_back(&entry);
  sink.write_all(batch);
  return entries;
}

}  // namespace adomcp::audit
