#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/result.h"
#include "mcp/schema/schema_keywords.h"
#include "mcp/schema/schema_words.h"
#include "mcp/wire/header_param.h"

namespace valijson {
class ConstraintBuilder;
}

namespace adomcp::plugin_host {
struct Tool;
}

namespace adomcp::mcp {

/// A check, and how deep in the value the innermost choice (`anyOf`, `oneOf`) stands that it is a
/// part of; nullopt: of none.
struct PlacedCheck {
  Check check;
  std::optional<std::size_t> choice_depth;
};

/// The keyword under which a translated schema refers to its checks, by index into a list.
inline constexpr char kChecksKeyword[] = "adomcp:checks";

/// For valijson's parser, which takes ownership. `checks` must outlive parsing only.
///
/// A check's message in valijson's results is three characters and its words. Of a choice that
/// fails, the choice itself says what would fit; of its branches' checks only those on values below
/// it have something to add.
valijson::ConstraintBuilder* make_checks_builder(const std::vector<PlacedCheck>& checks);

/// Our messages in valijson's results begin with this, its own don't.
inline constexpr char kOwnMessage = '!';
inline constexpr char kInChoice = '?';    ///< then this, or another character
inline constexpr char kTellsValue = '=';  ///< and this, or another
inline constexpr std::size_t kOwnMarks = 3;

// The JSON Schema subset (dialects 2020-12, the default, and draft-07). A schema that uses anything
// else is refused when its plugin is loaded, with a JSON pointer to the keyword.
//
//   any value   type, enum, const
//   numbers     minimum, maximum, exclusiveMinimum, exclusiveMaximum (numbers), multipleOf
//   strings     minLength, maxLength (code points), pattern (RE2 syntax, unanchored)
//   arrays      items (one schema), minItems, maxItems, uniqueItems
//   objects     properties, required, additionalProperties, propertyNames, minProperties,
//               maxProperties, dependentRequired
//   combining   allOf, anyOf, oneOf, not, if/then/else, true, false
//   references  $ref to #/$defs/... or #/definitions/..., not recursive; in draft-07 nothing but
//               annotations beside it
//   read by     title, description, default, examples, $comment, format, deprecated, readOnly,
//   people      writeOnly, contentEncoding, contentMediaType, $anchor, x-...; $id and $schema at
//   only        the root. They change nothing about what is valid (`format` included)
//   headers     x-mcp-header as MCP 2026-07-28 defines it
//   refused     patternProperties, prefixItems, items as a list, contains, unevaluated...,
//               dependentSchemas, dependencies, $dynamicRef, remote references, and the unknown
//
// Numbers are compared as IEEE 754 doubles; 1.0 is an integer. Bounds: 2,000 subschemas with
// references written out, 48 levels, 1,000 bytes and 1 MiB of memory a pattern.

/// A compiled schema. Cheap to copy, thread-safe.
class SchemaValidator {
 public:
  /// An Error says what isn't supported and where.
  static Result<SchemaValidator> compile(std::string_view schema_text);

  /// What doesn't fit, one sentence each, five at most; empty when all fits. A sentence names the
  /// value (`parameters.env`, `stages[2]`; the whole of it is called `root`), what fits, and as
  /// much as `came` says of what came. Bound the value's size first (json_text.h).
  std::vector<std::string> validate(const nlohmann::json& value, Came came = Came::kKind,
                                    const char* root = "The value") const;

  const std::vector<HeaderParam>& header_params() const;

  /// Whether the root names this property.
  bool has_property(const std::string& name) const;

 private:
  struct Compiled;
  explicit SchemaValidator(std::shared_ptr<const Compiled> compiled);

  std::shared_ptr<const Compiled> compiled_;
};

/// Why a tool's schemas can't be served; nullopt when they can. Both must describe an object.
std::optional<std::string> check_tool_schemas(const plugin_host::Tool& tool);

}  // namespace adomcp::mcp
