#pragma once

#include <string>
#include <vector>

#include "policy/access.h"

namespace adomcp::policy {

/// The names of all that rules can grant.
struct Grantable {
  std::vector<std::string> tools;
  std::vector<std::string> prompts;
  std::vector<std::string> resources;  ///< URIs and templates
};

/// What is wrong with the rules once it is known what there is, one line each with its place: an
/// entry of `tools`, `prompts` or `resources` that is none of them and matches none grants nothing,
/// so it is a mistake. "*" never is.
std::vector<std::string> check_rules(const Access& access, const Grantable& grantable);

}  // namespace adomcp::policy
