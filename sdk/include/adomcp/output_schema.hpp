// adomcp/output_schema.hpp - the JSON schema of an answer, written by the compiler.
// Part of outputs.hpp.
//
// It has only what every client takes: one type at a time, no reference, no combinator but the
// anyOf of a value that may be null, and that never at the root.
#pragma once

#include <adomcp/declaration.hpp>
#include <adomcp/output.hpp>

#include <string_view>

namespace adomcp::detail {

/// What follows the type and the description of an object.
constexpr void write_members(SchemaWriter& out, const OutputObject& object) {
  out.raw(R"(,"additionalProperties":false)");
  bool any = false;
  object.write_required(out, any);
  if (any) out.raw("]");
  out.raw(R"(,"properties":{)");
  bool first = true;
  object.write_properties(out, first);
  out.raw("}");
}

constexpr std::string_view type_of(OutputKind kind) {
  switch (kind) {
    case OutputKind::kInteger:
      return "integer";
    case OutputKind::kNumber:
      return "number";
    case OutputKind::kFlag:
      return "boolean";
    case OutputKind::kText:
      return "string";
    default:
      return "object";
  }
}

/// The keywords of one value, without braces.
constexpr void write_single(SchemaWriter& out, const OutputFacts& facts,
                            std::string_view description) {
  out.raw(R"("type":)");
  out.quoted(type_of(facts.kind));
  if (!description.empty()) out.member("description", description);
  write_choices(out, facts);
  if (facts.is_time) out.member("format", "date-time");
  if (facts.has_min) out.member("minimum", facts.min);
  if (facts.kind == OutputKind::kValues) out.raw(R"(,"additionalProperties":{"type":"string"})");
  if (facts.kind == OutputKind::kObject) write_members(out, *facts.object);
}

constexpr void write_list(SchemaWriter& out, const OutputFacts& facts,
                          std::string_view description) {
  out.raw(R"("type":"array")");
  if (!description.empty()) out.member("description", description);
  if (facts.max_items > 0) out.member("maxItems", facts.max_items);
  out.raw(R"(,"items":{)");
  write_single(out, facts, {});
  out.raw("}");
}

constexpr void write_value(SchemaWriter& out, const OutputFacts& facts,
                           std::string_view description) {
  if (facts.is_list) {
    write_list(out, facts, description);
  } else {
    write_single(out, facts, description);
  }
}

/// `"name":{…}`: one property.
constexpr void write_property(SchemaWriter& out, const OutputFacts& facts) {
  out.quoted(facts.name);
  out.raw(":{");
  if (facts.or_null) {
    out.raw(R"("anyOf":[{)");
    write_value(out, facts, {});
    out.raw(R"(},{"type":"null"}])");
    if (!facts.description.empty()) out.member("description", facts.description);
  } else {
    write_value(out, facts, facts.description);
  }
  if (facts.own_words) out.raw(R"(,"x-own-words":true)");
  out.raw("}");
}

/// The schema of `Told::fields()`.
template <class Told>
struct OutputSchema {
  static constexpr bool kChecked = Told::fields().check();
  static constexpr void write(SchemaWriter& out) {
    out.raw(R"({"type":"object")");
    write_members(out, ObjectOf<Told>::kObject);
    out.raw("}");
  }
};

}  // namespace adomcp::detail
