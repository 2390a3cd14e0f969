#include "outbound_identity/managed_identity_credential.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

#include <functional>
#include <thread>

#include "support.h"

namespace adomcp::outbound_identity {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
namespace net = Poco::Net;

using Handler = std::function<void(net::HTTPServerRequest&, net::HTTPServerResponse&)>;

/// The platform's endpoint on a free port.
class Endpoint final : public net::HTTPRequestHandlerFactory {
 public:
  explicit Endpoint(Handler handler)
      : handler_(std::move(handler)),
        socket_(net::SocketAddress("127.0.0.1", 0)),
        server_(Poco::SharedPtr<net::HTTPRequestHandlerFactory>(new Forward(*this)), socket_,
                new net::HTTPServerParams) {
    server_.start();
  }
  ~Endpoint() override { server_.stopAll(true); }

  std::string url(const std::string& path = "/msi/token") const {
    return "http://127.0.0.1:" + std::to_string(socket_.address().port()) + path;
  }
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
    return new Answering(handler_);
  }

 private:
  /// The server owns its factory; this one is the test's.
  class Forward final : public net::HTTPRequestHandlerFactory {
   public:
    explicit Forward(Endpoint& endpoint) : endpoint_(endpoint) {}
    net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest& request) override {
      return endpoint_.createRequestHandler(request);
    }

   private:
    Endpoint& endpoint_;
  };
  class Answering final : public net::HTTPRequestHandler {
   public:
    explicit Answering(const Handler& handler) : handler_(handler) {}
    void handleRequest(net::HTTPServerRequest& request,
                       net::HTTPServerResponse& response) override {
      handler_(request, response);
    }

   private:
    const Handler& handler_;
  };

  Handler handler_;
  net::ServerSocket socket_;
  net::HTTPServer server_;
};

void answer(net::HTTPServerResponse& response, int status, const std::string& body) {
  response.setStatus(static_cast<net::HTTPResponse::HTTPStatus>(status));
  response.setContentLength(static_cast<std::streamsize>(body.size()));
  response.send() << body;
}

const std::string kGood =
    R"({"access_token":")" + kSecret + R"(","expires_on":"1700003600","token_type":"Bearer"})";

class ManagedIdentityTest : public ::testing::Test {
 protected:
  Result<AccessToken> ask(const std::string& endpoint, const ManagedIdentitySettings& settings = {},
                          Deadline deadline = soon(), const CancelToken& cancel = {}) {
    ManagedIdentityCredential credential(
        settings, kAzureDevOpsResource, clock_, {},
        fixed({{"IDENTITY_ENDPOINT", endpoint}, {"IDENTITY_HEADER", "hush"}}), milliseconds(1));
    return credential.token(deadline, cancel);
  }
  Error failure_of(int status, const std::string& body) {
    calls_ = 0;
    const Endpoint endpoint([&](auto&, auto& response) {
      ++calls_;
      answer(response, status, body);
    });
    const auto result = ask(endpoint.url());
    EXPECT_FALSE(result) << status << body;
    if (result) return {};
    expect_no_secret(result.error());
    return result.error();
  }

  ManualClock clock_;
  std::atomic<int> calls_ = 0;
};

TEST_F(ManagedIdentityTest, AsksAsThePlatformWantsIt) {
  std::string uri;
  std::string header;
  const Endpoint endpoint([&](auto& request, auto& response) {
    uri = request.getURI();
    header = request.get("X-IDENTITY-HEADER", "");
    answer(response, 200, kGood);
  });
  const auto result = ask(endpoint.url("/msi/token/"), {"abc-1"});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->authorization, "Bearer " + kSecret);
  EXPECT_EQ(result->expires_at.time_since_epoch(), std::chrono::seconds(1700003600));
  EXPECT_EQ(uri,
            "/msi/token/?resource=499b84ac-1321-427f-aa17-267ca6975798&api-version=2019-08-01"
            "&client_id=abc-1");
  EXPECT_EQ(header, "hush");
}

TEST_F(ManagedIdentityTest, LeavesTheClientIdOutForTheSystemAssignedIdentity) {
  std::string uri;
  const Endpoint endpoint([&](auto& request, auto& response) {
    uri = request.getURI();
    answer(response, 200, kGood);
  });
  EXPECT_TRUE(ask(endpoint.url("/token?x=1")));
  EXPECT_THAT(uri, HasSubstr("/token?x=1&resource="));
  EXPECT_THAT(uri, ::testing::Not(HasSubstr("client_id")));
}

