// adomcp/redact/shape.hpp - secrets known by their own shape, wherever they stand: what services
// put before their tokens, and how long those are. Part of redact.hpp.
#pragma once

#include <adomcp/redact/look.hpp>
#include <array>
#include <cstddef>
#include <string_view>

namespace adomcp::sdk::detail {

enum class Alphabet { kHex, kUpper, kLower, kAlnum, kWord, kDotted, kBase64 };

inline bool is_in(Alphabet alphabet, char c) {
  switch (alphabet) {
    case Alphabet::kHex:
      return is_hex(c);
    case Alphabet::kUpper:
      return is_upper(c) || is_digit(c);
    case Alphabet::kLower:
      return is_lower(c) || is_digit(c);
    case Alphabet::kAlnum:
      return is_alnum(c);
    case Alphabet::kWord:
      return is_word(c);
    case Alphabet::kDotted:
      return is_word(c) || c == '.' || c == '~' || c == '=';
    case Alphabet::kBase64:
      return is_base64(c) || c == '.' || c == '%';
  }
  return false;
}

/// What must be in a token beside its prefix, lest an ordinary word be taken for one.
enum class Body { kAny, kDigit, kMixed };

struct Shape {
  std::string_view prefix;
  Alphabet alphabet;
  unsigned char least;  ///< characters after the prefix; a little less than services give
  Body body = Body::kAny;
};

constexpr std::array kShapes = {
    // code hosts
    Shape{"ghp_", Alphabet::kAlnum, 16},
    Shape{"gho_", Alphabet::kAlnum, 16},
    Shape{"ghu_", Alphabet::kAlnum, 16},
    Shape{"ghs_", Alphabet::kDotted, 16},
    Shape{"ghr_", Alphabet::kAlnum, 16},
    Shape{"github_pat_", Alphabet::kWord, 20},
    Shape{"glpat-", Alphabet::kDotted, 16},
    Shape{"glptt-", Alphabet::kWord, 16},
    Shape{"gldt-", Alphabet::kWord, 16},
    Shape{"glrt-", Alphabet::kDotted, 16},
    Shape{"glrtr-", Alphabet::kDotted, 16},
    Shape{"glsoat-", Alphabet::kWord, 16},
    Shape{"glft-", Alphabet::kWord, 16},
    Shape{"glagent-", Alphabet::kWord, 16},
    Shape{"gloas-", Alphabet::kWord, 16},
    Shape{"glimt-", Alphabet::kWord, 16},
    Shape{"glcbt-", Alphabet::kWord, 16},
    Shape{"glffct-", Alphabet::kWord, 16},
    Shape{"GR1348941", Alphabet::kWord, 16},
    Shape{"_gitlab_session=", Alphabet::kAlnum, 16},
    Shape{"ATATT3", Alphabet::kBase64, 24},
    Shape{"ATCTT3", Alphabet::kBase64, 24},
    Shape{"ATBB", Alphabet::kAlnum, 24, Body::kDigit},
    Shape{"ATOA", Alphabet::kBase64, 24, Body::kDigit},
    Shape{"BBDC-", Alphabet::kWord, 24},
    Shape{"sgp_", Alphabet::kWord, 32},
    // packages and images
    Shape{"npm_", Alphabet::kAlnum, 30, Body::kDigit},
    Shape{"pypi-", Alphabet::kWord, 40},
    Shape{"rubygems_", Alphabet::kHex, 32},
    Shape{"CLOJARS_", Alphabet::kAlnum, 40},
    Shape{"oy2", Alphabet::kLower, 40, Body::kDigit},
    Shape{"cio", Alphabet::kAlnum, 32, Body::kMixed},
    Shape{"dckr_pat_", Alphabet::kWord, 16},
    Shape{"dckr_oat_", Alphabet::kWord, 16},
    Shape{"AKCp", Alphabet::kAlnum, 40, Body::kDigit},
    Shape{"cmVmdGtu", Alphabet::kAlnum, 40},
    Shape{"packagist_", Alphabet::kWord, 32, Body::kDigit},
    // clouds
    Shape{"AKIA", Alphabet::kUpper, 16},
    Shape{"ASIA", Alphabet::kUpper, 16},
    Shape{"ABIA", Alphabet::kUpper, 16},
    Shape{"ACCA", Alphabet::kUpper, 16},
    Shape{"A3T", Alphabet::kUpper, 17},
    Shape{"ABSK", Alphabet::kBase64, 60},
    Shape{"bedrock-api-key-", Alphabet::kBase64, 30},
    Shape{"amzn.mws.", Alphabet::kWord, 32},
    Shape{"IQoJb3JpZ2lu", Alphabet::kBase64, 40},
    Shape{"FwoGZXIvYXdz", Alphabet::kBase64, 40},
    Shape{"AIza", Alphabet::kWord, 30},
    Shape{"GOCSPX-", Alphabet::kWord, 20},
    Shape{"ya29.", Alphabet::kDotted, 20},
    Shape{"1//0", Alphabet::kWord, 30},
    Shape{"LTAI", Alphabet::kAlnum, 12, Body::kDigit},
    Shape{"AKID", Alphabet::kAlnum, 32, Body::kMixed},
    Shape{"dop_v1_", Alphabet::kHex, 32},
    Shape{"doo_v1_", Alphabet::kHex, 32},
    Shape{"dor_v1_", Alphabet::kHex, 32},
    Shape{"HRKU-", Alphabet::kWord, 30},
    Shape{"fo1_", Alphabet::kWord, 32},
    Shape{"fm1a_", Alphabet::kBase64, 40},
    Shape{"fm1r_", Alphabet::kBase64, 40},
    Shape{"fm2_", Alphabet::kBase64, 40},
    Shape{"nfp_", Alphabet::kAlnum, 32},
    Shape{"nfc_", Alphabet::kAlnum, 32},
    Shape{"rnd_", Alphabet::kAlnum, 24, Body::kMixed},
    Shape{"napi_", Alphabet::kLower, 40},
    Shape{"vcp_", Alphabet::kAlnum, 40, Body::kMixed},
    Shape{"sbp_", Alphabet::kHex, 32},
    Shape{"sb_secret_", Alphabet::kWord, 24},
    Shape{"pscale_tkn_", Alphabet::kDotted, 24},
    Shape{"pscale_pw_", Alphabet::kDotted, 24},
    Shape{"pscale_oauth_", Alphabet::kDotted, 24},
    Shape{"v1.0-", Alphabet::kWord, 100},
    Shape{"dnkey-", Alphabet::kWord, 40},
    Shape{"tskey-", Alphabet::kWord, 16, Body::kDigit},
    Shape{"4b1d", Alphabet::kAlnum, 38, Body::kMixed},
    Shape{"y0_", Alphabet::kWord, 40, Body::kMixed},
    Shape{"AQVN", Alphabet::kWord, 35, Body::kMixed},
    Shape{"t1.", Alphabet::kDotted, 60, Body::kMixed},
    Shape{"YCAJ", Alphabet::kWord, 20, Body::kDigit},
    Shape{"tk-us-", Alphabet::kWord, 40},
    Shape{"sha256~", Alphabet::kWord, 40},
    // infrastructure tools
    Shape{"hvs.", Alphabet::kDotted, 20},
    Shape{"hvb.", Alphabet::kDotted, 20},
    Shape{"hvr.", Alphabet::kDotted, 20},
    Shape{"s.", Alphabet::kAlnum, 24, Body::kMixed},
    Shape{"pul-", Alphabet::kHex, 32},
    Shape{"dp.pt.", Alphabet::kDotted, 30},
    Shape{"dp.st.", Alphabet::kDotted, 30},
    Shape{"dp.ct.", Alphabet::kDotted, 30},
    Shape{"dp.sa.", Alphabet::kDotted, 30},
    Shape{"dp.scim.", Alphabet::kDotted, 30},
    Shape{"dp.audit.", Alphabet::kDotted, 30},
    Shape{"ops_eyJ", Alphabet::kBase64, 40},
    Shape{"A3-", Alphabet::kWord, 30, Body::kDigit},
    Shape{"AGE-SECRET-KEY-1", Alphabet::kUpper, 40},
    Shape{"AGE-PLUGIN-", Alphabet::kWord, 40},
    Shape{"RWRTY0Iy", Alphabet::kBase64, 40},
    Shape{"ico-", Alphabet::kAlnum, 32},
    Shape{"API-", Alphabet::kUpper, 25},
    Shape{"pnu_", Alphabet::kAlnum, 32},
    Shape{"CCIPAT_", Alphabet::kWord, 30},
    Shape{"bkua_", Alphabet::kHex, 32},
    Shape{"snyk_uat.", Alphabet::kDotted, 30},
    Shape{"squ_", Alphabet::kHex, 32},
    Shape{"sqp_", Alphabet::kHex, 32},
    Shape{"sqa_", Alphabet::kHex, 32},
    Shape{"sqb_", Alphabet::kHex, 32},
    Shape{"pat.", Alphabet::kDotted, 50, Body::kDigit},
    Shape{"sat.", Alphabet::kDotted, 50, Body::kDigit},
    Shape{"essu_", Alphabet::kBase64, 40},
    Shape{"dapi", Alphabet::kHex, 30},
    Shape{"dose", Alphabet::kHex, 30},
    Shape{"dkea", Alphabet::kHex, 30},
    // watching
    Shape{"glc_", Alphabet::kBase64, 32},
    Shape{"glsa_", Alphabet::kWord, 32},
    Shape{"eyJrIjoi", Alphabet::kBase64, 40},
    Shape{"sntrys_", Alphabet::kBase64, 40},
    Shape{"sntryu_", Alphabet::kHex, 40},
    Shape{"sntrya_", Alphabet::kHex, 40},
    Shape{"NRAK-", Alphabet::kAlnum, 20},
    Shape{"NRJS-", Alphabet::kAlnum, 16},
    Shape{"NRII-", Alphabet::kWord, 20},
    Shape{"NRAL-", Alphabet::kWord, 20},
    Shape{"NRBR-", Alphabet::kAlnum, 16},
    Shape{"dt0c01.", Alphabet::kDotted, 60},
    Shape{"dt0s01.", Alphabet::kDotted, 60},
    Shape{"dt0s16.", Alphabet::kDotted, 60},
    Shape{"hcaik_", Alphabet::kAlnum, 32},
    Shape{"hcalk_", Alphabet::kAlnum, 32},
    Shape{"pdus+", Alphabet::kBase64, 16},
    Shape{"phx_", Alphabet::kAlnum, 32},
    Shape{"phs_", Alphabet::kAlnum, 32},
    Shape{"ddp_", Alphabet::kAlnum, 32},
    Shape{"ddapp_", Alphabet::kAlnum, 32},
    // models
    Shape{"sk-ant-", Alphabet::kWord, 24},
    Shape{"sk-proj-", Alphabet::kWord, 24},
    Shape{"sk-svcacct-", Alphabet::kWord, 24},
    Shape{"sk-admin-", Alphabet::kWord, 24},
    Shape{"sk-or-v1-", Alphabet::kHex, 32},
    Shape{"sk-lf-", Alphabet::kWord, 30},
    Shape{"sk-", Alphabet::kWord, 20, Body::kDigit},
    Shape{"hf_", Alphabet::kAlnum, 30},
    Shape{"api_org_", Alphabet::kAlnum, 30},
    Shape{"gsk_", Alphabet::kAlnum, 30, Body::kDigit},
    Shape{"r8_", Alphabet::kAlnum, 30},
    Shape{"xai-", Alphabet::kAlnum, 40},
    Shape{"csk-", Alphabet::kAlnum, 32},
    Shape{"pplx-", Alphabet::kAlnum, 32},
    Shape{"lsv2_", Alphabet::kWord, 32},
    Shape{"pcsk_", Alphabet::kWord, 32},
    Shape{"fw_", Alphabet::kAlnum, 20, Body::kMixed},
    Shape{"wandb_v1_", Alphabet::kWord, 32},
    // people who talk and write
    Shape{"xoxb-", Alphabet::kWord, 10},
    Shape{"xoxp-", Alphabet::kWord, 10},
    Shape{"xoxa-", Alphabet::kWord, 10},
    Shape{"xoxr-", Alphabet::kWord, 10},
    Shape{"xoxs-", Alphabet::kWord, 10},
    Shape{"xoxo-", Alphabet::kWord, 10},
    Shape{"xoxe-", Alphabet::kWord, 10},
    Shape{"xoxe.xox", Alphabet::kWord, 10},
    Shape{"xoxd-", Alphabet::kBase64, 10},
    Shape{"xoxc-", Alphabet::kWord, 10},
    Shape{"xapp-", Alphabet::kWord, 10},
    Shape{"xwfp-", Alphabet::kWord, 10},
    Shape{"lin_api_", Alphabet::kAlnum, 24},
    Shape{"lin_oauth_", Alphabet::kAlnum, 24},
    Shape{"ntn_", Alphabet::kAlnum, 30},
    Shape{"secret_", Alphabet::kAlnum, 40, Body::kMixed},
    Shape{"figd_", Alphabet::kWord, 24},
    Shape{"figo_", Alphabet::kWord, 24},
    Shape{"patat", Alphabet::kDotted, 60, Body::kDigit},
    Shape{"PMAK-", Alphabet::kWord, 20},
    Shape{"tfp_", Alphabet::kWord, 32},
    Shape{"rdme_", Alphabet::kLower, 40},
    Shape{"CFPAT-", Alphabet::kWord, 32},
    Shape{"fio-u-", Alphabet::kWord, 40},
    Shape{"mfa.", Alphabet::kWord, 60},
    Shape{"sl.", Alphabet::kWord, 60, Body::kMixed},
    Shape{"xkeysib-", Alphabet::kWord, 40},
    Shape{"xsmtpsib-", Alphabet::kWord, 40},
    Shape{"SG.", Alphabet::kDotted, 40},
    Shape{"mlsn.", Alphabet::kHex, 32},
    Shape{"re_", Alphabet::kWord, 24, Body::kMixed},
    Shape{"key-", Alphabet::kAlnum, 32, Body::kDigit},
    Shape{"ict_", Alphabet::kAlnum, 32, Body::kMixed},
    Shape{"pat-na1-", Alphabet::kWord, 30},
    Shape{"pat-eu1-", Alphabet::kWord, 30},
    // money and shops
    Shape{"sk_live_", Alphabet::kAlnum, 10},
    Shape{"sk_test_", Alphabet::kAlnum, 10},
    Shape{"sk_prod_", Alphabet::kAlnum, 10},
    Shape{"rk_live_", Alphabet::kAlnum, 10},
    Shape{"rk_test_", Alphabet::kAlnum, 10},
    Shape{"rk_prod_", Alphabet::kAlnum, 10},
    Shape{"whsec_", Alphabet::kBase64, 20},
    Shape{"shpat_", Alphabet::kHex, 24},
    Shape{"shpca_", Alphabet::kHex, 24},
    Shape{"shppa_", Alphabet::kHex, 24},
    Shape{"shpss_", Alphabet::kHex, 24},
    Shape{"shptka_", Alphabet::kHex, 24},
    Shape{"sq0atp-", Alphabet::kWord, 20},
    Shape{"sq0csp-", Alphabet::kWord, 40},
    Shape{"sq0idp-", Alphabet::kWord, 20},
    Shape{"EAAA", Alphabet::kBase64, 60, Body::kMixed},
    Shape{"EAAC", Alphabet::kAlnum, 60, Body::kMixed},
    Shape{"EAAB", Alphabet::kAlnum, 60, Body::kMixed},
    Shape{"access_token$production$", Alphabet::kWord, 16},
    Shape{"rzp_live_", Alphabet::kAlnum, 12},
    Shape{"AQE", Alphabet::kBase64, 100, Body::kMixed},
    Shape{"access-sandbox-", Alphabet::kWord, 30},
    Shape{"access-production-", Alphabet::kWord, 30},
    Shape{"EZAK", Alphabet::kAlnum, 50},
    Shape{"EZTK", Alphabet::kAlnum, 50},
    Shape{"FLWSECK_TEST-", Alphabet::kAlnum, 10},
    Shape{"FLWSECK-", Alphabet::kWord, 10},
    Shape{"shippo_live_", Alphabet::kHex, 32},
    Shape{"shippo_test_", Alphabet::kHex, 32},
    Shape{"duffel_live_", Alphabet::kWord, 32},
    Shape{"duffel_test_", Alphabet::kWord, 32},
    // more that begin with what they are
    Shape{"p8e-", Alphabet::kAlnum, 28},
    Shape{"aio_", Alphabet::kAlnum, 24, Body::kDigit},
    Shape{"sc_", Alphabet::kDotted, 60, Body::kMixed},
    Shape{"ext_", Alphabet::kDotted, 60, Body::kMixed},
    Shape{"scauth_", Alphabet::kDotted, 30},
    Shape{"authress_", Alphabet::kDotted, 30},
    Shape{"sm_aat_", Alphabet::kAlnum, 12},
    Shape{"sm_pat_", Alphabet::kAlnum, 12},
    Shape{"sm_sat_", Alphabet::kAlnum, 12},
    Shape{"s-s4t2ud-", Alphabet::kHex, 40},
    Shape{"s-s4t2af-", Alphabet::kHex, 40},
    Shape{"APA91b", Alphabet::kWord, 100},
    Shape{"cfut_", Alphabet::kAlnum, 32},
    Shape{"cfat_", Alphabet::kAlnum, 32},
};

/// So many characters are in any token that a shape knows, cut at a line's end or not, unless a
/// character that is no small letter is in what it begins with.
constexpr std::size_t kShortToken = 14;

constexpr bool has_short_shape() {
  for (const Shape& shape : kShapes) {
    bool small = true;
    for (const char c : shape.prefix) small = small && c >= 'a' && c <= 'z';
    if (small && shape.prefix.size() + shape.least < kShortToken) return true;
  }
  return false;
}
static_assert(!has_short_shape());

/// The shapes by their first character: `first[c]` is the first one, `next[i]` the one after shape
/// i, each plus 1.
struct ShapeIndex {
  std::array<unsigned short, 128> first{};
  std::array<unsigned short, kShapes.size()> next{};
};

constexpr ShapeIndex index_shapes() {
  ShapeIndex index;
  for (std::size_t i = kShapes.size(); i > 0; --i) {
    const auto c = static_cast<unsigned char>(kShapes[i - 1].prefix[0]);
    index.next[i - 1] = index.first[c];
    index.first[c] = static_cast<unsigned short>(i);
  }
  return index;
}

constexpr ShapeIndex kShapeIndex = index_shapes();

inline bool is_body(Body body, std::string_view text) {
  if (body == Body::kAny) return true;
  const Mix mix = mix_of(text);
  return body == Body::kDigit ? mix.letters_and_digits() : is_mixed(text);
}

/// A token found by its shape.
struct Found {
  std::size_t size = 0;                  ///< 0: none
  Alphabet alphabet = Alphabet::kAlnum;  ///< of what may follow on the next line
};

/// Where a run of `alphabet` ends; dots and the like that end a sentence don't belong to it.
inline std::size_t run_end(std::string_view text, std::size_t from, Alphabet alphabet) {
  std::size_t end = from;
  while (end < text.size() && is_in(alphabet, text[end])) ++end;
  while (end > from && (text[end - 1] == '.' || text[end - 1] == '%')) --end;
  return end;
}

/// The token at the start of `text` by what stands before it. At the end of a line a shorter one
/// counts, too: the rest may be on the next.
inline Found prefixed_token(std::string_view text) {
  constexpr std::size_t kLeastPart = 10;
  constexpr std::size_t kLooked = 256;  // of a body: as many tell whether it is one
  const auto first = static_cast<unsigned char>(text.front());
  if (first >= kShapeIndex.first.size()) return {};
  for (std::size_t i = kShapeIndex.first[first]; i > 0; i = kShapeIndex.next[i - 1]) {
    const Shape& shape = kShapes[i - 1];
    if (!begins(text, shape.prefix)) continue;
    const std::size_t from = shape.prefix.size();
    const std::string_view seen = text.substr(0, from + kLooked);
    const std::string_view body = seen.substr(from, run_end(seen, from, shape.alphabet) - from);
    const bool whole = body.size() >= shape.least && is_body(shape.body, body);
    const bool part = from + body.size() == text.size() && body.size() >= kLeastPart &&
                      text.size() >= 14 && mix_of(body).letters_and_digits() &&
                      (shape.body != Body::kMixed || is_mixed(body));
    if (whole || part) return {run_end(text, from, shape.alphabet), shape.alphabet};
  }
  return {};
}

}  // namespace adomcp::sdk::detail
