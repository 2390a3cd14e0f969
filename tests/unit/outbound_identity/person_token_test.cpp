#include "outbound_identity/on_behalf_of_credential.h"

#include "people.h"
#include "support.h"

namespace adomcp::outbound_identity {
namespace {

TEST(PersonToken, SaysWhoseItIsAndForHowLong) {
  for (const char* padding : {"", "x", "xx", "\\u00fcxx>>>???"}) {  // every length of base64
    const auto read =
        read_person_token(person_jwt(kAvery, 1700000000, std::string(R"(,"p":")") + padding + '"'));
    ASSERT_TRUE(read) << padding;
    EXPECT_EQ(read->object_id, kAvery);
    EXPECT_EQ(read->tenant_id, kTenant);
    EXPECT_EQ(read->expires_at.time_since_epoch(), std::chrono::seconds(1700000000));
  }
}

TEST(PersonToken, IsNothingElse) {
  const std::string good = person_jwt(kAvery, 1700000000);
  ASSERT_TRUE(read_person_token(good));
  for (const std::string& wrong :
       {std::string(), std::string("."), std::string(".."), std::string("a..b"),
        std::string("a.b.c"), std::string("a.e30.c"), std::string("a.!!!!.c"),
        std::string("opaque"), good.substr(0, good.rfind('.')), good + "\n",
        jwt_of(R"({"exp":"1700000000"})"), jwt_of(R"({"exp":-1})"), jwt_of(R"({"exp":1e300})"),
        jwt_of(R"({"exp":0})"), jwt_of("[1]"), jwt_of(R"({"exp":1700000000)"),
        jwt_of("{\"exp\":1700000000,\"p\":\"" + std::string(20000, 'x') + "\"}")}) {
    EXPECT_FALSE(read_person_token(wrong)) << wrong.substr(0, 80);
  }
}

}  // namespace
}  // namespace adomcp::outbound_identity
