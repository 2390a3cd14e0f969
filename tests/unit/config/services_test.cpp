#include "support.h"

namespace adomcp::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class CredentialTest : public ConfigTest {
 protected:
  OrganizationSettings organization(const std::string& credentials,
                                    const Environment& environment = {}) {
    const auto loaded = settings(R"(
server: { public_url: "https://mcp.example.com" }
auth:
  mode: bearer
  tenant_id: 11111111-1111-1111-1111-111111111111
  audiences: ["api://adomcp", ABCDEF01-2222-2222-2222-222222222222]
azure_devops:
  organizations:
    - name: contoso
      projects: [{ name: Payments }]
)" + credentials,
                                 environment);
    return loaded.organizations.empty() ? OrganizationSettings{} : loaded.organizations.front();
  }
};

TEST_F(CredentialTest, WorkloadIdentityMayLeaveAllToTheEnvironment) {
  const auto plain = std::get<WorkloadIdentitySettings>(
      organization("      credential: { workload_identity: {} }\n").credential);
  EXPECT_EQ(plain.client_id + plain.tenant_id + plain.token_file, "");
  const auto full = std::get<WorkloadIdentitySettings>(
      organization("      credential:\n        workload_identity: { client_id: a, tenant_id: "
                   "b.example.com, token_file: /var/token }\n")
          .credential);
  EXPECT_EQ(full.client_id, "a");
  EXPECT_EQ(full.tenant_id, "b.example.com");
  EXPECT_EQ(full.token_file, "/var/token");
}

TEST_F(CredentialTest, WritesLikeReadsUnlessToldOtherwise) {
  EXPECT_FALSE(organization("      credential: azure_cli\n").write_credential);
  const auto writes = organization(R"(      credential: azure_cli
      write_credential: { environment: { variable: WRITER, scheme: pat } }
)")
                          .write_credential;
  ASSERT_TRUE(writes);
  EXPECT_EQ(std::get<EnvironmentCredentialSettings>(*writes).variable, "WRITER");
}

TEST_F(CredentialTest, OnBehalfOfKnowsTheApplicationFromSignIn) {
  const auto writes = organization(R"(      credential: { managed_identity: {} }
      write_credential: { on_behalf_of: {} }
)",
                                   {{"AZURE_MI_CLIENT_ID", "mine"}})
                          .write_credential;
  ASSERT_TRUE(writes);
  const auto& behalf = std::get<OnBehalfOfSettings>(*writes);
  EXPECT_EQ(behalf.client_id, "abcdef01-2222-2222-2222-222222222222");
  EXPECT_EQ(behalf.tenant_id, "11111111-1111-1111-1111-111111111111");
  EXPECT_EQ(behalf.authority, "https://login.microsoftonline.com");
  EXPECT_EQ(std::get<ManagedIdentitySettings>(behalf.assertion).client_id, "mine");
}

TEST_F(CredentialTest, OnBehalfOfIsReadWhole) {
  const auto writes = organization(R"(      credential: azure_cli
      write_credential:
        on_behalf_of:
          client_id: 33333333-3333-3333-3333-333333333333
          tenant_id: 99999999-9999-9999-9999-999999999999
          authority: https://login.microsoftonline.us/
          workload_identity: { client_id: w }
)")
                          .write_credential;
  ASSERT_TRUE(writes);
  const auto& behalf = std::get<OnBehalfOfSettings>(*writes);
  EXPECT_EQ(behalf.client_id, "33333333-3333-3333-3333-333333333333");
  EXPECT_EQ(behalf.tenant_id, "99999999-9999-9999-9999-999999999999");
  EXPECT_EQ(behalf.authority, "https://login.microsoftonline.us");
  EXPECT_EQ(std::get<WorkloadIdentitySettings>(behalf.assertion).client_id, "w");
}

