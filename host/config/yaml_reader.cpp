#include "config/yaml_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "config/keys.h"
#include "core/nearest_name.h"
#include "core/text.h"

namespace adomcp::config {
namespace {

constexpr std::string_view kind_name(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMapping:
      return "a mapping";
  }
  return "nothing";
}

using Unit = std::pair<std::string_view, std::uint64_t>;

/// "<digits><unit>" times the unit's factor; nullopt for another form or an overflow.
template <std::size_t count>
std::optional<std::uint64_t> scaled(std::string_view text, const std::array<Unit, count>& units) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit(end, text.size() - static_cast<std::size_t>(end - text.data()));
  for (const auto& [name, factor] : units) {
    if (name != unit) continue;
    if (number > std::numeric_limits<std::uint64_t>::max() / factor) return std::nullopt;
    return number * factor;
  }
  return std::nullopt;
}

constexpr std::array<Unit, 4> kSizeUnits{
    {{"", 1}, {"KiB", 1024}, {"MiB", 1024 * 1024}, {"GiB", 1024 * 1024 * 1024}}};
constexpr std::array<Unit, 3> kTimeUnits{{{"ms", 1}, {"s", 1000}, {"m", 60000}}};

std::string joined(const std::vector<std::string_view>& words, std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? last : ", ";
    out += words[i];
  }
  return out;
}

}  // namespace

void Field::complain(const std::string& message) const {
  problems_->add(mark(), (path_.empty() ? "the file" : path_) + " " + message);
}

const Field& Field::required(std::string_view advice) const {
  if (present()) return *this;
  std::string message = "is missing";
  if (!advice.empty()) message.append("; ").append(advice);
  complain(message);
  return *this;
}

std::string Field::shown() const {
  constexpr std::size_t kShownBytes = 60;
  if (!is_scalar()) return std::string(present() ? kind_name(node_->kind) : "nothing");
  if (node_->expanded) return "what the environment gives";
  std::string out = "'" + std::string(truncate_utf8(node_->text, kShownBytes));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return out + (node_->text.size() > kShownBytes ? "…'" : "'");
}

bool Field::expect(YamlNode::Kind kind, std::string_view what) const {
  if (!present() || node_->broken) return false;
  if (node_->kind == kind) return true;
  complain("must be " + std::string(what) + ", not " + std::string(kind_name(node_->kind)));
  return false;
}

std::optional<std::string> Field::text(bool may_be_empty) const {
  if (!expect(YamlNode::Kind::kScalar, "a text")) return std::nullopt;
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::any_of(node_->text.begin(), node_->text.end(), control)) {
    complain("must be one line without control characters");
    return std::nullopt;
  }
  if (!is_utf8(node_->text)) {  // only the environment can give this
    complain("must be UTF-8 text");
    return std::nullopt;
  }
  if (node_->text.empty() && !may_be_empty) {
    complain("must not be empty");
    return std::nullopt;
  }
  return node_->text;
}

std::optional<bool> Field::boolean() const {
  if (!expect(YamlNode::Kind::kScalar, "true or false")) return std::nullopt;
  if (!node_->quoted && (node_->text == "true" || node_->text == "false")) {
    return node_->text == "true";
  }
  complain("must be true or false, not " + shown());
  return std::nullopt;
}

std::optional<std::int64_t> Field::integer(std::int64_t least, std::int64_t most) const {
  if (!expect(YamlNode::Kind::kScalar, "a whole number")) return std::nullopt;
  std::int64_t number = 0;
  const char* const last = node_->text.data() + node_->text.size();
  const auto [end, error] = std::from_chars(node_->text.data(), last, number);
  if (error == std::errc() && end == last && number >= least && number <= most) return number;
  complain("must be a whole number from " + std::to_string(least) + " to " + std::to_string(most) +
           ", not " + shown());
  return std::nullopt;
}

