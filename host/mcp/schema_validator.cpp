#include "mcp/schema_validator.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "mcp/checks_constraint.h"
#include "mcp/json_text.h"
#include "mcp/schema_keywords.h"
#include "mcp/schema_translator.h"
#include "plugin_host/catalog.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using valijson::adapters::NlohmannJsonAdapter;

constexpr JsonLimits kSchemaLimits{std::size_t{256} << 10, 64, 20000};
constexpr std::size_t kMaxProblems = 5;

/// valijson's context is "<root>", "[name]", "[0]".
std::string pointer_of(const std::vector<std::string>& context) {
  std::string out;
  for (std::size_t i = 1; i < context.size(); ++i) {
    const std::string& step = context[i];
    out += '/';
    for (const char c : step.substr(1, step.size() - 2)) {
      out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
  }
  return out.empty() ? "/" : excerpt(out, 200);
}

/// Our own messages, and words for what valijson found by itself; empty for its summaries.
std::string words_for(const std::string& description) {
  if (!description.empty() && description.front() == kOwnMessage) return description.substr(1);
  const auto has = [&](const char* part) { return description.find(part) != std::string::npos; };
  if (has("allowed by anyOf")) return "fits none of the allowed forms (anyOf)";
  if (has("allowed by oneOf")) return "fits none of the allowed forms (oneOf)";
  if (has("exactly one child schema")) return "fits more than one of the allowed forms (oneOf)";
  if (has("'not' constraint")) return "has a form that is not allowed (not)";
  return {};
}

std::vector<std::string> sentences(valijson::ValidationResults& results) {
  std::vector<std::string> out;
  valijson::ValidationResults::Error error;
  while (out.size() < kMaxProblems && results.popError(error)) {
    const auto words = words_for(error.description);
    if (words.empty()) continue;
    std::string sentence = pointer_of(error.context) + " " + words + ".";
    if (std::find(out.begin(), out.end(), sentence) == out.end()) {
      out.push_back(std::move(sentence));
    }
  }
  if (out.empty()) out.emplace_back("/ does not fit the schema.");
  return out;
}

std::optional<std::string> check_object_schema(const std::string& text, const char* what) {
  const auto compiled = SchemaValidator::compile(text);
  if (!compiled) return what + (": " + compiled.error().text());
  const auto schema = json::parse(text, nullptr, false);
  if (schema.value("type", json()) != "object") return what + std::string(": type must be object");
  return std::nullopt;
}

}  // namespace

struct SchemaValidator::Compiled {
  valijson::Schema schema;
  std::set<std::string> properties;
  std::vector<HeaderParam> header_params;
};

SchemaValidator::SchemaValidator(std::shared_ptr<const Compiled> compiled)
    : compiled_(std::move(compiled)) {}

Result<SchemaValidator> SchemaValidator::compile(std::string_view schema_text) {
  const auto declared = parse_json(schema_text, kSchemaLimits);
  if (!declared) return declared.error();
  try {
    SchemaTranslator translator(*declared);
    const json translated = translator.translate();
    auto compiled = std::make_shared<Compiled>();
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.addConstraintBuilder(kChecksKeyword, make_checks_builder(translator.checks()));
    parser.populateSchema(NlohmannJsonAdapter(translated), compiled->schema);
    compiled->header_params = translator.header_params();
    if (const auto found = declared->find("properties"); found != declared->end()) {
      for (const auto& [name, unused] : found->items()) compiled->properties.insert(name);
    }
    return SchemaValidator(std::move(compiled));
  } catch (const std::exception& problem) {
    return Error{ErrorCode::kInvalid, problem.what(), {}};
  }
}

std::vector<std::string> SchemaValidator::validate(const json& value) const {
  const NlohmannJsonAdapter target(value);
  // Without results valijson stops at the first problem; only a misfit pays for the words.
  if (valijson::Validator().validate(compiled_->schema, target, nullptr)) return {};
  valijson::ValidationResults results;
  valijson::Validator().validate(compiled_->schema, target, &results);
  return sentences(results);
}

const std::vector<HeaderParam>& SchemaValidator::header_params() const {
  return compiled_->header_params;
}

bool SchemaValidator::has_property(const std::string& name) const {
  return compiled_->properties.count(name) > 0;
}

std::optional<std::string> check_tool_schemas(const plugin_host::Tool& tool) {
  if (auto problem = check_object_schema(tool.input_schema, "input schema")) return problem;
  if (tool.output_schema.empty()) return std::nullopt;
  return check_object_schema(tool.output_schema, "output schema");
}

}  // namespace adomcp::mcp
