#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <vector>

#include "gather.h"
#include "merging.h"
#include "told.h"

namespace adomcp::failure_logs {

constexpr std::size_t kNameBytes = 200;
constexpr std::size_t kMessageBytes = 600;

/// `totals`, as if all failures were shown.
told::Totals totals_of(const Gathered& in);

/// An entry of the answer's `failures` without evidence and fingerprint, for equal causes; about
/// `max_bytes` long at most, for which it leaves out messages from the last on.
told::Failure failure_of(const std::vector<RootCause>& roots, const Group& group,
                         std::size_t max_bytes);

/// An entry of `downstream`, for one or for many with one reason.
told::Downstream downstream_of(const std::vector<Downstream>& entries, const Group& group);

/// An entry of `waiting`.
told::Waiting waiting_of(const Waiting& waiting);

/// An entry of `failed_tests`; `details` are the results of one test run, with messages.
told::FailedTest test_of(const Json& shallow, const Json& details);

/// An entry of `commits_since`.
told::Commit commit_of(const Json& change);

/// Bytes as compact JSON.
std::size_t size_of(const Json& value);

}  // namespace adomcp::failure_logs
