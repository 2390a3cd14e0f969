#include "schema.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
#pragma GCC diagnostic pop

#include <fstream>
#include <functional>
#include <set>
#include <string>

#include "plugin_file.h"

testing::AssertionResult fits(adomcp_str text, const nlohmann::json& value) {
  const nlohmann::json json = nlohmann::json::parse(std::string(text.data, text.size));
  valijson::Schema schema;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(json), schema);
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(value), &results)) {
    return testing::AssertionSuccess();
  }
  std::string why;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    for (const auto& part : error.context) why += part;
    why += ": " + error.description + "\n";
  }
  return testing::AssertionFailure() << why << value.dump(1).substr(0, 2000);
}

namespace {

using adomcp::fake::Host;
using nlohmann::json;

const std::set<std::string> kKeywords{
    "type",      "properties",  "required",      "additionalProperties",
    "enum",      "items",       "minimum",       "maximum",
    "minLength", "maxLength",   "minItems",      "maxItems",
    "pattern",   "format",      "anyOf",         "title",
    "default",   "description", "maxProperties", "x-own-words"};

/// Whatever client lists the tool takes it: no combinator at the root, none but anyOf below, no
/// reference, one type at a time.
void check_keywords(const json& schema, bool root = true) {
  if (!schema.is_object()) return;
  EXPECT_FALSE(root && schema.contains("anyOf"));
  EXPECT_TRUE(schema.contains("anyOf") || schema.value("type", json()).is_string()) << schema;
  EXPECT_TRUE(schema.value("type", json()) != "array" || schema.contains("items")) << schema;
  for (const auto& [key, value] : schema.items()) {
    EXPECT_TRUE(kKeywords.count(key) == 1) << key;
    if (key == "properties") {
      for (const auto& [name, property] : value.items()) check_keywords(property, false);
    } else if (key == "items" || key == "additionalProperties") {
      check_keywords(value, false);
    } else if (key == "anyOf") {
      for (const json& part : value) check_keywords(part, false);
    }
  }
}

/// Of one plugin.
class EveryTool : public testing::TestWithParam<const char*> {
 protected:
  void for_each_tool(const std::function<void(const adomcp_tool&)>& look) {
    const Host host(plugin_file(GetParam()));
    ASSERT_GT(host.plugin().tool_count, 0U);
    for (std::uint32_t i = 0; i < host.plugin().tool_count; ++i) {
      const adomcp_tool& tool = *host.plugin().tool(i);
      SCOPED_TRACE(name_of(tool));
      look(tool);
    }
  }
  static std::string name_of(const adomcp_tool& tool) { return {tool.name.data, tool.name.size}; }
};

void check_properties(const json& properties) {
  for (const auto& [name, property] : properties.items()) {
    EXPECT_TRUE(property.contains("description")) << name;
    if (property["type"] == "string") {
      EXPECT_TRUE(property.contains("maxLength") || property.contains("enum")) << name;
    }
    if (property["type"] == "integer") {
      EXPECT_TRUE(property.contains("minimum") && property.contains("maximum")) << name;
    }
    if (property["type"] == "array") {
      EXPECT_TRUE(property.contains("maxItems")) << name;
    }
  }
}

TEST_P(EveryTool, HasStrictSchemasAndADescription) {
  for_each_tool([](const adomcp_tool& tool) {
    const json input = json::parse(std::string(tool.input_schema.data, tool.input_schema.size));
    const json output = json::parse(std::string(tool.output_schema.data, tool.output_schema.size));
    check_keywords(input);
    check_keywords(output);
    EXPECT_EQ(input["type"], "object");
    EXPECT_EQ(output["type"], "object");
    EXPECT_EQ(input["additionalProperties"], false);
    EXPECT_EQ(input["properties"]["project"]["type"], "string");
    EXPECT_EQ(input["properties"]["organization"]["type"], "string");
    EXPECT_GT(tool.description.size, 130U);
    check_properties(input["properties"]);
  });
}

INSTANTIATE_TEST_SUITE_P(Plugins, EveryTool,
                         testing::Values("pipeline_runs", "run_failure_logs", "deployments",
                                         "trigger_run", "runs", "logs", "test_results", "pipelines",
                                         "environments", "control"));

/// What people and their clients know of each tool: only a deliberate change may change it.
template <class Json>
void expect_kept(const std::string& name, const std::string& folder, adomcp_str schema) {
  std::ifstream file(std::string(ADOMCP_SCHEMAS) + "/" + folder + "/" + name + ".json");
  ASSERT_TRUE(file) << name;
  EXPECT_EQ(Json::parse(schema.data, schema.data + schema.size), Json::parse(file));
}

TEST_P(EveryTool, HasTheArgumentsThatItHad) {
  for_each_tool([](const adomcp_tool& tool) {
    expect_kept<json>(name_of(tool), "input_schemas", tool.input_schema);
  });
}

/// In their order too: the host's notice names members in it.
TEST_P(EveryTool, HasTheAnswerThatItHad) {
  for_each_tool([](const adomcp_tool& tool) {
    expect_kept<nlohmann::ordered_json>(name_of(tool), "output_schemas", tool.output_schema);
  });
}

TEST(EveryToolTable, FlagsAndNames) {
  Host runs(plugin_file("pipeline_runs"));
  EXPECT_EQ(std::string(runs.tool().name.data, runs.tool().name.size), "list_pipeline_runs");
  EXPECT_EQ(std::string(runs.plugin().id.data, runs.plugin().id.size), "pipeline-runs");
  EXPECT_TRUE((runs.tool().flags & ADOMCP_READ_ONLY) != 0);
  Host trigger(plugin_file("trigger_run"));
  EXPECT_EQ(std::string(trigger.tool().name.data, trigger.tool().name.size),
            "trigger_pipeline_run");
  EXPECT_EQ(trigger.tool().flags,
            static_cast<std::uint32_t>(ADOMCP_DESTRUCTIVE) | ADOMCP_OPEN_WORLD);
}

}  // namespace
