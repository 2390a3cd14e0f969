#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.h"
#include "config/document.h"

namespace adomcp::config {

class Mapping;

/// One value with the path that messages call it by, or the absence of one. Reading a value of the
/// wrong form reports it and gives nullopt; reading an absent one gives nullopt in silence.
/// Points into the document, the Problems and nothing else.
class Field {
 public:
  Field(const YamlNode* node, std::string path, Mark parent, Problems& problems)
      : node_(node), path_(std::move(path)), parent_(parent), problems_(&problems) {}

  bool present() const { return node_ != nullptr; }
  /// There and a scalar, so that it is no mapping: for values that may be either.
  bool is_scalar() const { return present() && node_->kind == YamlNode::Kind::kScalar; }
  /// The value's place; the surrounding mapping's when it is absent.
  Mark mark() const { return present() ? node_->mark : parent_; }
  std::string place() const { return problems_->place(mark()); }
  const std::string& path() const { return path_; }
  const YamlNode* node() const { return node_; }

  /// Reports "path message" here.
  void complain(const std::string& message) const;
  /// Reports the key as missing when it is absent.
  const Field& required(std::string_view advice = {}) const;
  /// The value for a message: "'abc'", clipped, and hidden when it came from the environment.
  std::string shown() const;

  /// A scalar's text, with at least one character unless `may_be_empty`.
  std::optional<std::string> text(bool may_be_empty = false) const;
  std::optional<bool> boolean() const;
  std::optional<std::int64_t> integer(std::int64_t least, std::int64_t most) const;
  /// Bytes: 65536, 64KiB, 1MiB.
  std::optional<std::size_t> size(std::size_t least, std::size_t most) const;
  /// 500ms, 30s or 2m.
  std::optional<std::chrono::milliseconds> duration(std::chrono::milliseconds least,
                                                    std::chrono::milliseconds most) const;
  /// One of the words.
  std::optional<std::string> choice(const std::vector<std::string_view>& words) const;
  /// A list's items; empty when absent or reported.
  std::vector<Field> items() const;
  /// A list of texts; items of the wrong form are reported and left out.
  std::vector<Field> texts() const;
  /// The same, each of a form; the others are reported as "must be FORM, not …".
  std::vector<std::string> texts(bool (*has_form)(std::string_view), const std::string& form) const;
  /// The same, or a text out of the environment that holds them with commas between, since a
  /// variable can't hold a list: "${NAME:-a,b}". An empty text is an empty list.
  std::vector<std::string> texts_or_variable(bool (*has_form)(std::string_view),
                                             const std::string& form) const;
  /// There and a list without items.
  bool is_empty_list() const;

 private:
  /// False after reporting any other kind.
  bool expect(YamlNode::Kind kind, std::string_view what) const;

  const YamlNode* node_;
  std::string path_;
  Mark parent_;
  Problems* problems_;
};

/// A mapping whose keys are those of `keys_of(generic_path)`; others are reported with the known
/// one that is nearest.
class Mapping {
 public:
  /// A field that is absent or reported reads as an empty mapping.
  Mapping(const Field& field, std::string_view generic_path, Problems& problems);

  /// Throws for a key that keys_of(generic_path) lacks.
  Field operator[](std::string_view key) const;
  bool knows(std::string_view key) const;
  Mark mark() const { return mark_; }
  /// There is a mapping, be it an empty one.
  explicit operator bool() const { return node_ != nullptr; }

 private:
  const YamlNode* node_ = nullptr;
  std::string path_;
  std::string_view generic_path_;
  Mark mark_;
  Problems* problems_;
};

}  // namespace adomcp::config
