// valijson brings <regex>, in whose optimised code gcc 12 sees a warning that is none.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "config/document.h"
#include "config/keys.h"
#include "support.h"

namespace adomcp::config {
namespace {

using nlohmann::json;

const std::string kFolder = ADOMCP_SOURCE_DIR "/config/";

const std::vector<std::string> kPluginFiles = {"plugins.d/control.yaml.example",
                                               "plugins.d/deployments.yaml",
                                               "plugins.d/environments.yaml",
                                               "plugins.d/guides.yaml",
                                               "plugins.d/logs.yaml",
                                               "plugins.d/pipeline-runs.yaml",
                                               "plugins.d/pipelines.yaml",
                                               "plugins.d/run-app.yaml",
                                               "plugins.d/run-failure-logs.yaml",
                                               "plugins.d/runs.yaml",
                                               "plugins.d/test-results.yaml",
                                               "plugins.d/trigger-run.yaml"};

json read_schema() {
  std::ifstream in(kFolder + "schema.json");
  return json::parse(in);
}

/// The file as an editor sees it, before the environment.
YamlNode read_yaml(const std::string& name) {
  Problems problems(kFolder + name);
  const auto text = read_file(problems);
  auto node = text ? parse_document(*text, nullptr, problems) : std::nullopt;
  EXPECT_EQ(problems.count(), 0U) << name;
  return node.value_or(YamlNode{});
}

/// `pattern` is left to editors: the validator would use std::regex for it.
void drop_patterns(json& schema) {
  if (schema.is_object() && schema.contains("pattern") && schema["pattern"].is_string()) {
    schema.erase("pattern");
  }
  for (auto& item : schema) {
    if (item.is_structured()) drop_patterns(item);
  }
}

std::vector<std::string> violations(json schema, const json& document) {
  drop_patterns(schema);
  const valijson::adapters::NlohmannJsonAdapter schema_adapter(schema);
  valijson::Schema compiled;
  valijson::SchemaParser().populateSchema(schema_adapter, compiled);
  const valijson::adapters::NlohmannJsonAdapter document_adapter(document);
  valijson::ValidationResults results;
  valijson::Validator().validate(compiled, document_adapter, &results);
  std::vector<std::string> out;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    out.push_back(error.description);
  }
  return out;
}

/// Adds "path.key" for each property of `schema`, following references and alternatives.
void collect(const json& root, const json& schema, const std::string& path,
             std::set<std::string>& out) {
  if (schema.contains("$ref")) {
    constexpr std::size_t kHash = 1;
    const json::json_pointer where(schema["$ref"].get<std::string>().substr(kHash));
    return collect(root, root.at(where), path, out);
  }
  for (const char* alternatives : {"anyOf", "allOf", "oneOf"}) {
    if (!schema.contains(alternatives)) continue;
    for (const auto& item : schema[alternatives]) collect(root, item, path, out);
  }
  if (schema.contains("items")) collect(root, schema["items"], path + "[]", out);
  if (!schema.contains("properties")) return;
  EXPECT_EQ(schema.value("additionalProperties", true), false) << path;
  for (const auto& [key, property] : schema["properties"].items()) {
    EXPECT_TRUE(property.contains("description")) << path << "." << key;
    const std::string below = path.empty() ? key : path + "." + key;
    out.insert(below);
    collect(root, property, below, out);
  }
}

constexpr std::array<std::string_view, 5> kCredentialKinds = {
    "managed_identity", "workload_identity", "azure_cli", "environment", "on_behalf_of"};

/// The keys of a credential are the same wherever it stands: "state.store.azure_cli.tenant" becomes
/// "azure_cli.tenant". With `itself`, "state.store.azure_cli" becomes "azure_cli" too.
std::string without_place(const std::string& path, bool itself) {
  std::size_t cut = 0;
  for (const auto kind : kCredentialKinds) {
    const std::string name = "." + std::string(kind);
    const auto found = path.rfind(name);
    if (found == std::string::npos) continue;
    const auto end = found + name.size();
    const bool below = end < path.size() && path[end] == '.';
    if (below || (itself && end == path.size())) cut = std::max(cut, found + 1);
  }
  return path.substr(cut);
}

std::set<std::string> without_places(const std::set<std::string>& paths, bool itself) {
  std::set<std::string> out;
  for (const auto& path : paths) out.insert(without_place(path, itself));
  return out;
}

std::set<std::string> keys_of_loader() {
  std::set<std::string> out;
  for (const auto& set : known_keys()) {
    if (set.path == "plugin file") continue;  // the same `plugins`
    for (const auto key : set.keys) {
      out.insert(set.path.empty() ? std::string(key)
                                  : std::string(set.path) + "." + std::string(key));
    }
  }
  return out;
}

TEST(Schema, HasTheKeysOfTheLoaderAndNoOthers) {
  const json schema = read_schema();
  std::set<std::string> keys;
  collect(schema, schema, "", keys);
  EXPECT_EQ(without_places(keys, false), keys_of_loader());
}

TEST(Schema, AcceptsTheFilesThatComeWithIt) {
  const json schema = read_schema();
  std::vector<std::string> files = {"reference.yaml", "demo.yaml", "local.yaml", "azure.yaml"};
  files.insert(files.end(), kPluginFiles.begin(), kPluginFiles.end());
  for (const auto& file : files) {
    EXPECT_THAT(violations(schema, to_json(read_yaml(file))), ::testing::IsEmpty()) << file;
  }
}

TEST(Schema, RefusesWhatTheLoaderRefuses) {
  const json schema = read_schema();
  json good = to_json(read_yaml("reference.yaml"));
  json unknown = good;
  unknown["server"]["limits"]["conections"] = 5;
  EXPECT_FALSE(violations(schema, unknown).empty());
  json wrong = good;
  wrong["azure_devops"]["organizations"][0]["projects"] = json::array();
  EXPECT_FALSE(violations(schema, wrong).empty());
  json open = good;
  open.erase("auth");
  EXPECT_FALSE(violations(schema, open).empty());
}

TEST(Schema, RefusesMistakesOfSignInAndAccess) {
  json schema = read_schema();
  // It would take any text, as its pattern is left to editors.
  schema["definitions"]["from_environment"] = {{"const", "${NAME}"}};
  const json good = to_json(read_yaml("reference.yaml"));
  const std::string organization = "/azure_devops/organizations/0";
  const std::vector<std::pair<std::string, json>> mistakes = {
      {"/auth/mode", "open"},
      {"/auth/audiences", json::array()},
      {"/auth/algorithms", {"HS256"}},
      {"/auth/groups_overage", {{"graph", {{"azure_clii", json::object()}}}}},
      {organization + "/credential", {{"on_behalf_of", json::object()}}},
      {organization + "/credential", json::object()},
      {organization + "/credential/azure_cli", json::object()},
      {organization + "/write_credential/on_behalf_of/client_secret", "abc"},
      {organization + "/projects/0/trigger/protected", json::object()},
      {"/access/rules/0/projects", json::array()},
      {"/access/rules/0/project", {"Payments"}},
      {"/access/rate_limits/calls_per_minute", -1},
      {"/plugins/0/max_concurrent", 65},
      {"/plugins/0/resources", json::array()},
      {"/plugins/0", {{"id", "a"}, {"library", "a.so"}}},
      {"/access/rules/0/prompts", json::array()},
      {"/access/rules/0", {{"roles", {"a"}}, {"projects", {"*"}}}},
      {"/server/limits/streams", 100001},
      {"/legacy/sessions", "shared"},
      {"/client_schemas", "off"},
      {"/plugin_keys", json::array()},
      {"/audit/sinks/2/file", {{"path", "/tmp/a"}}},
      {"/audit/sinks/1/file/keep", -1},
      {"/state/store", json::object()},
  };
  for (const auto& [where, value] : mistakes) {
    json changed = good;
    changed[json::json_pointer(where)] = value;
    EXPECT_FALSE(violations(schema, changed).empty()) << where << " " << value;
  }
}

TEST(Schema, IsNamedInTheFirstLineOfEachFile) {
  std::vector<std::string> files = {"reference.yaml", "demo.yaml", "local.yaml", "azure.yaml"};
  files.insert(files.end(), kPluginFiles.begin(), kPluginFiles.end());
  for (const auto& file : files) {
    std::ifstream in(kFolder + file);
    std::string line;
    std::getline(in, line);
    const std::string schema = file.find('/') == std::string::npos ? "" : "../";
    EXPECT_EQ(line, "# yaml-language-server: $schema=" + schema + "schema.json") << file;
  }
}

/// Every key's generic path in a document: "plugins[].id".
void collect_keys(const YamlNode& node, const std::string& path, std::set<std::string>& out) {
  if (path == "plugins[].settings") return;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const std::string below = path.empty() ? node.keys[i].name : path + "." + node.keys[i].name;
    out.insert(below);
    collect_keys(node.items[i], below, out);
  }
  if (node.kind != YamlNode::Kind::kSequence) return;
  for (const auto& item : node.items) collect_keys(item, path + "[]", out);
}

