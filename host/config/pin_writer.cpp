#include "config/pin_writer.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "config/document.h"
#include "core/result.h"
#include "core/text.h"

namespace adomcp::config {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Bytes of the text and what stands in their place afterwards.
struct Edit {
  std::size_t at = 0;
  std::size_t length = 0;
  std::string inserted;
  std::size_t pin_at = 0;  ///< where in `inserted` the pin's line begins
};

/// A value's bytes, with its quotes.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

Error by_hand(const std::string& why, const std::string& sha256) {
  return {ErrorCode::kInvalid, why, "Write it by hand: sha256: " + sha256};
}

/// The YAML parser's marks are counted in bytes and lines that end in \n, behind a byte order mark.
std::size_t offset_of(std::string_view text, Mark mark) {
  std::size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  for (int line = 1; line < mark.line; ++line) {
    const auto end = text.find('\n', at);
    if (end == kNowhere) return text.size();
    at = end + 1;
  }
  return std::min(text.size(), at + static_cast<std::size_t>(mark.column - 1));
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return std::min(text.size(), text.find_first_not_of(" \t", at));
}

/// Where the scalar at `begin` ends; nullopt for one that isn't written out in plain or in quotes.
std::optional<std::size_t> end_of_scalar(std::string_view text, std::size_t begin,
                                         const std::string& value) {
  if (begin >= text.size()) return std::nullopt;
  const char quote = text[begin];
  if (quote != '"' && quote != '\'') {
    if (!text.substr(begin).starts_with(value)) return std::nullopt;
    return begin + value.size();
  }
  for (std::size_t at = begin + 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      const bool doubled = quote == '\'' && at + 1 < text.size() && text[at + 1] == quote;
      if (!doubled) return at + 1;
      ++at;
    }
  }
  return std::nullopt;
}

/// Where the value stands behind its key; nullopt when it is an alias, has an anchor or a form of
/// its own, for then its bytes aren't the value.
std::optional<Span> span_of(std::string_view text, const YamlNode& plugin, std::string_view key) {
  for (std::size_t i = 0; i < plugin.keys.size(); ++i) {
    if (plugin.keys[i].name != key) continue;
    const auto from = offset_of(text, plugin.keys[i].mark);
    const auto colon = end_of_scalar(text, from, plugin.keys[i].name);
    if (!colon) return std::nullopt;
    auto at = skip_blanks(text, *colon);
    if (at >= text.size() || text[at] != ':') return std::nullopt;
    at = skip_blanks(text, at + 1);
    const YamlNode& value = plugin.items[i];
    if (offset_of(text, value.mark) != at) return std::nullopt;
    const auto end = end_of_scalar(text, at, value.text);
    if (!end) return std::nullopt;
    return Span{at, *end};
  }
  return std::nullopt;
}

/// Whether the mapping at `at` stands in braces, an anchor before it or not.
bool is_flow(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '&') {
    at = std::min(text.size(), text.find_first_of(" \t\r\n", at));
    at = skip_blanks(text, at);
  }
  return at < text.size() && text[at] == '{';
}

/// Replaces the value only, so that quotes and comments stay.
Result<Edit> replace(std::string_view text, const YamlNode& plugin, const YamlNode& old,
                     const std::string& sha256) {
  const auto span = span_of(text, plugin, "sha256");
  if (!span) return by_hand("its sha256 is written in a way that can't be replaced.", sha256);
  const std::string_view written = text.substr(span->begin, span->end - span->begin);
  const auto at = written.find(old.text);
  if (at == kNowhere) {
    return by_hand("its sha256 is written in a way that can't be replaced.", sha256);
  }
  return Edit{span->begin + at, old.text.size(), sha256};
}

Result<Edit> insert(std::string_view text, const YamlNode& plugin, const std::string& sha256) {
  const auto library = span_of(text, plugin, "library");
  if (!library) {
    return by_hand("its library is written in a way that nothing can be put behind.", sha256);
  }
  const std::string entry = "sha256: " + sha256;
  if (is_flow(text, offset_of(text, plugin.mark))) return Edit{library->end, 0, ", " + entry};

  const auto key = std::find_if(plugin.keys.begin(), plugin.keys.end(),
                                [](const YamlNode::Key& one) { return one.name == "library"; });
  const std::string indent(static_cast<std::size_t>(key->mark.column - 1), ' ');
  const auto any_break = text.find('\n');
  const bool returns = any_break != kNowhere && any_break > 0 && text[any_break - 1] == '\r';
  const std::string line_break = returns ? "\r\n" : "\n";
  const auto end = text.find('\n', library->end);
  if (end == kNowhere) return Edit{text.size(), 0, line_break + indent + entry, line_break.size()};
  return Edit{end + 1, 0, indent + entry + line_break};
}

const YamlNode* find_plugin(const YamlNode& root, Mark mark) {
  const YamlNode* plugins = root.find("plugins");
  if (plugins == nullptr) return nullptr;
  for (const auto& item : plugins->items) {
    if (item.mark.line == mark.line && item.mark.column == mark.column) return &item;
  }
  return nullptr;
}

/// The edit that `pin` takes; one without bytes when there is nothing to do or `outcome` says why
/// not, so that its line is counted all the same.
Edit plan(std::string_view text, const YamlNode* plugin, const Pin& pin, PinOutcome& outcome) {
  Edit none{offset_of(text, pin.plugin), 0, ""};
  if (plugin == nullptr) {
    outcome.refused = "its file has changed meanwhile; try again.";
    return none;
  }
  const YamlNode* old = plugin->find("sha256");
  if (old != nullptr && old->text.find('$') != std::string::npos) {
    outcome.refused = "its sha256 comes from the environment, by " + old->text +
                      "; set it there to " + pin.sha256;
    return none;
  }
  if (old != nullptr) outcome.before = to_lower(old->text);
  if (outcome.before == pin.sha256) return {offset_of(text, old->mark), 0, ""};
  auto edit =
      old != nullptr ? replace(text, *plugin, *old, pin.sha256) : insert(text, *plugin, pin.sha256);
  if (edit) return std::move(edit).value();
  outcome.refused = edit.error().text();
  return none;
}

int line_at(std::string_view text, std::size_t at) {
  const auto before = text.substr(0, at);
  return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

}  // namespace

PinnedText write_pins(const std::string& text, const std::vector<Pin>& pins) {
  PinnedText out{text, std::vector<PinOutcome>(pins.size())};
  Problems ignored("");
  const auto document = parse_document(text, nullptr, ignored);  // without the environment's values
  std::vector<std::pair<Edit, std::size_t>> edits;
  for (std::size_t i = 0; i < pins.size(); ++i) {
    const YamlNode* plugin = document ? find_plugin(*document, pins[i].plugin) : nullptr;
    edits.emplace_back(plan(text, plugin, pins[i], out.outcomes[i]), i);
  }
  std::stable_sort(edits.begin(), edits.end(),
                   [](const auto& a, const auto& b) { return a.first.at < b.first.at; });
  std::size_t shift = 0;  // by the edits before; a difference, so it may wrap
  for (const auto& [edit, i] : edits) {
    const std::size_t at = edit.at + shift;
    out.text.replace(at, edit.length, edit.inserted);
    shift += edit.inserted.size() - edit.length;
    out.outcomes[i].line = line_at(out.text, at + edit.pin_at);
  }
  return out;
}

}  // namespace adomcp::config
