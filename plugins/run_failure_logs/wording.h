#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace adomcp::failure_logs {

enum class Kind { kError, kTimeout, kCanceled, kInfrastructure };
std::string_view to_string(Kind kind);

/// Whose words a message is. What the service says of a job, a phase or a stage is about machines
/// and queues; a task's message is its tool's, where the same words can mean anything.
enum class Speaker { kService, kTask };

/// The kind that the published wording of the service and its agent says; `canceled`: Azure's
/// result.
Kind kind_of(const std::vector<std::string>& messages, bool canceled,
             Speaker speaker = Speaker::kTask);

/// True for a warning of what is to come ("… will be removed", "… is deprecated"): no reason for a
/// failure today.
bool is_announcement(std::string_view message);

/// True for "The operation was canceled." and its like, which say that something was stopped but
/// not why.
bool is_cancel_message(std::string_view message);

/// True for the wording of tasks that fetch or publish what an earlier part should have made.
bool is_starved_message(std::string_view message);

/// True when the text says that time ran out ("expired", "timed out").
bool says_expired(std::string_view text);

}  // namespace adomcp::failure_logs
