#include "config/state_section.h"

#include <algorithm>

#include "config/forms.h"
#include "config/url_field.h"

namespace adomcp::config {
namespace {

void read_container(const Field& field, std::string& out) {
  read_base_url(field, out);
  const auto host = out.find("://");
  if (host != std::string::npos && out.find('/', host + 3) == std::string::npos) {
    field.complain("must name a container, like https://account.blob.core.windows.net/adomcp");
  }
}

void read_store(const Field& field, const CredentialReader& credentials, StateSettings& out,
                Problems& problems) {
  if (!field.present()) return;
  if (field.is_scalar()) {
    field.choice({"memory"});
    return;
  }
  const Mapping store(field, "state.store", problems);
  if (!store) return;
  const Field blob = store["blob"];
  read_container(blob.required("write `memory`, or the URL of a blob container"), out.blob_url);
  const Field keys = store["key_blob"];
  const bool blank = keys.is_scalar() && keys.node()->text.empty();  // so that ${NAME:-} can stand
  if (!blank) read_container(keys, out.key_blob_url);
  out.credential = credentials.among(store, field);
}

/// The keys are secrets, so no message shows one.
void read_keys(const Field& field, StateSettings& out) {
  for (const auto& item : field.texts()) {
    const std::string& key = item.node()->text;
    if (!is_key(key)) {
      item.complain("must be 32 random bytes in base64, as `openssl rand -base64 32` makes them");
    } else if (std::find(out.keys.begin(), out.keys.end(), key) != out.keys.end()) {
      item.complain("is there already; each key counts once");
    }
    out.keys.push_back(key);
  }
  if (field.is_empty_list()) field.complain("is empty; leave it out to have a key made");
}

}  // namespace

StateSettings read_state(const Field& field, const Environment& environment,
                         const CredentialReader& credentials, Problems& problems) {
  StateSettings out;
  const Mapping state(field, "state", problems);
  read_store(state["store"], credentials, out, problems);
  read_keys(state["keys"], out);
  const auto replicas = state["replicas"].choice({"one", "many"});
  out.many_replicas = replicas ? *replicas == "many" : !hosting_variable(environment).empty();
  return out;
}

}  // namespace adomcp::config
