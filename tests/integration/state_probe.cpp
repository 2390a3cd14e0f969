// One replica's view of shared state, for tests: state_probe CONTAINER_URL COMMAND [ARGUMENT …].
// The token comes from STATE_TOKEN. Prints one line; exit 1 when the store can't tell.

#include <cstdlib>
#include <iostream>

#include "outbound_identity/environment_credential.h"
#include "state/blob_store.h"
#include "state/confirmations.h"

namespace {

using namespace adomcp;

int failed(const Error& error) {
  std::cerr << error.text() << '\n';
  return 1;
}

int print(const Result<std::string>& result) {
  if (!result && result.error().code == ErrorCode::kUnavailable) return failed(result.error());
  std::cout << (result ? result.value() : result.error().message) << std::endl;
  return 0;
}

int run(state::Store& store, const std::vector<std::string>& given) {
  const SystemClock clock;
  const state::Patience patience;
  const std::string& command = given.at(0);
  if (command == "create") {
    const auto until = clock.now() + std::chrono::seconds(std::stol(given.at(3)));
    const auto created = store.create(given.at(1), given.at(2), until, patience);
    if (!created) return failed(created.error());
    std::cout << (*created ? "created" : "exists") << std::endl;
    return 0;
  }
  if (command == "write") {
    const auto until = clock.now() + std::chrono::seconds(std::stol(given.at(3)));
    const auto written = store.write(given.at(1), given.at(2), until, patience);
    if (!written) return failed(written.error());
    std::cout << "written" << std::endl;
    return 0;
  }
  if (command == "remove") {
    const auto removed = store.remove(given.at(1), patience);
    if (!removed) return failed(removed.error());
    std::cout << "removed" << std::endl;
    return 0;
  }
  if (command == "read") {
    const auto value = store.read(given.at(1), patience);
    if (!value) return failed(value.error());
    std::cout << value.value().value_or("(nothing)") << std::endl;
    return 0;
  }
  state::KeyRing keys({}, store);
  state::Confirmations confirmations(store, keys, clock, true);
  if (command == "issue") return print(confirmations.issue(given.at(1), given.at(2), patience));
  if (command == "redeem") return print(confirmations.redeem(given.at(1), given.at(2), patience));
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  try {
    const SystemClock clock;
    adomcp::state::BlobStore store(argv[1],
                                   std::make_unique<outbound_identity::EnvironmentCredential>(
                                       EnvironmentCredentialSettings{"STATE_TOKEN", false}),
                                   clock, {});
    return run(store, {argv + 2, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
