// adomcp/output_edit.hpp - changes an answer that is JSON already, where it has to be cut to fit.
// Keys and types stay the declared ones:
//
//   output::put<&Run::result>(run, "failed");
//   output::push_back<&Runs::runs>(answer, run);
#pragma once

#include <adomcp/output_value.hpp>
#include <adomcp/outputs.hpp>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace adomcp {
namespace detail {

template <class Place>
struct PlaceOf;
template <class OwnerType, class ValueType>
struct PlaceOf<ValueType OwnerType::*> {
  using Owner = OwnerType;
  using Value = ValueType;
};

template <auto Place>
struct MemberAt {
  using Owner = typename PlaceOf<decltype(Place)>::Owner;
  using Value = typename PlaceOf<decltype(Place)>::Value;
  using Single = typename Item<typename Unwrapped<Value>::Type>::Type;  ///< of a list, an item
  static constexpr OutputFacts kFacts = Owner::fields().facts_at(Place);
  static_assert(!kFacts.name.empty(), "fields() doesn't declare this member");
};

}  // namespace detail

namespace output {

/// The name of a declared member.
template <auto Place>
constexpr std::string_view key() {
  return detail::MemberAt<Place>::kFacts.name;
}

/// Sets it; what is missing is left out or null, as declared.
template <auto Place>
void put(nlohmann::json& object, const typename detail::MemberAt<Place>::Value& value) {
  detail::put_value(detail::MemberAt<Place>::kFacts, value, object);
}

/// Whether it may be left out.
template <auto Place>
constexpr bool is_optional() {
  return !detail::MemberAt<Place>::kFacts.required;
}

/// What stands there; throws where it is left out.
template <auto Place>
nlohmann::json& at(nlohmann::json& object) {
  return object.at(std::string(key<Place>()));
}
template <auto Place>
const nlohmann::json& at(const nlohmann::json& object) {
  return object.at(std::string(key<Place>()));
}

template <auto Place>
bool has(const nlohmann::json& object) {
  return object.contains(std::string(key<Place>()));
}

/// Adds one to a list that is there.
template <auto List>
void push_back(nlohmann::json& object, const typename detail::MemberAt<List>::Single& value) {
  at<List>(object).push_back(detail::value_json(detail::MemberAt<List>::kFacts, value));
}

/// Leaves it out; true when it was there.
template <auto Place>
bool erase(nlohmann::json& object) {
  return object.erase(std::string(key<Place>())) > 0;
}

}  // namespace output
}  // namespace adomcp
