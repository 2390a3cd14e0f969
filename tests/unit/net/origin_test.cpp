#include "net/origin.h"

#include <gtest/gtest.h>

namespace adomcp::net {
namespace {

TEST(Origins, AreTakenApart) {
  const auto origin = parse_origin("https://TFS.corp.example/tfs/");
  ASSERT_TRUE(origin);
  EXPECT_TRUE(origin->secure);
  EXPECT_EQ(origin->host, "tfs.corp.example");
  EXPECT_EQ(origin->port, 443);
  EXPECT_EQ(origin->base_path, "/tfs");
  EXPECT_EQ(origin->host_header(), "tfs.corp.example");
  EXPECT_EQ(parse_origin("http://[::1]:7072")->host_header(), "[::1]:7072");
  EXPECT_EQ(parse_origin("http://localhost:80")->host_header(), "localhost");
}

TEST(Origins, PlainHttpIsForLoopbackOnly) {
  for (const char* good : {"http://127.0.0.1:1", "http://127.1.2.3", "http://localhost:7072"}) {
    EXPECT_TRUE(parse_origin(good)) << good;
  }
  for (const char* bad :
       {"http://dev.azure.com", "http://10.0.0.1", "http://localhost.evil.example", "ftp://x",
        "dev.azure.com", "", "https://", "https://a@b", "https://a?b=c", "https://a#b",
        "https://a:99999"}) {
    EXPECT_FALSE(parse_origin(bad)) << bad;
  }
}

TEST(Origins, TheMetadataAddressMayBePlainWhenAskedFor) {
  EXPECT_TRUE(parse_origin("http://169.254.169.254", PlainHttp::kLoopbackAndLinkLocal));
  EXPECT_FALSE(parse_origin("http://169.254.169.254"));
  EXPECT_FALSE(parse_origin("http://10.0.0.1", PlainHttp::kLoopbackAndLinkLocal));
}

}  // namespace
}  // namespace adomcp::net
