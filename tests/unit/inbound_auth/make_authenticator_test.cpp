#include "inbound_auth/make_authenticator.h"

#include <stdexcept>

#include "inbound_auth/issuer_client.h"
#include "support.h"
#include "support/cut_answer.h"
#include "support/scripted_server.h"

namespace adomcp::inbound_auth {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::Peer;
using testing_support::Received;
using testing_support::ScriptedServer;
using testing_support::send_cut_answer;

constexpr const char* kMetadataPath = "/.well-known/openid-configuration";

/// An issuer on loopback with metadata that a test makes of its URL.
class IssuerServer {
 public:
  explicit IssuerServer(std::function<std::string(const std::string& url)> metadata)
      : metadata_(std::move(metadata)), server_([this](Peer& peer, const Received& request) {
          if (request.target == kMetadataPath) return peer.json(metadata_(server_.base_url()));
          if (request.target == "/keys") return peer.json(key_set_text({keys().rsa.jwk("rsa")}));
          peer.answer(404, "text/plain", "no");
        }) {}

  static std::string good(const std::string& url) {
    return json{{"issuer", url}, {"jwks_uri", url + "/keys"}}.dump();
  }
  std::string url() const { return server_.base_url(); }

 private:
  std::function<std::string(const std::string&)> metadata_;
  ScriptedServer server_;
};

std::string failure(const std::string& issuer) {
  IssuerClient client(issuer, {Algorithm::kRs256}, {});
  const auto got = client.fetch(Deadline::after(std::chrono::seconds(10)), CancelToken{});
  return got ? "it came" : got.error().text();
}

TEST(IssuerClient, FindsTheKeysThroughTheMetadata) {
  IssuerServer server(IssuerServer::good);
  EXPECT_EQ(failure(server.url()), "it came");
}

TEST(IssuerClient, AnIssuerMayEndInASlash) {
  IssuerServer server([](const std::string& url) {
    return json{{"issuer", url + "/"}, {"jwks_uri", url + "/keys"}}.dump();
  });
  EXPECT_EQ(failure(server.url() + "/"), "it came");
}

TEST(IssuerClient, RefusesMetadataThatItCannotTrust) {
  struct Case {
    const char* name;
    std::function<std::string(const std::string&)> metadata;
    const char* says;
  };
  const auto with_keys_at = [](const std::string& keys_url) {
    return [keys_url](const std::string& url) {
      return json{{"issuer", url}, {"jwks_uri", keys_url}}.dump();
    };
  };
  const Case cases[] = {
      {"another issuer",
       [](const std::string& url) {
         return json{{"issuer", url + "/other"}, {"jwks_uri", url + "/keys"}}.dump();
       },
       "names another issuer"},
      {"a slash more",
       [](const std::string& url) {
         return json{{"issuer", url + "/"}, {"jwks_uri", url + "/keys"}}.dump();
       },
       "names another issuer"},
      {"no issuer",
       [](const std::string& url) {
         return json{{"jwks_uri", url + "/keys"}}.dump();
       },
       "names another issuer"},
      {"no keys",
       [](const std::string& url) {
         return json{{"issuer", url}}.dump();
       },
       "no jwks_uri"},
      {"keys in a file", with_keys_at("file:///etc/passwd"), "no jwks_uri"},
      {"keys over plain http elsewhere", with_keys_at("http://192.0.2.1/keys"), "plain http"},
      {"no JSON", [](const std::string&) { return std::string("<html>"); }, "not a JSON object"},
      {"keys missing",
       [](const std::string& url) {
         return json{{"issuer", url}, {"jwks_uri", url + "/gone"}}.dump();
       },
       "answered 404"},
      {"too large", [](const std::string&) { return std::string(300000, ' '); }, "larger than"},
  };
  for (const auto& [name, metadata, says] : cases) {
    IssuerServer server(metadata);
    EXPECT_THAT(failure(server.url()), HasSubstr(says)) << name;
  }
}

TEST(IssuerClient, FollowsNoRedirect) {
  ScriptedServer elsewhere([](Peer& peer, const Received&) { peer.json("{}"); });
  ScriptedServer server([&](Peer& peer, const Received&) {
    peer.answer(302, "text/plain", "", "Location: " + elsewhere.base_url() + "/\r\n");
  });
  EXPECT_THAT(failure(server.base_url()), HasSubstr("answered 302"));
  EXPECT_EQ(elsewhere.connections(), 0);
}

AuthSettings oidc_settings(const std::string& issuer) {
  AuthSettings settings;
  settings.mode = "bearer";
  settings.provider = "oidc";
  settings.issuer = issuer;
  settings.audiences = {kApi};
  settings.scopes = {"access_as_user"};
  return settings;
}

json person_of(const std::string& issuer) {
  return {{"iss", issuer},
          {"aud", kApi},
          {"sub", "ada"},
          {"scope", "access_as_user"},
          {"exp", kNow + 60}};
}

TEST(MakeAuthenticator, BearerAsksTheIssuerAndLetsItsPeopleIn) {
  IssuerServer server(IssuerServer::good);
  const ManualClock clock;
  const auto made = make_authenticator(oidc_settings(server.url()), clock, {});
  EXPECT_EQ(reason_of(made->authenticate(bearer(rs256(person_of(server.url()))))), "let in");
  EXPECT_EQ(made->problem(), "");
  EXPECT_EQ(reason_of(made->authenticate(headers({}))), "no_token");
}

TEST(MakeAuthenticator, EntraTakesAConfiguredIssuer) {
  IssuerServer server(IssuerServer::good);
  const ManualClock clock;
  AuthSettings settings = entra_settings();
  settings.issuer = server.url();
  const auto made = make_authenticator(settings, clock, {});
  const auto token = rs256(with(person_v2(), "iss", server.url()));
  EXPECT_EQ(reason_of(made->authenticate(bearer(token))), "let in");
}

TEST(MakeAuthenticator, EasyAuthChecksBoth) {
  IssuerServer server(IssuerServer::good);
  const ManualClock clock;
  AuthSettings settings = oidc_settings(server.url());
  settings.mode = "easyauth";
  const auto made = make_authenticator(settings, clock, {});
  const auto token = rs256(person_of(server.url()));
  EXPECT_EQ(reason_of(made->authenticate(bearer(token))), "easyauth_missing");
  EXPECT_EQ(reason_of(made->authenticate(headers(
                {{"authorization", "Bearer " + token}, {"x-ms-client-principal-id", "ada"}}))),
            "let in");
}

TEST(MakeAuthenticator, AnIssuerThatIsDownIsA503AndNotReady) {
  const ManualClock clock;
  std::string url;
  {
    url = ScriptedServer([](Peer&, const Received&) {}).base_url();
  }
  const auto made = make_authenticator(oidc_settings(url), clock, {});
  const auto answer = made->authenticate(bearer(rs256(person_of(url))));
  EXPECT_EQ(refusal_of(answer).status, 503);
  EXPECT_EQ(refusal_of(answer).reason, "keys_unavailable");
  EXPECT_THAT(made->problem(), HasSubstr("127.0.0.1"));
}

TEST(MakeAuthenticator, NoneIsAnonymous) {
  const ManualClock clock;
  AuthSettings settings;
  settings.mode = "none";
  const auto made = make_authenticator(settings, clock, {});
  EXPECT_EQ(reason_of(made->authenticate(headers({}))), "let in");
}

TEST(MakeAuthenticator, WhatWouldLetAnybodyInDoesNotStart) {
  const ManualClock clock;
  const std::function<void(AuthSettings&)> breaks[] = {
      [](AuthSettings& settings) { settings.mode = ""; },
      [](AuthSettings& settings) { settings.mode = "Bearer"; },
      [](AuthSettings& settings) { settings.provider = ""; },
      [](AuthSettings& settings) { settings.tenant_id = ""; },
      [](AuthSettings& settings) { settings.provider = "oidc"; },
      [](AuthSettings& settings) { settings.audiences = {}; },
      [](AuthSettings& settings) { settings.algorithms = {}; },
      [](AuthSettings& settings) {
        settings.algorithms = {"RS256", "HS256"};
      },
      [](AuthSettings& settings) { settings.algorithms = {"none"}; },
  };
  for (const auto& apply : breaks) {
    AuthSettings settings = entra_settings();
    apply(settings);
    EXPECT_THROW(make_authenticator(settings, clock, {}), std::invalid_argument);
  }
}

TEST(IssuerClient, AnAnswerThatBreaksOffIsTheIssuersFault) {
  ScriptedServer server([](Peer& peer, const Received&) { send_cut_answer(peer); });
  const auto why = failure(server.base_url());
  EXPECT_THAT(why, HasSubstr("127.0.0.1:" + std::to_string(server.port())));
  EXPECT_THAT(why, Not(HasSubstr("Azure DevOps")));
}

}  // namespace
}  // namespace adomcp::inbound_auth
