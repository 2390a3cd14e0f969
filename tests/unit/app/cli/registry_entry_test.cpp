#include "app/cli/registry_entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/json.h"

namespace adomcp::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

Settings settings_at(const std::string& public_url) {
  Settings out;
  out.server.public_url = public_url;
  return out;
}

RegistryEntry entry_at(const std::string& public_url) {
  const auto entry = registry_entry(settings_at(public_url), "", "1.2.3");
  EXPECT_TRUE(entry) << public_url;
  return entry ? *entry : RegistryEntry{};
}

/// With one project, where these pipelines may be started.
Settings with_trigger(const std::vector<std::string>& pipelines) {
  Settings out = settings_at("https://mcp.example.com");
  TriggerSettings trigger;
  trigger.pipelines = pipelines;
  OrganizationSettings organization;
  organization.projects = {{"Payments", trigger}};
  out.organizations = {organization};
  return out;
}

TEST(RegistryEntryTest, IsNamedAfterTheDomain) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"https://mcp.example.com", "com.example.mcp/adomcp"},
      {"https://example.com", "com.example/adomcp"},
      {"https://MCP.Example.COM", "com.example.mcp/adomcp"},
      {"https://mcp.example.com:8443", "com.example.mcp/adomcp"},
      {"https://gateway.example.com/teams/payments", "com.example.gateway/adomcp"},
      {"https://app-1.azurewebsites.net", "net.azurewebsites.app-1/adomcp"},
      {"https://xn--bcher-kva.example:443/x", "example.xn--bcher-kva/adomcp"},
      {"https://1.example.com", "com.example.1/adomcp"}};
  for (const auto& [url, name] : cases) {
    EXPECT_EQ(entry_at(url).name, name);
    EXPECT_TRUE(is_registry_name(name));
  }
}

TEST(RegistryEntryTest, WantsANameWhereThereIsNoDomain) {
  for (const std::string url :
       {"https://10.0.0.7", "https://10.0.0.7:8443/x", "http://127.0.0.1:7071",
        "https://[::1]:7071", "https://[2001:db8::1]", "http://localhost:7071", "https://mcp",
        "https://my_host.example.com", "https://mcp..example.com", "https://.example.com",
        "https://example.com."}) {
    const auto entry = registry_entry(settings_at(url), "", "1.2.3");
    ASSERT_FALSE(entry) << url;
    EXPECT_THAT(entry.error().text(), HasSubstr("--name")) << url;
    const auto named = registry_entry(settings_at(url), "com.example/tools", "1.2.3");
    ASSERT_TRUE(named) << url;
    EXPECT_EQ(named->name, "com.example/tools");
    EXPECT_EQ(named->url, url + "/mcp");
  }
}

TEST(RegistryEntryTest, WantsThePublicUrl) {
  for (const std::string name : {"", "com.example/adomcp", "not a name"}) {
    const auto entry = registry_entry(settings_at(""), name, "1.2.3");
    ASSERT_FALSE(entry);
    EXPECT_THAT(entry.error().text(), HasSubstr("server.public_url is not set"));
  }
}

TEST(RegistryEntryTest, TakesNamesThatRegistriesTake) {
  for (const std::string name : {"ab/cd", "com.example/adomcp", "io.github.Some-One/ado.mcp_2",
                                 "com.example/a--b", "1.2/34"}) {
    EXPECT_TRUE(is_registry_name(name)) << name;
  }
  EXPECT_TRUE(is_registry_name("aa/" + std::string(197, 'b')));
  for (const std::string name : {"",
                                 "a",
                                 "/",
                                 "aa/",
                                 "/bb",
                                 "ab",
                                 "a/bb",
                                 "aa/b",
                                 "com.example",
                                 "com.example/-a",
                                 "com.example/a_",
                                 ".com/aa",
                                 "com-/aa",
                                 "com.example/a/b",
                                 "com_example/a",
                                 "com.example/a b",
                                 "com.example/a\n",
                                 "com.exämple/a",
                                 "com.example/ä",
                                 "{a}/b",
                                 "a/{b}"}) {
    EXPECT_FALSE(is_registry_name(name)) << name;
    if (name.empty()) continue;
    const auto entry = registry_entry(settings_at("https://mcp.example.com"), name, "1.2.3");
    ASSERT_FALSE(entry) << name;
    EXPECT_THAT(entry.error().text(), HasSubstr("--name must be like"));
  }
  EXPECT_FALSE(is_registry_name("aa/" + std::string(198, 'b')));
}

