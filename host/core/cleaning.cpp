#include "core/cleaning.h"
#include "core/json.h"
#include "core/json_sax.h"

#include <adomcp/quoted.hpp>
#include <adomcp/redact.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace adomcp {
namespace {

using nlohmann::json;
namespace redaction = sdk::detail;

constexpr std::size_t kMostDepth = 200;

/// Strings of one array that follow each other under the same key: evidence, messages.
struct Series {
  std::string key;
  sdk::Redactor redactor;
  std::size_t end = 0;  ///< of the last one, in what was written
};

struct Level {
  bool object = false;
  bool empty = true;
  bool secret = false;                       ///< the name of the member that holds it says so
  bool pair = false;                         ///< its `name` says so
  std::size_t value_at = 0, value_size = 0;  ///< its `value`, which was written before a `name`
  std::string key;                           ///< of the member being read
  std::vector<Series> series;
};

/// Writes what it is told of, cleaned.
class Cleaner : public nlohmann::json_sax<json> {
 public:
  explicit Cleaner(Members members) : members_(members) {}
  std::string take() { return std::move(out_); }

  bool null() override { return plain("null"); }
  bool boolean(bool value) override { return plain(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return number(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& written) override { return plain(written); }
  bool binary(binary_t&) override { return false; }

  bool string(string_t& value) override {
    separate();
    if (is_base64()) {
      out_ += quote(value);
      return true;
    }
    const std::string cleaned = sdk::clean_text(value);
    if (!levels_.empty() && levels_.back().object) note_name(cleaned);
    if (is_secret(cleaned)) {
      out_ += quote(redaction::kMask);
      return true;
    }
    const std::size_t from = out_.size();
    write(cleaned);
    if (!levels_.empty() && levels_.back().object) note_value(cleaned, from);
    return true;
  }
  bool start_object(std::size_t) override { return start(true); }
  bool end_object() override { return end('}'); }
  bool start_array(std::size_t) override { return start(false); }
  bool end_array() override { return end(']'); }
  bool key(string_t& name) override {
    Level& level = levels_.back();
    level.key = name;
    if (!level.empty) out_ += ',';
    level.empty = true;  // its value stands right after the colon
    out_ += quote(clean(name));
    out_ += ':';
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override {
    return false;
  }

 private:
  void separate() {
    if (levels_.empty()) return;
    if (!levels_.back().empty) out_ += ',';
    levels_.back().empty = false;
  }
  /// A secret of digits is one, too.
  bool number(const std::string& value) {
    const bool secret = !levels_.empty() && says_secret(levels_.back()) && is_secret(value);
    return plain(secret ? quote(redaction::kMask) : value);
  }
  bool plain(std::string_view value) {
    separate();
    out_ += value;
    return true;
  }
  bool start(bool object) {
    separate();
    Level level;
    level.object = object;
    level.secret = !levels_.empty() && says_secret(levels_.back());
    levels_.push_back(std::move(level));
    out_ += object ? '{' : '[';
    return levels_.size() <= kMostDepth;
  }
  bool end(char bracket) {
    out_ += bracket;
    levels_.pop_back();
    return true;
  }

  /// Whether what the level now holds is a secret by its name. Of an object under such a name that
  /// is its `value`.
  static bool holds_value(const Level& level) {
    return level.key == "value" || level.key == "secretValue" || level.key == "defaultValue" ||
           level.key == "default";
  }
  static bool says_secret(const Level& level) {
    if (!level.object) return level.secret;
    if (holds_value(level) && (level.secret || level.pair)) return true;
    return redaction::key_kind(level.key) == redaction::Key::kSecret;
  }
  void note_name(const std::string& value) {
    Level& level = levels_.back();
    if (level.key != "name" && level.key != "key" && level.key != "variable") return;
    level.pair = redaction::key_kind(value) >= redaction::Key::kToken;
    if (level.pair && level.value_size > 0) hide_value(level);
  }
  /// `{"value": "X", "name": "DB_PASSWORD"}`: the name may come after it.
  void note_value(const std::string& value, std::size_t from) {
    Level& level = levels_.back();
    if (!holds_value(level) || level.pair || !is_secret_in(level, value)) return;
    level.value_at = from;
    level.value_size = out_.size() - from;
  }
  /// Whether `value` would be one under a name that says secret.
  static bool is_secret_in(const Level& level, const std::string& value) {
    redaction::Given given;
    given.name = level.key;
    given.key = redaction::Key::kSecret;
    given.quoted_name = given.colon = true;
    return redaction::is_secret(given, value, true);
  }
  void hide_value(Level& level) {
    const std::string mask = quote(redaction::kMask);
    const std::size_t end = level.value_at + level.value_size;
    out_.replace(level.value_at, level.value_size, mask);
    for (Level& other : levels_) {
      for (Series& series : other.series) {
        if (series.end < level.value_at) continue;
        if (series.end < end) series.redactor = {};  // what it ended with is gone
        series.end =
            series.end < end ? level.value_at : series.end - level.value_size + mask.size();
      }
    }
    level.value_size = 0;
  }
  bool is_secret(const std::string& value) const {
    constexpr std::size_t kMostBytes = 4096;
    if (levels_.empty()) return false;
    if (!says_secret(levels_.back())) {
      // As the same pair would be dealt with in a text: "token", "Cookie", "pat". Most names say
      // nothing, and need no second reading.
      const Level& level = levels_.back();
      if (!level.object || value.size() > kMostBytes) return false;
      if (redaction::key_kind(level.key) == redaction::Key::kNone) return false;
      const std::string name = quote(level.key) + ":";
      return sdk::redact(name + quote(value)) == name + quote(redaction::kMask);
    }
    return is_secret_in(levels_.back(), value);
  }
  bool is_base64() const {
    if (members_ == Members::kAll || levels_.empty()) return false;
    return levels_.back().object && (levels_.back().key == "data" || levels_.back().key == "blob");
  }

  /// The array whose strings this one continues: its own, or that of its object.
  Level* array_of() {
    for (std::size_t back = 1; back <= 2 && back <= levels_.size(); ++back) {
      Level& level = levels_[levels_.size() - back];
      if (!level.object) return &level;
    }
    return nullptr;
  }
  Series* series_of(Level& array) {
    constexpr std::size_t kMostKeys = 16;
    const std::string& key = levels_.back().key;
    for (Series& series : array.series) {
      if (series.key == key) return &series;
    }
    if (array.series.size() == kMostKeys) return nullptr;
    array.series.push_back({key, {}, 0});
    return &array.series.back();
  }
  void write(const std::string& text) {
    Level* const array = array_of();
    Series* const series = array == nullptr ? nullptr : series_of(*array);
    if (series == nullptr) {
      out_ += quote(sdk::redact(text));
      return;
    }
    const std::string masked = series->redactor.line(text);
    if (const std::size_t half = series->redactor.completed(); half > 0) {
      cut(series->end - half, half);
    }
    out_ += quote(masked);
    series->end = out_.size() - 1;
  }
  /// The end of an earlier string was half of a token.
  void cut(std::size_t from, std::size_t size) {
    out_.replace(from, size, redaction::kMask);
    for (Level& level : levels_) {
      if (level.value_at >= from + size) level.value_at -= size - redaction::kMask.size();
      for (Series& series : level.series) {
        if (series.end > from + size) series.end -= size - redaction::kMask.size();
      }
    }
  }

  const Members members_;
  std::string out_;
  std::vector<Level> levels_;
};

}  // namespace

std::string clean(std::string_view text) {
  return sdk::redact(sdk::clean_text(text));
}

std::string quoted(std::string_view text, std::size_t max_bytes, char mark) {
  return sdk::quoted(text, max_bytes, mark);
}

std::optional<std::string> clean_json(std::string_view text, Members members) {
  Cleaner cleaner(members);
  if (!read_json(text, cleaner)) return std::nullopt;
  return cleaner.take();
}

}  // namespace adomcp
