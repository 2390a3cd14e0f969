#include "config/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "core/descriptor.h"
#include "core/text.h"

namespace adomcp::config {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{1024} * 1024;
constexpr std::size_t kMaxNodes = 20000;
constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxTextBytes = 4 * kMaxFileBytes;

Mark to_mark(const YAML::Mark& mark) {
  return mark.is_null() ? Mark{} : Mark{mark.line + 1, mark.column + 1};
}

struct Size {
  std::size_t nodes = 1;
  std::size_t bytes = 0;
  std::size_t depth = 1;
};

Size measure(const YamlNode& node) {
  Size size{1, node.text.size(), 1};
  for (const auto& key : node.keys) size.bytes += key.name.size();
  for (const auto& item : node.items) {
    const Size inner = measure(item);
    size.nodes += inner.nodes;
    size.bytes += inner.bytes;
    size.depth = std::max(size.depth, inner.depth + 1);
  }
  return size;
}

/// Makes the tree from yaml-cpp's events, which, unlike its own tree, show duplicate keys and
/// quoting, and let the size of what aliases make be bounded while it grows.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(Expander* expander, Problems& problems) : expander_(expander), problems_(problems) {}

  std::optional<YamlNode> take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node;
    node.mark = to_mark(mark);
    if (expects_key()) return accept_key(node, "null");
    accept(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end()) throw YAML::ParserException(mark, "an alias to what holds it");
    if (expects_key()) throw YAML::ParserException(mark, "an alias can't be a key");
    YamlNode copy = found->second;
    spend(copy, mark);
    accept(std::move(copy), YAML::NullAnchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node;
    node.kind = YamlNode::Kind::kScalar;
    node.mark = to_mark(mark);
    node.text = value;
    node.quoted = tag == "!";
    check_tag(tag, node);
    if (expects_key()) return accept_key(node, value);
    if (expander_ != nullptr && value.find('$') != std::string::npos) expand(node);
    spend(node, mark);
    accept(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::kSequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::kMapping, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    YamlNode node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    std::map<std::string, Mark> seen;  // keys so far
  };

  bool expects_key() const {
    if (open_.empty()) return false;
    const YamlNode& node = open_.back().node;
    return node.kind == YamlNode::Kind::kMapping && node.keys.size() == node.items.size();
  }

  void check_tag(const std::string& tag, YamlNode& node) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    problems_.add(node.mark, "YAML tags like '" + tag + "' are not understood; leave it out");
    node.broken = true;
  }

  void expand(YamlNode& node) {
    auto text = expander_->expand(node.text, node.mark);
    node.broken = node.broken || !text;
    node.expanded = true;
    if (text) node.text = std::move(*text);
  }

  void spend(const YamlNode& node, const YAML::Mark& mark) {
    const Size size = measure(node);
    if (open_.size() + size.depth > kMaxDepth) {
      throw YAML::ParserException(mark, "nested more than 32 levels deep");
    }
    if (size.nodes > nodes_left_ || size.bytes > bytes_left_) {
      throw YAML::ParserException(mark, "too many values; aliases count as often as they are used");
    }
    nodes_left_ -= size.nodes;
    bytes_left_ -= size.bytes;
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    if (expects_key()) throw YAML::ParserException(mark, "a key must be a plain word");
    Frame frame;
    frame.node.kind = kind;
    frame.node.mark = to_mark(mark);
    frame.anchor = anchor;
    check_tag(tag, frame.node);
    spend(frame.node, mark);
    open_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(open_.back());
    open_.pop_back();
    accept(std::move(frame.node), frame.anchor);
  }

  void accept_key(const YamlNode& node, const std::string& name) {
    const auto [first, added] = open_.back().seen.emplace(name, node.mark);
    if (!added) {
      problems_.add(node.mark, "the key '" + name + "' appears twice; the first is at " +
                                   problems_.place(first->second));
    }
    open_.back().node.keys.push_back({name, node.mark});
  }

