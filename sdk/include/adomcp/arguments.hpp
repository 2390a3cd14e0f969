// adomcp/arguments.hpp - typed arguments of a tool. One declaration gives the input schema and the
// struct that the handler gets:
//
//   struct Wanted {
//     std::string branch;
//     std::int64_t top;
//
//     static constexpr auto arguments() {
//       namespace argument = adomcp::argument;
//       return adomcp::arguments(
//           argument::project(),
//           argument::field("branch", &Wanted::branch, "Only this branch.").max_length(400),
//           argument::top(&Wanted::top, "How many at most."));
//     }
//   };
//   Listed list(adomcp::Call& call, const Wanted& wanted);
//   constexpr adomcp_tool tools[] = {
//       adomcp::tool<list>("list", "List", "Lists.", ADOMCP_READ_ONLY)};
//
// argument.hpp tells what can be declared, and outputs.hpp how `Listed` is. A mistake in a
// declaration is a compile error.
#pragma once

#include <adomcp/argument.hpp>
#include <adomcp/argument_group.hpp>
#include <adomcp/argument_schema.hpp>
#include <adomcp/argument_value.hpp>
#include <adomcp/outputs.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace adomcp {

/// All arguments of a tool.
template <class... Fields>
class Arguments {
 public:
  constexpr explicit Arguments(Fields... fields) : fields_(fields...), facts_{fields.facts()...} {}

  /// Of these, a call has one and no more: read() refuses any other, and the descriptions say so.
  /// For up to four groups of up to four names.
  template <class... Names>
  constexpr Arguments exactly_one_of(Names... names) const {
    static_assert(sizeof...(Names) >= 2 && sizeof...(Names) <= detail::kMaxNames);
    Arguments copy = *this;
    copy.groups_.all[copy.groups_.count++] = {{names...}, sizeof...(Names)};
    for (detail::Facts& facts : copy.facts_) {
      if (copy.groups_.has(facts.name)) facts.required = false;
    }
    return copy;
  }

  constexpr void write(detail::SchemaWriter& out) const {
    out.raw(R"({"type":"object","additionalProperties":false)");
    out.raw(R"(,"properties":{)");
    bool first = true;
    for (const detail::Facts& facts : facts_) {
      if (!first) out.raw(",");
      first = false;
      out.quoted(facts.name);
      out.raw(":");
      detail::write_property(out, facts, groups_);
    }
    out.raw("}");
    write_required(out);
    out.raw("}");
  }

  constexpr bool check() const {
    for (const detail::Facts& facts : facts_) {
      detail::check_argument(facts);
      if (count(facts.name) > 1) throw "two arguments have the same name";
    }
    for (std::size_t i = 0; i < groups_.count; ++i) {
      for (std::size_t j = 0; j < groups_.all[i].count; ++j) {
        if (count(groups_.all[i].names[j]) == 0) throw "exactly_one_of names no such argument";
      }
    }
    return true;
  }

  /// Throws ToolError, with what to change, unless `json` fits the declaration.
  template <class Owner>
  Owner read(const Json& json) const {
    if (!json.is_object()) throw ToolError("Arguments are an object.", ADOMCP_INVALID_ARGUMENT);
    for (const auto& [name, value] : json.items()) {
      if (count(name) == 0) detail::refuse_argument(name, "is no argument of this tool.");
    }
    detail::check_groups(groups_, json);
    for (const detail::Facts& facts : facts_) {
      const bool missing = facts.required && detail::value_of(json, facts.name).is_null();
      if (missing) detail::refuse_argument(facts.name, "is missing.");
    }
    Owner owner{};
    std::apply(
        [&](const auto&... fields) {
          (detail::read_argument(fields, detail::value_of(json, fields.facts().name), owner), ...);
        },
        fields_);
    return owner;
  }

 private:
  constexpr std::size_t count(std::string_view name) const {
    std::size_t found = 0;
    for (const detail::Facts& facts : facts_) {
      if (facts.name == name) ++found;
    }
    return found;
  }

  constexpr void write_required(detail::SchemaWriter& out) const {
    bool any = false;
    for (const detail::Facts& facts : facts_) {
      if (!facts.required) continue;
      out.raw(any ? "," : R"(,"required":[)");
      any = true;
      out.quoted(facts.name);
    }
    if (any) out.raw("]");
  }

  std::tuple<Fields...> fields_;
  std::array<detail::Facts, sizeof...(Fields)> facts_;
  detail::Groups groups_{};
};

template <class... Fields>
constexpr Arguments<Fields...> arguments(Fields... fields) {
  return Arguments<Fields...>(fields...);
}

/// A JSON object read as `Owner::arguments()` declares; what the host does before a handler runs.
template <class Owner>
Owner read_arguments(const Json& json) {
  return Owner::arguments().template read<Owner>(json);
}

namespace detail {

template <class Owner>
struct InputSchema {
  static constexpr auto kArguments = Owner::arguments();
  static_assert(kArguments.check());
  static constexpr void write(SchemaWriter& out) { kArguments.write(out); }
};

}  // namespace detail

/// The schema of `Owner::arguments()`, as constant text.
template <class Owner>
constexpr std::string_view input_schema() {
  return detail::SchemaText<detail::InputSchema<Owner>>::view();
}

namespace detail {

template <class Handler>
struct Parameter;
template <class Result, class Owner>
struct Parameter<Result (*)(Call&, const Owner&)> {
  using Type = Owner;
};

template <auto Handler>
using AnswerOf = std::invoke_result_t<decltype(Handler), Call&,
                                      const typename Parameter<decltype(Handler)>::Type&>;

/// Empty where the answer isn't typed.
template <auto Handler>
constexpr std::string_view schema_of_answer() {
  if constexpr (HasFields<AnswerOf<Handler>>::value) {
    return output_schema<AnswerOf<Handler>>();
  } else {
    return {};
  }
}

template <auto Handler>
auto read_and_call(Call& call) {
  using Owner = typename Parameter<decltype(Handler)>::Type;
  return Handler(call, read_arguments<Owner>(call.args));
}

}  // namespace detail

/// One entry of a plugin's tool table, for a handler with typed arguments: the input schema is
/// theirs. The output schema is that of a typed answer, see outputs.hpp; else there is none.
template <auto Handler, class Owner = typename detail::Parameter<decltype(Handler)>::Type>
constexpr adomcp_tool tool(std::string_view name, std::string_view title,
                           std::string_view description, std::uint32_t flags) {
  return tool<detail::read_and_call<Handler>>(
      name, title, description, flags, input_schema<Owner>(), detail::schema_of_answer<Handler>());
}

/// The same for an answer that isn't typed, with a schema written by hand or by output_schema<…>().
template <auto Handler, class Owner = typename detail::Parameter<decltype(Handler)>::Type>
constexpr adomcp_tool tool(std::string_view name, std::string_view title,
                           std::string_view description, std::uint32_t flags,
                           std::string_view output_schema) {
  static_assert(!detail::HasFields<detail::AnswerOf<Handler>>::value,
                "a typed answer brings its own schema");
  return tool<detail::read_and_call<Handler>>(name, title, description, flags,
                                              input_schema<Owner>(), output_schema);
}

}  // namespace adomcp
