// adomcp/outputs.hpp - the typed answer of a tool. One declaration gives the output schema and the
// struct that the handler returns, so that no key can be written that the schema lacks:
//
//   struct Run {
//     std::int64_t id;
//     std::optional<std::string> result;
//
//     static constexpr auto fields() {
//       namespace output = adomcp::output;
//       return adomcp::fields(output::field("id", &Run::id),
//                             output::field("result", &Run::result, "Only of finished runs."));
//     }
//   };
//   Run latest(adomcp::Call& call, const Wanted& wanted);
//   constexpr adomcp_tool tools[] = {
//       adomcp::tool<latest>("latest", "Latest run", "Tells the latest run.", ADOMCP_READ_ONLY)};
//
// output.hpp tells what can be declared. A mistake in a declaration is a compile error. A handler
// that has words beside its answer returns Reply{"words", adomcp::json_of(run)}, and gives tool<…>
// the schema adomcp::output_schema<Run>(). An answer that has to be cut to fit is changed as JSON
// by output_edit.hpp.
#pragma once

#include <adomcp/azure.hpp>
#include <adomcp/output.hpp>
#include <adomcp/output_schema.hpp>
#include <adomcp/output_value.hpp>
#include <adomcp/separate.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace adomcp {

/// All members of an answer, or of an object within one.
template <class... Members>
class Outputs {
 public:
  constexpr explicit Outputs(Members... members)
      : members_(members...), facts_{members.facts()...} {}

  constexpr void write_properties(detail::SchemaWriter& out, bool& first) const {
    for (const detail::OutputFacts& facts : facts_) {
      if (facts.kind == detail::OutputKind::kPart) {
        facts.object->write_properties(out, first);
        continue;
      }
      if (!first) out.raw(",");
      first = false;
      detail::write_property(out, facts);
    }
  }

  /// Leaves the list open, when there is any.
  constexpr void write_required(detail::SchemaWriter& out, bool& any) const {
    for (const detail::OutputFacts& facts : facts_) {
      if (facts.kind == detail::OutputKind::kPart) facts.object->write_required(out, any);
      if (!facts.required) continue;
      out.raw(any ? "," : R"(,"required":[)");
      any = true;
      out.quoted(facts.name);
    }
  }

  /// Members of this name.
  constexpr std::size_t count(std::string_view name) const {
    std::size_t found = 0;
    for (const detail::OutputFacts& facts : facts_) {
      if (facts.kind == detail::OutputKind::kPart) {
        found += facts.object->count(name);
      } else if (facts.name == name) {
        ++found;
      }
    }
    return found;
  }

  /// Stops the compiler at a declaration that lacks something, here or further in.
  constexpr bool check() const {
    for (const detail::OutputFacts& facts : facts_) {
      const bool part = facts.kind == detail::OutputKind::kPart;
      // By the kind: under its sanitizer g++ can't compare an address while it compiles.
      if (part || facts.kind == detail::OutputKind::kObject) facts.object->check();
      if (part) continue;
      if (facts.name.empty()) throw "a member of an answer needs a name";
      if (!detail::is_name(facts.name)) throw "a name has letters, digits, _ . and -, at most 64";
      if (count(facts.name) > 1) throw "two members of an answer have the same name";
    }
    return true;
  }

  constexpr const std::tuple<Members...>& members() const { return members_; }

  /// What was said of the member kept at `place`; without a name where it isn't declared.
  template <class Place>
  constexpr detail::OutputFacts facts_at(Place place) const {
    detail::OutputFacts found;
    const auto look = [&](const auto& member) {
      if constexpr (std::is_same_v<decltype(member.member()), Place>) {
        if (member.member() == place) found = member.facts();
      }
    };
    std::apply([&](const auto&... member) { (look(member), ...); }, members_);
    return found;
  }

 private:
  std::tuple<Members...> members_;
  std::array<detail::OutputFacts, sizeof...(Members)> facts_;
};

template <class... Members>
constexpr Outputs<Members...> fields(Members... members) {
  return Outputs<Members...>(members...);
}

/// The schema of `Told::fields()`, as constant text.
template <class Told>
constexpr std::string_view output_schema() {
  return detail::SchemaText<detail::OutputSchema<Told>>::view();
}

/// The answer as its declaration says; what is missing is left out.
template <class Told>
nlohmann::json json_of(const Told& told) {
  static_assert(detail::OutputSchema<Told>::kChecked);
  auto object = nlohmann::json::object();
  detail::put_members(told, object);
  return object;
}
/// Null where there is none.
template <class Told>
nlohmann::json json_of(const std::optional<Told>& told) {
  return told ? json_of(*told) : nlohmann::json();
}

/// A pipeline, a release and their like.
struct IdAndName {
  std::int64_t id;
  std::optional<std::string> name;

  static constexpr auto fields() {
    return adomcp::fields(output::field("id", &IdAndName::id),
                          output::field("name", &IdAndName::name));
  }
};

namespace sdk {

ADOMCP_SDK_FUNCTION IdAndName id_and_name(const nlohmann::json& object);

}  // namespace sdk
}  // namespace adomcp

#if ADOMCP_SDK_BODIES

namespace adomcp::sdk {

ADOMCP_SDK_FUNCTION IdAndName id_and_name(const nlohmann::json& object) {
  return {integer_of(object, "id"), safe_text_of(object, "name")};
}

}  // namespace adomcp::sdk

#endif