TEST(RegistryEntryTest, RefusesADomainThatMakesTooLongAName) {
  std::string host;
  while (host.size() < 200) host += "abcdefghi.";
  EXPECT_FALSE(registry_entry(settings_at("https://" + host + "com"), "", "1.2.3"));
}

TEST(RegistryEntryTest, SaysWhetherRunsMayBeStarted) {
  const auto description = [](const Settings& settings) {
    const auto entry = registry_entry(settings, "", "1.2.3");
    EXPECT_LE(entry->description.size(), 100U);
    return entry->description;
  };
  EXPECT_THAT(description(settings_at("https://mcp.example.com")), EndsWith("Only reads."));
  EXPECT_THAT(description(with_trigger({})), EndsWith("Only reads."));
  EXPECT_THAT(description(with_trigger({"deploy-*"})), EndsWith("May start runs."));
  Settings read_only = with_trigger({"deploy-*"});
  read_only.access.read_only = true;
  EXPECT_THAT(description(read_only), EndsWith("Only reads."));
}

TEST(RegistryEntryTest, MakesTheServerJson) {
  const auto made = server_json(entry_at("https://mcp.example.com"));
  const auto wanted = nlohmann::json::parse(R"({
    "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    "name": "com.example.mcp/adomcp",
    "title": "Azure DevOps pipelines",
    "description": "Azure DevOps pipelines: runs, why they failed, logs, deployments. Only reads.",
    "version": "1.2.3",
    "remotes": [{ "type": "streamable-http", "url": "https://mcp.example.com/mcp" }]
  })");
  EXPECT_EQ(made, wanted);
}

TEST(RegistryEntryTest, MakesTheListOfARegistry) {
  const auto entry = entry_at("https://gateway.example.com/ado");
  const auto made = registry_list(entry);
  const auto wanted = nlohmann::json::parse(R"({
    "servers": [{
      "server": null,
      "_meta": {
        "io.modelcontextprotocol.registry/official": { "status": "active", "isLatest": true }
      }
    }],
    "metadata": { "count": 1 }
  })");
  EXPECT_EQ(made["servers"][0]["server"], server_json(entry));
  auto rest = made;
  rest["servers"][0]["server"] = nullptr;
  EXPECT_EQ(rest, wanted);
}

TEST(RegistryEntryTest, MakesMcpJsonOfVsCode) {
  const auto url = "https://mcp.example.com";
  EXPECT_EQ(json_text(vscode_servers(entry_at(url))),
            R"({"servers":{"adomcp":{"type":"http","url":"https://mcp.example.com/mcp"}}})");
  const auto named = registry_entry(settings_at(url), "com.example/pipelines", "1.2.3");
  EXPECT_THAT(json_text(vscode_servers(*named)), HasSubstr(R"({"pipelines":{)"));
}

TEST(RegistryEntryTest, TellsNothingThatIsSecret) {
  Settings settings = with_trigger({"deploy-*"});
  settings.state.keys = {"c2VjcmV0"};
  settings.auth.tenant_id = "11111111-1111-1111-1111-111111111111";
  const auto entry = registry_entry(settings, "", "1.2.3");
  for (const auto& made : {server_json(*entry), registry_list(*entry), vscode_servers(*entry)}) {
    EXPECT_THAT(json_text(made), Not(HasSubstr("c2VjcmV0")));
    EXPECT_THAT(json_text(made), Not(HasSubstr("1111")));
    EXPECT_THAT(json_text(made), Not(HasSubstr("deploy-")));
  }
}

}  // namespace
}  // namespace adomcp::app