TEST(Reference, HoldsEveryKey) {
  // A credential has one kind only, so not every place can show every kind.
  std::set<std::string> keys;
  collect_keys(read_yaml("reference.yaml"), "", keys);
  EXPECT_EQ(without_places(keys, true), without_places(keys_of_loader(), true));
}

class ExampleTest : public ConfigTest {
 protected:
  Environment environment() const {
    return {{"TLS_CERTIFICATE", folder_.write("tls.crt", "x")},
            {"TLS_KEY", folder_.write("tls.key", "x")},
            {"ADOMCP_PLUGIN_KEY", folder_.write("plugins.pem", "x")},
            {"AZURE_DEVOPS_ORG", ""},
            {"APPLICATIONINSIGHTS_CONNECTION_STRING", kConnectionString},
            {"ADOMCP_STATE_KEY", kStateKey},
            {"ADOMCP_AUDIT_FILE", folder_.path() + "/audit.jsonl"}};
  }
};

/// Puts `value` in the place of the value at every key in turn.
void each_key_replaced(const json& document, const json& value,
                       const std::function<void(const std::string&, const json&)>& use) {
  const json flat = document.flatten();
  std::set<std::string> seen;
  for (const auto& [pointer, leaf] : flat.items()) {
    for (json::json_pointer at(pointer); !at.empty(); at = at.parent_pointer()) {
      if (!seen.insert(at.to_string()).second) continue;
      json changed = document;
      changed[at] = value;
      use(at.to_string(), changed);
    }
  }
}

