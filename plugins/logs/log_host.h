#pragma once

#include <adomcp/azure.hpp>
#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugin_file.h"

namespace adomcp::logs {

/// The plugin behind a fake host that keeps the logs of run 7, and answers startLine and endLine.
class LogHost {
 public:
  LogHost() : host(plugin_file("logs")) {
    using fake::Answer;
    host.on("GET", "build/builds/7", [this](const auto&) { return Answer::json(build); });
    host.on("GET", "build/builds/7/logs", [this](const auto&) {
      return Answer::json({{"count", list.size()}, {"value", list}});
    });
    host.on("GET", "build/builds/7/timeline", [this](const auto&) {
      return Answer::json({{"records", records}});
    });
  }

  /// A log of a task in the job "Linux"; `line_count`: what the list says of it, -1: the truth.
  void add(std::int64_t id, std::string text, std::int64_t line_count = -1,
           const std::string& result = "succeeded") {
    const auto lines =
        std::count(text.begin(), text.end(), '\n') + (text.empty() || text.back() == '\n' ? 0 : 1);
    list.push_back({{"id", id}, {"lineCount", line_count < 0 ? lines : line_count}});
    if (records.empty()) {
      records.push_back({{"id", "s"}, {"type", "Stage"}, {"name", "Build"}});
      records.push_back({{"id", "j"}, {"parentId", "s"}, {"type", "Job"}, {"name", "Linux"}});
    }
    records.push_back({{"id", "t" + std::to_string(id)},
                       {"parentId", "j"},
                       {"type", "Task"},
                       {"name", "Task " + std::to_string(id)},
                       {"result", result},
                       {"log", {{"id", id}}}});
    host.on("GET", "build/builds/7/logs/" + std::to_string(id),
            [text = std::move(text)](const fake::Request& request) {
              return fake::Answer::text(part(text, request.query));
            });
  }

  nlohmann::json build = {{"id", 7}, {"status", "completed"}, {"definition", {{"id", 12}}}};
  std::vector<nlohmann::json> list;
  std::vector<nlohmann::json> records;
  fake::Host host;

 private:
  static std::int64_t number(const std::string& query, const std::string& name) {
    const auto at = ("&" + query).find("&" + name + "=");
    return at == std::string::npos ? 0 : std::stoll(query.substr(at + name.size() + 1));
  }

  static std::string part(std::string_view text, const std::string& query) {
    const std::int64_t first = number(query, "startLine");
    const std::int64_t last = number(query, "endLine");
    std::string out;
    for (std::int64_t line = 1; !text.empty() && (last == 0 || line <= last); ++line) {
      const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
      if (line >= first) out += text.substr(0, end);
      text.remove_prefix(end);
    }
    return out;
  }
};

/// "line 1\nline 2\n…", with the agent's time before each.
inline std::string numbered(std::int64_t count) {
  std::string out;
  for (std::int64_t i = 1; i <= count; ++i) {
    out += "2026-11-23T12:00:00.1234567Z line " + std::to_string(i) + '\n';
  }
  return out;
}

/// A private key of this many lines and its two ends, made of words.
inline std::string fake_key(int lines) {
  const std::string title = "RSA PRIVATE KEY-----\n";
  std::string out = "-----BEGIN " + title;
  for (int i = 0; i < lines; ++i) out += std::string(56, 'F') + "AKEKEYAB\n";
  return out + "-----END " + title;
}

}  // namespace adomcp::logs
