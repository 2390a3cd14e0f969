#include <algorithm>

#include "config/forms.h"
#include "support.h"

namespace adomcp::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string with_projects(const std::string& list) {
  return "auth: { mode: none }\nazure_devops:\n  organizations:\n    - name: contoso\n"
         "      credential: azure_cli\n      projects: " +
         list + "\n";
}

Loaded loaded(const std::string& yaml, const Environment& environment = {}) {
  const TemporaryFolder folder;
  return load(folder.write("main.yaml", yaml), environment, {});
}

std::vector<std::string> names(const Loaded& made) {
  std::vector<std::string> out;
  const auto* settings = std::get_if<Settings>(&made);
  if (settings == nullptr) return problems_of(made, "");
  for (const auto& project : settings->organizations.at(0).projects) out.push_back(project.name);
  return out;
}

/// What Azure DevOps takes.
constexpr const char* kGood[] = {"Payments",
                                 "R&D",
                                 "100%",
                                 "50%25",
                                 "%41",
                                 "R&amp",
                                 "&",
                                 "%",
                                 "a & b % c",
                                 "O'Brien",
                                 "a (old)",
                                 "a!b@c^d~e`f",
                                 "a.b-c_d",
                                 "Ångström",
                                 "Мосты",
                                 "日本 決済",
                                 "Ödön 🚀",
                                 "a_",
                                 "11111111-2222-3333-4444-555555555555"};

TEST(ProjectName, IsWhatAzureDevOpsTakes) {
  for (const std::string name : kGood) {
    EXPECT_TRUE(is_project_name(name)) << name;
    std::string quoted = "\"" + name + "\"";
    EXPECT_THAT(names(loaded(with_projects("[{ name: " + quoted + " }]"))), ElementsAre(name));
  }
  for (const std::string bad :
       {"",    " a",  "a ",   ".",   "..",  ".a",   "a.",    "_a",    "a/b",   "a\\b", "a:b",
        "a*b", "a?b", "a\"b", "a<b", "a>b", "a|b",  "a;b",   "a#b",   "a$b",   "a{b",  "a}b",
        "a,b", "a+b", "a=b",  "a[b", "a]b", "a\nb", "a\x01", "a\x7F", "a\xFF", "\xC3"}) {
    EXPECT_FALSE(is_project_name(bad)) << bad;
  }
  EXPECT_FALSE(is_project_name(std::string(257, 'a')));
}

TEST(ProjectName, OrganisationsStayPlain) {
  for (const char* name : {"R&D", "100%"}) EXPECT_FALSE(is_azure_name(name)) << name;
}

TEST(ProjectName, OverridesTakeThemToo) {
  const std::string yaml = with_projects(
      "[{ name: \"ångström & мосты\", trigger: { pipelines: "
      "[\"*\"], branches: [main] } }, { name: Other }]");
  const auto made = loaded(yaml, {{"AZURE_DEVOPS_PROJECTS", "R&D 100%, ÅNGSTRÖM & МОСТЫ"}});
  EXPECT_THAT(names(made), ElementsAre("R&D 100%", "ångström & мосты"));
  EXPECT_TRUE(std::get<Settings>(made).organizations[0].projects[1].trigger);
  const auto chosen = loaded(yaml, {{"AZURE_DEVOPS_PROJECT", "ÅNGSTRÖM & мосты"},
                                    {"AZURE_DEVOPS_PROJECTS", "a%b,ångström & МОСТЫ"}});
  EXPECT_THAT(names(chosen), ElementsAre("ångström & мосты", "a%b"));
  EXPECT_THAT(names(loaded(yaml, {{"AZURE_DEVOPS_PROJECT", "100%"}})), ElementsAre("100%"));
  EXPECT_THAT(names(loaded(yaml, {{"AZURE_DEVOPS_PROJECTS", "Ä,ä"}})),
              ElementsAre(HasSubstr("names the same project twice")));
  EXPECT_THAT(names(loaded(yaml, {{"AZURE_DEVOPS_PROJECT", "a#b"}})),
              ElementsAre(HasSubstr("does not take")));
}

TEST(ProjectName, IsTheSameInAnyCase) {
  EXPECT_THAT(names(loaded(with_projects("[{ name: Мосты }, { name: МОСТЫ }]"))),
              ElementsAre(HasSubstr("'МОСТЫ' is listed twice")));
  EXPECT_THAT(names(loaded(with_projects("[{ name: i }, { name: ı }]"))), ElementsAre("i", "ı"));
  const std::string signed_in =
      "server: { public_url: \"https://mcp.example\" }\n"
      "access: { rules: [{ roles: [a], tools: [x], projects: [МОСТЫ, \"ÅNG*\", \"r&d\"] }] }\n"
      "auth: { mode: bearer, tenant_id: 11111111-1111-1111-1111-111111111111, audiences: [x] }\n";
  auto yaml = with_projects("[{ name: мосты }, { name: Ångström }, { name: R&D }]");
  yaml = signed_in + yaml.substr(yaml.find('\n') + 1);
  EXPECT_THAT(names(loaded(yaml)), ElementsAre("мосты", "Ångström", "R&D"));
}

}  // namespace
}  // namespace adomcp::config
