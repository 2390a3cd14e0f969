#include "outbound_identity/on_behalf_of_identity.h"

#include <set>
#include <thread>
#include <vector>

#include "people.h"
#include "token_server.h"

namespace adomcp::outbound_identity {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

/// Vouches for the application.
class Vouching final : public Credential {
 public:
  Result<AccessToken> token(Deadline, const CancelToken&) override {
    if (fails) return Error{ErrorCode::kUnavailable, "No managed identity.", {}};
    return AccessToken{authorization, {}};
  }
  void invalidate() override { ++invalidated; }

  std::atomic<bool> fails = false;
  std::atomic<int> invalidated = 0;
  std::string authorization = "Bearer proof";
};

class OnBehalfOfTest : public ::testing::Test {
 protected:
  /// A token service that gives "ado-for-" and the last characters of who is asked for.
  void give_tokens(Peer& peer, const Received& got) {
    const auto said = read(fields_of(got)["assertion"]);
    peer.json(token_json("ado-for-" + said + "-" + std::to_string(++given_)));
  }
  /// Keep what is returned after what `script` refers to.
  [[nodiscard]] std::unique_ptr<ScriptedServer> serve(ScriptedServer::Script script,
                                                      std::size_t capacity = 100) {
    auto server = std::make_unique<ScriptedServer>(std::move(script));
    OnBehalfOfSettings settings;
    settings.client_id = "app-1";
    settings.tenant_id = kTenant;
    settings.authority = server->base_url();
    identity_ = std::make_unique<OnBehalfOfIdentity>(settings, kAzureDevOpsResource, vouching_,
                                                     clock_, net::HttpClient(),
                                                     Repeats{2, milliseconds(1)}, capacity);
    return server;
  }
  [[nodiscard]] std::unique_ptr<ScriptedServer> serve_tokens(std::size_t capacity = 100) {
    return serve([this](Peer& peer, const Received& got) { give_tokens(peer, got); }, capacity);
  }

  std::string jwt(const std::string& who, seconds lifetime = seconds(3600),
                  const std::string& more = {}) const {
    return person_jwt(who, clock_.epoch() + lifetime.count(), more);
  }
  Result<AccessToken> ask(const Principal& who, const std::string& token) {
    return identity_->of(who, secret(token))->token(soon(), {});
  }
  std::string token_of(const Principal& who, const std::string& token) {
    const auto result = ask(who, token);
    return result ? result->authorization : result.error().text();
  }
  Error refusal(const Principal& who, const std::shared_ptr<const Secret>& token) {
    const auto result = identity_->of(who, token)->token(soon(), {});
    EXPECT_FALSE(result);
    if (result) return {};
    expect_no_secret(result.error());
    return result.error();
  }

  ManualClock clock_;
  std::shared_ptr<Vouching> vouching_ = std::make_shared<Vouching>();
  std::unique_ptr<OnBehalfOfIdentity> identity_;
  std::atomic<int> given_ = 0;

