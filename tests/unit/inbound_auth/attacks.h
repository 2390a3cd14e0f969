#pragma once

#include <string>
#include <vector>

namespace adomcp::inbound_auth {

/// A request that must be refused by a server with the settings and keys of attacks_test.cpp.
struct Attack {
  std::string name;
  std::string reason;         ///< what refuses it
  std::string authorization;  ///< the whole header
};
using Attacks = std::vector<Attack>;

inline Attack token(std::string name, std::string reason, const std::string& text) {
  return {std::move(name), std::move(reason), "Bearer " + text};
}

Attacks algorithm_attacks();
Attacks key_type_attacks();
Attacks key_id_attacks();
Attacks header_member_attacks();
Attacks form_attacks();
Attacks json_attacks();
Attacks authorization_attacks();
Attacks audience_attacks();
Attacks issuer_attacks();
Attacks time_attacks();
Attacks right_attacks();

}  // namespace adomcp::inbound_auth
