#include "outbound_identity/make_identities.h"

#include <stdlib.h>

#include "outbound_identity/make_credential.h"
#include "people.h"
#include "support.h"

namespace adomcp::outbound_identity {
namespace {

constexpr const char* kReads = "ADOMCP_TEST_READS";
constexpr const char* kWrites = "ADOMCP_TEST_WRITES";

class MakeIdentitiesTest : public ::testing::Test {
 protected:
  MakeIdentitiesTest() {
    setenv(kReads, "reads", 1);
    setenv(kWrites, "writes", 1);
    settings_.credential = EnvironmentCredentialSettings{kReads, false};
  }
  ~MakeIdentitiesTest() override {
    unsetenv(kReads);
    unsetenv(kWrites);
  }

  static std::string token_of(Credential& credential) {
    const auto result = credential.token(soon(), {});
    return result ? result->authorization : result.error().text();
  }
  static std::string token_of(IdentitySource& source) {
    return token_of(*source.of(person(kAvery), nullptr));
  }

  ManualClock clock_;
  OrganizationSettings settings_;
};

TEST_F(MakeIdentitiesTest, OneCredentialIsForEverything) {
  const auto made = make_identities(settings_, clock_, {});
  EXPECT_EQ(token_of(*made.host), "Bearer reads");
  EXPECT_EQ(token_of(*made.reads), "Bearer reads");
  EXPECT_EQ(made.reads, made.writes);
}

TEST_F(MakeIdentitiesTest, WritesMayHaveTheirOwn) {
  settings_.write_credential = EnvironmentCredentialSettings{kWrites, false};
  const auto made = make_identities(settings_, clock_, {});
  EXPECT_EQ(token_of(*made.host), "Bearer reads");
  EXPECT_EQ(token_of(*made.reads), "Bearer reads");
  EXPECT_EQ(token_of(*made.writes), "Bearer writes");
}

TEST_F(MakeIdentitiesTest, WritesInPeoplesNamesAreNobodyElses) {
  settings_.write_credential = OnBehalfOfSettings{};
  const auto made = make_identities(settings_, clock_, {});
  EXPECT_EQ(token_of(*made.reads), "Bearer reads");
  EXPECT_EQ(made.writes->of(person(kAvery), nullptr)->token(soon(), {}).error().code,
            ErrorCode::kDenied);
}

TEST_F(MakeIdentitiesTest, ReadsInPeoplesNamesLeaveTheHostItsOwn) {
  OnBehalfOfSettings in_names;
  in_names.assertion = WorkloadIdentitySettings{"client", "tenant", "/nonexistent/token"};
  settings_.credential = in_names;
  const auto made = make_identities(settings_, clock_, {});
  EXPECT_EQ(made.reads, made.writes);
  EXPECT_EQ(made.reads->of(person(kAvery), nullptr)->token(soon(), {}).error().code,
            ErrorCode::kDenied);
  EXPECT_THAT(token_of(*made.host), ::testing::HasSubstr("/nonexistent/token"));
}

TEST(MakeCredential, IsForTheHostsOwnIdentityOnly) {
  const ManualClock clock;
  const WorkloadIdentitySettings workload{"client", "tenant", "/nonexistent/token"};
  const auto made = make_credential(workload, kStorageResource, clock, {});
  EXPECT_THAT(made->token(soon(), {}).error().text(), ::testing::HasSubstr("/nonexistent/token"));
  EXPECT_THROW(make_credential(OnBehalfOfSettings{}, kStorageResource, clock, {}),
               std::invalid_argument);
}

}  // namespace
}  // namespace adomcp::outbound_identity