std::optional<std::size_t> Field::size(std::size_t least, std::size_t most) const {
  if (!expect(YamlNode::Kind::kScalar, "a size")) return std::nullopt;
  const auto bytes = scaled(node_->text, kSizeUnits);
  if (bytes && *bytes >= least && *bytes <= most) return static_cast<std::size_t>(*bytes);
  complain("must be a size like 65536, 64KiB or 1MiB, from " + std::to_string(least) + " to " +
           std::to_string(most) + " bytes, not " + shown());
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> Field::duration(std::chrono::milliseconds least,
                                                         std::chrono::milliseconds most) const {
  if (!expect(YamlNode::Kind::kScalar, "a duration")) return std::nullopt;
  const auto count = scaled(node_->text, kTimeUnits);
  if (count && *count >= static_cast<std::uint64_t>(least.count()) &&
      *count <= static_cast<std::uint64_t>(most.count())) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(*count));
  }
  complain("must be a duration like 500ms, 30s or 2m, from " + std::to_string(least.count()) +
           "ms to " + std::to_string(most.count()) + "ms, not " + shown());
  return std::nullopt;
}

std::optional<std::string> Field::choice(const std::vector<std::string_view>& words) const {
  if (!expect(YamlNode::Kind::kScalar, joined(words, " or "))) return std::nullopt;
  if (std::find(words.begin(), words.end(), node_->text) != words.end()) return node_->text;
  complain("must be " + joined(words, " or ") + ", not " + shown());
  return std::nullopt;
}

std::vector<Field> Field::items() const {
  std::vector<Field> out;
  if (!expect(YamlNode::Kind::kSequence, "a list")) return out;
  for (std::size_t i = 0; i < node_->items.size(); ++i) {
    out.emplace_back(&node_->items[i], path_ + "[" + std::to_string(i) + "]", mark(), *problems_);
  }
  return out;
}

std::vector<Field> Field::texts() const {
  auto out = items();
  std::erase_if(out, [](const Field& item) { return !item.text(); });
  return out;
}

std::vector<std::string> Field::texts(bool (*has_form)(std::string_view),
                                      const std::string& form) const {
  std::vector<std::string> out;
  for (const auto& item : texts()) {
    if (has_form(item.node()->text)) {
      out.push_back(item.node()->text);
    } else {
      item.complain("must be " + form + ", not " + item.shown());
    }
  }
  return out;
}

std::vector<std::string> Field::texts_or_variable(bool (*has_form)(std::string_view),
                                                  const std::string& form) const {
  if (!is_scalar() || !node_->expanded) return texts(has_form, form);
  std::vector<std::string> out;
  const auto whole = text(true);
  std::string_view left = whole ? std::string_view(*whole) : std::string_view();
  while (!left.empty()) {
    const auto comma = left.find(',');
    const auto one = trim(left.substr(0, comma));
    left.remove_prefix(comma == std::string_view::npos ? left.size() : comma + 1);
    if (one.empty()) continue;
    if (has_form(one)) {
      out.emplace_back(one);
    } else {
      complain("must hold, with commas between, each time " + form +
               "; the variable's value does not");
    }
  }
  return out;
}

bool Field::is_empty_list() const {
  return present() && node_->kind == YamlNode::Kind::kSequence && node_->items.empty();
}

Mapping::Mapping(const Field& field, std::string_view generic_path, Problems& problems)
    : path_(field.path()), generic_path_(generic_path), mark_(field.mark()), problems_(&problems) {
  const YamlNode* node = field.node();
  if (node == nullptr || node->broken) return;
  if (node->kind != YamlNode::Kind::kMapping) {
    field.complain("must be a mapping, not " + std::string(kind_name(node->kind)));
    return;
  }
  node_ = node;
  const auto& known = keys_of(generic_path);
  for (const auto& key : node->keys) {
    if (std::find(known.begin(), known.end(), key.name) != known.end()) continue;
    const auto nearest = nearest_name(key.name, known);
    const std::string where = path_.empty() ? "" : " in " + path_;
    problems.add(key.mark,
                 "unknown key '" + std::string(truncate_utf8(key.name, 60)) + "'" + where +
                     (nearest.empty() ? "; the keys here are " + joined(known, " and ")
                                      : "; did you mean '" + std::string(nearest) + "'?"));
  }
}

bool Mapping::knows(std::string_view key) const {
  const auto& known = keys_of(generic_path_);
  return std::find(known.begin(), known.end(), key) != known.end();
}

Field Mapping::operator[](std::string_view key) const {
  if (!knows(key)) {
    throw std::logic_error("a key that isn't in keys.cpp: " + std::string(key));
  }
  const std::string path = path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  return {node_ == nullptr ? nullptr : node_->find(key), path, mark_, *problems_};
}

}  // namespace adomcp::config
