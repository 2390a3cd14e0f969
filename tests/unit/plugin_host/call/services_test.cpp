#include "plugin_host/call/services.h"

#include <gtest/gtest.h>

#include <set>

#include "plugin_host/call/host_api.h"

namespace adomcp::plugin_host {
namespace {

template <typename Service>
const Service& found(const char* id) {
  const auto* const service = static_cast<const Service*>(host_api().service(id));
  EXPECT_NE(service, nullptr) << id;
  EXPECT_EQ(service->struct_size, sizeof(Service)) << id;
  EXPECT_EQ(host_api().service(id), service) << "the answer never changes";
  return *service;
}

TEST(Services, ADeclarationWithoutADescriptorIsInvalid) {
  EXPECT_EQ(found<adomcp_prompts>(ADOMCP_PROMPTS).add(nullptr), ADOMCP_INVALID_ARGUMENT);
  EXPECT_EQ(found<adomcp_resources>(ADOMCP_RESOURCES).add(nullptr), ADOMCP_INVALID_ARGUMENT);
  EXPECT_EQ(found<adomcp_completion>(ADOMCP_COMPLETION).add(nullptr), ADOMCP_INVALID_ARGUMENT);
  EXPECT_EQ(found<adomcp_tasks>(ADOMCP_TASKS).allow({}), ADOMCP_INVALID_ARGUMENT);
}

TEST(Services, AQuestionWithoutACallIsInvalid) {
  adomcp_str answer{};
  const auto& input = found<adomcp_input>(ADOMCP_INPUT);
  EXPECT_EQ(input.elicit(nullptr, {}, {}, {}, &answer), ADOMCP_INVALID_ARGUMENT);
  EXPECT_EQ(input.keep(nullptr, {}), ADOMCP_INVALID_ARGUMENT);
  EXPECT_EQ(input.kept(nullptr).size, 0U);
  const auto& legacy = found<adomcp_legacy>(ADOMCP_LEGACY);
  EXPECT_EQ(legacy.sample(nullptr, {}, {}, &answer), ADOMCP_INVALID_ARGUMENT);
  EXPECT_EQ(legacy.roots(nullptr, {}, &answer), ADOMCP_INVALID_ARGUMENT);
  legacy.log(nullptr, {}, {}, {});
  EXPECT_EQ(found<adomcp_tasks>(ADOMCP_TASKS).begin(nullptr, 1, 1), ADOMCP_INVALID_ARGUMENT);
}

TEST(Services, EachIsAnother) {
  std::set<const void*> tables;
  for (const char* id : {ADOMCP_INPUT, ADOMCP_PROMPTS, ADOMCP_RESOURCES, ADOMCP_COMPLETION,
                         ADOMCP_CHANGES, ADOMCP_TASKS, ADOMCP_LEGACY}) {
    tables.insert(host_api().service(id));
  }
  EXPECT_EQ(tables.size(), 7U);
  EXPECT_EQ(tables.count(nullptr), 0U);
  EXPECT_EQ(host_api().service("adomcp.prompts/2"), nullptr);
}

}  // namespace
}  // namespace adomcp::plugin_host
