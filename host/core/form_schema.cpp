#include "core/form_schema.h"

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"

namespace adomcp {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxForm = std::size_t{16} * 1024;
constexpr std::size_t kMaxFieldName = 64;

using Keys = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view word, Keys words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The first member whose key isn't in `known`; empty: none.
std::string unknown_key(const Json& object, Keys known) {
  for (const auto& [key, value] : object.items()) {
    if (!is_one_of(key, known)) return key;
  }
  return "";
}

bool are_texts(const Json& list) {
  return list.is_array() &&
         std::all_of(list.begin(), list.end(), [](const Json& item) { return item.is_string(); });
}

/// [{"const":"a","title":"A"}]
bool are_titled(const Json& list) {
  return list.is_array() && !list.empty() &&
         std::all_of(list.begin(), list.end(), [](const Json& item) {
           return item.is_object() && unknown_key(item, {"const", "title"}).empty() &&
                  item.contains("const") && item["const"].is_string() && item.contains("title") &&
                  item["title"].is_string();
         });
}

std::string wrong_enum(const Json& field) {
  const Json& choices = field["enum"];
  if (!are_texts(choices) || choices.empty()) return "its enum is not a list of texts";
  if (!field.contains("enumNames")) return "";
  const Json& names = field["enumNames"];
  return are_texts(names) && names.size() == choices.size()
             ? ""
             : "its enumNames are not as many texts as its enum";
}

bool is_count(const Json& field, const char* key) {
  return !field.contains(key) || field[key].is_number_unsigned();
}

std::string wrong_string(const Json& field) {
  if (field.contains("default") && !field["default"].is_string()) return "its default is no text";
  if (field.contains("enum")) {
    const auto key =
        unknown_key(field, {"type", "title", "description", "enum", "enumNames", "default"});
    return key.empty() ? wrong_enum(field) : "a choice can't have '" + key + "'";
  }
  if (field.contains("oneOf")) {
    const auto key = unknown_key(field, {"type", "title", "description", "oneOf", "default"});
    if (!key.empty()) return "a choice can't have '" + key + "'";
    return are_titled(field["oneOf"]) ? "" : "its oneOf is not a list of const and title";
  }
  const auto key = unknown_key(
      field, {"type", "title", "description", "minLength", "maxLength", "format", "default"});
  if (!key.empty()) return "a string can't have '" + key + "'";
  if (!is_count(field, "minLength") || !is_count(field, "maxLength")) {
    return "its minLength or maxLength is no count";
  }
  if (field.contains("format") &&
      !is_one_of(text_at(field, "format"), {"email", "uri", "date", "date-time"})) {
    return "its format is none of email, uri, date and date-time";
  }
  return "";
}

std::string wrong_number(const Json& field) {
  const auto key =
      unknown_key(field, {"type", "title", "description", "minimum", "maximum", "default"});
  if (!key.empty()) return "a number can't have '" + key + "'";
  for (const char* const bound : {"minimum", "maximum", "default"}) {
    if (field.contains(bound) && !field[bound].is_number()) {
      return std::string("its ") + bound + " is no number";
    }
  }
  return "";
}

std::string wrong_boolean(const Json& field) {
  const auto key = unknown_key(field, {"type", "title", "description", "default"});
  if (!key.empty()) return "a boolean can't have '" + key + "'";
  return field.contains("default") && !field["default"].is_boolean() ? "its default is no boolean"
                                                                     : "";
}

/// Several of a list.
std::string wrong_array(const Json& field) {
  const auto key = unknown_key(
      field, {"type", "title", "description", "minItems", "maxItems", "items", "default"});
  if (!key.empty()) return "an array can't have '" + key + "'";
  if (!is_count(field, "minItems") || !is_count(field, "maxItems")) {
    return "its minItems or maxItems is no count";
  }
  if (field.contains("default") && !are_texts(field["default"])) {
    return "its default is not a list of texts";
  }
  const auto items = field.find("items");
  if (items == field.end() || !items->is_object()) return "an array needs items";
  const bool plain = text_at(*items, "type") == "string" &&
                     unknown_key(*items, {"type", "enum"}).empty() && items->contains("enum") &&
                     wrong_enum(*items).empty();
  const bool titled = unknown_key(*items, {"anyOf"}).empty() && items->contains("anyOf") &&
                      are_titled((*items)["anyOf"]);
  return plain || titled ? ""
                         : "an array's items are a string's enum, or an anyOf of const and title";
}

std::string wrong_field(const Json& field) {
  if (!field.is_object()) return "it is no object";
  for (const char* const words : {"title", "description"}) {
    if (field.contains(words) && !field[words].is_string()) {
      return std::string("its ") + words + " is no text";
    }
  }
  const auto type = text_at(field, "type");
  if (type == "string") return wrong_string(field);
  if (type == "number" || type == "integer") return wrong_number(field);
  if (type == "boolean") return wrong_boolean(field);
  if (type == "array") return wrong_array(field);
  return "its type is none of string, number, integer, boolean and array";
}

std::string wrong_required(const Json& form) {
  const auto required = form.find("required");
  if (required == form.end()) return "";
  if (!are_texts(*required)) return "its required is not a list of texts";
  const bool known = std::all_of(required->begin(), required->end(), [&](const Json& name) {
    return form["properties"].contains(name.get_ref<const std::string&>());
  });
  return known ? "" : "its required names a field that it does not have";
}

}  // namespace

std::string wrong_form(std::string_view schema_json) {
  if (schema_json.size() > kMaxForm) return "it is larger than 16 KiB";
  if (!is_utf8(schema_json)) return "it is not valid UTF-8";
  return wrong_form_schema(json_from(schema_json));
}

std::string wrong_form_schema(const Json& form) {
  if (!form.is_object() || text_at(form, "type") != "object") {
    return "it is not a JSON object of type object";
  }
  const auto key = unknown_key(form, {"$schema", "type", "properties", "required"});
  if (!key.empty()) return "it can't have '" + key + "'";
  const auto properties = form.find("properties");
  if (properties == form.end() || !properties->is_object()) return "it has no properties";
  for (const auto& [name, field] : properties->items()) {
    if (name.empty() || name.size() > kMaxFieldName) {
      return "it has a field whose name is not 1 to 64 bytes long";
    }
    if (const auto wrong = wrong_field(field); !wrong.empty()) {
      return std::string("field '").append(name).append("': ").append(wrong);
    }
  }
  return wrong_required(form);
}

}  // namespace adomcp
