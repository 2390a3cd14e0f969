// adomcp/declaration.hpp - what the declarations of arguments and of answers share: choices, and
// the writer of their schemas. The compiler runs it: a schema lies in the plugin's read-only data
// and costs nothing at load. Part of arguments.hpp and outputs.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace adomcp {

/// The answer as JSON: outputs.hpp.
template <class Told>
nlohmann::json json_of(const Told& told);

/// Scalars by name, each as text: 3 is "3", true is "true".
using Values = std::map<std::string, std::string>;

namespace detail {

constexpr std::size_t kMaxChoices = 24;

/// The only texts that a text may be; none: it may be any.
struct Choices {
  std::array<std::string_view, kMaxChoices> choices{};
  std::size_t choice_count = 0;

  constexpr bool is_choice(std::string_view text) const {
    for (std::size_t i = 0; i < choice_count; ++i) {
      if (choices[i] == text) return true;
    }
    return false;
  }
};

/// Whether it is a typed answer, see outputs.hpp.
template <class T, class = void>
struct HasFields : std::false_type {};
template <class T>
struct HasFields<T, std::void_t<decltype(T::fields())>> : std::true_type {};

template <class T>
struct Unwrapped {
  using Type = T;
  static constexpr bool kOptional = false;
};
template <class T>
struct Unwrapped<std::optional<T>> {
  using Type = T;
  static constexpr bool kOptional = true;
};

/// Writes JSON to `out`, or only counts when that is null.
class SchemaWriter {
 public:
  constexpr explicit SchemaWriter(char* out) : out_(out) {}

  constexpr void raw(std::string_view text) {
    for (const char c : text) put(c);
  }
  constexpr void quoted(std::string_view text) {
    put('"');
    escaped(text);
    put('"');
  }
  /// What stands within the quotes.
  constexpr void escaped(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    for (const char c : text) {
      if (static_cast<unsigned char>(c) < 0x20) {
        raw("\\u00");
        put(kHex[static_cast<unsigned char>(c) / 16]);
        put(kHex[static_cast<unsigned char>(c) % 16]);
        continue;
      }
      if (c == '"' || c == '\\') put('\\');
      put(c);
    }
  }
  constexpr void number(std::int64_t value) {
    if (value < 0) put('-');
    std::uint64_t left = value < 0 ? 0 - static_cast<std::uint64_t>(value)  // also the smallest one
                                   : static_cast<std::uint64_t>(value);
    std::uint64_t unit = 1;
    while (left / unit >= 10) unit *= 10;
    for (; unit > 0; unit /= 10) put(static_cast<char>('0' + left / unit % 10));
  }
  /// `,"key":`; something always stands before it.
  constexpr void key(std::string_view name) {
    put(',');
    quoted(name);
    put(':');
  }
  constexpr void member(std::string_view name, std::int64_t value) {
    key(name);
    number(value);
  }
  constexpr void member(std::string_view name, std::size_t value) {
    member(name, static_cast<std::int64_t>(value));
  }
  constexpr void member(std::string_view name, std::string_view value) {
    key(name);
    quoted(value);
  }
  constexpr std::size_t size() const { return size_; }

 private:
  constexpr void put(char c) {
    if (out_ != nullptr) out_[size_] = c;
    ++size_;
  }

  char* out_;
  std::size_t size_ = 0;
};

constexpr void write_choices(SchemaWriter& out, const Choices& of) {
  for (std::size_t i = 0; i < of.choice_count; ++i) {
    out.raw(i == 0 ? R"(,"enum":[)" : ",");
    out.quoted(of.choices[i]);
  }
  if (of.choice_count > 0) out.raw("]");
}

/// Model APIs refuse all tools of a request for one name of another form.
constexpr bool is_name(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (!letter && !digit && c != '_' && c != '.' && c != '-') return false;
  }
  return text.size() <= kLongest;
}

/// The text of a schema as a constant; `Schema::write(SchemaWriter&)` writes it.
template <class Schema>
struct SchemaText {
  static constexpr std::size_t measure() {
    SchemaWriter out(nullptr);
    Schema::write(out);
    return out.size();
  }
  static constexpr auto write() {
    std::array<char, measure()> text{};
    SchemaWriter out(text.data());
    Schema::write(out);
    return text;
  }
  static constexpr auto kText = write();
  static constexpr std::string_view view() { return {kText.data(), kText.size()}; }
};

}  // namespace detail
}  // namespace adomcp
