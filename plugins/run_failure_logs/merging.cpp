#include "merging.h"

#include <adomcp/text.hpp>
#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "line_kind.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kMergedFrom = 4;  // downstream entries; fewer are told one by one
constexpr std::size_t kInOrder = 12;    // groups that are told in order of time alone

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

/// Where the name of an agent ends that `text` begins with; names may hold blanks.
std::size_t end_of_agent(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  constexpr std::array<std::string_view, 15> kAfter{
      ". ",    ", ",     ": ",   "; ",   " ran ",   " lost ",    " did ",  " has ",
      " was ", " went ", " is ", " in ", " found ", " stopped ", " could "};
  std::size_t end = std::string_view::npos;
  for (const std::string_view after : kAfter) end = std::min(end, text.find(after));
  if (end <= kLongest) return end;
  return std::min({text.find(' '), text.find_last_not_of('.') + 1, text.size()});
}

/// "agent build-a" and "The agent: build-b" without the names.
std::string without_agents(std::string text) {
  constexpr std::string_view kAgent = "agent";
  const std::string lower = sdk::to_lower(text);
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = lower.find(kAgent); at != std::string::npos;
       at = lower.find(kAgent, from)) {
    std::size_t name = at + kAgent.size();
    if (name < text.size() && text[name] == ':') ++name;
    out.append(text, from, name - from);
    from = name;
    if (name >= text.size() || text[name] != ' ') continue;
    out += " #";
    from = name + 1 + end_of_agent(std::string_view(text).substr(name + 1));
  }
  return out + text.substr(std::min(from, text.size()));
}

/// The machine or the time was lost, and a message says so: it is one cause wherever it hit. A
/// task's own time limit is the task's.
bool is_machines(const RootCause& root) {
  if (root.messages.empty()) return false;
  if (root.kind == Kind::kInfrastructure) return true;
  return root.kind == Kind::kTimeout &&
         sdk::to_lower(root.messages.front()).find("the task ") == std::string::npos;
}

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
    key += '\n' + (machine ? without_numbers(without_agents(message)) : message);
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
