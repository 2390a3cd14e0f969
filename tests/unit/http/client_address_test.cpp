#include "http/client_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace adomcp::http {
namespace {

using ::testing::HasSubstr;

TEST(ClientAddress, IsReadFromTheRightAcrossTrustedProxies) {
  const ClientAddress addresses({"10.0.0.0/8", "192.0.2.7", "fd00::/8", "2001:db8::1"});
  struct Case {
    const char* peer;
    const char* forwarded;
    const char* found;
  };
  const Case cases[] = {
      // Nobody between, or nobody who is trusted: the header is the caller's own invention.
      {"203.0.113.5", "1.2.3.4", "203.0.113.5"},
      {"203.0.113.5", "10.0.0.1", "203.0.113.5"},
      {"11.0.0.1", "1.2.3.4", "11.0.0.1"},
      {"127.0.0.1", "1.2.3.4", "127.0.0.1"},
      {"2001:db8::2", "1.2.3.4", "2001:db8::2"},
      // One proxy and several.
      {"10.0.0.1", "203.0.113.5", "203.0.113.5"},
      {"192.0.2.7", "203.0.113.5", "203.0.113.5"},
      {"10.0.0.1", "203.0.113.5, 10.2.2.2", "203.0.113.5"},
      {"10.0.0.1", "203.0.113.5,fd00::3,10.2.2.2", "203.0.113.5"},
      {"fd00::3", "203.0.113.5", "203.0.113.5"},
      {"2001:db8::1", "2001:db8::2", "2001:db8::2"},
      // What stands left of the first stranger is his invention.
      {"10.0.0.1", "1.2.3.4, 203.0.113.5", "203.0.113.5"},
      {"10.0.0.1", "127.0.0.1, 203.0.113.5", "203.0.113.5"},
      {"10.0.0.1", "1.2.3.4, 10.0.0.9, 203.0.113.5, 10.0.0.2", "203.0.113.5"},
      {"10.0.0.1", "10.0.0.5, 203.0.113.5", "203.0.113.5"},
      // All are trusted: the one furthest away.
      {"10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
      // Ports and brackets, as Azure's gateways write them.
      {"10.0.0.1", "203.0.113.5:51234", "203.0.113.5"},
      {"10.0.0.1", "1.2.3.4:1, 203.0.113.5:51234, 10.0.0.2:80", "203.0.113.5"},
      {"10.0.0.1", "[2001:db8::5]:443", "2001:db8::5"},
      {"10.0.0.1", "[2001:db8::5]", "2001:db8::5"},
      {"10.0.0.1", "2001:DB8:0:0::5", "2001:db8::5"},
      // IPv4 inside IPv6 is the same address.
      {"::ffff:10.0.0.1", "203.0.113.5", "203.0.113.5"},
      {"10.0.0.1", "::ffff:203.0.113.5", "203.0.113.5"},
      {"10.0.0.1", "[::ffff:203.0.113.5]:80", "203.0.113.5"},
      {"10.0.0.1", "203.0.113.5, ::ffff:10.0.0.2", "203.0.113.5"},
      {"10.0.0.1", "203.0.113.5, ::FFFF:0A00:0002", "203.0.113.5"},
      // An entry that is no address ends the search at the proxy that wrote it.
      {"10.0.0.1", "", "10.0.0.1"},
      {"10.0.0.1", ",", "10.0.0.1"},
      {"10.0.0.1", "unknown", "10.0.0.1"},
      {"10.0.0.1", "203.0.113.5,", "10.0.0.1"},
      {"10.0.0.1", "203.0.113.5, unknown, 10.0.0.2", "10.0.0.2"},
      {"10.0.0.1", "203.0.113.5, , 10.0.0.2", "10.0.0.2"},
      {"10.0.0.1", "1.2.3.4 203.0.113.5", "10.0.0.1"},
      {"10.0.0.1", "203.0.113.5:", "10.0.0.1"},
      {"10.0.0.1", "203.0.113.5:123456", "10.0.0.1"},
      {"10.0.0.1", "203.0.113.5:80x", "10.0.0.1"},
      {"10.0.0.1", "203.0.113.256", "10.0.0.1"},
      {"10.0.0.1", "203.0.113.5/32", "10.0.0.1"},
      {"10.0.0.1", "[203.0.113.5]", "10.0.0.1"},
      {"10.0.0.1", "[2001:db8::5", "10.0.0.1"},
      {"10.0.0.1", "[2001:db8::5]x", "10.0.0.1"},
      {"10.0.0.1", "[2001:db8::5]:", "10.0.0.1"},
      {"10.0.0.1", "fe80::1%eth0", "10.0.0.1"},
      {"10.0.0.1", "for=203.0.113.5", "10.0.0.1"},
      {"10.0.0.1", "\"203.0.113.5\"", "10.0.0.1"},
      // Forms of IPv4 that programs read differently.
      {"10.0.0.1", "203.113", "10.0.0.1"},
      {"10.0.0.1", "0313.0.113.5", "10.0.0.1"},
      {"10.0.0.1", "0xcb.0.113.5", "10.0.0.1"},
      {"10.0.0.1", "3405803781", "10.0.0.1"},
  };
  for (const Case& row : cases) {
    EXPECT_EQ(addresses.find(row.peer, row.forwarded), row.found)
        << row.peer << " | " << row.forwarded;
  }
  EXPECT_EQ(addresses.find("10.0.0.1", std::nullopt), "10.0.0.1");
}

TEST(ClientAddress, WithoutTrustedProxiesItIsThePeer) {
  const ClientAddress addresses({});
  EXPECT_EQ(addresses.find("127.0.0.1", "1.2.3.4"), "127.0.0.1");
  EXPECT_EQ(addresses.find("::1", "1.2.3.4"), "::1");
}

TEST(ClientAddress, RangesAreTakenByTheirBits) {
  const ClientAddress addresses({"172.16.5.9/12", "0.0.0.0/32", "198.51.100.128/25"});
  const auto trusts = [&](const char* peer) {
    return addresses.find(peer, "1.2.3.4") == "1.2.3.4";
  };
  EXPECT_TRUE(trusts("172.31.255.255"));
  EXPECT_FALSE(trusts("172.32.0.0"));
  EXPECT_FALSE(trusts("172.15.255.255"));
  EXPECT_TRUE(trusts("198.51.100.128"));
  EXPECT_FALSE(trusts("198.51.100.127"));
  EXPECT_TRUE(trusts("0.0.0.0"));
  const ClientAddress all({"0.0.0.0/0"});
  EXPECT_EQ(all.find("9.9.9.9", "1.2.3.4"), "1.2.3.4");
  EXPECT_EQ(all.find("2001:db8::1", "1.2.3.4"), "2001:db8::1");
}

TEST(ClientAddress, ALongListEnds) {
  const ClientAddress addresses({"10.0.0.0/8"});
  std::string list = "1.2.3.4, 203.0.113.5";
  for (int i = 0; i < 1000; ++i) list += ", 10.0.0.2";
  EXPECT_EQ(addresses.find("10.0.0.1", list), "203.0.113.5");
}

TEST(ClientAddress, RefusesRangesThatMeanNothing) {
  for (const char* entry : {"", "proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x",
                            "10.0.0/8", "fd00::/129", "/8", "10.0.0.0/8/8"}) {
    try {
      const ClientAddress made({"10.0.0.1", entry});
      ADD_FAILURE() << entry;
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), HasSubstr("server.trusted_proxies"));
      EXPECT_THAT(error.what(), HasSubstr(entry));
    }
  }
}

