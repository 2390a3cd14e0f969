#pragma once

#include <adomcp/plugin.h>

namespace adomcp::plugin_host {

/// The table that every plugin gets from start(); it lives as long as the process.
const adomcp_host& host_api();

}  // namespace adomcp::plugin_host