TEST_F(ExampleTest, EveryKeyOfTheReferenceIsReallyRead) {
  // JSON is YAML. A list of lists fits nowhere but in a plugin's own settings.
  const json reference = to_json(read_yaml("reference.yaml"));
  ASSERT_THAT(problems(reference.dump(), environment()), ::testing::IsEmpty());
  int tried = 0;
  each_key_replaced(
      reference, json::array({json::array()}), [&](const std::string& where, const json& changed) {
        if (where.find("/settings/") != std::string::npos) return;
        ++tried;
        EXPECT_THAT(problems(changed.dump(), environment()), ::testing::Not(::testing::IsEmpty()))
            << where;
      });
  EXPECT_GT(tried, 50);
}

TEST_F(ExampleTest, TheReferenceLoads) {
  const auto loaded = load(kFolder + "reference.yaml", environment(), {"/opt/plugins"});
  ASSERT_THAT(problems_of(loaded, ""), ::testing::IsEmpty());
  const auto read = std::count_if(kPluginFiles.begin(), kPluginFiles.end(),
                                  [](const auto& file) { return file.ends_with(".yaml"); });
  EXPECT_EQ(std::ssize(std::get<Settings>(loaded).plugins), 1 + read);
}

TEST_F(ExampleTest, TheDemoLoads) {
  auto variables = environment();
  variables["SIMULATOR_PORT"] = "9000";
  const auto loaded = load(kFolder + "demo.yaml", variables, {"/opt/plugins"});
  ASSERT_THAT(problems_of(loaded, ""), ::testing::IsEmpty());
  const auto& settings = std::get<Settings>(loaded);
  const auto& organization = settings.organizations.at(0);
  EXPECT_EQ(organization.base_urls.vsrm, "http://127.0.0.1:9000/vsrm");
  ASSERT_EQ(organization.projects.size(), 2U);
  EXPECT_EQ(organization.projects[0].trigger->confirm, Confirm::kNever);
  EXPECT_FALSE(organization.projects[1].trigger);
  std::vector<std::string> tools;
  for (const auto& plugin : settings.plugins) {
    tools.insert(tools.end(), plugin.tools.begin(), plugin.tools.end());
  }
  EXPECT_EQ(tools.size(), 16U);
  const auto& toolsets = settings.access.toolsets;
  ASSERT_EQ(toolsets.size(), 2U);
  EXPECT_EQ(toolsets[0].name, "default");
  EXPECT_THAT(
      toolsets[0].tools,
      ::testing::ElementsAre("list_pipeline_runs", "get_run_failure_logs", "list_deployments",
                             "trigger_pipeline_run", "get_run", "search_run_logs", "read_run_log"));
  EXPECT_THAT(tools, ::testing::IsSupersetOf(toolsets[0].tools));
}