TEST_F(ManagedIdentityTest, ReadsTheVariablesAgainForEachAttempt) {
  std::vector<std::string> headers;
  const Endpoint endpoint([&](auto& request, auto& response) {
    headers.push_back(request.get("X-IDENTITY-HEADER", ""));
    answer(response, headers.size() < 2 ? 500 : 200, headers.size() < 2 ? "" : kGood);
  });
  int reads = 0;
  ManagedIdentityCredential credential(
      {}, kAzureDevOpsResource, clock_, {},
      [&](const std::string& name) {
        return name == "IDENTITY_ENDPOINT" ? endpoint.url() : "h" + std::to_string(++reads);
      },
      milliseconds(1));
  EXPECT_TRUE(credential.token(soon(), {}));
  EXPECT_THAT(headers, ::testing::ElementsAre("h1", "h2"));
}

TEST_F(ManagedIdentityTest, RepeatsWhatMayPassAndGivesUp) {
  for (const int status : {429, 500, 503}) {
    EXPECT_THAT(failure_of(status, "").text(), HasSubstr(std::to_string(status)));
    EXPECT_EQ(calls_, 4) << status;
  }
}

TEST_F(ManagedIdentityTest, ShowsWhyItWasRefusedAndDoesNotRepeat) {
  const auto error = failure_of(
      400, R"({"statusCode":400,"message":"Unable to load the identity. )" + kSecret + R"("})");
  EXPECT_EQ(calls_, 1);
  EXPECT_THAT(error.text(), HasSubstr("Unable to load the identity."));
  EXPECT_THAT(error.text(), HasSubstr("AZURE_MI_CLIENT_ID"));
}

TEST_F(ManagedIdentityTest, RefusesAnswersItCannotRead) {
  EXPECT_THAT(failure_of(200, kSecret).text(), HasSubstr("not JSON"));
  EXPECT_THAT(failure_of(200, "{}").text(), HasSubstr("no access_token"));
  EXPECT_THAT(failure_of(200, R"({"access_token":"a b","expires_in":5})").text(),
              HasSubstr("wrong form"));
  EXPECT_THAT(failure_of(200, R"({"access_token":")" + kSecret + R"("})").text(),
              HasSubstr("expires"));
  EXPECT_THAT(failure_of(200, std::string(100000, 'x')).text(), HasSubstr("larger than"));
}

TEST_F(ManagedIdentityTest, SaysWhatIsMissing) {
  const auto missing = [&](std::map<std::string, std::string> variables) {
    ManagedIdentityCredential credential({}, kAzureDevOpsResource, clock_, {},
                                         fixed(std::move(variables)));
    return credential.token(soon(), {}).error().text();
  };
  EXPECT_THAT(missing({{"AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1"}}),
              HasSubstr("IDENTITY_ENDPOINT is not set"));
  EXPECT_THAT(missing({{"AZURE_FEDERATED_TOKEN_FILE", "/var/run/token"}}),
              HasSubstr("Configure `workload_identity`"));
  EXPECT_THAT(missing({{"IDENTITY_ENDPOINT", "http://127.0.0.1:1/"},
                       {"AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1"}}),
              HasSubstr("IDENTITY_HEADER is not set"));
  for (const char* wrong :
       {"https://127.0.0.1/", "nonsense", "http://", "http://[::1", "http://192.0.2.1/msi/token"}) {
    EXPECT_THAT(missing({{"IDENTITY_ENDPOINT", wrong}, {"IDENTITY_HEADER", "x"}}),
                HasSubstr("not an http URL"));
  }
}

TEST_F(ManagedIdentityTest, SaysWhenNobodyAnswers) {
  std::string url;
  {
    const Endpoint endpoint([](auto&, auto&) {});
    url = endpoint.url();
  }
  const auto result = ask(url);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text(),
              HasSubstr("No answer came from the managed identity endpoint"));
}

TEST_F(ManagedIdentityTest, StopsAtDeadlineAndCancel) {
  CancelToken release;
  CancelToken asked_again;
  const Endpoint endpoint([&](auto&, auto& response) {
    if (++calls_ == 2) asked_again.cancel();
    (void)release.wait_until(soon());
    answer(response, 200, kGood);
  });
  const auto late = ask(endpoint.url(), {}, Deadline::after(milliseconds(500)));
  EXPECT_EQ(late.error().code, ErrorCode::kTimeout);
  CancelToken cancel;
  std::thread canceller([&] {
    (void)asked_again.wait_until(soon());
    cancel.cancel();
  });
  EXPECT_EQ(ask(endpoint.url(), {}, soon(), cancel).error().code, ErrorCode::kCancelled);
  canceller.join();
  release.cancel();
}

}  // namespace
}  // namespace adomcp::outbound_identity
