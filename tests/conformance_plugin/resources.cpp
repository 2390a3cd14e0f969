#include "resources.h"

#include <adomcp/resources.hpp>

#include "fixture.h"

namespace conformance {
namespace {

using adomcp::Contents;
using adomcp::ResourceRequest;

Contents static_text(Call&, const ResourceRequest& wanted) {
  return adomcp::text_contents(wanted.uri, "text/plain",
                               "This is the content of the static text resource.");
}

Contents static_binary(Call&, const ResourceRequest& wanted) {
  return adomcp::blob_contents(wanted.uri, "image/png", png());
}

Contents watched(Call&, const ResourceRequest& wanted) {
  return adomcp::text_contents(wanted.uri, "text/plain", "Watched resource content");
}

Contents of_template(Call&, const ResourceRequest& wanted) {
  const std::string id = wanted.argument("id");
  const Json data = {{"id", id}, {"templateTest", true}, {"data", "Data for ID: " + id}};
  return adomcp::text_contents(wanted.uri, "application/json", data.dump());
}

}  // namespace

void declare_resources(adomcp::Start& start) {
  start.add(adomcp::resource<static_text>("test://static-text", "static-text", {},
                                          "A text that never changes.", "text/plain"));
  start.add(adomcp::resource<static_binary>("test://static-binary", "static-binary", {},
                                            "An image that never changes.", "image/png"));
  start.add(adomcp::resource<watched>("test://watched-resource", "watched-resource", {},
                                      "A text to subscribe to.", "text/plain"));
  start.add(adomcp::resource_template<of_template>("test://template/{id}/data", "template-data", {},
                                                   "Data for each id.", "application/json"));
}

}  // namespace conformance
