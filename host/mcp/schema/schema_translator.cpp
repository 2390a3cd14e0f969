#include "mcp/schema/schema_translator.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "core/json.h"
#include "core/text.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 48;
constexpr std::size_t kMaxNodes = 2000;
constexpr std::size_t kMaxHeaderParams = 32;

[[noreturn]] void refuse(const std::string& pointer, const std::string& reason) {
  throw SchemaRefused("schema at " + (pointer.empty() ? "/" : pointer) + ": " + reason);
}

std::string escape(const std::string& step) {
  std::string out;
  for (const char c : step) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

/// Keywords that say something to people and clients, and nothing about what is valid.
bool is_annotation(const std::string& keyword) {
  static const std::set<std::string, std::less<>> annotations = {
      "title",           "description",      "default",    "examples",
      "$comment",        "format",           "deprecated", "readOnly",
      "contentEncoding", "contentMediaType", "writeOnly",  "$anchor",
      "$defs",           "definitions",      "$id",        "$schema"};
  return annotations.count(keyword) > 0 || keyword.rfind("x-", 0) == 0;
}

bool is_header_token(const std::string& name) {
  static constexpr std::string_view kPunctuation = "!#$%&'*+-.^_`|~";
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return alnum || kPunctuation.find(c) != std::string_view::npos;
  });
}

}  // namespace

SchemaTranslator::Place SchemaTranslator::Place::below(const std::string& step) const {
  return {pointer + "/" + escape(step), depth + 1, nullptr, steps, choice_depth};
}

json SchemaTranslator::translate() {
  if (!root_.is_object()) refuse("", "must be an object");
  if (const auto found = root_.find("$schema"); found != root_.end()) dialect(*found, {});
  const std::vector<std::string> path;
  return node(root_, {"", 0, &path});
}

void SchemaTranslator::dialect(const json& value, const Place& place) {
  const auto name = value.is_string() ? value.get<std::string>() : std::string();
  draft7_ = name == "http://json-schema.org/draft-07/schema#" ||
            name == "http://json-schema.org/draft-07/schema";
  if (!draft7_ && name != "https://json-schema.org/draft/2020-12/schema") {
    refuse(place.pointer + "/$schema", "this dialect is not supported; use 2020-12 or draft-07");
  }
}

json SchemaTranslator::node(const json& schema, const Place& place) {
  if (place.depth > kMaxDepth || ++nodes_ > kMaxNodes) {
    refuse(place.pointer, "the schema is too large, too deep or recursive");
  }
  json out = json::object();
  if (schema.is_boolean()) {
    if (!schema.get<bool>()) {
      out["not"] = json::object();
      add_rule("not", json::object(), place);
    }
    return out;
  }
  if (!schema.is_object()) refuse(place.pointer, "must be an object or a boolean");
  if (schema.contains("$ref")) reference(schema, place, out);
  for (const auto& [name, unused] : schema.items()) keyword(name, schema, place, out);
  return out;
}

void SchemaTranslator::keyword(const std::string& name, const json& schema, const Place& place,
                               json& out) {
  if (name == "$ref" || applicator(name, schema, place, out)) return;
  if (name == "x-mcp-header") return header_param(schema, place);
  if ((name == "$id" || name == "$schema") && !place.pointer.empty()) {
    refuse(place.pointer + "/" + name, "allowed at the root only");
  }
  if (is_annotation(name)) return;
  const auto make = find_keyword(name);
  if (make == nullptr) {
    refuse(place.pointer + "/" + escape(name), "the keyword is not supported");
  }
  try {
    add_check(make(schema.at(name), {schema, root_}), place, out);
  } catch (const std::invalid_argument& problem) {
    refuse(place.pointer + "/" + name, problem.what());
  }
}

bool SchemaTranslator::applicator(const std::string& name, const json& schema, const Place& place,
                                  json& out) {
  static const std::set<std::string, std::less<>> one_schema = {"not",  "if",    "then",
                                                                "else", "items", "propertyNames"};
  const json& value = schema.at(name);
  if (one_schema.count(name) > 0) {
    if (name == "not" || name == "propertyNames") add_rule(name, value, place);
    Place below = place.below(name);
    if (name == "items") below.steps.emplace_back(kAnyStep);
    out[name] = node(value, below);
  } else if (name == "allOf" || name == "anyOf" || name == "oneOf") {
    list(name, value, place, out);
  } else if (name == "properties") {
    properties(value, place, out);
  } else if (name == "additionalProperties") {
    additional_properties(schema, place, out);
  } else {
    return false;
  }
  return true;
}

