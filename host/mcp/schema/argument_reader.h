#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include <nlohmann/json_fwd.hpp>

#include "core/json.h"

namespace adomcp::mcp {

/// Of a call's arguments, and of JSON text in one of them.
inline constexpr JsonLimits kArgumentLimits{std::size_t{256} << 10, 32, 10000};

struct ArgumentPlan;

/// Reads a tool's arguments as models and clients send them, before they are validated, so that no
/// plugin has to. What it can't read it leaves as it came, and validation says what is wrong. In
/// short, for a value whose type the schema doesn't have:
///
///   text     becomes the number, true or false that the whole of it is in JSON, blanks around it
///            left aside, letters of true and false in any case. A whole number may be written
///            "5.0" or "1e3", but is never rounded. The JSON text of a list or an object becomes
///            that, once, at the top only.
///   whole    become text as JSON writes them. A number with a fraction or an exponent stays: the
///   number,  digits that were written (1.10) are gone.
///   boolean
///   scalar   becomes a list of itself, where lists of its type are declared
///   []       becomes {}, where only objects are declared: some languages write an empty map so
///
/// What then is none of the schema's values, or out of its bounds, stays as it came, so that a
/// refusal tells of that. A whole number that came as 12.0 becomes 12 where only whole ones are
/// declared.
///
/// The same holds for entries of lists and members of objects that the schema describes. At the top
/// only, null counts as left out where the schema has no null, and "" where the argument may be
/// left out and the schema doesn't name "" (`enum`, `const`, or `minLength` 0); so do blanks where
/// a text is declared that isn't empty, or no text at all. What clients add of their own is dropped
/// unless the schema has it. Where several types would do, nothing is guessed. An argument with
/// parts that headers mirror isn't read from text.
///
/// Cheap to copy, thread-safe.
class ArgumentReader {
 public:
  /// `schema_text`: one that SchemaValidator compiles.
  static ArgumentReader compile(std::string_view schema_text);

  /// In place; true when anything changed.
  bool read(nlohmann::json& arguments) const;

 private:
  explicit ArgumentReader(std::shared_ptr<const ArgumentPlan> plan) : plan_(std::move(plan)) {}

  std::shared_ptr<const ArgumentPlan> plan_;
};

/// All of the arguments: null, "" and [] are none, the JSON text of an object is that object.
void read_whole(nlohmann::json& arguments);

/// A key that clients are known to add to any tool's arguments: ids of the call and the
/// conversation, and the message that led to it, in all spellings; CrewAI's security_context; and
/// `_meta`, which belongs beside the arguments.
bool is_clients_own(std::string_view name);

/// A whole number or a boolean as JSON writes it; true when `value` was one.
bool make_text(nlohmann::json& value);

}  // namespace adomcp::mcp
