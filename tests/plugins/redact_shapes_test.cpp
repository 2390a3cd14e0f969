#include <gtest/gtest.h>
#include <adomcp/redact.hpp>

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// Secrets that are known by their own shape, each in whatever may carry it. They are put together
// here so that no scanner takes this file for a leak.

namespace adomcp::sdk {
namespace {

constexpr const char* kAlnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr const char* kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr const char* kLower = "abcdefghijklmnopqrstuvwxyz234567";
constexpr const char* kHex = "0123456789abcdef";

/// Characters of `alphabet` at random, letters and digits among them; the same in each run.
std::string random_text(std::string_view alphabet, std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  for (;;) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out += alphabet[random() % alphabet.size()];
    const detail::Mix mix = detail::mix_of(out);
    if (size < 8 || mix.letters_and_digits()) return out;
  }
}

/// A token: `#` stands for what is random in it.
struct Shape {
  const char* name;
  const char* before;
  const char* alphabet;
  std::size_t size;
  const char* after = "";

  std::string token() const {
    return std::string(before) +
           random_text(alphabet, size,
                       static_cast<unsigned>(std::string_view(name).size() + size)) +
           after;
  }
};

const Shape kShapes[] = {
    {"github_personal", "ghp_", kAlnum, 36},
    {"github_oauth", "gho_", kAlnum, 36},
    {"github_user", "ghu_", kAlnum, 36},
    {"github_server", "ghs_", kAlnum, 36},
    {"github_refresh", "ghr_", kAlnum, 36},
    {"github_fine_grained", "github_pat_", kAlnum, 82},
    {"gitlab_personal", "glpat-", kAlnum, 20},
    {"gitlab_deploy", "gldt-", kAlnum, 20},
    {"gitlab_runner", "glrt-", kAlnum, 20},
    {"gitlab_trigger", "glptt-", kHex, 40},
    {"gitlab_scim", "glsoat-", kAlnum, 20},
    {"gitlab_feed", "glft-", kAlnum, 20},
    {"gitlab_agent", "glagent-", kAlnum, 50},
    {"gitlab_oauth", "gloas-", kHex, 64},
    {"gitlab_mail", "glimt-", kAlnum, 25},
    {"gitlab_job", "glcbt-", kAlnum, 25},
    {"gitlab_old_runner", "GR1348941", kAlnum, 20},
    {"atlassian", "ATATT3xFfGF0", kAlnum, 180},
    {"bitbucket", "ATBB", kAlnum, 32},
    {"sourcegraph", "sgp_", kHex, 40},
    {"npm", "npm_", kAlnum, 36},
    {"pypi", "pypi-AgEIcHlwaS5vcmc", kAlnum, 80},
    {"rubygems", "rubygems_", kHex, 48},
    {"clojars", "CLOJARS_", kAlnum, 60},
    {"nuget", "oy2", kLower, 43},
    {"docker", "dckr_pat_", kAlnum, 27},
    {"docker_organization", "dckr_oat_", kAlnum, 32},
    {"artifactory", "AKCp", kAlnum, 69},
    {"aws_key_id", "AKIA", kUpper, 16},
    {"aws_session_key_id", "ASIA", kUpper, 16},
    {"aws_bedrock", "ABSK", kAlnum, 110},
    {"google_api", "AIza", kAlnum, 35},
    {"google_client", "GOCSPX-", kAlnum, 28},
    {"google_access", "ya29.", kAlnum, 120},
    {"alibaba", "LTAI", kAlnum, 20},
    {"digitalocean", "dop_v1_", kHex, 64},
    {"heroku", "HRKU-", kAlnum, 60},
    {"fly", "fo1_", kAlnum, 43},
    {"netlify", "nfp_", kAlnum, 36},
    {"supabase", "sbp_", kHex, 40},
    {"planetscale_token", "pscale_tkn_", kAlnum, 43},
    {"planetscale_password", "pscale_pw_", kAlnum, 43},
    {"tailscale", "tskey-auth-", kAlnum, 30},
    {"openshift", "sha256~", kAlnum, 43},
    {"vault", "hvs.", kAlnum, 24},
    {"vault_batch", "hvb.", kAlnum, 140},
    {"vault_old", "s.", kAlnum, 24},
    {"pulumi", "pul-", kHex, 40},
    {"doppler", "dp.pt.", kAlnum, 43},
    {"onepassword", "ops_eyJ", kAlnum, 250},
    {"age", "AGE-SECRET-KEY-1", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 58},
    {"octopus", "API-", kUpper, 26},
    {"prefect", "pnu_", kAlnum, 36},
    {"circleci", "CCIPAT_", kAlnum, 40},
    {"buildkite", "bkua_", kHex, 40},
    {"sonar_user", "squ_", kHex, 40},
    {"sonar_project", "sqp_", kHex, 40},
    {"databricks", "dapi", kHex, 32},
    {"grafana_service", "glsa_", kAlnum, 41},
    {"grafana_cloud", "glc_", kAlnum, 60},
    {"sentry", "sntrys_", kAlnum, 80},
    {"sentry_user", "sntryu_", kHex, 64},
    {"new_relic", "NRAK-", kUpper, 27},
    {"dynatrace", "dt0c01.", kAlnum, 88},
    {"openai_project", "sk-proj-", kAlnum, 64},
    {"openai", "sk-", kAlnum, 48},
    {"anthropic", "sk-ant-api03-", kAlnum, 93},
    {"openrouter", "sk-or-v1-", kHex, 64},
    {"hugging_face", "hf_", kAlnum, 34},
    {"groq", "gsk_", kAlnum, 52},
    {"replicate", "r8_", kAlnum, 37},
    {"xai", "xai-", kAlnum, 80},
    {"perplexity", "pplx-", kAlnum, 48},
    {"langsmith", "lsv2_pt_", kHex, 44},
    {"slack_bot", "xoxb-123456789012-123456789012-", kAlnum, 24},
    {"slack_user", "xoxp-123456789012-", kAlnum, 40},
    {"slack_app", "xapp-1-A0123456789-", kAlnum, 64},
    {"slack_refresh", "xoxe-1-", kAlnum, 140},
    {"linear", "lin_api_", kAlnum, 40},
    {"notion", "ntn_", kAlnum, 46},
    {"figma", "figd_", kAlnum, 40},
    {"postman", "PMAK-", kHex, 24},
    {"typeform", "tfp_", kAlnum, 44},
    {"sendgrid", "SG.", kAlnum, 66},
    {"brevo", "xkeysib-", kHex, 64},
    {"contentful", "CFPAT-", kAlnum, 43},
    {"stripe_live", "sk_live_", kAlnum, 24},
    {"stripe_test", "sk_test_", kAlnum, 24},
    {"stripe_restricted", "rk_live_", kAlnum, 24},
    {"stripe_webhook", "whsec_", kAlnum, 32},
    {"shopify_admin", "shpat_", kHex, 32},
    {"shopify_secret", "shpss_", kHex, 32},
    {"square", "sq0atp-", kAlnum, 22},
    {"easypost", "EZAK", kAlnum, 54},
    {"shippo", "shippo_live_", kHex, 40},
    {"duffel", "duffel_live_", kAlnum, 43},
    {"adobe", "p8e-", kAlnum, 32},
    {"entra_client_secret", "abc8Q~", kAlnum, 34},
    {"terraform_cloud", "aBcDeF1gHiJkL2.atlasv1.", kAlnum, 67},
    {"azure_devops", "", kLower, 52},
    {"azure_devops_new", "", kAlnum, 76, "AZDO0a1B"},
    {"azure_storage", "", kAlnum, 86, "=="},
    {"azure_functions", "aZ09bY18cX27dW36eV45fU54gT63hS72iR81jQ90", kAlnum, 4, "AzFuZ0a1Bw=="},
    {"json_web_token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.", kAlnum, 43},
    {"twilio", "SK", kHex, 32},
    {"mailchimp", "", kHex, 32, "-us12"},
    {"telegram", "123456789:AA", kAlnum, 33},
    {"discord_bot", "M1a2B3c4D5e6F7g8H9i0J1k2.Ab1cD2.", kAlnum, 27},
    {"unknown_service", "acme_live_", kAlnum, 32},
    {"unknown_key", "x-api-key-", kAlnum, 40},
};

/// What a token may stand in.
constexpr const char* kCarriers[] = {"{}",
                                     "using {} now",
                                     R"({"log":"got {}"})",
                                     R"({"a":"{\"b\":\"{}\"}"})",
                                     "value: {}",
                                     "X={}",
                                     "export X={}",
                                     "https://host/p?x={}&y=1",
                                     "'{}'",
                                     "<a>{}</a>",
                                     "[{}]",
                                     "({})",
                                     "see {}.",
                                     "error: {}: refused",
                                     "2026-11-23T12:00:00.1234567Z got {}",
                                     R"(a\n{}\nb)",
                                     "x%3D{}%26y",
                                     "- name: X\n  value: {}\n"};