void SchemaTranslator::properties(const json& value, const Place& place, json& out) {
  const Place here = place.below("properties");
  if (!value.is_object()) refuse(here.pointer, "must be an object");
  json members = json::object();
  for (const auto& [name, child] : value.items()) {
    if (name.find('\0') != std::string::npos) refuse(here.pointer, "a name has a NUL character");
    Place below = here.below(name);
    below.steps.push_back("[" + name + "]");
    std::vector<std::string> path;
    if (place.path != nullptr) {
      path = *place.path;
      path.push_back(name);
      below.path = &path;
    }
    members[name] = node(child, below);
  }
  out["properties"] = std::move(members);
}

void SchemaTranslator::list(const std::string& name, const json& value, const Place& place,
                            json& out) {
  const Place here = place.below(name);
  if (!value.is_array() || value.empty()) refuse(here.pointer, "must be a list of schemas");
  json members = out.contains(name) ? std::move(out[name]) : json::array();
  const bool choice = name != "allOf";
  if (choice) add_rule(name, value, place);
  std::size_t index = 0;
  for (const auto& child : value) {
    Place below = here.below(std::to_string(index++));
    if (choice) below.choice_depth = place.steps.size();
    members.push_back(node(child, below));
  }
  out[name] = std::move(members);
}

void SchemaTranslator::additional_properties(const json& schema, const Place& place, json& out) {
  const json& value = schema.at("additionalProperties");
  if (value.is_boolean()) {
    if (!value.get<bool>()) add_check(make_closed({schema, root_}), place, out);
    return;
  }
  Place below = place.below("additionalProperties");
  below.steps.emplace_back(kAnyStep);
  out["additionalProperties"] = node(value, below);
}

void SchemaTranslator::reference(const json& schema, const Place& place, json& out) {
  const Place here = place.below("$ref");
  const json& value = schema.at("$ref");
  const auto target = value.is_string() ? value.get<std::string>() : std::string();
  const bool local = target.rfind("#/$defs/", 0) == 0 || target.rfind("#/definitions/", 0) == 0;
  if (!local || target.find('%') != std::string::npos) {
    refuse(here.pointer, "must point to #/$defs/... or #/definitions/... of the same schema");
  }
  if (draft7_ && !std::all_of(schema.items().begin(), schema.items().end(), [](const auto& item) {
        return item.key() == "$ref" || is_annotation(item.key());
      })) {
    refuse(here.pointer, "draft-07 ignores keywords beside $ref; move them into an allOf");
  }
  const json* definition = nullptr;
  try {
    definition = &root_.at(json::json_pointer(target.substr(1)));
  } catch (const json::exception&) {
    refuse(here.pointer, "points to nothing");
  }
  out["allOf"].push_back(node(*definition, here));
}

void SchemaTranslator::header_param(const json& schema, const Place& place) {
  const std::string pointer = place.pointer + "/x-mcp-header";
  const json& value = schema.at("x-mcp-header");
  if (place.path == nullptr || place.path->empty()) {
    refuse(pointer, "allowed only on properties that are reached through properties alone");
  }
  if (!value.is_string() || !is_header_token(value.get<std::string>())) {
    refuse(pointer, "must be an HTTP header token of at most 64 characters");
  }
  const auto type = schema.find("type");
  if (type == schema.end() || (*type != "string" && *type != "integer" && *type != "boolean")) {
    refuse(pointer, "the property's type must be string, integer or boolean");
  }
  const auto name = value.get<std::string>();
  for (const auto& other : header_params_) {
    if (iequals(other.name, name)) refuse(pointer, "the name is used twice");
  }
  if (header_params_.size() == kMaxHeaderParams) refuse(pointer, "more than 32 headers");
  header_params_.push_back({name, *place.path});
}

void SchemaTranslator::add_check(Check check, const Place& place, json& out) {
  out[kChecksKeyword].push_back(checks_.size());
  checks_.push_back({std::move(check), place.choice_depth});
}

void SchemaTranslator::add_rule(const std::string& keyword, const json& value, const Place& place) {
  auto rule = make_rule(keyword, value, root_);
  rule.place = place.steps;
  rule.choice_depth = place.choice_depth;
  rules_.push_back(std::move(rule));
}

}  // namespace adomcp::mcp
