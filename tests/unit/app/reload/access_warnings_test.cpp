#include "app/reload/access_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adomcp::app {
namespace {

using testing::HasSubstr;

TEST(AccessWarnings, SignInWithoutRulesIsWarnedOf) {
  struct Case {
    const char* name;
    const char* mode;
    policy::Access access;
    const char* says;  // empty: there is nothing to warn of
  };
  const AccessRule rule;
  for (const auto& [name, mode, access, says] : {
           Case{"bearer", "bearer", {{}, true, false}, "may use every tool. Add rules"},
           Case{"easyauth", "easyauth", {{}, true, false}, "may use every tool. Add rules"},
           Case{"reads alone", "bearer", {{}, true, true}, "may use every tool that reads."},
           Case{"nobody signs in", "none", {{}, true, false}, ""},
           Case{"a rule", "bearer", {{rule}, false, false}, ""},
           Case{"a rule, and all others may too, as somebody wrote",
                "bearer",
                {{rule}, true, false},
                ""},
           Case{"nobody may", "bearer", {{}, false, false}, ""},
       }) {
    AuthSettings auth;
    auth.mode = mode;
    const auto lines = access_warnings(auth, access);
    ASSERT_EQ(lines.size(), *says == '\0' ? 0U : 1U) << name;
    if (!lines.empty()) {
      EXPECT_THAT(lines[0], HasSubstr(says)) << name;
    }
  }
}

}  // namespace
}  // namespace adomcp::app