class RedactShape : public testing::TestWithParam<Shape> {};

TEST_P(RedactShape, IsHiddenInWhateverCarriesIt) {
  const std::string token = GetParam().token();
  for (const std::string carrier : kCarriers) {
    std::string text = carrier;
    text.replace(text.find("{}"), 2, token);
    const std::string hidden = redact(text);
    EXPECT_EQ(hidden.find(token), std::string::npos) << text;
    EXPECT_EQ(hidden.find(token.substr(token.size() - 12)), std::string::npos) << text;
    EXPECT_NE(hidden.find("***"), std::string::npos) << text;
    EXPECT_EQ(redact(hidden), hidden);
  }
}

bool has_digit(std::string_view text) {
  return text.find_first_of("0123456789") != std::string_view::npos;
}

/// A place near the middle that leaves a digit on either side: a rest of a few letters alone is
/// taken for a word.
std::size_t cut_of(const std::string& token, std::size_t random_size) {
  const std::size_t begin = token.size() - random_size;
  std::size_t cut = begin + random_size / 2;
  while (cut > begin + 8 && !has_digit(token.substr(cut))) --cut;
  while (cut + 8 < token.size() && !has_digit(token.substr(begin, cut - begin))) ++cut;
  return cut;
}

TEST_P(RedactShape, IsHiddenWhereALineWrapsIt) {
  const std::string token = GetParam().token();
  const std::size_t cut =
      cut_of(token, GetParam().size + std::string_view(GetParam().after).size());
  const std::string first = token.substr(0, cut);
  const std::string second = token.substr(cut);
  const std::string hidden = redact("got " + first + "\n" + second + " here\nend");
  EXPECT_EQ(hidden.find(second), std::string::npos) << hidden;
  EXPECT_EQ(hidden.find(first.substr(first.size() / 2)), std::string::npos) << hidden;
  EXPECT_NE(hidden.find(" here\nend"), std::string::npos) << hidden;
  EXPECT_EQ(redact(hidden), hidden);
}

