// adomcp/output.hpp - one member of a tool's answer, declared once: its name, its place in the
// author's struct, what it means. The schema and the writing code both come from this, so they
// can't disagree. The member's type says what stands in the answer:
//
//   std::int64_t               integer, which may have .at_least(n)
//   double                     number
//   bool                       true or false
//   std::string                text, which may have .one_of("a", "b")
//   adomcp::Values             texts by name
//   a struct with fields()     object
//   std::vector of one above   list, which may have .max_items(n)
//
// std::optional of these may be missing and is left out then; any other stands in each answer.
// .or_null() writes null in place of what is missing. An optional text that is empty is missing,
// and so is an optional .date_time() that is no time: Azure DevOps writes both for "not known".
// Part of outputs.hpp.
#pragma once

#include <adomcp/declaration.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace adomcp {
namespace detail {

enum class OutputKind { kInteger, kNumber, kFlag, kText, kValues, kObject, kPart };

/// What the schema needs of a struct with fields(): functions, so that what writes it is compiled
/// once and not for each struct.
struct OutputObject {
  void (*write_properties)(SchemaWriter&, bool& first);
  void (*write_required)(SchemaWriter&, bool& any);
  std::size_t (*count)(std::string_view name);
  bool (*check)();
};

/// All that is said of a member but its place. Of a list, kind and object are its items'.
struct OutputFacts : Choices {
  std::string_view name;  ///< empty: the members of `object` stand in its place
  std::string_view description;
  OutputKind kind = OutputKind::kText;
  const OutputObject* object = nullptr;
  bool is_list = false;
  bool required = false;
  bool or_null = false;
  bool is_time = false;
  bool own_words = false;
  bool has_min = false;
  std::int64_t min = 0;
  std::size_t max_items = 0;  ///< 0: not said
};

template <class T>
struct Item {
  using Type = T;
  static constexpr bool kList = false;
};
template <class T>
struct Item<std::vector<T>> {
  using Type = T;
  static constexpr bool kList = true;
};

template <class T>
struct ObjectOf {
  static constexpr void write_properties(SchemaWriter& out, bool& first) {
    T::fields().write_properties(out, first);
  }
  static constexpr void write_required(SchemaWriter& out, bool& any) {
    T::fields().write_required(out, any);
  }
  static constexpr std::size_t count(std::string_view name) { return T::fields().count(name); }
  static constexpr bool check() { return T::fields().check(); }
  static constexpr OutputObject kObject{write_properties, write_required, count, check};
};

template <class T>
constexpr OutputKind output_kind_of() {
  constexpr bool kKnown = std::is_same_v<T, std::int64_t> || std::is_same_v<T, double> ||
                          std::is_same_v<T, bool> || std::is_same_v<T, std::string> ||
                          std::is_same_v<T, Values> || HasFields<T>::value;
  static_assert(kKnown, "output.hpp lists the types that a member of an answer may have");
  if (std::is_same_v<T, std::int64_t>) return OutputKind::kInteger;
  if (std::is_same_v<T, double>) return OutputKind::kNumber;
  if (std::is_same_v<T, bool>) return OutputKind::kFlag;
  if (std::is_same_v<T, Values>) return OutputKind::kValues;
  return HasFields<T>::value ? OutputKind::kObject : OutputKind::kText;
}

template <class T>
constexpr const OutputObject* output_object_of() {
  if constexpr (HasFields<T>::value) {
    return &ObjectOf<T>::kObject;
  } else {
    return nullptr;
  }
}

}  // namespace detail

/// One member of an answer, kept in a member of `Owner`. Each method gives a copy with one more
/// thing said.
template <class Owner, class T>
class Output {
 public:
  using Value = typename detail::Unwrapped<T>::Type;
  using Single = typename detail::Item<Value>::Type;
  static constexpr bool kOptional = detail::Unwrapped<T>::kOptional;

  constexpr Output(std::string_view name, T Owner::*member, std::string_view description)
      : member_(member) {
    facts_.name = name;
    facts_.description = description;
    facts_.kind = detail::output_kind_of<Single>();
    facts_.object = detail::output_object_of<Single>();
    facts_.is_list = detail::Item<Value>::kList;
    facts_.required = !kOptional;
  }

  /// The only texts that it may be; of a list, its texts. Anything else is a mistake of the plugin.
  template <class... Texts>
  constexpr Output one_of(Texts... texts) const {
    static_assert(std::is_same_v<Single, std::string>, "only texts have choices");
    static_assert(sizeof...(Texts) <= detail::kMaxChoices, "too many choices");
    Output copy = *this;
    copy.facts_.choices = {texts...};
    copy.facts_.choice_count = sizeof...(Texts);
    return copy;
  }
  /// A time as Azure DevOps writes it, in UTC.
  constexpr Output date_time() const {
    static_assert(std::is_same_v<T, std::optional<std::string>>, "a time may always be missing");
    Output copy = *this;
    copy.facts_.is_time = true;
    return copy;
  }
  /// Said in the schema only, for whoever reads it.
  constexpr Output at_least(std::int64_t min) const {
    static_assert(std::is_same_v<Single, std::int64_t>, "only integers have a smallest value");
    Output copy = *this;
    copy.facts_.has_min = true;
    copy.facts_.min = min;
    return copy;
  }
  /// Said in the schema only: whoever fills the list keeps to it.
  constexpr Output max_items(std::size_t count) const {
    static_assert(detail::Item<Value>::kList, "only lists have items");
    Output copy = *this;
    copy.facts_.max_items = count;
    return copy;
  }
  /// It always stands in the answer, as null where it is missing.
  constexpr Output or_null() const {
    static_assert(kOptional, "what is never missing is never null");
    Output copy = *this;
    copy.facts_.or_null = true;
    copy.facts_.required = true;
    return copy;
  }
  /// It holds words of the tool's own alone: the host's notice doesn't name it.
  constexpr Output own_words() const {
    Output copy = *this;
    copy.facts_.own_words = true;
    return copy;
  }

  constexpr const detail::OutputFacts& facts() const { return facts_; }
  constexpr T Owner::*member() const { return member_; }

 private:
  detail::OutputFacts facts_;
  T Owner::*member_;
};

/// The members of `T`, which several structs have in common, in the place of one of `Owner`.
template <class Owner, class T>
class OutputPart {
 public:
  constexpr explicit OutputPart(T Owner::*member) : member_(member) {
    static_assert(detail::HasFields<T>::value, "all_of takes a struct with fields()");
    facts_.kind = detail::OutputKind::kPart;
    facts_.object = &detail::ObjectOf<T>::kObject;
  }
  constexpr const detail::OutputFacts& facts() const { return facts_; }
  constexpr T Owner::*member() const { return member_; }

 private:
  detail::OutputFacts facts_;
  T Owner::*member_;
};

/// What members of an answer are declared with.
namespace output {

template <class Owner, class T>
constexpr Output<Owner, T> field(std::string_view name, T Owner::*member,
                                 std::string_view description = {}) {
  return {name, member, description};
}

template <class Owner, class T>
constexpr OutputPart<Owner, T> all_of(T Owner::*member) {
  return OutputPart<Owner, T>(member);
}

/// Of a list: where the next page begins.
template <class Owner>
constexpr auto continuation_token(std::optional<std::string> Owner::*member) {
  return field("continuation_token", member, "Absent on the last page.");
}

}  // namespace output
}  // namespace adomcp
