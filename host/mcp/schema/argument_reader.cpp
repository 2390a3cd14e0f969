#include "mcp/schema/argument_reader.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "core/json.h"
#include "core/text.h"
#include "mcp/schema/argument_plan.h"
#include "mcp/schema/argument_text.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using Plan = ArgumentPlan;

constexpr unsigned kNumbers = Plan::kInteger | Plan::kNumber;

bool opens_json(std::string_view text) {
  return !text.empty() && (text.front() == '{' || text.front() == '[');
}

bool read_value(json& value, const Plan& plan, bool at_top);

/// Of a text, where no text is declared.
std::optional<json> from_text(std::string_view text, const Plan& plan, bool at_top) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;  // to the parser the end
  if (plan.has(kNumbers)) {
    auto number = number_of(text, !plan.has(Plan::kNumber));
    if (number && plan.allows(*number)) return number;
  }
  if (plan.has(Plan::kBoolean)) {
    if (iequals(text, "true")) return true;
    if (iequals(text, "false")) return false;
  }
  const bool readable = at_top && !plan.mirrored && plan.has(Plan::kList | Plan::kObject);
  if (!readable || !opens_json(text)) return std::nullopt;
  auto parsed = parse_json(text, kArgumentLimits);
  if (!parsed) return std::nullopt;
  read_value(*parsed, plan, false);  // "[]" for an empty map is read as [] is
  if (!plan.has(type_of(*parsed))) return std::nullopt;
  return std::move(parsed).value();
}

/// A list of the value alone, where only lists are declared, and of values like it.
std::optional<json> listed(const json& value, const Plan& plan) {
  if (!plan.has(Plan::kList) || plan.has(Plan::kObject) || !plan.items) return std::nullopt;
  if (value.is_null() || value.is_structured() || plan.items->types == Plan::kAny) {
    return std::nullopt;
  }
  if (value.is_string()) {
    const auto text = without_blanks(value.get_ref<const std::string&>());
    if (text.empty() || opens_json(text)) return std::nullopt;  // nothing and broken JSON
  }
  json entry = value;
  read_value(entry, *plan.items, false);
  if (!plan.items->has(type_of(entry)) || !plan.items->allows(entry)) return std::nullopt;
  return json::array({std::move(entry)});
}

bool read_members(json& value, const Plan& plan) {
  bool changed = false;
  for (auto at = value.begin(); at != value.end(); ++at) {
    const auto found = plan.properties.find(at.key());
    const auto* below = found == plan.properties.end() ? plan.others.get() : &found->second;
    if (below != nullptr) changed = read_value(*at, *below, false) || changed;
  }
  return changed;
}

/// What fits already, with what is in it.
bool read_inside(json& value, const Plan& plan) {
  if (value.is_object()) return read_members(value, plan);
  const bool whole_only = !plan.has(Plan::kNumber | Plan::kText);
  if (value.is_number_float() && whole_only) {
    value = exact_number(value.get<double>());
    return value.is_number_integer();
  }
  if (!value.is_array() || !plan.items) return false;
  bool changed = false;
  for (auto& entry : value) changed = read_value(entry, *plan.items, false) || changed;
  return changed;
}

bool read_value(json& value, const Plan& plan, bool at_top) {
  const auto type = type_of(value);
  if (plan.has(type)) return read_inside(value, plan);
  if (type == Plan::kText) {
    const std::string text(without_blanks(value.get_ref<const std::string&>()));
    if (auto read = from_text(text, plan, at_top)) {
      value = std::move(*read);
      return true;
    }
  }
  if (plan.has(Plan::kText)) {
    json text = value;
    if (make_text(text) && plan.allows(text)) {
      value = std::move(text);
      return true;
    }
  }
  const bool empty_map = type == Plan::kList && value.empty() && plan.has(Plan::kObject);
  if (empty_map) {  // of languages whose lists and maps are one
    value = json::object();
    return true;
  }
  if (auto list = listed(value, plan)) {
    value = std::move(*list);
    return true;
  }
  return false;
}

bool counts_as_left_out(const json& value, const Plan& plan, bool required) {
  if (required) return false;
  if (value.is_null()) return !plan.has(Plan::kNull);
  if (!value.is_string() || plan.keeps_empty || plan.types == Plan::kAny) return false;
  const auto& text = value.get_ref<const std::string&>();
  const bool blank_fits = plan.has(Plan::kText) && !plan.filled;
  return blank_fits ? text.empty() : without_blanks(text).empty();
}

}  // namespace

ArgumentReader ArgumentReader::compile(std::string_view schema_text) {
  return ArgumentReader(
      std::make_shared<const ArgumentPlan>(make_argument_plan(json_from(schema_text))));
}

bool ArgumentReader::read(json& arguments) const {
  if (!arguments.is_object()) return false;
  bool changed = false;
  // n8n's chat adds "action": "sendMessage" beside the message; by itself the word may be a slip.
  const bool of_a_chat = arguments.contains("chatInput");
  for (auto at = arguments.begin(); at != arguments.end();) {
    const auto found = plan_->properties.find(at.key());
    const bool named = found != plan_->properties.end();
    const bool needed = plan_->required.count(at.key()) > 0;
    const bool unknown = !named && !plan_->open && plan_->names.count(at.key()) == 0;
    const bool foreign =
        unknown && (is_clients_own(at.key()) || (of_a_chat && at.key() == "action"));
    if (foreign || (named && counts_as_left_out(*at, found->second, needed))) {
      at = arguments.erase(at);
      changed = true;
      continue;
    }
    const auto* plan = named ? &found->second : plan_->others.get();
    if (plan != nullptr) changed = read_value(*at, *plan, true) || changed;
    ++at;
  }
  return changed;
}

void read_whole(json& arguments) {
  if (arguments.is_null() || (arguments.is_array() && arguments.empty())) {
    arguments = json::object();
  }
  if (!arguments.is_string()) return;
  const auto text = without_blanks(arguments.get_ref<const std::string&>());
  if (text.empty() || text == "[]") {
    arguments = json::object();
  } else if (text.front() == '{' && text.find('\0') == std::string_view::npos) {
    auto parsed = parse_json(text, kArgumentLimits);
    if (parsed && parsed->is_object()) arguments = std::move(parsed).value();
  }
}

bool is_clients_own(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kKnown = {
      "toolcallid", "sessionid", "conversationid", "chatinput", "securitycontext"};
  constexpr std::size_t kLongest = 24;
  if (name == "_meta") return true;
  if (name.size() > kLongest) return false;
  std::string plain = to_lower(name);
  plain.erase(
      std::remove_if(plain.begin(), plain.end(), [](char c) { return c == '_' || c == '-'; }),
      plain.end());
  return std::find(kKnown.begin(), kKnown.end(), plain) != kKnown.end();
}

bool make_text(json& value) {
  if (!value.is_number_integer() && !value.is_boolean()) return false;
  value = json_text(value);
  return true;
}

}  // namespace adomcp::mcp