INSTANTIATE_TEST_SUITE_P(Known, RedactShape, testing::ValuesIn(kShapes),
                         [](const auto& shape) { return std::string(shape.param.name); });

/// JSON web tokens whatever their header begins with and whatever they hang on.
class RedactJwt : public testing::TestWithParam<const char*> {};

TEST_P(RedactJwt, IsHiddenWhole) {
  const std::string token =
      std::string(GetParam()) + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dBjftJeZ4CVPmB92K27uhbUJU1p1r";
  for (const std::string before : {"", "token ", "x.", "sk.", "pk.", "token_",
                                   "data: ", "Bearer:", "https://x/a/", "k=", "?t=", "'", "a/"}) {
    const std::string hidden = redact(before + token);
    EXPECT_EQ(hidden.find("eyJzdWIi"), std::string::npos) << before << token;
    EXPECT_EQ(hidden.find("K27uhbUJU1"), std::string::npos) << before << token;
    EXPECT_EQ(redact(hidden), hidden);
  }
}
INSTANTIATE_TEST_SUITE_P(Headers, RedactJwt,
                         testing::Values("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
                                         "eyAiYWxnIjogIkhTMjU2IiB9", "ewogICJhbGciOiAiUlMyNTYiCn0",
                                         "ew0KICAiYWxnIjogIlJTMjU2Ig0KfQ",
                                         "ewkiYWxnIjogIlJTMjU2In0", "eyJhbGciOiJub25lIn0"));

TEST(RedactJwtLookAlike, WordsWithDotsStay) {
  for (const char* text : {"eye.contact.made", "ewok.village.io", "eyes.on.the.prize12",
                           "www.ey.com.example1", "x.eyebrow.pencil2"}) {
    EXPECT_EQ(redact(text), text);
  }
}

/// Hashes of passwords, which can be tried out; what only looks so stays.
TEST(RedactHashes, OfPasswordsAreHidden) {
  for (const char* hash :
       {"$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC",
        "$2b$12$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC",
        "$6$rounds=5000$aB3dE5fG7h$kL9mN1oP3qR5sT7uV9wX1yZ3aB5cD7eF9gH1iJ3kL5mN7oP9",
        "$5$aB3dE5fG7h$kL9mN1oP3qR5sT7uV9wX1yZ3aB5cD7eF9gH", "$apr1$x9Kq2mZ8$hGfJ7KpQz0LmN3vB5c2w/",
        "$1$aB3dE5fG$kL9mN1oP3qR5sT7uV9wX1", "$y$j9T$aB3dE5fG7h$kL9mN1oP3qR5sT7uV9wX1yZ3aB5",
        "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub"}) {
    EXPECT_EQ(redact(std::string("root:") + hash + ":19000:0"), "root:***:19000:0");
    EXPECT_EQ(redact(std::string("hash ") + hash + " end"), "hash *** end");
  }
  for (const char* text : {"$1$2", "awk '{print $1$2$3}'", "Foo$1$barBazQuxQuuxCorge12",
                           "A$$EnhancerBySpringCGLIB$$8f5ba65d", "cost: $5", "$6 and $7"}) {
    EXPECT_EQ(redact(text), text);
  }
}

TEST(RedactArmour, InBase64IsHidden) {
  for (const char* kind : {"LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo",
                           "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JSUUx",
                           "LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZLS0tLS0K",
                           "LS0tLS1CRUdJTiBFTkNSWVBURUQgUFJJVkFURSBLRVktLS0tLQ"}) {
    EXPECT_EQ(redact("echo " + std::string(kind) + "X1fHZM9TBrKrm | base64 -d"),
              "echo *** | base64 -d");
  }
  const std::string certificate = "data LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSURYVENDQWtX";
  EXPECT_EQ(redact(certificate), certificate);
}

TEST(RedactAzurePat, IsHiddenInALongerWord) {
  const std::string pat = "5xrilav5fvcyk43kkpdhieygsno2frnzrvcma2dy7ibp3hahmmva";
  for (const std::string before : {"-", "x_", "a.", "a/", "a+", ":", "@"}) {
    EXPECT_EQ(redact(before + pat), before + "***");
  }
}

}  // namespace
}  // namespace adomcp::sdk