TEST_F(CredentialTest, TheEnvironmentsClientIdLeavesOtherIdentitiesAlone) {
  const auto both = organization(R"(      credential: { managed_identity: { client_id: reader } }
      write_credential: { managed_identity: { client_id: writer } }
)",
                                 {{"AZURE_MI_CLIENT_ID", "mine"}});
  EXPECT_EQ(std::get<ManagedIdentitySettings>(both.credential).client_id, "mine");
  ASSERT_TRUE(both.write_credential);
  EXPECT_EQ(std::get<ManagedIdentitySettings>(*both.write_credential).client_id, "writer");
  const auto filled = organization(R"(      credential: azure_cli
      write_credential: { managed_identity: { client_id: "${WRITER:-}" } }
)",
                                   {{"AZURE_MI_CLIENT_ID", "mine"}});
  ASSERT_TRUE(filled.write_credential);
  EXPECT_EQ(std::get<ManagedIdentitySettings>(*filled.write_credential).client_id, "mine");
}

class SinksTest : public ConfigTest {
 protected:
  AuditSettings audit(const std::string& block, const Environment& environment = {}) {
    return settings(kMinimal + ("audit:\n" + block), environment).audit;
  }
};

TEST_F(SinksTest, KeepsFilesWithDefaults) {
  const auto file = audit("  sinks: [file: { path: a.jsonl }]\n").file;
  ASSERT_TRUE(file);
  EXPECT_EQ(file->rotate_bytes, 104857600U);
  EXPECT_EQ(file->keep, 0U);
  EXPECT_EQ(file->fsync, Fsync::kInterval);
}

TEST_F(SinksTest, ReadsFiles) {
  const auto loaded = audit(
      "  publish_head_every: 1\n"
      "  sinks: [file: { path: a.jsonl, rotate: 10GiB, keep: 9, fsync: always }]\n");
  ASSERT_TRUE(loaded.file);
  EXPECT_EQ(loaded.file->rotate_bytes, 10737418240U);
  EXPECT_EQ(loaded.file->keep, 9U);
  EXPECT_EQ(loaded.file->fsync, Fsync::kAlways);
  EXPECT_EQ(loaded.publish_head_every, 1U);
  const auto never = audit("  sinks: [file: { path: a.jsonl, fsync: never }]\n").file;
  ASSERT_TRUE(never);
  EXPECT_EQ(never->fsync, Fsync::kNever);
}

TEST_F(SinksTest, ReadsApplicationInsights) {
  const Environment environment = {{"CONNECTION", kConnectionString},
                                   {"AZURE_MI_CLIENT_ID", "mine"}};
  const auto plain =
      audit(
          "  sinks: [stdout, { application_insights: { connection_string: \"${CONNECTION}\" } }]\n",
          environment)
          .application_insights;
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->connection_string, kConnectionString);
  EXPECT_FALSE(plain->credential);
  const auto with_identity = audit(R"(  required: none
  sinks:
    - application_insights:
        connection_string: ${CONNECTION}
        credential: { managed_identity: {} }
)",
                                   environment);
  EXPECT_FALSE(with_identity.to_stdout);
  ASSERT_TRUE(with_identity.application_insights);
  const auto& credential = with_identity.application_insights->credential;
  ASSERT_TRUE(credential);
  EXPECT_EQ(std::get<ManagedIdentitySettings>(*credential).client_id, "mine");
}

TEST_F(SinksTest, UnderstandsConnectionStrings) {
  const std::string key = "77777777-7777-7777-7777-777777777777";
  const auto found = [&](const std::string& text) {
    return problems(std::string(kMinimal) +
                        "audit: { sinks: [stdout, application_insights: { connection_string: "
                        "\"${CONNECTION}\" }] }\n",
                    {{"CONNECTION", text}});
  };
  EXPECT_THAT(found(" instrumentationkey = " + key + " ; ; AUTHORIZATION=ikey;LiveEndpoint=x;"),
              IsEmpty());
  EXPECT_THAT(found("InstrumentationKey=" + key + ";IngestionEndpoint=http://127.0.0.1:80/"),
              IsEmpty());
  for (const std::string& wrong :
       std::vector<std::string>{key, "InstrumentationKey=" + key + "0", "InstrumentationKey",
                                "Key=" + key, "InstrumentationKey=" + key + ";IngestionEndpoint=",
                                "InstrumentationKey=" + key + ";Authorization="}) {
    EXPECT_THAT(found(wrong), ElementsAre(Not(HasSubstr(key)))) << wrong;
  }
}

