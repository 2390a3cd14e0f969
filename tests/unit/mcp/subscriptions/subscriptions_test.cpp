#include "mcp/subscriptions/subscriptions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "unit/mcp/fake_stream.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const json kTools = {{"notifications", {{"toolsListChanged", true}}}};

class SubscriptionsTest : public testing::Test {
 protected:
  std::shared_ptr<FakeStream> listen(const std::string& id, const json& params = kTools,
                                     const std::string& person = {}) {
    auto stream = std::make_shared<FakeStream>();
    HttpRequest http_request;
    http_request.stream = [stream] { return stream; };
    http_request.principal.object_id = person;
    http_request.signed_in_until = signed_in_until_;
    last_ =
        subscriptions_.listen({"subscriptions/listen", params, false, id}, http_request, may_read_);
    return stream;
  }

  static json asking_for(const json& filter) { return {{"notifications", filter}}; }

  /// What it acknowledged.
  static json honoured(const FakeStream& stream) {
    return stream.sent().at(0)["params"]["notifications"];
  }

  /// The methods of what followed.
  static std::vector<std::string> told(const FakeStream& stream) {
    std::vector<std::string> out;
    const auto sent = stream.sent();
    for (std::size_t i = 1; i < sent.size(); ++i) out.push_back(sent[i]["method"]);
    return out;
  }

  static json notification(const std::string& method, const json& id) {
    return {{"jsonrpc", "2.0"},
            {"method", "notifications/" + method},
            {"params", {{"_meta", {{"io.modelcontextprotocol/subscriptionId", id}}}}}};
  }

  Subscriptions::Time now_{};
  Clock::TimePoint signed_in_until_ = Clock::TimePoint::max();
  Subscriptions::MayRead may_read_;
  Subscriptions subscriptions_{{8, std::chrono::seconds(60)}, [this] { return now_; }};
  Reply last_;
};

TEST_F(SubscriptionsTest, SaysFirstWhatItWillTellThenTellsIt) {
  const auto stream = listen("1");
  EXPECT_TRUE(last_.streaming);
  auto first = notification("subscriptions/acknowledged", 1);
  first["params"]["notifications"] = {{"toolsListChanged", true}};
  ASSERT_EQ(stream->sent(), std::vector<json>{first});
  subscriptions_.changed(Change::kTools);
  ASSERT_EQ(stream->sent().size(), 2U);
  EXPECT_EQ(stream->sent()[1], notification("tools/list_changed", 1));
}

TEST_F(SubscriptionsTest, KeepsTheTypeAndTheDigitsOfAnId) {
  for (const std::string id : {"9007199254740993", "\"1\"", "-7", R"("a \"b\"")"}) {
    const auto stream = listen(id);
    EXPECT_EQ(stream->sent().at(0)["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"],
              json::parse(id));
    stream->leave();
  }
}

TEST_F(SubscriptionsTest, HonoursWhatIsAskedForAndNothingElse) {
  const auto all = listen("1", asking_for({{"toolsListChanged", true},
                                           {"promptsListChanged", true},
                                           {"resourcesListChanged", true},
                                           {"resourceSubscriptions", {"b://1", "a://1", "b://1"}},
                                           {"later", 1}}));
  EXPECT_EQ(honoured(*all), json({{"toolsListChanged", true},
                                  {"promptsListChanged", true},
                                  {"resourcesListChanged", true},
                                  {"resourceSubscriptions", {"a://1", "b://1"}}}));
  const auto nothing = listen(
      "2", asking_for({{"toolsListChanged", false}, {"resourceSubscriptions", json::array()}}));
  EXPECT_EQ(honoured(*nothing), json::object());
  for (const auto what : {Change::kTools, Change::kPrompts, Change::kResources}) {
    subscriptions_.changed(what);
  }
  subscriptions_.changed(Change::kResource, "a://1");
  EXPECT_THAT(
      told(*all),
      ElementsAre("notifications/tools/list_changed", "notifications/prompts/list_changed",
                  "notifications/resources/list_changed", "notifications/resources/updated"));
  EXPECT_THAT(told(*nothing), IsEmpty());
}

TEST_F(SubscriptionsTest, EachHearsOnlyItsOwnKind) {
  const std::map<Change, const char*> fields = {{Change::kTools, "toolsListChanged"},
                                                {Change::kPrompts, "promptsListChanged"},
                                                {Change::kResources, "resourcesListChanged"}};
  for (const auto& [wanted, field] : fields) {
    const auto stream = listen("1", asking_for({{field, true}}));
    for (const auto& [other, its_field] : fields) {
      if (other != wanted) subscriptions_.changed(other);
    }
    subscriptions_.changed(Change::kResource, "a://1");
    EXPECT_THAT(told(*stream), IsEmpty()) << field;
    subscriptions_.changed(wanted);
    EXPECT_EQ(stream->sent().size(), 2U) << field;
    stream->leave();
  }
}

