#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace adomcp::mcp {

/// From here on a double doesn't tell whole numbers apart.
inline constexpr double kMaxSafeInteger = 9007199254740991.0;  // 2^53 - 1

/// What a schema says about how a value may be read, made once when its tool is loaded. Where the
/// schema leaves it open, so does the plan.
struct ArgumentPlan {
  /// A set of types. A whole number is kInteger, which kNumber schemas have too.
  enum Type : unsigned {
    kNull = 1,
    kBoolean = 2,
    kInteger = 4,
    kNumber = 8,
    kText = 16,
    kList = 32,
    kObject = 64,
    kAny = 127
  };

  unsigned types = kAny;
  bool keeps_empty = false;  ///< the schema names "" or blanks as one of its values
  bool filled = false;       ///< a text must not be empty
  bool mirrored = false;     ///< a header mirrors it, or what is in it

  std::map<std::string, ArgumentPlan, std::less<>> properties = {};
  std::set<std::string, std::less<>> names = {};     ///< of properties, wherever they are named
  std::set<std::string, std::less<>> required = {};  ///< in any case
  std::shared_ptr<const ArgumentPlan> items = {};    ///< null: nothing is known
  std::shared_ptr<const ArgumentPlan> others = {};   ///< of properties without a name
  bool open = false;                                 ///< the schema says that it takes any name

  std::optional<double> least = {};  ///< of numbers
  std::optional<double> most = {};
  std::optional<std::set<std::string>> values = {};  ///< the only ones, as JSON text

  bool has(unsigned some) const { return (types & some) != 0; }
  /// Whether a scalar of the right type is in the bounds and among the values.
  bool allows(const nlohmann::json& value) const;
};

/// `schema`: one that SchemaValidator has compiled.
ArgumentPlan make_argument_plan(const nlohmann::json& schema);

/// The one type of a value, and for a number with a fraction kNumber.
ArgumentPlan::Type type_of(const nlohmann::json& value);

}  // namespace adomcp::mcp
