#pragma once

#include <string>
#include <vector>

namespace adomcp {

/// Who is asking. `user_name` is for display only and never decides anything.
struct Principal {
  std::string object_id;
  std::string tenant_id;
  std::string user_name = "anonymous";
  std::string client_app;    ///< id of the program that they use
  bool application = false;  ///< a program's own token: there is no person behind it
  std::vector<std::string> groups;
  std::vector<std::string> roles;
  std::vector<std::string> scopes;
};

}  // namespace adomcp