TEST_F(SubscriptionsTest, AResourceIsToldOfByItsUri) {
  const auto stream = listen("7", asking_for({{"resourceSubscriptions", {"a://\"1\""}}}));
  subscriptions_.changed(Change::kResource, "a://1");
  EXPECT_THAT(told(*stream), IsEmpty());
  subscriptions_.changed(Change::kResource, "a://\"1\"");
  auto wanted = notification("resources/updated", 7);
  wanted["params"]["uri"] = "a://\"1\"";
  EXPECT_EQ(stream->sent().at(1), wanted);
}

TEST_F(SubscriptionsTest, NobodyHearsOfAResourceThatTheyMayNotRead) {
  bool secret_is_open = false;
  may_read_ = [&](const std::string& uri) { return uri != "a://secret" || secret_is_open; };
  const json both = asking_for({{"resourceSubscriptions", {"a://open", "a://secret"}}});
  const auto stream = listen("1", both);
  EXPECT_EQ(honoured(*stream), json({{"resourceSubscriptions", {"a://open"}}}));
  subscriptions_.changed(Change::kResource, "a://secret");
  EXPECT_THAT(told(*stream), IsEmpty());

  secret_is_open = true;
  const auto other = listen("2", both);
  EXPECT_EQ(honoured(*other), both["notifications"]);
  secret_is_open = false;
  subscriptions_.changed(Change::kResource, "a://secret");
  EXPECT_THAT(told(*other), IsEmpty()) << "the rules of now count";
}

TEST_F(SubscriptionsTest, AFlagThatIsNullIsAsAbsent) {
  const auto stream =
      listen("1", asking_for({{"toolsListChanged", true}, {"resourcesListChanged", nullptr}}));
  EXPECT_FALSE(last_.error);
  EXPECT_EQ(honoured(*stream), json({{"toolsListChanged", true}}));
}

TEST_F(SubscriptionsTest, RefusesAFilterThatIsNone) {
  const json many = std::vector<std::string>(SubscriptionFilter::kMostUris + 1, "a://b");
  const std::string long_uri(SubscriptionFilter::kMostUriBytes + 1, 'x');
  for (const json& params :
       {json(nullptr), json::object(), json{{"notifications", true}},
        asking_for({{"toolsListChanged", "yes"}}), asking_for({{"promptsListChanged", 1}}),
        asking_for({{"resourceSubscriptions", "a://b"}}),
        asking_for({{"resourceSubscriptions", {1}}}), asking_for({{"resourceSubscriptions", {""}}}),
        asking_for({{"resourceSubscriptions", {long_uri}}}),
        asking_for({{"resourceSubscriptions", many}})}) {
    const auto stream = listen("1", params);
    ASSERT_TRUE(last_.error) << params;
    EXPECT_EQ(last_.error->code, -32602);
    EXPECT_THAT(stream->sent(), IsEmpty());
  }
  EXPECT_EQ(subscriptions_.open(), 0U);
}

TEST_F(SubscriptionsTest, AStreamIsEndedWhenItIsTooOld) {
  const auto old = listen("1");
  now_ += std::chrono::seconds(30);
  const auto young = listen("2");
  now_ += std::chrono::milliseconds(29999);
  subscriptions_.end_aged();
  EXPECT_FALSE(old->ended());
  now_ += std::chrono::milliseconds(1);
  subscriptions_.end_aged();
  const auto sent = old->sent();
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(sent[1]["method"], "notifications/cancelled");
  EXPECT_EQ(sent[1]["params"]["requestId"], 1);
  EXPECT_THAT(sent[1]["params"]["reason"].get<std::string>(), HasSubstr("stream_age"));
  EXPECT_EQ(sent[2]["result"]["resultType"], "complete");
  EXPECT_TRUE(old->ended());
  EXPECT_FALSE(young->ended());
  EXPECT_EQ(subscriptions_.open(), 1U);
}

