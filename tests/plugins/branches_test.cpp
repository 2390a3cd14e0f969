#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <adomcp/branches.hpp>
#include <string>

namespace adomcp::sdk {
namespace {

using testing::HasSubstr;

struct Written {
  const char* written;
  const char* full;
  const char* shown;
};

class Branches : public testing::TestWithParam<Written> {};

TEST_P(Branches, AreNamedInFullAndShownShort) {
  EXPECT_EQ(branch_problem(GetParam().written), "");
  const std::string full = full_branch(GetParam().written);
  EXPECT_EQ(full, GetParam().full);
  EXPECT_EQ(short_branch(full), GetParam().shown);
  // What is shown can be given back, and what is full stays.
  EXPECT_EQ(full_branch(short_branch(full)), full);
  EXPECT_EQ(full_branch(full), full);
}

INSTANTIATE_TEST_SUITE_P(
    Git, Branches,
    testing::Values(
        Written{"main", "refs/heads/main", "main"},
        Written{"release/1.2", "refs/heads/release/1.2", "release/1.2"},
        Written{"refs/heads/main", "refs/heads/main", "main"},
        Written{"Refs/heads/x", "refs/heads/x", "x"},
        Written{"REFS/HEADS/Feature/X", "refs/heads/Feature/X", "Feature/X"},
        Written{"heads/main", "refs/heads/main", "main"},
        Written{"  main\t", "refs/heads/main", "main"},
        Written{"\nmain\r\n", "refs/heads/main", "main"},
        Written{"/main", "refs/heads/main", "main"}, Written{"main/", "refs/heads/main", "main"},
        Written{"//refs/heads/main/", "refs/heads/main", "main"},
        Written{"refs", "refs/heads/refs", "refs"}, Written{"$x", "refs/heads/$x", "$x"},
        Written{"pull/x", "refs/heads/pull/x", "pull/x"},
        Written{"höhe/ü", "refs/heads/höhe/ü", "höhe/ü"},
        Written{"dependabot/npm_and_yarn/@scope/x-1.0",
                "refs/heads/dependabot/npm_and_yarn/@scope/x-1.0",
                "dependabot/npm_and_yarn/@scope/x-1.0"},
        // Branches whose short name would mean something else are shown whole.
        Written{"refs/heads/heads/main", "refs/heads/heads/main", "refs/heads/heads/main"},
        Written{"refs/heads/refs/x", "refs/heads/refs/x", "refs/heads/refs/x"},
        Written{"refs/heads/tags/v1", "refs/heads/tags/v1", "refs/heads/tags/v1"},
        Written{"refs/heads/origin/main", "refs/heads/origin/main", "refs/heads/origin/main"},
        Written{"refs/heads/$/x", "refs/heads/$/x", "refs/heads/$/x"}));

INSTANTIATE_TEST_SUITE_P(
    OtherReferences, Branches,
    testing::Values(Written{"refs/tags/v1", "refs/tags/v1", "refs/tags/v1"},
                    Written{"Refs/Tags/V1", "refs/tags/V1", "refs/tags/V1"},
                    Written{"tags/v1", "refs/tags/v1", "refs/tags/v1"},
                    Written{"refs/pull/1/merge", "refs/pull/1/merge", "refs/pull/1/merge"},
                    Written{"pull/1/merge", "refs/pull/1/merge", "refs/pull/1/merge"},
                    Written{"pull/12/head", "refs/pull/12/head", "refs/pull/12/head"},
                    Written{"refs/remotes/origin/main", "refs/remotes/origin/main",
                            "refs/remotes/origin/main"},
                    Written{"refs/notes/x", "refs/notes/x", "refs/notes/x"},
                    Written{"refs/merge-requests/3/head", "refs/merge-requests/3/head",
                            "refs/merge-requests/3/head"}));

INSTANTIATE_TEST_SUITE_P(
    Tfvc, Branches,
    testing::Values(Written{"$/Payments/Main", "$/Payments/Main", "$/Payments/Main"},
                    Written{" $/Payments/Main ", "$/Payments/Main", "$/Payments/Main"},
                    Written{"$/Payments/Main/", "$/Payments/Main", "$/Payments/Main"},
                    Written{"$/My Project/Release 1", "$/My Project/Release 1",
                            "$/My Project/Release 1"},
                    Written{"$/Payments", "$/Payments", "$/Payments"}, Written{"$/", "$/", "$/"},
                    Written{"$/refs/heads/main", "$/refs/heads/main", "$/refs/heads/main"},
                    Written{"Gated_2026-11-20_05.20.51;avery@contoso.example",
                            "Gated_2026-11-20_05.20.51;avery@contoso.example",
                            "Gated_2026-11-20_05.20.51;avery@contoso.example"},
                    Written{"my shelveset;Avery Example", "my shelveset;Avery Example",
                            "my shelveset;Avery Example"}));

TEST(Branches, NoneIsNone) {
  for (const char* none : {"", " ", "\t\n"}) {
    EXPECT_EQ(full_branch(none), "") << none;
    EXPECT_EQ(branch_problem(none), "") << none;
  }
  EXPECT_EQ(short_branch(""), "");
}

TEST(Branches, AreTheSameInAnyCaseInTfvcOnly) {
  EXPECT_TRUE(same_branch("$/Payments/Main", "$/payments/MAIN"));
  EXPECT_FALSE(same_branch("$/Payments/Main", "$/Payments/Main2"));
  EXPECT_TRUE(same_branch("refs/heads/main", "refs/heads/main"));
  EXPECT_FALSE(same_branch("refs/heads/main", "refs/heads/Main"));
}

struct Unclear {
  const char* written;
  const char* says;
};

class UnclearBranches : public testing::TestWithParam<Unclear> {};

TEST_P(UnclearBranches, AreAProblem) {
  EXPECT_THAT(branch_problem(GetParam().written), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Table, UnclearBranches,
    testing::Values(
        Unclear{"origin/main", R"(write "main" or "refs/heads/origin/main")"},
        Unclear{" /origin/release/1 ", R"(write "release/1" or "refs/heads/origin/release/1")"},
        Unclear{"0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", "is a commit"},
        Unclear{"release/*", "can't be the name"}, Unclear{"feature/?", "can't be the name"},
        Unclear{"a b", "can't be the name"}, Unclear{"a..b", "can't be the name"},
        Unclear{"a//b", "can't be the name"}, Unclear{"a~1", "can't be the name"},
        Unclear{"HEAD^", "can't be the name"}, Unclear{"main@{1}", "can't be the name"},
        Unclear{"refs\\heads\\main", "can't be the name"}, Unclear{"x.lock", "can't be the name"},
        Unclear{"x.", "can't be the name"}, Unclear{"refs/heads/a b", "can't be the name"},
        Unclear{"https://dev.azure.com/o/p", "can't be the name"},
        Unclear{"refs/heads/", "names no branch"}, Unclear{"Refs/Heads", "names no branch"},
        Unclear{"/", "names no branch"}, Unclear{"refs/main", "names no branch"},
        Unclear{"a\x01z", "control"}, Unclear{"$/a\nb", "control"}, Unclear{"x;\x7Fy", "control"},
        Unclear{"$/Payments/*", "no TFVC path"}, Unclear{"$/Payments/../Secret", "no TFVC path"}));

}  // namespace
}  // namespace adomcp::sdk
