#include "config/load.h"

#include "support.h"

namespace adomcp::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using LoadTest = ConfigTest;

TEST_F(LoadTest, GivesDefaultsForWhatIsLeftOut) {
  const auto loaded = settings(kMinimal);
  EXPECT_EQ(loaded.server.host, "127.0.0.1");
  EXPECT_EQ(loaded.server.port, 7071);
  EXPECT_EQ(loaded.auth.mode, "none");
  EXPECT_TRUE(loaded.audit.to_stdout);
  EXPECT_EQ(loaded.audit.required, "stdout");
  EXPECT_EQ(loaded.log_level, "info");
  ASSERT_EQ(loaded.organizations.size(), 1U);
  const auto& organization = loaded.organizations.front();
  EXPECT_EQ(organization.base_urls.vssps, "https://vssps.dev.azure.com");
  EXPECT_TRUE(std::holds_alternative<AzureCliSettings>(organization.credential));
  ASSERT_EQ(organization.projects.size(), 1U);
  EXPECT_FALSE(organization.projects.front().trigger);
}

TEST_F(LoadTest, ReadsTheServer) {
  const auto server = settings(std::string(kMinimal) + R"(
server:
  listen: "[::1]:0"
  public_url: ""
  allowed_hosts: [mcp.example.com, "example.com:8443", "[2001:db8::1]:80"]
  allowed_origins: ["vscode-webview://abc", "https://example.com:8443"]
  limits: { body: 64KiB, connections: 10, streams: 100000, stream_age: 1440m, request_timeout: 1500ms }
)")
                          .server;
  EXPECT_EQ(server.host, "::1");
  EXPECT_EQ(server.port, 0);
  EXPECT_EQ(server.allowed_hosts.size(), 3U);
  EXPECT_EQ(server.allowed_origins.size(), 2U);
  EXPECT_EQ(server.limits.body, 65536U);
  EXPECT_EQ(server.limits.connections, 10U);
  EXPECT_EQ(server.limits.streams, 100000U);
  EXPECT_EQ(server.limits.stream_age, std::chrono::hours(24));
  EXPECT_EQ(server.limits.request_timeout, std::chrono::milliseconds(1500));
}

TEST_F(LoadTest, AVariableHoldsSeveralTextsOfAList) {
  const std::string file = std::string(R"(server: { trusted_proxies: "${PROXIES:-127.0.0.1}" }
auth: { mode: none }
azure_devops:
  organizations:
    - name: contoso
      credential: azure_cli
      projects:
        - name: Payments
          trigger: { pipelines: "${PIPELINES:-}", branches: "${BRANCHES:-main}" }
)");
  const auto unset = settings(file);
  EXPECT_THAT(unset.server.trusted_proxies, ElementsAre("127.0.0.1"));
  // Nothing may be started, as without the block.
  EXPECT_FALSE(unset.organizations.front().projects.front().trigger);
  const auto set = settings(file, {{"PROXIES", "10.0.0.0/8, ::1,"},
                                   {"PIPELINES", "12,deploy-*"},
                                   {"BRANCHES", " main , release/*"}});
  EXPECT_THAT(set.server.trusted_proxies, ElementsAre("10.0.0.0/8", "::1"));
  const auto& trigger = set.organizations.front().projects.front().trigger;
  ASSERT_TRUE(trigger);
  EXPECT_THAT(trigger->pipelines, ElementsAre("12", "deploy-*"));
  EXPECT_THAT(trigger->branches, ElementsAre("main", "release/*"));
  for (const char* wrong : {"0.0.0.0/0", "127.0.0.1 ::1", "10.0.0.1,proxy.example.com"}) {
    EXPECT_THAT(problems(file, {{"PROXIES", wrong}}),
                ElementsAre(HasSubstr("with commas between, each time an IP address")))
        << wrong;
  }
  // Written into the file it is a list, where each item has its own place.
  EXPECT_THAT(problems("server: { trusted_proxies: 10.0.0.1 }\n" + std::string(kMinimal)),
              ElementsAre(HasSubstr("server.trusted_proxies must be a list")));
}

