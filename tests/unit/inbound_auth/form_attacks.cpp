#include "attacks.h"
#include "support.h"

namespace adomcp::inbound_auth {
namespace {

std::string good() {
  return rs256(person_v2());
}

/// The header's text with claims that are good.
std::string with_header(const std::string& header) {
  return make_token(keys().rsa, Algorithm::kRs256, header, person_v2().dump());
}

std::string with_header_member(const std::string& name, const json& value) {
  auto header = json::parse(header_of("RS256", "rsa"));
  header[name] = value;
  return with_header(header.dump());
}

/// A payload's text, well signed.
std::string with_payload(const std::string& payload) {
  return make_token(keys().rsa, Algorithm::kRs256, header_of("RS256", "rsa"), payload);
}

std::string unsigned_token(const std::string& algorithm) {
  return encode_parts(header_of(algorithm, "rsa"), person_v2().dump()) + ".";
}

std::string hmac_token(const std::string& algorithm, const std::string& secret) {
  const auto text = encode_parts(header_of(algorithm, "rsa"), person_v2().dump());
  return text + "." + to_base64url(hmac_sha256(secret, text));
}

std::string body_of(const std::string& whole) {
  return whole.substr(0, whole.rfind('.'));
}

std::string signature_of(const std::string& whole) {
  return whole.substr(whole.rfind('.') + 1);
}

/// The same signature's bytes, written with left-over bits.
std::string with_loose_bits(std::string whole) {
  static const std::string alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  whole.back() = alphabet[alphabet.find(whole.back()) + 1];
  return whole;
}

std::string with_twice(const std::string& name, const std::string& first) {
  std::string payload = person_v2().dump();
  payload.insert(1, "\"" + name + "\":" + first + ",");
  return with_payload(payload);
}

}  // namespace

Attacks algorithm_attacks() {
  return {
      token("alg none", "algorithm_not_allowed", unsigned_token("none")),
      token("alg None", "algorithm_not_allowed", unsigned_token("None")),
      token("alg NONE", "algorithm_not_allowed", unsigned_token("NONE")),
      token("alg nOnE with a signature", "algorithm_not_allowed",
            unsigned_token("nOnE") + signature_of(good())),
      token("alg empty", "malformed_token", unsigned_token("")),
      token("alg missing", "malformed_token", with_header(R"({"kid":"rsa"})")),
      token("alg null", "malformed_token", with_header_member("alg", nullptr)),
      token("alg an array", "malformed_token", with_header_member("alg", {"RS256", "none"})),
      token("alg in lower case", "algorithm_not_allowed", with_header_member("alg", "rs256")),
      token("alg with a NUL", "algorithm_not_allowed",
            with_header_member("alg", std::string("RS256\0", 6))),
      token("HS256 with the public key's PEM", "algorithm_not_allowed",
            hmac_token("HS256", keys().rsa.public_pem())),
      token("HS256 with the modulus", "algorithm_not_allowed",
            hmac_token("HS256", keys().rsa.jwk("rsa")["n"])),
      token("HS256 with no secret", "algorithm_not_allowed", hmac_token("HS256", "")),
      token("HS384", "algorithm_not_allowed", hmac_token("HS384", keys().rsa.public_pem())),
      token("RS512", "algorithm_not_allowed", with_header_member("alg", "RS512")),
      token("EdDSA", "algorithm_not_allowed", with_header_member("alg", "EdDSA")),
  };
}

Attacks key_type_attacks() {
  const auto es = [](const std::string& signature_bytes) {
    const auto text = encode_parts(header_of("ES256", "ec"), person_v2().dump());
    return text + "." + to_base64url(signature_bytes);
  };
  const auto es_text = encode_parts(header_of("ES256", "ec"), person_v2().dump());
  const auto sign = [](const TestKey& key, Algorithm algorithm, const char* name, const char* id) {
    return make_token(key, algorithm, header_of(name, id), person_v2().dump());
  };
  return {
      token("PS256, which is not configured", "algorithm_not_allowed",
            sign(keys().other, Algorithm::kPs256, "PS256", "ps")),
      token("RS256 with a PS256 key", "wrong_algorithm",
            sign(keys().other, Algorithm::kRs256, "RS256", "ps")),
      token("RS256 in the header, an EC key", "wrong_algorithm",
            sign(keys().ec, Algorithm::kEs256, "RS256", "ec")),
      token("ES256 in the header, an RSA key", "wrong_algorithm",
            sign(keys().rsa, Algorithm::kRs256, "ES256", "rsa")),
      token("PSS padding under RS256", "bad_signature",
            sign(keys().rsa, Algorithm::kPs256, "RS256", "rsa")),
      token("ES256 in DER", "bad_signature", es(keys().ec.sign_der(es_text))),
      token("ES256 with zeros", "bad_signature", es(std::string(64, '\0'))),
      token("ES256 with r zero", "bad_signature",
            es(std::string(32, '\0') + keys().ec.sign(Algorithm::kEs256, es_text).substr(32))),
      token("ES256 with all ones", "bad_signature", es(std::string(64, '\xff'))),
      token("ES256 one byte short", "bad_signature",
            es(keys().ec.sign(Algorithm::kEs256, es_text).substr(0, 63))),
      token("a 1024 bit key of the issuer", "unknown_key",
            sign(keys().weak, Algorithm::kRs256, "RS256", "weak")),
      token("a key for encryption", "unknown_key",
            sign(keys().other, Algorithm::kRs256, "RS256", "encryption")),
  };
}

Attacks key_id_attacks() {
  const auto kid = [](const json& id) { return with_header_member("kid", id); };
  return {
      token("kid of a path", "unknown_key", kid("../../../../dev/null")),
      token("kid of SQL", "unknown_key", kid("x' UNION SELECT 'secret' --")),
      token("kid of a command", "unknown_key", kid("rsa|touch /tmp/owned")),
      token("kid of a URL", "unknown_key", kid("http://127.0.0.1/keys.json")),
      token("kid with a NUL", "unknown_key", kid(std::string("rsa\0", 4))),
      token("kid in another case", "unknown_key", kid("RSA")),
      token("kid of 4 KiB", "malformed_token", kid(std::string(4096, 'k'))),
      token("kid of 257 bytes", "no_key_id", kid(std::string(257, 'k'))),
      token("kid missing", "no_key_id", with_header(R"({"alg":"RS256"})")),
      token("kid empty", "no_key_id", kid("")),
      token("kid a number", "no_key_id", kid(1)),
  };
}

Attacks header_member_attacks() {
  return {
      token("kid twice", "malformed_token",
            with_header(R"({"alg":"RS256","kid":"rsa","kid":"other"})")),
      token("alg twice", "malformed_token",
            with_header(R"({"alg":"none","kid":"rsa","alg":"RS256"})")),
      token("alg twice, once escaped", "malformed_token",
            with_header(R"({"\u0061lg":"none","kid":"rsa","alg":"RS256"})")),
      token("crit", "critical_header", with_header_member("crit", {"exp"})),
      token("crit empty", "critical_header", with_header_member("crit", json::array())),
      token("crit with b64", "critical_header",
            with_header(R"({"alg":"RS256","kid":"rsa","b64":false,"crit":["b64"]})")),
      token("typ of another use", "wrong_type", with_header_member("typ", "logout+jwt")),
      token("typ a number", "wrong_type", with_header_member("typ", 1)),
      token("signed by the attacker", "bad_signature",
            make_token(keys().attacker, Algorithm::kRs256, header_of("RS256", "rsa"),
                       person_v2().dump())),
      token("another key of the issuer", "bad_signature", rs256(person_v2(), "foreign")),
  };
}

Attacks form_attacks() {
  const std::string whole = good();
  const std::string body = body_of(whole);
  const std::string signature = signature_of(whole);
  return {
      token("2 parts", "malformed_token", body),
      token("4 parts", "malformed_token", whole + ".AAAA"),
      token("5 parts, an encrypted token", "malformed_token", whole + ".AAAA.AAAA"),
      token("dots alone", "malformed_token", ".."),
      token("one word", "malformed_token", "opaque-access-token"),
      token("64 KiB", "token_too_large", std::string(65536, 'A')),
      token("64 KiB of dots", "token_too_large", std::string(65536, '.')),
      token("16 KiB and one", "token_too_large", body + "." + std::string(16385 - 1, 'A')),
      token("signature empty", "bad_signature", body + "."),
      token("signature cut", "bad_signature", whole.substr(0, whole.size() - 6)),
      token("signature of one character", "malformed_token", body + ".A"),
      token("signature of another token", "bad_signature",
            body + "." + signature_of(rs256(person_v1()))),
      token("signature with more bytes", "bad_signature",
            body + "." +
                to_base64url(keys().rsa.sign(Algorithm::kRs256, body) + std::string(1, '\0'))),
      token("signature not canonical", "malformed_token", with_loose_bits(whole)),
      token("padding", "malformed_token", whole + "=="),
      token("standard base64", "malformed_token", body + ".++//" + signature.substr(4)),
      token("white space inside", "malformed_token", body + ". " + signature),
      token("a tab at the end", "malformed_token", whole + "\t"),
      token("a line's end inside", "malformed_token", body + ".\r\n" + signature),
      token("payload changed", "bad_signature",
            encode_parts(header_of("RS256", "rsa"), with(person_v2(), "oid", kApi).dump()) + "." +
                signature),
  };
}

Attacks json_attacks() {
  const std::string bomb = std::string(6000, '[') + std::string(6000, ']');
  return {
      token("header no JSON", "malformed_token", with_header("alg=RS256")),
      token("header an array", "malformed_token", with_header(R"(["RS256"])")),
      token("header with a bomb", "malformed_token",
            with_header(R"({"alg":"RS256","kid":"rsa","x":[[[[[[[[[[]]]]]]]]]]})")),
      token("header of 5 KiB", "malformed_token", with_header_member("x", std::string(5000, 'x'))),
      token("payload no JSON", "malformed_claims", with_payload("iss=us")),
      token("payload an array", "malformed_claims", with_payload("[1]")),
      token("payload empty", "malformed_claims", with_payload("")),
      token("payload a bomb of arrays", "token_too_large", with_payload(bomb)),
      token(
          "payload with a deep claim", "malformed_claims",
          with_payload(R"({"exp":1,"x":)" + std::string(3000, '[') + std::string(3000, ']') + "}")),
      token("payload with broken UTF-8", "malformed_claims", with_payload("{\"iss\":\"\xff\"}")),
      token("payload twice", "malformed_claims", with_payload(person_v2().dump() + "{}")),
      token("scp twice", "malformed_claims", with_twice("scp", "\"other\"")),
      token("aud twice", "malformed_claims", with_twice("aud", "\"other\"")),
      token("exp twice, once escaped", "malformed_claims", with_twice("\\u0065xp", "9999999999")),
  };
}

Attacks authorization_attacks() {
  const std::string whole = good();
  return {
      {"no value", "no_token", ""},
      {"Bearer alone", "malformed_header", "Bearer"},
      {"Bearer and a space", "malformed_token", "Bearer "},
      {"Basic", "not_bearer", "Basic dXNlcjpwYXNzd29yZA=="},
      {"the token without a scheme", "not_bearer", whole},
      {"the token in another scheme", "not_bearer", "DPoP " + whole},
      {"no space", "not_bearer", "Bearer" + whole},
      {"two headers", "malformed_header", "Bearer " + whole + ", Bearer " + whole},
      {"two headers, the first bad", "malformed_header", "Basic QQ==, Bearer " + whole},
      {"parameters", "malformed_header", "Bearer token=\"" + whole + "\", realm=\"x\""},
      {"quotes", "malformed_token", "Bearer \"" + whole + "\""},
      {"two tokens", "malformed_token", "Bearer " + whole + " " + whole},
  };
}

}  // namespace adomcp::inbound_auth
