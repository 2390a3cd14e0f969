#pragma once

#include <Poco/URI.h>

#include <map>
#include <string>
#include <utility>

#include "support.h"
#include "support/scripted_server.h"

namespace adomcp::outbound_identity {

using testing_support::Peer;
using testing_support::Received;
using testing_support::ScriptedServer;

/// The fields of a form body or of a target's query.
inline std::map<std::string, std::string> fields_of(const Received& got) {
  Poco::URI uri("http://x/");
  uri.setRawQuery(got.method == "POST" ? got.body
                                       : Poco::URI("http://x" + got.target).getRawQuery());
  const auto parameters = uri.getQueryParameters();
  return {parameters.begin(), parameters.end()};
}

inline std::string token_json(const std::string& token, int expires_in = 3600) {
  return R"({"token_type":"Bearer","access_token":")" + token + R"(","expires_in":)" +
         std::to_string(expires_in) + "}";
}

/// Entra's form of a refusal.
inline std::string refusal_json(const std::string& error, const std::string& description) {
  return R"({"error":")" + error + R"(","error_description":")" + description +
         R"(","trace_id":"0000","claims":"{\"access_token\":{}}"})";
}

}  // namespace adomcp::outbound_identity
