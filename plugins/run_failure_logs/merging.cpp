#include "merging.h"

#include <adomcp/text.hpp>
#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "machine_names.h"
#include "reader/line_kind.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kMergedFrom = 4;  // downstream entries; fewer are told one by one
constexpr std::size_t kInOrder = 12;    // groups that are told in order of time alone

std::string key_of(const RootCause& root) {
  const bool machine = root.kind == Kind::kInfrastructure || root.kind == Kind::kTimeout;
  std::string key = std::to_string(static_cast<int>(root.kind)) + '\n' +
                    std::to_string(root.attempt) + '\n' +
                    (is_machines(root) ? std::string() : root.task);
  for (const std::string& message : root.messages) {
    // What the stopped task adds is an exit code or that it was told to stop.
    const bool added = &message != &root.messages.front() &&
                       (is_generic_message(message) || is_cancel_message(message));
    if (machine && added) continue;
    key += '\n' + (machine ? without_machines(message) : message);
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

/// Hands the causes of `from` to the group `to`, which keeps its own before them.
void join(std::vector<Group>& groups, std::size_t from, std::size_t to) {
  groups[to].insert(groups[to].end(), groups[from].begin(), groups[from].end());
  groups[from].clear();
}

/// Groups whose logs nobody read go to the one group of their key whose logs were, if it is one.
void join_unread(std::vector<Group>& groups, const std::vector<RootCause>& roots,
                 const std::function<std::string(const RootCause&)>& key,
                 const std::function<std::string(const RootCause&)>& verdict) {
  std::unordered_map<std::string, std::vector<std::size_t>> read;
  std::vector<std::size_t> unread;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const RootCause& root = roots[groups[i].front()];
    if (verdict(root).empty()) {
      unread.push_back(i);
    } else if (root.log_id > 0) {
      read[key(root)].push_back(i);
    }
  }
  for (const std::size_t i : unread) {
    const auto found = read.find(key(roots[groups[i].front()]));
    if (found != read.end() && found->second.size() == 1) join(groups, i, found->second.front());
  }
  groups.erase(std::remove_if(groups.begin(), groups.end(),
                              [](const Group& group) { return group.empty(); }),
               groups.end());
}

/// A second group of a key goes after the first ones of all keys.
void put_new_keys_first(std::vector<Group>& groups, const std::vector<RootCause>& roots) {
  if (groups.size() <= kInOrder) return;
  std::unordered_set<std::string> seen;
  std::vector<Group> later;
  std::vector<Group> first;
  for (Group& group : groups) {
    const bool fresh = seen.insert(key_of(roots[group.front()])).second;
    (fresh ? first : later).push_back(std::move(group));
  }
  groups = std::move(first);
  std::move(later.begin(), later.end(), std::back_inserter(groups));
}

}  // namespace

bool is_machines(const RootCause& root) {
  if (root.messages.empty()) return false;
  if (root.kind == Kind::kInfrastructure) return true;
  return root.kind == Kind::kTimeout &&
         sdk::to_lower(root.messages.front()).find("the task ") == std::string::npos;
}

std::vector<std::int64_t> choose_logs(const std::vector<RootCause>& roots, std::size_t most,
                                      std::int64_t wanted) {
  std::vector<std::int64_t> out;
  const auto take = [&](std::int64_t id) {
    const bool good = id > 0 && out.size() < most && (wanted == 0 || id == wanted);
    if (good && std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
  };
  const std::vector<Group> groups = grouped(roots, key_of);
  std::vector<const Group*> left;
  left.reserve(groups.size());
  for (const Group& group : groups) left.push_back(&group);
  for (std::size_t turn = 0; !left.empty() && out.size() < most; ++turn) {
    for (const Group* group : left) take(roots[(*group)[turn]].log_id);
    left.erase(std::remove_if(left.begin(), left.end(),
                              [&](const Group* group) { return group->size() == turn + 1; }),
               left.end());
  }
  return out;
}

std::vector<Group> merge_equal(const std::vector<RootCause>& roots,
                               const std::function<std::string(const RootCause&)>& verdict,
                               std::int64_t wanted) {
  const auto is_wanted = [&](const RootCause& root) { return wanted > 0 && root.log_id == wanted; };
  const auto key = [&](const RootCause& root) {
    return (is_wanted(root) ? "wanted\n" : "\n") + key_of(root);
  };
  std::vector<Group> out = grouped(roots, [&](const RootCause& root) {
    return is_machines(root) ? key(root) : key(root) + '\n' + verdict(root);
  });
  join_unread(out, roots, key, verdict);
  put_new_keys_first(out, roots);
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
