#include "support.h"

namespace adomcp::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SignInTest : public ConfigTest {
 protected:
  /// Settings of a configuration with this `auth` block.
  AuthSettings auth(const std::string& block, const Environment& environment = {}) {
    return settings("server: { public_url: \"https://mcp.example.com\" }\nauth:\n" + block + R"(
azure_devops:
  organizations:
    - name: contoso
      credential: azure_cli
      projects: [{ name: Payments }]
)",
                    environment)
        .auth;
  }
};

TEST_F(SignInTest, NeedsLittleForEntra) {
  const auto loaded = settings(kSignedIn);
  EXPECT_EQ(loaded.server.public_url, "https://mcp.example.com");
  EXPECT_EQ(loaded.auth.mode, "bearer");
  EXPECT_EQ(loaded.auth.provider, "entra");
  EXPECT_EQ(loaded.auth.tenant_id, "11111111-1111-1111-1111-111111111111");
  EXPECT_EQ(loaded.auth.issuer, "");
  EXPECT_THAT(loaded.auth.audiences, ElementsAre("22222222-2222-2222-2222-222222222222"));
  EXPECT_THAT(loaded.auth.scopes, ElementsAre("access_as_user"));
  EXPECT_THAT(loaded.auth.roles, IsEmpty());
  EXPECT_THAT(loaded.auth.clients, IsEmpty());
  EXPECT_THAT(loaded.auth.algorithms, ElementsAre("RS256"));
  EXPECT_EQ(loaded.auth.clock_skew, std::chrono::seconds(60));
  EXPECT_FALSE(loaded.auth.graph);
}

TEST_F(SignInTest, ReadsAllOfEntra) {
  const auto loaded = auth(R"(
  mode: easyauth
  provider: entra
  tenant_id: AAAAAAAA-1111-1111-1111-11111111111F
  issuer: https://login.microsoftonline.us/aaaaaaaa-1111-1111-1111-11111111111f/v2.0
  audiences: ["api://22222222-2222-2222-2222-222222222222", adomcp]
  scopes: [Pipelines.Read, "api://x/y"]
  roles: [reader, Release Manager]
  clients: [AEBC6443-996D-45C2-90F0-388FF96FAA56]
  algorithms: [PS256, ES256]
  clock_skew: 2m
  groups_overage:
    graph:
      base_url: https://graph.microsoft.us/
      workload_identity: { client_id: a, tenant_id: b, token_file: /c }
)");
  EXPECT_EQ(loaded.mode, "easyauth");
  EXPECT_EQ(loaded.tenant_id, "aaaaaaaa-1111-1111-1111-11111111111f");
  EXPECT_EQ(loaded.issuer,
            "https://login.microsoftonline.us/aaaaaaaa-1111-1111-1111-11111111111f/v2.0");
  EXPECT_THAT(loaded.audiences,
              ElementsAre("api://22222222-2222-2222-2222-222222222222", "adomcp"));
  EXPECT_THAT(loaded.scopes, ElementsAre("Pipelines.Read", "api://x/y"));
  EXPECT_THAT(loaded.roles, ElementsAre("reader", "Release Manager"));
  EXPECT_THAT(loaded.clients, ElementsAre("aebc6443-996d-45c2-90f0-388ff96faa56"));
  EXPECT_THAT(loaded.algorithms, ElementsAre("PS256", "ES256"));
  EXPECT_EQ(loaded.clock_skew, std::chrono::seconds(120));
  ASSERT_TRUE(loaded.graph);
  EXPECT_EQ(loaded.graph->base_url, "https://graph.microsoft.us");
  EXPECT_EQ(std::get<WorkloadIdentitySettings>(loaded.graph->credential).token_file, "/c");
}

TEST_F(SignInTest, KeepsAnIssuerAsItIsWritten) {
  const auto issuer = [&](const std::string& text) {
    return auth("  mode: bearer\n  provider: oidc\n  audiences: [adomcp]\n  issuer: " + text)
        .issuer;
  };
  EXPECT_EQ(issuer("https://issuer.example.com/"), "https://issuer.example.com/");
  EXPECT_EQ(issuer("https://issuer.example.com/Realm"), "https://issuer.example.com/Realm");
  EXPECT_EQ(issuer("http://127.0.0.1:9000"), "http://127.0.0.1:9000");
}

TEST_F(SignInTest, TakesIdsOfAnyFormFromOtherProviders) {
  const auto loaded = auth(R"(
  mode: bearer
  provider: oidc
  issuer: http://localhost:9000
  audiences: [adomcp]
  clients: [vscode]
  scopes: []
  roles: [robot]
  clock_skew: 0s
)");
  EXPECT_EQ(loaded.tenant_id, "");
  EXPECT_THAT(loaded.clients, ElementsAre("vscode"));
  EXPECT_THAT(loaded.scopes, IsEmpty());
  EXPECT_EQ(loaded.clock_skew, std::chrono::seconds(0));
}

TEST_F(SignInTest, AsksGraphAsTheManagedIdentity) {
  const std::string block = R"(
  mode: bearer
  tenant_id: 11111111-1111-1111-1111-111111111111
  audiences: [adomcp]
  groups_overage: { graph: {} }
)";
  const auto plain = auth(block).graph;
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->base_url, "https://graph.microsoft.com");
  EXPECT_EQ(std::get<ManagedIdentitySettings>(plain->credential).client_id, "");
  const auto filled = auth(block, {{"AZURE_MI_CLIENT_ID", "mine"}}).graph;
  ASSERT_TRUE(filled);
  EXPECT_EQ(std::get<ManagedIdentitySettings>(filled->credential).client_id, "mine");
}

TEST_F(SignInTest, ServesOnPlatformsAndAllAddresses) {
  std::string text = kSignedIn;
  text.replace(text.find("public_url"), 0, "listen: \"0.0.0.0:80\", ");
  EXPECT_THAT(problems(text, {{"CONTAINER_APP_NAME", "a"}}), IsEmpty());
}

TEST_F(SignInTest, ReadsTrustedProxies) {
  const auto proxies = [&](const std::string& list) {
    return settings("server: { trusted_proxies: " + list + " }\n" + kMinimal)
        .server.trusted_proxies;
  };
  EXPECT_THAT(proxies("[10.0.0.0/8, 127.0.0.1, \"fd00::/8\", \"::1\", 192.168.1.1/32]"),
              ElementsAre("10.0.0.0/8", "127.0.0.1", "fd00::/8", "::1", "192.168.1.1/32"));
  EXPECT_THAT(proxies("[128.0.0.0/1, \"fd00::1/128\"]"), ElementsAre("128.0.0.0/1", "fd00::1/128"));
  for (const char* wrong : {"192.0.0.0/1", "::/0", "fd00::1/127", "1.2.3.4/", "1.2.3.4/+8",
                            "1.2.3/8", "01.2.3.4", "[::1]", "10.0.0.0/8/8", "/8", " 10.0.0.1"}) {
    EXPECT_THAT(
        problems("server: { trusted_proxies: [\"" + std::string(wrong) + "\"] }\n" + kMinimal),
        ElementsAre(HasSubstr("server.trusted_proxies[0] must be an IP address")))
        << wrong;
  }
}

TEST_F(SignInTest, TellsNothingOfABrokenIssuer) {
  std::string broken = kSignedIn;
  broken.insert(broken.find("azure_devops"), "  issuer: https://user:word@example.com\n");
  EXPECT_THAT(problems(broken), ElementsAre(::testing::Not(HasSubstr("word"))));
}

}  // namespace
}  // namespace adomcp::config
