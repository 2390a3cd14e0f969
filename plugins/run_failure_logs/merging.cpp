#include "merging.h"

#include <adomcp/text.hpp>
#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kMergedFrom = 4;  // downstream entries; fewer are told one by one

/// Agents of a pool are numbered: the machine isn't part of what went wrong. A time is.
std::string without_numbers(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t digits = 0;
    while (digits < text.size() && sdk::is_digit(text[digits])) ++digits;
    const bool time = text.substr(digits, 7) == " minute";
    if (digits > 0 && !time) {
      out += '#';
    } else {
      digits = std::max<std::size_t>(digits, 1);
      out += text.substr(0, digits);
    }
    text.remove_prefix(digits);
  }
  return out;
}

std::string key_of(const RootCause& root) {
  const bool machine = root.kind == Kind::kInfrastructure || root.kind == Kind::kTimeout;
  std::string key = std::to_string(static_cast<int>(root.kind)) + '\n' +
                    std::to_string(root.attempt) + '\n' + root.task;
  for (const std::string& message : root.messages) {
    key += '\n' + (machine ? without_numbers(message) : message);
  }
  // A job that says nothing at all has nothing in common with others but that.
  if (root.messages.empty() && root.task.empty()) key += '\n' + root.stage + '\n' + root.job;
  return key;
}

/// Indexes by key, in order of the first of each.
template <typename List, typename Key>
std::vector<Group> grouped(const List& list, const Key& key) {
  std::vector<Group> out;
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto [place, fresh] = places.emplace(key(list[i]), out.size());
    if (fresh) out.emplace_back();
    out[place->second].push_back(i);
  }
  return out;
}

}  // namespace

std::vector<std::int64_t> choose_logs(const std::vector<RootCause>& roots, std::size_t most,
                                      std::int64_t wanted) {
  std::vector<std::int64_t> out;
  const auto take = [&](std::int64_t id) {
    const bool good = id > 0 && out.size() < most && (wanted == 0 || id == wanted);
    if (good && std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
  };
  const std::vector<Group> groups = grouped(roots, key_of);
  std::size_t longest = 0;
  for (const Group& group : groups) longest = std::max(longest, group.size());
  for (std::size_t turn = 0; turn < longest && out.size() < most; ++turn) {
    for (const Group& group : groups) {
      if (turn < group.size()) take(roots[group[turn]].log_id);
    }
  }
  return out;
}

std::vector<Group> merge_equal(const std::vector<RootCause>& roots,
                               const std::function<std::string(const RootCause&)>& verdict,
                               std::int64_t wanted) {
  const auto is_wanted = [&](const RootCause& root) { return wanted > 0 && root.log_id == wanted; };
  std::vector<Group> out = grouped(roots, [&](const RootCause& root) {
    return (is_wanted(root) ? "wanted\n" : "\n") + key_of(root) + '\n' + verdict(root);
  });
  std::stable_partition(out.begin(), out.end(),
                        [&](const Group& group) { return is_wanted(roots[group.front()]); });
  return out;
}

std::vector<Group> merge_equal(const std::vector<Downstream>& entries) {
  const std::vector<Group> groups = grouped(entries, [](const Downstream& entry) {
    const std::string level =
        entry.task.empty() ? (entry.job.empty() ? "stage" : "job") : entry.stage + '\n' + entry.job;
    return level + '\n' + entry.reason;
  });
  std::vector<Group> out;
  for (const Group& group : groups) {
    if (group.size() >= kMergedFrom) {
      out.push_back(group);
      continue;
    }
    for (const std::size_t index : group) out.push_back({index});
  }
  std::sort(out.begin(), out.end(),
            [](const Group& a, const Group& b) { return a.front() < b.front(); });
  return out;
}

}  // namespace adomcp::failure_logs
