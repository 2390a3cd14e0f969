#include "mcp/schema/argument_plan.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "mcp/schema/argument_text.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using Plan = ArgumentPlan;

constexpr int kMostDepth = 16;  // deeper down, values stay as they came

unsigned type_named(const json& name) {
  if (name == "null") return Plan::kNull;
  if (name == "boolean") return Plan::kBoolean;
  if (name == "integer") return Plan::kInteger;
  if (name == "number") return Plan::kInteger | Plan::kNumber;
  if (name == "string") return Plan::kText;
  return name == "array" ? Plan::kList : Plan::kObject;
}

unsigned declared_types(const json& type) {
  if (!type.is_array()) return type_named(type);
  unsigned types = 0;
  for (const auto& name : type) types |= type_named(name);
  return types;
}

bool is_blank(const json& value) {
  return value.is_string() && without_blanks(value.get_ref<const std::string&>()).empty();
}

/// 5.0 and 5 are one value.
std::string text_of(const json& value) {
  return json_text((value.is_number_float() ? exact_number(value.get<double>()) : value));
}

/// Makes plans of schemas, with references looked up in the root.
class Planner {
 public:
  explicit Planner(const json& root) : root_(root) {}

  Plan plan(const json& schema, int depth) const {
    Plan out;
    if (!schema.is_object() || depth > kMostDepth) return out;
    out.mirrored = schema.contains("x-mcp-header");
    read_types(schema, out);
    read_bounds(schema, out);
    read_members(schema, depth, out);
    if (const auto ref = schema.find("$ref"); ref != schema.end()) {
      merge(plan(root_.at(json::json_pointer(ref->get<std::string>().substr(1))), depth + 1), out);
    }
    if (const auto all = schema.find("allOf"); all != schema.end()) {
      for (const auto& one : *all) merge(plan(one, depth + 1), out);
    }
    for (const char* key : {"anyOf", "oneOf"}) {
      const auto branches = schema.find(key);
      if (branches != schema.end()) merge(choice(*branches, depth), out);
    }
    for (const char* key : {"if", "then", "else", "not"}) {
      const auto found = schema.find(key);
      if (found != schema.end()) out.names.merge(plan(*found, depth + 1).names);
    }
    return out;
  }

 private:
  static void read_types(const json& schema, Plan& out) {
    if (const auto type = schema.find("type"); type != schema.end()) {
      out.types &= declared_types(*type);
    }
    const auto values = schema.find("enum");
    const auto value = schema.find("const");
    unsigned listed = 0;
    const auto add = [&](const json& one) {
      listed |= type_of(one);
      out.keeps_empty = out.keeps_empty || is_blank(one);
      if (!out.values) out.values.emplace();
      out.values->insert(text_of(one));
    };
    if (values != schema.end()) std::for_each(values->begin(), values->end(), add);
    if (value != schema.end()) add(*value);
    if (values != schema.end() || value != schema.end()) out.types &= listed;
    const auto least = schema.find("minLength");
    out.keeps_empty = out.keeps_empty || (least != schema.end() && *least == 0);
    out.filled = least != schema.end() && *least != 0;
  }

  static void read_bounds(const json& schema, Plan& out) {
    const auto read = [&](const char* key) -> std::optional<double> {
      const auto found = schema.find(key);
      if (found == schema.end() || !found->is_number()) return std::nullopt;
      return found->get<double>();
    };
    out.least = read("minimum");
    out.most = read("maximum");
  }

  void read_members(const json& schema, int depth, Plan& out) const {
    const auto properties = schema.find("properties");
    if (properties != schema.end()) {
      for (const auto& [name, child] : properties->items()) {
        auto below = plan(child, depth + 1);
        out.mirrored = out.mirrored || below.mirrored;
        out.names.insert(name);
        out.properties.emplace(name, std::move(below));
      }
    }
    if (const auto required = schema.find("required"); required != schema.end()) {
      for (const auto& name : *required) out.required.insert(name.get<std::string>());
      out.names.insert(out.required.begin(), out.required.end());
    }
    if (const auto items = schema.find("items"); items != schema.end()) {
      out.items = std::make_shared<const Plan>(plan(*items, depth + 1));
    }
    const auto others = schema.find("additionalProperties");
    if (others == schema.end() || *others == false) return;
    out.open = true;
    out.others = std::make_shared<const Plan>(plan(*others, depth + 1));
  }

