#pragma once

#include <cstddef>
#include <functional>

namespace adomcp {

/// Does work(0) to work(count - 1) in that order, as many at once as `at_a_time` says: on this
/// thread and on others, which have ended when it returns. Where no thread is to be had, those
/// there are do all of it. `work` must not throw.
void side_by_side(std::size_t count, std::size_t at_a_time,
                  const std::function<void(std::size_t)>& work);

}  // namespace adomcp
