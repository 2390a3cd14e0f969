#include "config/auth_section.h"

#include <chrono>

#include "config/forms.h"
#include "config/keys.h"
#include "config/url_field.h"
#include "core/guid.h"
#include "core/text.h"

namespace adomcp::config {
namespace {

void check_nobody_else_calls(const Field& mode, const ServerSettings& server,
                             const Environment& environment) {
  if (!is_loopback(server.host)) {
    mode.complain("none serves everybody, so server.listen must be a loopback address, not " +
                  server.host);
  }
  if (!server.public_url.empty()) {
    mode.complain("none serves everybody, so server.public_url must be left out");
  }
  const auto name = hosting_variable(environment);
  if (!name.empty()) {
    mode.complain("none is refused on a hosting platform, where every caller looks local; " + name +
                  " is set");
  }
}

void check_nothing_else(const Mapping& auth) {
  for (const auto key : keys_of("auth")) {
    const Field field = auth[key];
    if (key != "mode" && field.present()) {
      field.complain("has no effect with `mode: none`; leave it out");
    }
  }
}

/// What bearer and easyauth need.
class SignInReader {
 public:
  SignInReader(const Mapping& auth, const CredentialReader& credentials, Problems& problems,
               AuthSettings& out)
      : auth_(auth), credentials_(credentials), problems_(problems), out_(out) {}

  void read() {
    read_provider();
    if (out_.provider == "entra") read_tenant();
    read_issuer();
    read_audiences();
    read_grants();
    out_.clients = read_ids(auth_["clients"], out_, "a client application's id");
    read_algorithms();
    read_clock_skew();
    read_groups_overage();
  }

 private:
  void read_provider() {
    const Field provider = auth_["provider"];
    out_.provider = provider.choice({"entra", "oidc"}).value_or("entra");
    if (out_.provider == "entra") return;
    if (out_.mode == "easyauth") provider.complain("must be entra with `mode: easyauth`");
    const Field tenant = auth_["tenant_id"];
    if (tenant.present()) tenant.complain("has no effect with `provider: oidc`; leave it out");
  }

  void read_tenant() {
    const Field tenant = auth_["tenant_id"];
    const auto text = tenant.required("say whose accounts may sign in").text();
    if (!text) return;
    if (!is_guid(*text)) tenant.complain("must be the tenant's GUID, not " + tenant.shown());
    out_.tenant_id = to_lower(*text);
  }

  void read_issuer() {
    const Field issuer = auth_["issuer"];
    if (out_.provider == "oidc") issuer.required("say who signs the tokens");
    read_exact_url(issuer, out_.issuer);
  }

  void read_audiences() {
    const Field audiences = auth_["audiences"];
    audiences.required("list what the tokens must be for, like the application's client id");
    out_.audiences = audiences.texts(is_scope, "an audience without blanks and quotes");
    if (audiences.is_empty_list()) audiences.complain("must list at least one audience");
  }

  void read_grants() {
    const Field scopes = auth_["scopes"];
    const Field roles = auth_["roles"];
    out_.scopes = {"access_as_user"};
    if (scopes.present()) out_.scopes = scopes.texts(is_scope, "a scope without blanks and quotes");
    out_.roles = roles.texts(is_plain_value, "a role's value without * and ?");
    if (scopes.is_empty_list() && (!roles.present() || roles.is_empty_list())) {
      scopes.complain("is empty and auth.roles names no role, so nobody could sign in");
    }
  }

  void read_algorithms() {
    const Field field = auth_["algorithms"];
    if (!field.present()) return;
    out_.algorithms.clear();
    for (const auto& item : field.items()) {
      if (const auto word = item.choice({"RS256", "PS256", "ES256"})) {
        out_.algorithms.push_back(*word);
      }
    }
    if (field.is_empty_list()) field.complain("must list at least one of RS256, PS256 and ES256");
  }

  void read_clock_skew() {
    using std::chrono::milliseconds;
    const Field field = auth_["clock_skew"];
    const auto skew = field.duration(milliseconds(0), milliseconds(300000));
    if (!skew) return;
    out_.clock_skew = std::chrono::duration_cast<std::chrono::seconds>(*skew);
    if (out_.clock_skew != *skew) field.complain("must be whole seconds, not " + field.shown());
  }

  void read_groups_overage() {
    const Field field = auth_["groups_overage"];
    if (!field.present()) return;
    if (field.is_scalar()) {
      field.choice({"refuse"});
      return;
    }
    const Mapping overage(field, "auth.groups_overage", problems_);
    if (!overage) return;
    const Field graph = overage["graph"].required("write `refuse`, or where groups are asked for");
    const Mapping mapping(graph, "auth.groups_overage.graph", problems_);
    if (!mapping) return;
    if (out_.provider == "oidc") {
      return graph.complain("knows Entra's people only, and auth.provider is oidc");
    }
    read_base_url(mapping["base_url"], out_.graph.emplace().base_url);
    out_.graph->credential = credentials_.among(mapping, graph);
  }

  const Mapping& auth_;
  const CredentialReader& credentials_;
  Problems& problems_;
  AuthSettings& out_;
};

}  // namespace

AuthSettings read_auth(const Field& field, const ServerSettings& server,
                       const Environment& environment, const CredentialReader& credentials,
                       Problems& problems) {
  constexpr std::string_view kAdvice = "say how callers sign in, like `mode: bearer`";
  AuthSettings out;
  const Mapping auth(field.required(kAdvice), "auth", problems);
  if (!auth) return out;
  const Field mode = auth["mode"];
  const auto word = mode.required(kAdvice).choice({"bearer", "easyauth", "none"});
  if (!word) return out;
  out.mode = *word;
  if (out.mode == "none") {
    check_nobody_else_calls(mode, server, environment);
    check_nothing_else(auth);
    return out;
  }
  if (server.public_url.empty()) {
    mode.complain(out.mode + " needs server.public_url, which tells clients where to sign in");
  }
  SignInReader(auth, credentials, problems, out).read();
  return out;
}

std::vector<std::string> read_ids(const Field& field, const AuthSettings& auth,
                                  std::string_view what) {
  if (auth.provider != "entra") {
    return field.texts(is_plain_value, std::string(what) + " without * and ?");
  }
  auto out = field.texts(is_guid, std::string(what) + " (a GUID)");
  for (auto& id : out) id = to_lower(id);
  return out;
}

}  // namespace adomcp::config
