#include "mcp/subscriptions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "fake_stream.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

const json kTools = {{"notifications", {{"toolsListChanged", true}}}};

class SubscriptionsTest : public testing::Test {
 protected:
  std::shared_ptr<FakeStream> listen(const std::string& id, const json& params = kTools,
                                     const std::string& person = {}) {
    auto stream = std::make_shared<FakeStream>();
    Exchange exchange;
    exchange.stream = [stream] { return stream; };
    exchange.principal.object_id = person;
    last_ = subscriptions_.listen({"subscriptions/listen", params, false, id}, exchange);
    return stream;
  }

  static json notification(const std::string& method, const json& id) {
    return {{"jsonrpc", "2.0"},
            {"method", "notifications/" + method},
            {"params", {{"_meta", {{"io.modelcontextprotocol/subscriptionId", id}}}}}};
  }

  Subscriptions subscriptions_{8};
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

TEST_F(SubscriptionsTest, HonoursOnlyWhatItHas) {
  const json params = {{"notifications",
                        {{"toolsListChanged", false},
                         {"promptsListChanged", true},
                         {"resourceSubscriptions", {"a://b"}},
                         {"later", 1}}}};
  const auto stream = listen("1", params);
  EXPECT_EQ(stream->sent().at(0)["params"]["notifications"], json::object());
  subscriptions_.changed(Change::kTools);
  EXPECT_EQ(stream->sent().size(), 1U) << "nobody asked for it";
}

TEST_F(SubscriptionsTest, RefusesAFilterThatIsNone) {
  for (const json& params : {json(nullptr), json::object(), json{{"notifications", true}},
                             json{{"notifications", {{"toolsListChanged", "yes"}}}}}) {
    const auto stream = listen("1", params);
    ASSERT_TRUE(last_.error) << params;
    EXPECT_EQ(last_.error->code, -32602);
    EXPECT_THAT(stream->sent(), IsEmpty());
  }
  EXPECT_EQ(subscriptions_.open(), 0U);
}

TEST_F(SubscriptionsTest, RefusesAClientThatTakesNoEvents) {
  Exchange exchange;
  const auto reply = subscriptions_.listen({"subscriptions/listen", kTools, false, "1"}, exchange);
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
  Exchange exchange;
  exchange.stream = [] { return std::make_shared<FakeStream>(); };
  const Request request{"subscriptions/listen", kTools, false, "1"};
  exchange.principal.object_id = "avery";
  for (std::size_t i = 0; i < Subscriptions::kMostOfOnePerson; ++i) {
    EXPECT_FALSE(many.listen(request, exchange).error);
  }
  EXPECT_TRUE(many.listen(request, exchange).error);
  exchange.principal.object_id = "blake";
  EXPECT_FALSE(many.listen(request, exchange).error);
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