TEST_F(LoadTest, TakesTlsFilesFromBesideTheFile) {
  folder_.write("tls/leaf.crt", "x");
  folder_.write("tls/leaf.key", "x");
  const auto server = settings(std::string(kMinimal) +
                               "server: { tls: { certificate: tls/leaf.crt, key: tls/leaf.key } }")
                          .server;
  ASSERT_TRUE(server.tls);
  EXPECT_EQ(server.tls->certificate, folder_.path() + "/tls/leaf.crt");
}

TEST_F(LoadTest, ReadsCredentialsAndTriggers) {
  const auto organizations = settings(R"(
auth: { mode: none }
azure_devops:
  organizations:
    - name: a
      credential: { managed_identity: {} }
      base_urls: { dev: "https://devops.example.com/tfs/", vsrm: "http://[::1]:80/x" }
      projects:
        - name: Payments
          trigger: { pipelines: [12, "deploy-*"], branches: [main, refs/heads/x/*, "$/My Project/*"],
                     variables: [A_b.c], skip_stages: true, confirm: never }
        - name: Платежи и счета
    - name: b
      credential: { environment: { variable: ADO_PAT, scheme: pat } }
      projects: [{ name: 7 }]
    - name: c
      credential: { azure_cli: { tenant: example.com } }
      projects: [{ name: P }]
)")
                                 .organizations;
  ASSERT_EQ(organizations.size(), 3U);
  EXPECT_EQ(std::get<ManagedIdentitySettings>(organizations[0].credential).client_id, "");
  EXPECT_EQ(organizations[0].base_urls.dev, "https://devops.example.com/tfs");
  EXPECT_EQ(organizations[0].base_urls.vsrm, "http://[::1]:80/x");
  const auto& trigger = organizations[0].projects[0].trigger;
  ASSERT_TRUE(trigger);
  EXPECT_THAT(trigger->pipelines, ElementsAre("12", "deploy-*"));
  EXPECT_THAT(trigger->branches, ElementsAre("main", "refs/heads/x/*", "$/My Project/*"));
  EXPECT_THAT(trigger->variables, ElementsAre("A_b.c"));
  EXPECT_TRUE(trigger->skip_stages);
  EXPECT_EQ(trigger->confirm, Confirm::kNever);
  const auto& pat = std::get<EnvironmentCredentialSettings>(organizations[1].credential);
  EXPECT_EQ(pat.variable, "ADO_PAT");
  EXPECT_TRUE(pat.pat);
  EXPECT_EQ(organizations[1].projects[0].name, "7");
  EXPECT_EQ(std::get<AzureCliSettings>(organizations[2].credential).tenant, "example.com");
}

TEST_F(LoadTest, ConfirmsAlwaysUnlessToldOtherwise) {
  const auto loaded = settings(R"(
auth: { mode: none }
azure_devops:
  organizations:
    - name: a
      credential: azure_cli
      projects: [{ name: P, trigger: { pipelines: ["*"], branches: ["*"] } }]
)");
  const auto& trigger = loaded.organizations[0].projects[0].trigger;
  ASSERT_TRUE(trigger);
  EXPECT_EQ(trigger->confirm, Confirm::kAlways);
  EXPECT_FALSE(trigger->skip_stages);
}

TEST_F(LoadTest, ReadsAudit) {
  const auto file_only =
      settings(std::string(kMinimal) + "audit: { sinks: [ file: { path: audit.jsonl } ] }").audit;
  EXPECT_FALSE(file_only.to_stdout);
  EXPECT_EQ(file_only.required, "file");
  EXPECT_EQ(file_only.file->path, folder_.path() + "/audit.jsonl");
  const auto none = settings(std::string(kMinimal) + "audit: { required: none, sinks: [] }").audit;
  EXPECT_FALSE(none.to_stdout);
  EXPECT_EQ(none.required, "none");
}

TEST_F(LoadTest, MergesPluginFilesByName) {
  folder_.write("plugins.d/20-b.yaml", "plugins: [{ id: b, library: b.so, tools: [b] }]");
  folder_.write("plugins.d/10-a.yaml", "plugins: [{ id: a, library: a.so, tools: [a] }]");
  folder_.write("plugins.d/.20-b.yaml.swp", "not read");
  folder_.write("plugins.d/README.md", "not read");
  const auto plugins =
      settings(std::string(kMinimal) + "plugins: [{ id: z, library: z.so, tools: [z] }]").plugins;
  ASSERT_EQ(plugins.size(), 3U);
  EXPECT_EQ(plugins[0].id, "z");
  EXPECT_EQ(plugins[1].id, "a");
  EXPECT_EQ(plugins[2].id, "b");
  EXPECT_EQ(plugins[1].declared_at, folder_.path() + "/plugins.d/10-a.yaml:1:11");
}

TEST_F(LoadTest, TakesPluginsWithoutTools) {
  const auto plugins = settings(std::string(kMinimal) + R"(plugins:
  - { id: a, library: a.so, prompts: [review] }
  - { id: b, library: b.so, resources: ["build://latest", "build://{id}/log", "urn:x"], tools: [review] }
)")
                           .plugins;
  ASSERT_EQ(plugins.size(), 2U);
  EXPECT_THAT(plugins[0].prompts, ElementsAre("review"));
  EXPECT_THAT(plugins[0].tools, IsEmpty());
  EXPECT_THAT(plugins[1].tools, ElementsAre("review"));
  EXPECT_THAT(plugins[1].resources, ElementsAre("build://latest", "build://{id}/log", "urn:x"));
}

TEST_F(LoadTest, UntrustedNoticeIsOnUnlessItIsTurnedOff) {
  const auto notice = [&](const std::string& more) {
    return settings(kMinimal + more).untrusted_notice;
  };
  EXPECT_TRUE(notice(""));
  EXPECT_TRUE(notice("untrusted_notice: on\n"));
  EXPECT_FALSE(notice("untrusted_notice: off\n"));
  EXPECT_FALSE(notice("untrusted_notice: false\n")) << "what off is to YAML 1.1";
}

TEST_F(LoadTest, KeepsLegacySessionsWhereAskedTo) {
  const auto sessions = [&](const std::string& more) {
    return settings(kMinimal + more).legacy.sessions;
  };
  EXPECT_FALSE(sessions(""));
  EXPECT_FALSE(sessions("legacy: {}\n"));
  EXPECT_FALSE(sessions("legacy: { sessions: off }\n"));
  EXPECT_FALSE(sessions("legacy: { sessions: false }\n")) << "what off is to YAML 1.1";
  EXPECT_TRUE(sessions("legacy: { sessions: local }\n"));
  EXPECT_TRUE(sessions("legacy: { sessions: local }\nstate: { replicas: many }\n"))
      << "the balancer's business";
}

TEST_F(LoadTest, WarnsOfSchemasThatSomeClientDoesNotTakeUnlessToldToRefuseThem) {
  const auto mode = [&](const std::string& more) {
    return settings(kMinimal + more).client_schemas;
  };
  EXPECT_EQ(mode(""), ClientSchemas::kWarn);
  EXPECT_EQ(mode("client_schemas: warn\n"), ClientSchemas::kWarn);
  EXPECT_EQ(mode("client_schemas: strict\n"), ClientSchemas::kStrict);
}

TEST_F(LoadTest, ReportsProblemsOfAllFiles) {
  folder_.write("plugins.d/a.yaml", "plugins: [{ id: a, library: a.so, tools: [list] }]");
  folder_.write("plugins.d/b.yaml", "plugins: [{ id: a, library: a.so, tools: [list] }]");
  folder_.write("plugins.d/c.yaml", "log_level: info\nplugins: [");
  folder_.write("plugins.d/d.yaml", "log_level: info\n");
  folder_.write("plugins.d/e.yml", "plugins: []");
  folder_.write("plugins.d/f.yaml", "");
  const auto found = problems(std::string(kMinimal) + "log_level: loud");
  EXPECT_THAT(
      found,
      ElementsAre(
          "main.yaml:7:12: log_level must be trace, debug, info, warn or error, not 'loud'",
          "plugins.d/b.yaml:1:17: plugins[0].id 'a' is taken; the other plugin is at "
          "plugins.d/a.yaml:1:17",
          "plugins.d/b.yaml:1:43: plugins[0].tools[0] names the tool 'list' of plugin 'a' a second "
          "time; the first is at plugins.d/a.yaml:1:43",
          HasSubstr("plugins.d/c.yaml:2:"),
          "plugins.d/d.yaml:1:1: unknown key 'log_level'; the keys here are plugins",
          "plugins.d/d.yaml:1:1: plugins is missing",
          "plugins.d/e.yml:1:1: is not read; files in plugins.d end in .yaml",
          "plugins.d/f.yaml:1:1: is empty"));
}

TEST_F(LoadTest, FindsLibraries) {
  TemporaryFolder first;
  TemporaryFolder second;
  folder_.write("beside.so", "x");
  folder_.write("plugins.d/a.yaml", R"(
plugins:
  - { id: a, library: /abs/none.so, tools: [a] }
  - { id: b, library: ../beside.so, tools: [b] }
  - { id: c, library: second.so, tools: [c] }
  - { id: d, library: nowhere.so, tools: [d] }
)");
  second.write("second.so", "x");
  const auto loaded = load(folder_.write("main.yaml", kMinimal), {}, {first.path(), second.path()});
  ASSERT_THAT(problems_of(loaded, folder_.path()), IsEmpty());
  const auto& plugins = std::get<Settings>(loaded).plugins;
  ASSERT_EQ(plugins.size(), 4U);
  EXPECT_EQ(plugins[0].library, "/abs/none.so");
  EXPECT_EQ(plugins[1].library, folder_.path() + "/beside.so");
  EXPECT_EQ(plugins[2].library, second.path() + "/second.so");
  EXPECT_EQ(plugins[3].library, first.path() + "/nowhere.so");
}

TEST_F(LoadTest, HandsPluginSettingsOverAsJson) {
  const auto plugins = settings(std::string(kMinimal) + R"(plugins:
  - id: a
    library: a.so
    sha256: 00000000000000000000000000000000000000000000000000000000000000AB
    tools: [a]
    timeout: 2m
    settings: { n: 12, f: 1.5, b: true, s: "12", e: "${LEVEL}", p: "${LEVEL:-x}", z: ~, l: [inf] }
)",
                                {{"LEVEL", "{ a: [ \"b"}})
                           .plugins;
  ASSERT_EQ(plugins.size(), 1U);
  EXPECT_EQ(plugins[0].settings_json,
            R"({"b":true,"e":"{ a: [ \"b","f":1.5,"l":["inf"],"n":12,"p":"{ a: [ \"b","s":"12",)"
            R"("z":null})");
  EXPECT_EQ(plugins[0].timeout, std::chrono::minutes(2));
  EXPECT_TRUE(plugins[0].sha256.ends_with("ab"));
}

TEST_F(LoadTest, SaysWhyAFileCannotBeRead) {
  EXPECT_THAT(problems_of(load(folder_.path() + "/none.yaml", {}, {}), folder_.path()),
              ElementsAre("none.yaml:1:1: cannot be read: No such file or directory"));
  EXPECT_THAT(problems_of(load(folder_.path(), {}, {}), "-"),
              ElementsAre(HasSubstr("is a folder, not a YAML file")));
}

TEST_F(LoadTest, RefusesTextThatIsNone) {
  EXPECT_THAT(problems(""), ElementsAre("main.yaml:1:1: is empty"));
  EXPECT_THAT(problems("a: \xff"), ElementsAre("main.yaml:1:1: is not UTF-8 text"));
  EXPECT_THAT(problems("a: b\nc: \x04\n"), ElementsAre("main.yaml:2:4: holds a control character"));
}

TEST_F(LoadTest, BoundsWhatAFileCanBecome) {
  EXPECT_THAT(problems(std::string(1024 * 1024 + 1, '#')), ElementsAre(HasSubstr("1 MiB")));
  EXPECT_THAT(problems("plugins: " + std::string(100, '[') + std::string(100, ']')),
              ElementsAre(HasSubstr("nested more than 32 levels deep")));
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string previous = "*a" + std::to_string(i - 1);
    const std::string name = "a" + std::to_string(i);
    bomb.append(name).append(": &").append(name).append(" [").append(previous);
    for (int j = 1; j < 10; ++j) bomb.append(", ").append(previous);
    bomb += "]\n";
  }
  EXPECT_THAT(problems(bomb), ElementsAre(HasSubstr("too many values")));
  EXPECT_THAT(problems("a: &a [*a]"), ElementsAre(HasSubstr("an alias to what holds it")));
  std::string wide = "log_level: info\nplugins:\n";
  for (int i = 0; i < 30000; ++i) wide += "- x\n";
  EXPECT_THAT(problems(wide), ElementsAre(HasSubstr("too many values")));
}

TEST_F(LoadTest, UnderstandsAliases) {
  const auto loaded = settings(R"(
auth: { mode: none }
azure_devops:
  organizations:
    - { name: a, credential: &cli { azure_cli: { tenant: t } }, projects: &all [{ name: P }] }
    - { name: b, credential: *cli, projects: *all }
)");
  ASSERT_EQ(loaded.organizations.size(), 2U);
  EXPECT_EQ(std::get<AzureCliSettings>(loaded.organizations[1].credential).tenant, "t");
}

TEST_F(LoadTest, RefusesOpenModeOnEachPlatform) {
  for (const char* name : {"FUNCTIONS_CUSTOMHANDLER_PORT", "WEBSITE_SITE_NAME",
                           "CONTAINER_APP_NAME", "KUBERNETES_SERVICE_HOST"}) {
    EXPECT_THAT(problems(kMinimal, {{name, "1"}}), ElementsAre(HasSubstr(name)));
  }
  EXPECT_THAT(problems(kMinimal, {{"WEBSITES", "1"}, {"HOME", "/"}}), IsEmpty());
}

TEST_F(LoadTest, CountsOnlyLoopbackAddressesAsSuch) {
  const auto listen = [&](const std::string& address) {
    return problems("server: { listen: \"" + address + "\" }\n" + kMinimal);
  };
  EXPECT_THAT(listen("127.8.9.1:80"), IsEmpty());
  EXPECT_THAT(listen("LocalHost:80"), IsEmpty());
  EXPECT_THAT(listen("[::]:80"), ElementsAre(HasSubstr("loopback")));
  EXPECT_THAT(listen("[::ffff:127.0.0.1]:80"), ElementsAre(HasSubstr("loopback")));
  EXPECT_THAT(listen("127.1:80"), ElementsAre(HasSubstr("must be an IP address")));
  EXPECT_THAT(listen("::1:80"), ElementsAre(HasSubstr("must be an IP address")));
}

TEST(EffectivePort, FollowsItsPrecedence) {
  Settings settings;
  settings.server.port = 5;
  const Environment both = {{"FUNCTIONS_CUSTOMHANDLER_PORT", "2"}, {"PORT", "3"}};
  EXPECT_EQ(effective_port(1, both, settings).value(), 1);
  EXPECT_EQ(effective_port({}, both, settings).value(), 2);
  EXPECT_EQ(effective_port({}, {{"PORT", "3"}}, settings).value(), 3);
  EXPECT_EQ(effective_port({}, {{"PORT", ""}}, settings).value(), 5);
  for (const char* wrong : {"0", "65536", "80x", "-1", " 80"}) {
    const auto port = effective_port({}, {{"PORT", wrong}}, settings);
    ASSERT_FALSE(port) << wrong;
    EXPECT_THAT(port.error().text(), HasSubstr("PORT must be a port"));
  }
}

}  // namespace
}  // namespace adomcp::config
