#include "line_window.h"

#include <adomcp/text.hpp>
#include <algorithm>
#include <utility>

namespace adomcp::logs {
namespace {

constexpr std::size_t kRoom = 64;  // for what stands around a line, where each byte counts double

}  // namespace

bool LineWindow::add(const Line& line) {
  if (line.number < bounds_.from) return true;
  if (line.number > bounds_.to) return false;
  Line kept = line;
  kept.cut = kept.cut || kept.text.size() > bounds_.line_bytes;
  kept.text = sdk::shorten(kept.text, bounds_.line_bytes);
  if (cost_(kept) > bounds_.bytes) kept.text = sdk::shorten(kept.text, bounds_.bytes / 2 - kRoom);
  const std::size_t cost = cost_(kept);
  full_ = !bounds_.last && bytes_ + cost > bounds_.bytes;
  if (full_) return false;
  bytes_ += cost;
  lines_.push_back(std::move(kept));
  while (lines_.size() > bounds_.lines || bytes_ > bounds_.bytes) {
    bytes_ -= cost_(lines_.front());
    lines_.pop_front();
  }
  return true;
}

std::int64_t LineWindow::cut() const {
  return std::count_if(lines_.begin(), lines_.end(), [](const Line& line) { return line.cut; });
}

}  // namespace adomcp::logs
