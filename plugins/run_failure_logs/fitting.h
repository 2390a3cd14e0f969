#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json_fwd.hpp>

namespace adomcp::failure_logs {

/// Leaves out the least useful of an answer until it takes at most `max_bytes` as compact JSON;
/// names are cut before the first failure's first message. Marks it `truncated` if anything had to
/// go. `put_hints` writes `next` anew: it is called when fewer failures are told.
void fit_answer(nlohmann::json& answer, std::size_t max_bytes,
                const std::function<void()>& put_hints);

}  // namespace adomcp::failure_logs
