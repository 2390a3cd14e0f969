#include "config/url_field.h"

#include "config/forms.h"

namespace adomcp::config {

void read_base_url(const Field& field, std::string& out) {
  const auto text = field.text();
  if (!text) return;
  if (const auto url = parse_base_url(*text)) {
    out = *url;
    return;
  }
  // The value isn't shown: there may be a password in it.
  field.complain(
      "must be an https URL (http for a loopback host) without user, query and fragment");
}

void read_exact_url(const Field& field, std::string& out) {
  std::string url;
  read_base_url(field, url);
  if (!url.empty()) out = field.node()->text;
}

}  // namespace adomcp::config
