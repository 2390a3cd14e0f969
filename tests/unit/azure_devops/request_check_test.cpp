#include "azure_devops/request_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adomcp::azure_devops {
namespace {

using testing::HasSubstr;

Result<CheckedRequest> check(const std::string& path, const std::string& query = {},
                             const std::string& method = "GET", bool read_only = true) {
  Request request;
  request.method = method;
  request.path = path;
  request.query = query;
  return check_request(request, read_only);
}

class GoodPath : public testing::TestWithParam<const char*> {};

TEST_P(GoodPath, GoesOutAsItIs) {
  const auto checked = check(GetParam());
  ASSERT_TRUE(checked) << checked.error().text();
  EXPECT_EQ(checked->path, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Table, GoodPath,
                         testing::Values("build/builds", "build/builds/12/logs/3",
                                         "build/builds/1/Timeline/stages/Build%20it",
                                         "git/repositories/a.b-c_d~e/items", "x/...y", "x/50%25",
                                         "x/%C3%A9"));

class BadPath : public testing::TestWithParam<const char*> {};

TEST_P(BadPath, IsRefused) {
  const auto checked = check(GetParam());
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kInvalid);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadPath,
    testing::Values("", "/build/builds", "build/builds/", "build//builds", ".", "..", "a/../b",
                    "a/./b", "a/..", "../../Secret/_apis/build/builds", "a/%2e%2e/b", "a/%2E./b",
                    "a/.%2e/b", "a/%252e%252e/b", "a/%25252e%25252e/b", "a%2fb", "a%2Fb", "a%252fb",
                    "a%5cb", "a\\b", "a%255cb", "https://evil.example/x", "build:builds", "a?b",
                    "a#b", "a;b", "a b", "a\nb", "a%0d%0ab", "a%00b", "a%250ab", "a%zz", "a%",
                    "a%2", "\xC3\xA9", "a\x7f", "a/%2525252525252e%2525252525252e"));

TEST(RequestCheck, PathsAreBounded) {
  EXPECT_TRUE(check(std::string(1024, 'a')));
  EXPECT_FALSE(check(std::string(1025, 'a')));
}

struct Query {
  const char* given;
  const char* sent;  ///< nullptr: refused
};

class Queries : public testing::TestWithParam<Query> {};

TEST_P(Queries, HaveOneApiVersion) {
  const auto checked = check("build/builds", GetParam().given);
  ASSERT_EQ(static_cast<bool>(checked), GetParam().sent != nullptr);
  if (checked) {
    EXPECT_EQ(checked->query, GetParam().sent);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, Queries,
    testing::Values(
        Query{"", "api-version=7.1"}, Query{"$top=5&x=a%20b", "$top=5&x=a%20b&api-version=7.1"},
        Query{"api-version=7.1", "api-version=7.1"},
        Query{"a=1&api-version=7.2-preview.1", "a=1&api-version=7.2-preview.1"},
        Query{"api-version=7.1-preview", "api-version=7.1-preview"},
        Query{"flag", "flag&api-version=7.1"}, Query{"api-version=5.0", nullptr},
        Query{"api-version=7.", nullptr}, Query{"api-version=7.1x", nullptr},
        Query{"api-version=7.1-preview.", nullptr}, Query{"api-version=7.1-preview.x", nullptr},
        Query{"api-version", nullptr}, Query{"api-version=7.1&api-version=7.1", nullptr},
        Query{"api-version=7.1&API-Version=7.2", nullptr}, Query{"api%2Dversion=7.1", nullptr},
        Query{"api-version=7%2E1", nullptr}, Query{"a=b#c", nullptr}, Query{"a=b c", nullptr},
        Query{"a=b\r\nEvil: 1", nullptr}, Query{"a=%0a", nullptr}, Query{"a=%zz", nullptr},
        Query{"a=\xC3\xA9", nullptr}));

TEST(RequestCheck, QueriesAreBounded) {
  EXPECT_FALSE(check("x", "a=" + std::string(4096, 'a')));
}

TEST(RequestCheck, ListsWhatMayBePosted) {
  const auto preview = check("pipelines/12/preview", "", "POST");
  ASSERT_TRUE(preview);
  EXPECT_EQ(preview->kind, RequestKind::kPreview);
  EXPECT_EQ(preview->pipeline_id, 12);
  const auto run = check("pipelines/12/runs", "", "POST", false);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->kind, RequestKind::kStartsRun);
  EXPECT_EQ(check("pipelines/12/runs")->kind, RequestKind::kRead);
  const auto refused = check("pipelines/12/runs", "", "POST", true);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_THAT(refused.error().message, HasSubstr("declared read only"));
  for (const char* verb : {"runs", "preview"}) {
    const auto path = std::string("pipelines/12/") + verb;
    EXPECT_FALSE(check(path, "pipelineVersion=3", "POST", false)) << verb;
    EXPECT_FALSE(check(path, "api-version=7.1", "POST", false)) << verb;
  }
}

TEST(RequestCheck, RefusesEveryOtherWrite) {
  for (const char* path :
       {"build/builds", "pipelines", "pipelines/12", "pipelines/x/runs", "pipelines/0/runs",
        "pipelines/-1/runs", "pipelines/+1/runs", "pipelines/12/runs/5", "Pipelines/12/runs",
        "pipelines/12/Runs", "pipelines/99999999999999999999/runs", "pipelines/1%32/runs"}) {
    const auto refused = check(path, "", "POST", false);
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
    EXPECT_THAT(refused.error().message, HasSubstr(std::string("POST ") + path));
  }
  for (const char* method : {"PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "get", "Post"}) {
    EXPECT_EQ(check("pipelines/12/runs", "", method, false).error().code, ErrorCode::kDenied);
  }
  EXPECT_EQ(check("x", "", "GET /evil HTTP/1.1\r\nX: 1", false).error().code, ErrorCode::kInvalid);
}

TEST(RequestCheck, HeadersStayHeaders) {
  Request request;
  request.path = "build/builds";
  request.accept = "text/plain\r\nEvil: 1";
  EXPECT_FALSE(check_request(request, true));
  request.accept = std::string(500, 'a');
  EXPECT_FALSE(check_request(request, true));
  request.accept = "text/plain";
  EXPECT_TRUE(check_request(request, true));
  request.body = "x";
  EXPECT_FALSE(check_request(request, true));
}

}  // namespace
}  // namespace adomcp::azure_devops
