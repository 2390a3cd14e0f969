#pragma once

#include <spdlog/spdlog.h>

// Include this where a line of the log is written. libfmt has its formatting compiled; without this
// declaration every object would compile it once more, which takes two seconds each.

namespace fmt {
inline namespace v9 {
namespace detail {

extern template void vformat_to<char>(buffer<char>&, basic_string_view<char>,
                                      basic_format_args<FMT_BUFFER_CONTEXT(type_identity_t<char>)>,
                                      locale_ref);

}  // namespace detail
}  // namespace v9
}  // namespace fmt
