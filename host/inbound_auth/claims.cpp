#include "inbound_auth/claims.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"
#include "core/time_text.h"

namespace adomcp::inbound_auth {
namespace {

/// Bytes of the hidden character at `text`'s start, 0 when it is a visible one.
std::size_t hidden_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto third_in = [&](unsigned low, unsigned high) {
    return byte(2) >= low && byte(2) <= high;
  };
  if (byte(0) < 0x20 || byte(0) == 0x7F) return 1;
  if (byte(0) == 0xC2 && ((byte(1) >= 0x80 && byte(1) <= 0x9F) || byte(1) == 0xAD)) return 2;
  if (byte(0) == 0xE2 && byte(1) == 0x80 && (third_in(0x8B, 0x8F) || third_in(0xA8, 0xAE))) {
    return 3;  // U+200B to U+200F, U+2028 to U+202E
  }
  if (byte(0) == 0xE2 && byte(1) == 0x81 && third_in(0xA0, 0xAF)) return 3;  // U+2060 to U+206F
  if (byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) return 3;       // U+FEFF
  return 0;
}

}  // namespace

std::string display_text(std::string_view text, std::size_t max_bytes) {
  text = truncate_utf8(text, max_bytes);
  std::string out;
  while (!text.empty()) {
    const std::size_t hidden = hidden_length(text);
    out += hidden > 0 ? ' ' : text.front();
    text.remove_prefix(std::max<std::size_t>(hidden, 1));
  }
  return out;
}

namespace {

using nlohmann::json;

constexpr std::size_t kMaxPayload = std::size_t{16} * 1024;
constexpr std::size_t kMaxText = 256;
constexpr std::size_t kMaxName = 128;
constexpr std::size_t kMaxEntries = 1000;

bool is_plain(std::string_view text) {
  return text.size() <= kMaxText && std::none_of(text.begin(), text.end(), [](unsigned char c) {
           return c < 0x20 || c == 0x7F;
         });
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

/// Reads claims one by one and keeps the name of the first that is malformed.
class ClaimReader {
 public:
  explicit ClaimReader(const json& claims) : claims_(claims) {}

  const std::string& malformed() const { return malformed_; }
  bool has(const char* name) const { return claims_.contains(name); }

  std::string text(const char* name) {
    const auto found = claims_.find(name);
    if (found == claims_.end()) return {};
    const auto value = text_at(claims_, name);
    if (!found->is_string() || !is_plain(value)) complain(name);
    return std::string(value);
  }

  std::int64_t time(const char* name) {
    const auto found = claims_.find(name);
    if (found == claims_.end()) return 0;
    const auto value = found->is_number_integer() ? found->get<std::int64_t>() : -1;
    if (value < 0 || value > kLastEpoch) complain(name);
    return value;
  }

  /// An array of texts. A single text counts as one, or with `split` as its words.
  std::vector<std::string> list(const char* name, bool split = false) {
    const auto found = claims_.find(name);
    if (found == claims_.end()) return {};
    std::vector<std::string> out;
    if (found->is_string()) {
      const auto& value = found->get_ref<const std::string&>();
      out = split ? words(value) : std::vector<std::string>{value};
    } else if (!read_array(*found, out)) {
      complain(name);
    }
    if (out.size() > kMaxEntries || !std::all_of(out.begin(), out.end(), is_plain)) complain(name);
    return out;
  }

  std::string user_name() const {
    for (const char* name :
         {"preferred_username", "upn", "unique_name", "name", "app_displayname"}) {
      const auto value = text_at(claims_, name);
      if (!value.empty()) return display_text(value, kMaxName);
    }
    return {};
  }

  std::string client_app() {
    std::string found;
    for (const char* name : {"azp", "appid", "client_id", "cid"}) {
      auto value = text(name);
      if (value.empty()) continue;
      if (!found.empty() && value != found) complain(name);
      found = std::move(value);
    }
    return found;
  }

  bool groups_elsewhere() const {
    const auto flag = claims_.find("hasgroups");
    if (flag != claims_.end() && *flag != false && *flag != "false") return true;
    const auto names = claims_.find("_claim_names");
    return names != claims_.end() && (!names->is_object() || names->contains("groups"));
  }

 private:
  static bool read_array(const json& array, std::vector<std::string>& out) {
    if (!array.is_array()) return false;
    for (const auto& entry : array) {
      if (!entry.is_string()) return false;
      out.push_back(entry.get<std::string>());
    }
    return true;
  }

  void complain(const char* name) {
    if (malformed_.empty()) malformed_ = name;
  }

  const json& claims_;
  std::string malformed_;
};

Claims read_all(ClaimReader& reader) {
  Claims claims;
  claims.issuer = reader.text("iss");
  claims.subject = reader.text("sub");
  claims.object_id = reader.text("oid");
  claims.tenant_id = reader.text("tid");
  claims.version = reader.text("ver");
  claims.client_app = reader.client_app();
  claims.token_kind = reader.text("idtyp");
  claims.grant = reader.text("gty");
  claims.user_name = reader.user_name();
  claims.audiences = reader.list("aud");
  claims.scopes = reader.list(reader.has("scp") ? "scp" : "scope", /*split=*/true);
  claims.roles = reader.list("roles");
  claims.groups = reader.list("groups");
  claims.expires = reader.time("exp");
  claims.not_before = reader.time("nbf");
  claims.issued_at = reader.time("iat");
  claims.groups_elsewhere = reader.groups_elsewhere();
  claims.identity_token = reader.has("nonce") || reader.has("at_hash") || reader.has("c_hash");
  claims.bound = reader.has("cnf");
  return claims;
}

}  // namespace

Checked<Claims> read_claims(const std::string& payload) {
  const auto object = parse_strict_object(payload, kMaxPayload);
  if (!object) {
    return invalid_token("malformed_claims", "The token's claims are not one plain JSON object.");
  }
  ClaimReader reader(*object);
  auto claims = read_all(reader);
  std::string bad = reader.malformed();
  if (bad.empty() && !reader.has("exp")) bad = "exp";
  if (bad.empty()) return claims;
  return invalid_token("malformed_claims",
                       "The token's claim " + bad + " is missing, or of a wrong type or size.");
}

bool is_application(const Claims& claims) {
  if (!claims.token_kind.empty()) return claims.token_kind != "user";
  if (claims.grant == "client-credentials") return true;
  // RFC 9068, section 5: a client with a token of its own is the token's subject.
  const bool own = !claims.subject.empty() && claims.subject == claims.client_app;
  return own || claims.scopes.empty();
}

}  // namespace adomcp::inbound_auth
