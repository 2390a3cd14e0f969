#include "outbound_identity/form.h"

#include <Poco/URI.h>

namespace adomcp::outbound_identity {
namespace {

void append_encoded(std::string_view text, std::string& out) {
  Poco::URI::encode(std::string(text), ":/?#[]@!$&'()*+,;=%", out);
}

}  // namespace

std::string form_text(const Form& form) {
  std::string out;
  for (const auto& [name, value] : form) {
    if (!out.empty()) out += '&';
    append_encoded(name, out);
    out += '=';
    append_encoded(value, out);
  }
  return out;
}

std::string path_part(std::string_view text) {
  std::string out;
  append_encoded(text, out);
  return out;
}

}  // namespace adomcp::outbound_identity