using StateTest = ConfigTest;

TEST_F(StateTest, IsMemoryOfOneReplicaUnlessOnAPlatform) {
  const auto local = settings(kMinimal).state;
  EXPECT_EQ(local.blob_url, "");
  EXPECT_THAT(local.keys, IsEmpty());
  EXPECT_FALSE(local.many_replicas);
  const Environment platform = {{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}};
  EXPECT_TRUE(settings(kSignedIn, platform).state.many_replicas);
  EXPECT_FALSE(settings(std::string(kSignedIn) + "state: { replicas: one }\n", platform)
                   .state.many_replicas);
  EXPECT_TRUE(settings(std::string(kMinimal) + "state: { replicas: many, store: memory }\n")
                  .state.many_replicas);
}

TEST_F(StateTest, ReadsBlobContainers) {
  const auto store = [&](const std::string& text) {
    return settings(kMinimal + ("state: { store: " + text + " }\n"),
                    {{"AZURE_MI_CLIENT_ID", "mine"}})
        .state;
  };
  const auto plain = store("{ blob: \"https://account.blob.core.windows.net/adomcp/\" }");
  EXPECT_EQ(plain.blob_url, "https://account.blob.core.windows.net/adomcp");
  EXPECT_EQ(std::get<ManagedIdentitySettings>(plain.credential).client_id, "mine");
  const auto emulator = store(
      "{ blob: \"http://127.0.0.1:10000/devstoreaccount1/adomcp\", environment: { variable: TOKEN, "
      "scheme: bearer } }");
  EXPECT_EQ(emulator.blob_url, "http://127.0.0.1:10000/devstoreaccount1/adomcp");
  EXPECT_EQ(std::get<EnvironmentCredentialSettings>(emulator.credential).variable, "TOKEN");
}

TEST_F(StateTest, TheSealingKeyMayHaveAContainerOfItsOwn) {
  const auto state = [&](const std::string& key_blob, const Environment& environment) {
    return settings(
               kMinimal + ("state: { store: { blob: \"https://a.blob.core.windows.net/adomcp\", "
                           "key_blob: \"" +
                           key_blob + "\" } }\n"),
               environment)
        .state;
  };
  EXPECT_EQ(state("https://a.blob.core.windows.net/keys/", {}).key_blob_url,
            "https://a.blob.core.windows.net/keys");
  EXPECT_EQ(state("${KEYS:-}", {}).key_blob_url, "");
  EXPECT_EQ(state("${KEYS:-}", {{"KEYS", "https://a.blob.core.windows.net/keys"}}).key_blob_url,
            "https://a.blob.core.windows.net/keys");
  EXPECT_THAT(problems(std::string(kMinimal) +
                       "state: { store: { blob: \"https://a.blob.core.windows.net/adomcp\", "
                       "key_blob: \"https://a.blob.core.windows.net\" } }\n"),
              ElementsAre(HasSubstr("state.store.key_blob must name a container")));
}

TEST_F(StateTest, NeverShowsAKey) {
  const auto keys = [&](const std::string& key) {
    return problems(std::string(kMinimal) + "state: { keys: [\"" + key + "\"] }\n");
  };
  EXPECT_EQ(
      settings(std::string(kMinimal) + "state: { keys: [\"" + kStateKey + "\"] }\n").state.keys,
      std::vector<std::string>{kStateKey});
  const std::string good(42, 'Q');
  EXPECT_THAT(keys(good + "8="), IsEmpty());
  for (const std::string& wrong : std::vector<std::string>{
           good + "9=", good + "A", good + "AA",
           good + "A==", good + "-=", good.substr(1) + "_A=", good + good + "A="}) {
    EXPECT_THAT(keys(wrong), ElementsAre(Not(HasSubstr("QQQ")))) << wrong;
  }
}

}  // namespace
}  // namespace adomcp::config