  void accept(YamlNode node, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      spend(node, YAML::Mark::null_mark());
      anchored_[anchor] = node;
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    auto& parent = open_.back().node;
    // Nothing stands there, so the key is where a person looks.
    if (node.kind == YamlNode::Kind::kNull && parent.kind == YamlNode::Kind::kMapping) {
      node.mark = parent.keys.back().mark;
    }
    parent.items.push_back(std::move(node));
  }

  Expander* expander_;
  Problems& problems_;
  std::vector<Frame> open_;
  std::map<YAML::anchor_t, YamlNode> anchored_;
  std::optional<YamlNode> root_;
  std::size_t nodes_left_ = kMaxNodes;
  std::size_t bytes_left_ = kMaxTextBytes;
};

/// First byte that YAML text may not hold; yaml-cpp would stop reading at some of them.
std::optional<Mark> first_control_character(std::string_view text) {
  Mark mark;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t' && c != '\r') || byte == 0x7f) return mark;
    ++mark.column;
    if (c == '\n') mark = {mark.line + 1, 1};
  }
  return std::nullopt;
}

template <typename Number>
std::optional<Number> whole(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

nlohmann::json scalar_to_json(const YamlNode& node) {
  if (node.quoted) return node.text;
  if (node.text == "true" || node.text == "false") return node.text == "true";
  if (node.text == "null" || node.text == "~") return nullptr;
  if (const auto number = whole<std::int64_t>(node.text)) return *number;
  // from_chars also reads "inf" and "nan", which JSON has not.
  const bool numeric = node.text.find_first_not_of("0123456789+-.eE") == std::string::npos;
  if (const auto number = whole<double>(node.text); number && numeric) return *number;
  return node.text;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size() && i < items.size(); ++i) {
    if (keys[i].name == key) return &items[i];
  }
  return nullptr;
}

std::optional<std::string> read_file(Problems& problems) {
  std::error_code error;
  if (std::filesystem::is_directory(problems.file(), error)) {
    problems.add({}, "is a folder, not a YAML file");
    return std::nullopt;
  }
  std::ifstream in(problems.file(), std::ios::binary);
  if (!in) {
    problems.add({}, "cannot be read: " + error_text(errno));
    return std::nullopt;
  }
  std::string text(kMaxFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMaxFileBytes) {
    problems.add({}, "is bigger than 1 MiB, the limit of a configuration file");
    return std::nullopt;
  }
  if (!is_utf8(text)) {
    problems.add({}, "is not UTF-8 text");
    return std::nullopt;
  }
  return text;
}

std::optional<YamlNode> parse_document(const std::string& text, Expander* expander,
                                       Problems& problems) {
  if (const auto mark = first_control_character(text)) {
    problems.add(*mark, "holds a control character");
    return std::nullopt;
  }
  TreeBuilder builder(expander, problems);
  try {
    std::istringstream in(text);
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) {
      problems.add({}, "is empty");
      return std::nullopt;
    }
    auto root = builder.take();
    TreeBuilder second(nullptr, problems);
    if (parser.HandleNextDocument(second)) {
      const auto extra = second.take();
      problems.add(extra ? extra->mark : Mark{}, "a second YAML document; only one is read");
    }
    return root;
  } catch (const YAML::Exception& error) {
    problems.add(to_mark(error.mark), "YAML: " + error.msg);
    return std::nullopt;
  }
}

nlohmann::json to_json(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return nullptr;
    case YamlNode::Kind::kScalar:
      return scalar_to_json(node);
    case YamlNode::Kind::kSequence: {
      auto out = nlohmann::json::array();
      for (const auto& item : node.items) out.push_back(to_json(item));
      return out;
    }
    case YamlNode::Kind::kMapping: {
      auto out = nlohmann::json::object();
      for (std::size_t i = 0; i < node.keys.size(); ++i)
        out[node.keys[i].name] = to_json(node.items[i]);
      return out;
    }
  }
  return nullptr;
}

}  // namespace adomcp::config
