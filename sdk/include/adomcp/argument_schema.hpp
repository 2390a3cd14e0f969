// adomcp/argument_schema.hpp - the JSON schema of arguments, written by the compiler: it lies in
// the plugin's read-only data and costs nothing at load. Part of arguments.hpp.
//
// It has only what every client takes: no combinator, no list of types, no propertyNames, no
// uniqueItems. What these would say is checked where the arguments are read.
#pragma once

#include <adomcp/argument.hpp>
#include <adomcp/declaration.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace adomcp::detail {

constexpr void write_text(SchemaWriter& out, const Facts& facts) {
  out.raw(R"("type":"string")");
  write_choices(out, facts);
  if (facts.choice_count > 0) return;
  out.raw(R"(,"minLength":1)");
  out.member("maxLength", facts.max_length);
  if (!facts.pattern.empty()) out.member("pattern", facts.pattern);
}

constexpr void write_list(SchemaWriter& out, const Facts& facts) {
  out.raw(R"("type":"array")");
  out.member("maxItems", facts.max_items > 0 ? facts.max_items : facts.choice_count);
  out.raw(R"(,"items":{)");
  write_text(out, facts);
  out.raw("}");
}

/// Text alone: the host makes text of a number or a boolean before it looks at the schema, and
/// read_values() takes both.
constexpr void write_values(SchemaWriter& out, const Facts& facts) {
  out.raw(R"("type":"object")");
  out.member("maxProperties", facts.max_items);
  out.raw(R"(,"additionalProperties":{"type":"string")");
  out.member("maxLength", kMaxValueLength);
  out.raw("}");
}

constexpr void write_number(SchemaWriter& out, const Facts& facts) {
  out.raw(facts.kind == Kind::kInteger ? R"("type":"integer")" : R"("type":"number")");
  if (facts.has_range) {
    out.member("minimum", facts.min);
    out.member("maximum", facts.max);
  }
}

constexpr void write_default(SchemaWriter& out, const Facts& facts) {
  if (!facts.has_default) return;
  if (facts.kind == Kind::kText) {
    out.member("default", facts.default_text);
  } else if (facts.kind == Kind::kFlag) {
    out.key("default");
    out.raw(facts.default_number != 0 ? "true" : "false");
  } else {
    out.member("default", facts.default_number);
  }
}

/// The keywords of one property, but its description.
constexpr void write_facts(SchemaWriter& out, const Facts& facts) {
  switch (facts.kind) {
    case Kind::kInteger:
    case Kind::kNumber:
      write_number(out, facts);
      break;
    case Kind::kFlag:
      out.raw(R"("type":"boolean")");
      break;
    case Kind::kText:
    case Kind::kRunUrl:
      write_text(out, facts);
      break;
    case Kind::kList:
      write_list(out, facts);
      break;
    case Kind::kValues:
      write_values(out, facts);
      break;
  }
  write_default(out, facts);
}

/// Stops the compiler at a declaration that lacks something; the message stands in its error.
constexpr bool check_argument(const Facts& facts) {
  if (facts.name.empty()) throw "an argument needs a name";
  if (!is_name(facts.name)) throw "a name has letters, digits, _ . and -, at most 64";
  if (facts.description.empty()) throw "an argument needs a description: the model reads it";
  const bool listed = facts.choice_count > 0;
  const bool texts = facts.kind == Kind::kText || facts.kind == Kind::kList;
  if (listed && !texts) throw "only texts and lists have .one_of(…)";
  if (facts.kind == Kind::kInteger && !facts.has_range) throw "an integer needs .range(min, max)";
  if (facts.has_range && facts.min > facts.max) throw "the range is the wrong way round";
  if (texts && !listed && facts.max_length == 0) throw "a text needs .max_length(n) or .one_of(…)";
  if (facts.kind == Kind::kList && !listed && facts.max_items == 0) {
    throw "a list needs .max_items(n) or .one_of(…)";
  }
  if (facts.kind == Kind::kValues && facts.max_items == 0) throw "values need .max_items(n)";
  if (!facts.has_default) return true;
  const bool outside = facts.default_number < facts.min || facts.default_number > facts.max;
  if (facts.kind == Kind::kInteger && outside) throw "the default is out of range";
  if (facts.kind == Kind::kText && listed && !facts.is_choice(facts.default_text)) {
    throw "the default is none of the choices";
  }
  return true;
}

}  // namespace adomcp::detail
