#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "plugin_host/run/in_process_invoker.h"
#include "support/fake_link.h"
#include "unit/plugin_host/fixture.h"

namespace adomcp::plugin_host {

using testing_support::FakeLink;

/// Calls tools for a client that a test makes up.
class LinkedTest : public ::testing::Test {
 protected:
  void serve(const std::vector<PluginSettings>& plugins) {
    catalog_ = CatalogBuilder(log_.logger(), host_api()).build(plugins);
    ASSERT_TRUE(catalog_->problems().empty()) << catalog_->problems().front().message;
  }

  CallResult call(const std::string& tool, const std::string& arguments,
                  std::shared_ptr<ClientLink> link = {}, azure_devops::CallScope scope = {}) {
    return invoker_.call(
        {catalog_, *catalog_->find(tool), arguments, std::move(scope), {}, std::move(link)});
  }

  LogInMemory log_;
  std::shared_ptr<const Catalog> catalog_;
  InProcessInvoker invoker_{
      std::make_shared<FakeClient>(), log_.logger(), {2, 1, std::chrono::seconds(5), 3}};
};

}  // namespace adomcp::plugin_host