 private:
  /// Which of the test's people a token is for.
  static std::string read(const std::string& token) {
    const auto of = [&](const std::string& who) {
      const auto whole = person_jwt(who, 0);
      // The first bytes of the payload name the person.
      return token.starts_with(whole.substr(0, 80));
    };
    if (of(kAvery)) return "avery";
    return of(kBlake) ? "blake" : "nobody";
  }
};

TEST_F(OnBehalfOfTest, ExchangesThePersonsToken) {
  const auto server = serve_tokens();
  const std::string token = jwt(kAvery);
  EXPECT_EQ(token_of(person(kAvery), token), "Bearer ado-for-avery-1");
  const auto got = server->requests().at(0);
  EXPECT_EQ(got.target, "/" + kTenant + "/oauth2/v2.0/token");
  const std::map<std::string, std::string> expected = {
      {"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
      {"client_id", "app-1"},
      {"assertion", token},
      {"requested_token_use", "on_behalf_of"},
      {"scope", "499b84ac-1321-427f-aa17-267ca6975798/.default"},
      {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
      {"client_assertion", "proof"}};
  EXPECT_EQ(fields_of(got), expected);
}

TEST_F(OnBehalfOfTest, AsksOnceAPersonAndToken) {
  const auto server = serve_tokens();
  const std::string first = jwt(kAvery);
  const std::string second = jwt(kAvery, seconds(3600), R"(,"uti":"2")");
  EXPECT_EQ(token_of(person(kAvery), first), "Bearer ado-for-avery-1");
  EXPECT_EQ(token_of(person(kBlake), jwt(kBlake)), "Bearer ado-for-blake-2");
  EXPECT_EQ(token_of(person(kAvery), first), "Bearer ado-for-avery-1");
  EXPECT_EQ(token_of(person(kAvery), second), "Bearer ado-for-avery-3");
  EXPECT_EQ(token_of(person(kBlake), jwt(kBlake)), "Bearer ado-for-blake-2");
}

TEST_F(OnBehalfOfTest, NobodyGetsAnothersToken) {
  const auto server = serve_tokens();
  const std::string averys = jwt(kAvery);
  ASSERT_TRUE(ask(person(kAvery), averys));
  // Whatever would be wrong elsewhere: a token and a person that don't belong together are refused.
  EXPECT_EQ(refusal(person(kBlake), secret(averys)).code, ErrorCode::kDenied);
  EXPECT_EQ(refusal(person(kAvery, "other-tenant"), secret(averys)).code, ErrorCode::kDenied);
  EXPECT_EQ(server->requests().size(), 1u);
}

TEST_F(OnBehalfOfTest, TheSamePersonIdInAnotherTenantIsAnother) {
  const auto server = serve_tokens();
  const std::string unnamed = jwt_of(R"({"exp":)" + std::to_string(clock_.epoch() + 3600) + "}");
  EXPECT_EQ(token_of(person(kAvery, "t1"), unnamed), "Bearer ado-for-nobody-1");
  EXPECT_EQ(token_of(person(kAvery, "t2"), unnamed), "Bearer ado-for-nobody-2");
  EXPECT_EQ(token_of(person(kBlake, "t1"), unnamed), "Bearer ado-for-nobody-3");
}

TEST_F(OnBehalfOfTest, ServesOnlyPeopleWithATokenOfTheirOwn) {
  const auto server = serve_tokens();
  Principal program = person(kAvery);
  program.application = true;
  EXPECT_THAT(refusal(program, secret(jwt(kAvery))).text(), HasSubstr("Sign in as a person"));
  EXPECT_THAT(refusal(person(kAvery), nullptr).text(), HasSubstr("nobody has signed in"));
  EXPECT_THAT(refusal(Principal{}, secret(jwt(kAvery))).text(), HasSubstr("nobody has signed in"));
  EXPECT_THAT(refusal(person(kAvery), secret(kSecret)).text(), HasSubstr("can't be used"));
  EXPECT_THAT(refusal(person(kAvery), secret(jwt(kAvery, seconds(0)))).text(),
              HasSubstr("expired"));
  EXPECT_EQ(server->requests().size(), 0u);
}

TEST_F(OnBehalfOfTest, ForgetsPeopleWhenTheirTokenExpires) {
  const auto server = serve_tokens();
  const std::string token = jwt(kAvery, seconds(600));
  ASSERT_TRUE(ask(person(kAvery), token));
  clock_.advance(seconds(599));
  EXPECT_EQ(token_of(person(kAvery), token), "Bearer ado-for-avery-1");
  clock_.advance(seconds(1));
  EXPECT_EQ(refusal(person(kAvery), secret(token)).message, "Your sign-in has expired.");
  EXPECT_EQ(server->requests().size(), 1u);
}

TEST_F(OnBehalfOfTest, KeepsABoundedNumberOfPeople) {
  const auto server = serve_tokens(1);
  ASSERT_TRUE(ask(person(kAvery), jwt(kAvery)));
  ASSERT_TRUE(ask(person(kBlake), jwt(kBlake)));
  EXPECT_EQ(token_of(person(kAvery), jwt(kAvery)), "Bearer ado-for-avery-3");
}

TEST_F(OnBehalfOfTest, AsksOnceForManyCallsAtATime) {
  const auto server = serve_tokens();
  const std::string token = jwt(kAvery);
  std::mutex mutex;
  std::set<std::string> seen;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 8; ++i) {
      callers.emplace_back([&] {
        const auto got = token_of(person(kAvery), token);
        const std::lock_guard lock(mutex);
        seen.insert(got);
      });
    }
  }
  EXPECT_THAT(seen, ::testing::ElementsAre("Bearer ado-for-avery-1"));
}

TEST_F(OnBehalfOfTest, ARefusedTokenIsOnlyItsPersonsLoss) {
  const auto server = serve_tokens();
  const auto averys = secret(jwt(kAvery));
  ASSERT_TRUE(ask(person(kBlake), jwt(kBlake)));
  ASSERT_TRUE(identity_->of(person(kAvery), averys)->token(soon(), {}));
  clock_.advance(seconds(60));
  identity_->of(person(kAvery), averys)->invalidate();
  EXPECT_EQ(identity_->of(person(kAvery), averys)->token(soon(), {})->authorization,
            "Bearer ado-for-avery-3");
}

TEST_F(OnBehalfOfTest, SaysWhatAPersonHasToDo) {
  const auto server = serve([](Peer& peer, const Received&) {
    peer.answer(400, "application/json",
                refusal_json("interaction_required",
                             "AADSTS50076: Use a second factor. " + kSecret + " Trace ID: 1"));
  });
  const auto error = refusal(person(kAvery), secret(jwt(kAvery)));
  EXPECT_EQ(error.code, ErrorCode::kDenied);
  EXPECT_THAT(error.text(), HasSubstr("AADSTS50076"));
  EXPECT_THAT(error.text(), HasSubstr("Sign in again"));
  // A broken person can't make this host ask with every call.
  (void)refusal(person(kAvery), secret(jwt(kAvery)));
  EXPECT_EQ(server->requests().size(), 1u);
}

TEST_F(OnBehalfOfTest, WithoutProofNothingIsAsked) {
  const auto server = serve_tokens();
  vouching_->fails = true;
  EXPECT_EQ(refusal(person(kAvery), secret(jwt(kAvery))).message, "No managed identity.");
  vouching_->fails = false;
  vouching_->authorization = "Basic abc";
  EXPECT_EQ(refusal(person(kBlake), secret(jwt(kBlake))).code, ErrorCode::kInternal);
  EXPECT_EQ(server->requests().size(), 0u);
}

TEST_F(OnBehalfOfTest, GetsANewProofAfterItWasRefused) {
  const auto server = serve([](Peer& peer, const Received&) {
    peer.answer(401, "application/json", refusal_json("invalid_client", "AADSTS700024: Old."));
  });
  EXPECT_EQ(refusal(person(kAvery), secret(jwt(kAvery))).code, ErrorCode::kUnavailable);
  EXPECT_EQ(vouching_->invalidated, 1);
}

TEST_F(OnBehalfOfTest, AnswersThatAreNoneAreSaid) {
  std::string answer;
  const auto server = serve([&](Peer& peer, const Received&) { peer.json(answer); });
  int number = 0;
  for (const std::string& body :
       {std::string("[]"), std::string(R"({"access_token":"a b","expires_in":5})"),
        R"({"access_token":")" + kSecret + R"("})", token_json(kSecret, 0)}) {
    answer = body;
    const auto one = jwt(kAvery, seconds(3600), R"(,"uti":)" + std::to_string(++number));
    EXPECT_EQ(refusal(person(kAvery), secret(one)).code, ErrorCode::kUnavailable) << body;
  }
}

}  // namespace
}  // namespace adomcp::outbound_identity
