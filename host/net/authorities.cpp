#include "net/authorities.h"

#include <openssl/x509.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace adomcp::net {
namespace {

namespace fs = std::filesystem;

bool has_content(const fs::path& place) {
  std::error_code error;
  return fs::exists(place, error) && !fs::is_empty(place, error) && !error;
}

}  // namespace

AuthorityPlaces authority_places() {
  AuthorityPlaces out{X509_get_default_cert_file(), X509_get_default_cert_dir(), {}};
  const bool chosen = std::getenv(X509_get_default_cert_file_env()) != nullptr ||
                      std::getenv(X509_get_default_cert_dir_env()) != nullptr;
  if (chosen) return out;
  out.others = {
      "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine
      "/etc/pki/tls/certs/ca-bundle.crt",                   // Azure Linux, Fedora
      "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Red Hat
      "/etc/ssl/ca-bundle.pem",                             // SUSE
      "/etc/ssl/cert.pem",
  };
  return out;
}

std::string other_authorities(const AuthorityPlaces& places) {
  if (has_content(places.file) || has_content(places.folder)) return {};
  const auto found = std::find_if(places.others.begin(), places.others.end(), has_content);
  return found == places.others.end() ? std::string() : *found;
}

}  // namespace adomcp::net
