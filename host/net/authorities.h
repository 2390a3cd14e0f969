#pragma once

#include <string>
#include <vector>

namespace adomcp::net {

/// Where certificate authorities may be.
struct AuthorityPlaces {
  std::string file;                 // OpenSSL's defaults, which it reads by itself
  std::string folder;               // the same; a folder counts when it holds something
  std::vector<std::string> others;  // PEM files of systems that keep them elsewhere, by preference
};

/// The places of this process. SSL_CERT_FILE or SSL_CERT_DIR is somebody's choice: when either is
/// set there are no others, so that a mistake in it trusts nobody instead of everybody usual.
AuthorityPlaces authority_places();

/// What OpenSSL must be told to read since its defaults hold nothing: the first other file that is
/// there. Empty when the defaults do, or when there is none at all. A packaged OpenSSL looks where
/// Debian keeps authorities, whatever system it runs on.
std::string other_authorities(const AuthorityPlaces& places);

}  // namespace adomcp::net