TEST(ClientAddress, MappedAddressesAreShownPlain) {
  using Poco::Net::IPAddress;
  EXPECT_EQ(ClientAddress::text(IPAddress("::ffff:203.0.113.5")), "203.0.113.5");
  EXPECT_EQ(ClientAddress::text(IPAddress("203.0.113.5")), "203.0.113.5");
  EXPECT_EQ(ClientAddress::text(IPAddress("2001:db8::5")), "2001:db8::5");
}

TEST(ClientAddress, TellsTheProxiesFromOthers) {
  const ClientAddress addresses({"10.0.0.0/8", "fd00::/8"});
  for (const char* peer : {"10.0.0.1", "10.255.255.255", "fd12::1"}) {
    EXPECT_TRUE(addresses.trusts(peer)) << peer;
  }
  for (const char* peer : {"11.0.0.1", "127.0.0.1", "2001:db8::1", "::1", "", "proxy"}) {
    EXPECT_FALSE(addresses.trusts(peer)) << peer;
  }
  EXPECT_FALSE(ClientAddress({}).trusts("127.0.0.1"));
}

TEST(ClientAddress, ANetworkIsAnAddressOrWhatItsOwnerHasBeside) {
  EXPECT_EQ(ClientAddress::network("203.0.113.5"), "203.0.113.5");
  const std::string here = ClientAddress::network("2001:db8:1:2::1");
  EXPECT_EQ(ClientAddress::network("2001:db8:1:2:ffff:ffff:ffff:ffff"), here);
  EXPECT_NE(ClientAddress::network("2001:db8:1:3::1"), here);
}

}  // namespace
}  // namespace adomcp::http