TEST_F(SubscriptionsTest, AStreamEndsWithTheTokenThatOpenedIt) {
  const Clock::TimePoint end(std::chrono::seconds(1000));
  signed_in_until_ = end;
  const auto first = listen("1");
  signed_in_until_ = end + std::chrono::seconds(60);
  const auto renewed = listen("2");
  signed_in_until_ = Clock::TimePoint::max();
  const auto anonymous = listen("3");
  subscriptions_.end_signed_out(end - std::chrono::milliseconds(1));
  EXPECT_FALSE(first->ended());
  subscriptions_.end_signed_out(end);
  EXPECT_TRUE(first->ended());
  const auto sent = first->sent();
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_THAT(sent[1]["params"]["reason"].get<std::string>(), HasSubstr("access token"));
  EXPECT_EQ(sent[2]["result"]["resultType"], "complete");
  EXPECT_FALSE(renewed->ended());
  subscriptions_.end_signed_out(Clock::TimePoint::max() - std::chrono::seconds(1));
  EXPECT_TRUE(renewed->ended());
  EXPECT_FALSE(anonymous->ended()) << "nobody signs in there";
  EXPECT_EQ(subscriptions_.open(), 1U);
}

TEST_F(SubscriptionsTest, WithoutAnAgeNothingIsTooOld) {
  Subscriptions::Time now{};
  Subscriptions ageless({8, {}}, [&now] { return now; });
  const auto stream = std::make_shared<FakeStream>();
  HttpRequest http_request;
  http_request.stream = [stream] { return stream; };
  ageless.listen({"subscriptions/listen", kTools, false, "1"}, http_request);
  now += std::chrono::hours(100000);
  ageless.end_aged();
  EXPECT_FALSE(stream->ended());
}

TEST_F(SubscriptionsTest, RefusesAClientThatTakesNoEvents) {
  HttpRequest http_request;
  const auto reply =
      subscriptions_.listen({"subscriptions/listen", kTools, false, "1"}, http_request);
  ASSERT_TRUE(reply.error);
  EXPECT_THAT(reply.error->message, HasSubstr("text/event-stream"));
}

TEST_F(SubscriptionsTest, ForgetsWhoLeft) {
  const auto stream = listen("1");
  EXPECT_EQ(subscriptions_.open(), 1U);
  stream->leave();
  EXPECT_EQ(subscriptions_.open(), 0U);
}

TEST_F(SubscriptionsTest, IsBounded) {
  std::vector<std::shared_ptr<FakeStream>> streams;
  for (int i = 0; i < 8; ++i) streams.push_back(listen("1"));
  const auto refused = listen("9");
  ASSERT_TRUE(last_.error);
  EXPECT_EQ(last_.error->code, -32603);
  EXPECT_THAT(refused->sent(), IsEmpty());
  streams[0]->leave();
  listen("9");
  EXPECT_FALSE(last_.error);
}

TEST_F(SubscriptionsTest, OnePersonCannotTakeAllStreams) {
  Subscriptions many;
  HttpRequest http_request;
  http_request.stream = [] { return std::make_shared<FakeStream>(); };
  const Request request{"subscriptions/listen", kTools, false, "1"};
  http_request.principal.object_id = "avery";
  for (std::size_t i = 0; i < Subscriptions::kMostOfOnePerson; ++i) {
    EXPECT_FALSE(many.listen(request, http_request).error);
  }
  EXPECT_TRUE(many.listen(request, http_request).error);
  http_request.principal.object_id = "blake";
  EXPECT_FALSE(many.listen(request, http_request).error);
}

TEST_F(SubscriptionsTest, EndsEachWithACancellationAndAResult) {
  const auto stream = listen("\"x\"");
  subscriptions_.close_all();
  const auto sent = stream->sent();
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(sent[1]["method"], "notifications/cancelled");
  EXPECT_EQ(sent[1]["params"]["requestId"], "x");
  EXPECT_EQ(sent[2], json::parse(R"({"jsonrpc":"2.0","id":"x","result":{"resultType":"complete",
      "_meta":{"io.modelcontextprotocol/subscriptionId":"x"}}})"));
  EXPECT_TRUE(stream->ended());
  listen("2");
  EXPECT_TRUE(last_.error) << "the server is stopping";
}

TEST_F(SubscriptionsTest, TheAcknowledgementIsFirstWhateverChangesMeanwhile) {
  std::atomic<bool> done = false;
  std::thread changing([&] {
    while (!done) subscriptions_.changed(Change::kTools);
  });
  for (int i = 0; i < 200; ++i) {
    const auto stream = listen("1");
    EXPECT_EQ(stream->sent().at(0)["method"], "notifications/subscriptions/acknowledged");
    stream->leave();
  }
  done = true;
  changing.join();
}

}  // namespace
}  // namespace adomcp::mcp
