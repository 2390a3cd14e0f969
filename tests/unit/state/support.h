#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "state/store.h"
#include "support/manual_clock.h"

namespace adomcp::state {

using testing_support::ManualClock;

}  // namespace adomcp::state
