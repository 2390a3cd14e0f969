#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "config/diagnostic.h"
#include "config/environment.h"

namespace adomcp::config {

/// One value of a parsed YAML file, with its place. Aliases are copied in, duplicate keys and
/// anything that isn't JSON-like have been reported.
struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMapping };

  struct Key {
    std::string name;
    Mark mark;
  };

  Kind kind = Kind::kNull;
  Mark mark;
  std::string text;       ///< scalar, with the environment's values put in
  bool quoted = false;    ///< scalar: surely a string
  bool expanded = false;  ///< scalar: may hold a secret, so messages don't show it
  bool broken = false;    ///< reported already; read nothing from it
  std::vector<Key> keys;  ///< mapping: keys[i] names items[i]
  std::vector<YamlNode> items;

  const YamlNode* find(std::string_view key) const;
};

/// Bytes of a file, at most 1 MiB of UTF-8 without control characters; nullopt after reporting.
std::optional<std::string> read_file(Problems& problems);

/// Parses one YAML document of at most 20,000 values, 32 levels and 4 MiB of text, aliases
/// counted as often as they are used. Without an expander, scalars stay as written. nullopt after
/// reporting a syntax error; other problems leave a tree that can be read on.
std::optional<YamlNode> parse_document(const std::string& text, Expander* expander,
                                       Problems& problems);

/// As JSON: plain scalars by YAML's core rules (true, 12, 1.5, null), quoted ones as strings.
nlohmann::json to_json(const YamlNode& node);

}  // namespace adomcp::config