  /// One of `branches` holds: what they have in common.
  Plan choice(const json& branches, int depth) const {
    Plan out;
    out.types = 0;
    out.filled = true;
    int lists = 0;
    int objects = 0;
    int scalars = 0;
    for (const auto& branch : branches) {
      auto one = plan(branch, depth + 1);
      out.filled = out.filled && (one.filled || !one.has(Plan::kText));
      if (one.has(~unsigned{Plan::kNull}) && ++scalars == 1) take_bounds(one, out);
      out.types |= one.types;
      out.keeps_empty = out.keeps_empty || one.keeps_empty;
      out.mirrored = out.mirrored || one.mirrored;
      out.open = out.open || one.open;
      out.names.merge(one.names);
      if (one.has(Plan::kList) && ++lists == 1) out.items = one.items;
      if (!one.has(Plan::kObject) || ++objects > 1) continue;
      out.properties = std::move(one.properties);
      out.required = std::move(one.required);
      out.others = std::move(one.others);
    }
    if (scalars > 1) take_bounds({}, out);
    if (lists > 1) out.items.reset();
    if (objects > 1) {
      out.properties.clear();
      out.required.clear();
      out.others.reset();
    }
    return out;
  }

  static void take_bounds(const Plan& from, Plan& into) {
    into.least = from.least;
    into.most = from.most;
    into.values = from.values;
  }

  /// Both hold.
  static void merge(Plan from, Plan& into) {
    into.types &= from.types;
    into.keeps_empty = into.keeps_empty || from.keeps_empty;
    into.filled = into.filled || from.filled;
    if (from.least) into.least = std::max(*from.least, into.least.value_or(*from.least));
    if (from.most) into.most = std::min(*from.most, into.most.value_or(*from.most));
    if (!into.values) into.values = std::move(from.values);
    into.mirrored = into.mirrored || from.mirrored;
    into.open = into.open || from.open;
    into.names.merge(from.names);
    into.required.merge(from.required);
    for (auto& [name, plan] : from.properties) {
      const auto [place, fresh] = into.properties.try_emplace(name, plan);
      if (!fresh) merge(std::move(plan), place->second);
    }
    into.items = both(std::move(from.items), into.items);
    into.others = both(std::move(from.others), into.others);
  }

  static std::shared_ptr<const Plan> both(std::shared_ptr<const Plan> from,
                                          const std::shared_ptr<const Plan>& into) {
    if (!into) return from;
    if (!from) return into;
    auto merged = std::make_shared<Plan>(*into);
    merge(*from, *merged);
    return merged;
  }

  const json& root_;
};

}  // namespace

bool Plan::allows(const json& value) const {
  if (values && values->count(text_of(value)) == 0) return false;
  if (!value.is_number()) return true;
  const auto number = value.get<double>();
  return (!least || number >= *least) && (!most || number <= *most);
}

Plan::Type type_of(const json& value) {
  switch (value.type()) {
    case json::value_t::null:
      return Plan::kNull;
    case json::value_t::boolean:
      return Plan::kBoolean;
    case json::value_t::string:
      return Plan::kText;
    case json::value_t::array:
      return Plan::kList;
    case json::value_t::number_float: {
      const auto number = value.get<double>();
      const bool whole = std::abs(number) <= kMaxSafeInteger && std::trunc(number) == number;
      return whole ? Plan::kInteger : Plan::kNumber;
    }
    default:
      return value.is_object() ? Plan::kObject : Plan::kInteger;
  }
}

ArgumentPlan make_argument_plan(const json& schema) {
  return Planner(schema).plan(schema, 0);
}

}  // namespace adomcp::mcp
