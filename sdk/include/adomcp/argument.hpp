// adomcp/argument.hpp - one argument of a tool, declared once: its name, its place in the author's
// struct, what it is for, its bounds. The schema and the reading code both come from this, so they
// can't disagree. The member's type says what the argument is:
//
//   std::int64_t          integer, needs .range(min, max)
//   double                number
//   bool                  true or false
//   std::string           text of 1 to .max_length(n) characters, or .one_of("a", "b")
//   std::vector<…string>  list of different texts, at most .max_items(n), or .one_of("a", "b")
//   adomcp::Values        texts by name, at most .max_items(n); a number or a boolean becomes text
//
// std::optional of these may be left out; any other is required unless it has .otherwise(default).
#pragma once

#include <adomcp/declaration.hpp>
#include <adomcp/plugin.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace adomcp {

namespace detail {

enum class Kind { kInteger, kNumber, kFlag, kText, kList, kValues, kRunUrl };

constexpr std::size_t kMaxValueName = 256;
constexpr std::size_t kMaxValueLength = 32768;

/// All that is said of an argument but its place.
struct Facts : Choices {
  std::string_view name;
  std::string_view description;
  Kind kind = Kind::kText;
  bool required = false;
  bool has_range = false;
  bool has_default = false;
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::size_t max_length = 0;  ///< in characters; 0: not said
  std::size_t max_items = 0;
  std::string_view pattern;
  std::int64_t default_number = 0;  ///< also of a flag
  std::string_view default_text;
};

template <class Value>
constexpr Kind kind_of() {
  constexpr bool kKnown = std::is_same_v<Value, std::int64_t> || std::is_same_v<Value, double> ||
                          std::is_same_v<Value, bool> || std::is_same_v<Value, std::string> ||
                          std::is_same_v<Value, std::vector<std::string>> ||
                          std::is_same_v<Value, Values>;
  static_assert(kKnown, "argument.hpp lists the types that an argument may have");
  if (std::is_same_v<Value, std::int64_t>) return Kind::kInteger;
  if (std::is_same_v<Value, double>) return Kind::kNumber;
  if (std::is_same_v<Value, bool>) return Kind::kFlag;
  if (std::is_same_v<Value, std::string>) return Kind::kText;
  return std::is_same_v<Value, Values> ? Kind::kValues : Kind::kList;
}

}  // namespace detail

/// One argument, kept in a member of `Owner`. Each method gives a copy with one more thing said.
template <class Owner, class T>
class Argument {
 public:
  using Value = typename detail::Unwrapped<T>::Type;

  constexpr Argument(std::string_view name, T Owner::*member, std::string_view description)
      : member_(member) {
    facts_.name = name;
    facts_.description = description;
    facts_.kind = detail::kind_of<Value>();
    facts_.required = !detail::Unwrapped<T>::kOptional;
  }

  /// Smallest and greatest value allowed.
  constexpr Argument range(std::int64_t min, std::int64_t max) const {
    Argument copy = *this;
    copy.facts_.has_range = true;
    copy.facts_.min = min;
    copy.facts_.max = max;
    return copy;
  }
  /// Of a text, or of each text of a list, in characters.
  constexpr Argument max_length(std::size_t characters) const {
    Argument copy = *this;
    copy.facts_.max_length = characters;
    return copy;
  }
  constexpr Argument max_items(std::size_t count) const {
    Argument copy = *this;
    copy.facts_.max_items = count;
    return copy;
  }
  /// A regular expression (RE2's syntax). The host alone checks it.
  constexpr Argument pattern(std::string_view expression) const {
    Argument copy = *this;
    copy.facts_.pattern = expression;
    return copy;
  }
  /// The value when it is left out: a number, a boolean or a text.
  template <class Default>
  constexpr Argument otherwise(Default value) const {
    static_assert(!detail::Unwrapped<T>::kOptional, "with a default the member is never empty");
    Argument copy = *this;
    copy.facts_.required = false;
    copy.facts_.has_default = true;
    if constexpr (std::is_same_v<Value, std::string>) {
      copy.facts_.default_text = value;
    } else {
      static_assert(std::is_integral_v<Default> && std::is_integral_v<Value>,
                    "whole numbers, booleans and texts can have a default");
      copy.facts_.default_number = static_cast<std::int64_t>(value);
    }
    return copy;
  }
  /// The only texts allowed.
  template <class... Texts>
  constexpr Argument one_of(Texts... texts) const {
    static_assert(sizeof...(Texts) <= detail::kMaxChoices, "too many choices to choose from");
    Argument copy = *this;
    copy.facts_.choices = {texts...};
    copy.facts_.choice_count = sizeof...(Texts);
    return copy;
  }
  /// A link to a run; the member gets the run's id.
  constexpr Argument as_run_url() const {
    static_assert(std::is_same_v<Value, std::int64_t>, "a run's id is an integer");
    Argument copy = *this;
    copy.facts_.kind = detail::Kind::kRunUrl;
    return copy;
  }

  constexpr const detail::Facts& facts() const { return facts_; }
  constexpr T Owner::*member() const { return member_; }

 private:
  detail::Facts facts_;
  T Owner::*member_;
};

/// An argument that the host itself uses and the handler needn't see.
class HostArgument {
 public:
  constexpr HostArgument(std::string_view name, std::string_view description) {
    facts_.name = name;
    facts_.description = description;
    facts_.max_length = 64;
  }
  constexpr const detail::Facts& facts() const { return facts_; }

 private:
  detail::Facts facts_;
};

/// What arguments are made with, and the ready ones that most tools share.
namespace argument {

template <class Owner, class T>
constexpr Argument<Owner, T> field(std::string_view name, T Owner::*member,
                                   std::string_view description) {
  return {name, member, description};
}

/// Requests go to this project. The host checks it and fills it in.
constexpr HostArgument project(
    std::string_view description = "Name or id. Default: the first allowed one.") {
  return {"project", description};
}
constexpr HostArgument organization() {
  return {"organization", "Where several are configured."};
}

/// Azure DevOps numbers what it keeps from 1.
template <class Owner, class T>
constexpr auto id(std::string_view name, T Owner::*member, std::string_view description) {
  return field(name, member, description).range(1, 2147483647);
}

template <class Owner, class T>
constexpr auto run_id(T Owner::*member) {
  return id("run_id", member, "The run's id: buildId= in a link.");
}
/// The same member as run_id's: put both into exactly_one_of("run_id", "run_url").
template <class Owner, class T>
constexpr auto run_url(T Owner::*member) {
  return field("run_url", member, "A link to the run, as copied from the browser.")
      .max_length(2048)
      .as_run_url();
}

/// Paging: how many, and where to go on. output::continuation_token tells the answer's.
template <class Owner>
constexpr auto top(std::int64_t Owner::*member, std::string_view description) {
  return field("top", member, description).range(1, 50).otherwise(20);
}
template <class Owner>
constexpr auto continuation_token(std::optional<std::string> Owner::*member) {
  return field("continuation_token", member,
               "Of the answer before: the next page, with the same filters.")
      .max_length(512);
}

}  // namespace argument
}  // namespace adomcp
