#pragma once

#include <adomcp/plugin.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

/// Passes when `value` fits the JSON schema text; else says what doesn't.
testing::AssertionResult fits(adomcp_str schema, const nlohmann::json& value);