TEST_F(ExampleTest, TheAzureFileNeedsWhatTerraformSupplies) {
  const Environment supplied = {
      {"ADOMCP_PUBLIC_URL", "https://adomcp.azurewebsites.net"},
      {"AZURE_TENANT_ID", "11111111-1111-1111-1111-111111111111"},
      {"ADOMCP_CLIENT_ID", "22222222-2222-2222-2222-222222222222"},
      {"AZURE_DEVOPS_ORG", "contoso"},
      {"AZURE_DEVOPS_PROJECT", "Payments"},
      {"ADOMCP_STATE_CONTAINER", "https://account.blob.core.windows.net/adomcp"},
      {"APPLICATIONINSIGHTS_CONNECTION_STRING", kConnectionString},
      {"WEBSITE_SITE_NAME", "adomcp"}};
  const auto loaded = load(kFolder + "azure.yaml", supplied, {"/opt/plugins"});
  ASSERT_THAT(problems_of(loaded, ""), ::testing::IsEmpty());
  const auto& settings = std::get<Settings>(loaded);
  EXPECT_EQ(settings.auth.mode, "bearer");
  EXPECT_FALSE(settings.access.default_allow);
  EXPECT_FALSE(settings.organizations.at(0).projects.at(0).trigger);  // nothing may be started
  EXPECT_EQ(settings.state.key_blob_url, "");  // with the variables of before, as before
  EXPECT_EQ(settings.server.trusted_proxies, std::vector<std::string>{"127.0.0.1"});
  EXPECT_EQ(settings.auth.audiences.back(), "api://" + settings.auth.audiences.front());
  for (const auto& [name, value] : supplied) {
    if (name == "WEBSITE_SITE_NAME") continue;
    Environment without = supplied;
    without.erase(name);
    EXPECT_THAT(problems_of(load(kFolder + "azure.yaml", without, {}), ""),
                ::testing::Contains(::testing::HasSubstr(name)));
  }
}

TEST_F(ExampleTest, TheLocalFileNeedsOrganizationAndProject) {
  const auto loaded = load(kFolder + "local.yaml",
                           {{"AZURE_DEVOPS_ORG", "contoso"}, {"AZURE_DEVOPS_PROJECT", "Payments"}},
                           {"/opt/plugins"});
  ASSERT_THAT(problems_of(loaded, ""), ::testing::IsEmpty());
  EXPECT_EQ(std::get<Settings>(loaded).organizations.at(0).projects.at(0).name, "Payments");
  EXPECT_EQ(problems_of(load(kFolder + "local.yaml", {}, {}), "").size(), 2U);
}

}  // namespace
}  // namespace adomcp::config
