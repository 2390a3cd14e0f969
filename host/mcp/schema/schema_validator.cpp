#include "mcp/schema/schema_validator.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/constraint_builder.hpp>
#include <valijson/constraints/concrete_constraints.hpp>
#include <valijson/constraints/constraint_visitor.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "core/json.h"
#include "mcp/schema/schema_sentences.h"
#include "mcp/schema/schema_translator.h"
#include "plugin_host/catalog.h"

namespace adomcp::mcp {
namespace {

using valijson::adapters::Adapter;

class ChecksConstraint final : public valijson::constraints::PolyConstraint {
 public:
  explicit ChecksConstraint(std::vector<PlacedCheck> checks) : checks_(std::move(checks)) {}

  bool validate(const Adapter& target, const std::vector<std::string>& context,
                valijson::ValidationResults* results) const override {
    bool fits = true;
    for (const auto& [check, choice_depth] : checks_) {
      for (const auto& error : check(target)) {
        if (results == nullptr) return false;
        push(error, choice_depth, context, *results);
        fits = false;
      }
    }
    return fits;
  }

 private:
  valijson::constraints::Constraint* cloneInto(void* memory) const override {
    return new (memory) ChecksConstraint(checks_);
  }
  std::size_t sizeOf() const override { return sizeof(ChecksConstraint); }

  /// `context` has the root and one step for each level.
  static void push(const ValidationError& error, const std::optional<std::size_t>& choice_depth,
                   std::vector<std::string> context, valijson::ValidationResults& results) {
    const auto depth = context.size() - 1 + (error.is_there ? 1 : 0);
    if (choice_depth && depth <= *choice_depth) return;
    if (!error.member.empty() || error.is_there) context.push_back("[" + error.member + "]");
    std::string message = {kOwnMessage, choice_depth ? kInChoice : '.',
                           error.tells_value ? kTellsValue : '.'};
    message += error.words;
    results.pushError(context, message);
  }

  std::vector<PlacedCheck> checks_;
};

class ChecksBuilder final : public valijson::ConstraintBuilder {
 public:
  explicit ChecksBuilder(const std::vector<PlacedCheck>& checks) : checks_(checks) {}

  valijson::constraints::Constraint* make(const Adapter& indexes) const override {
    std::vector<PlacedCheck> chosen;
    indexes.applyToArray([&](const Adapter& index) {
      chosen.push_back(checks_.at(static_cast<std::size_t>(index.getInteger())));
      return true;
    });
    return new ChecksConstraint(std::move(chosen));
  }

 private:
  const std::vector<PlacedCheck>& checks_;
};

}  // namespace

valijson::ConstraintBuilder* make_checks_builder(const std::vector<PlacedCheck>& checks) {
  return new ChecksBuilder(checks);
}

namespace {

using nlohmann::json;
using valijson::adapters::NlohmannJsonAdapter;

constexpr JsonLimits kSchemaLimits{std::size_t{256} << 10, 64, 20000};
constexpr std::size_t kMostRaw = 500;  // messages of valijson that are looked at

std::optional<std::string> check_object_schema(const std::string& text, const char* what) {
  const auto compiled = SchemaValidator::compile(text);
  if (!compiled) return what + (": " + compiled.error().text());
  const auto schema = json_from(text);
  if (schema.value("type", json()) != "object") return what + std::string(": type must be object");
  return std::nullopt;
}

}  // namespace

struct SchemaValidator::Compiled {
  valijson::Schema schema;
  std::set<std::string> properties;
  std::set<std::string> required;
  std::vector<HeaderParam> header_params;
  std::vector<SchemaRule> rules;
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
    compiled->rules = translator.rules();
    if (const auto found = declared->find("properties"); found != declared->end()) {
      for (const auto& [name, unused] : found->items()) compiled->properties.insert(name);
    }
    if (const auto found = declared->find("required"); found != declared->end()) {
      compiled->required = found->get<std::set<std::string>>();
    }
    return SchemaValidator(std::move(compiled));
  } catch (const std::exception& problem) {
    return Error{ErrorCode::kInvalid, problem.what(), {}};
  }
}

std::vector<std::string> SchemaValidator::validate(const json& value, Came came,
                                                   const char* root) const {
  const NlohmannJsonAdapter target(value);
  // Without results valijson stops at the first problem; only an error pays for the words.
  if (valijson::Validator().validate(compiled_->schema, target, nullptr)) return {};
  valijson::ValidationResults results;
  valijson::Validator().validate(compiled_->schema, target, &results);
  std::vector<RawProblem> problems;
  valijson::ValidationResults::Error error;
  while (problems.size() < kMostRaw && results.popError(error)) {
    problems.push_back({std::move(error.context), std::move(error.description)});
  }
  return sentences(problems, {value, compiled_->rules, compiled_->required, root, came});
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
