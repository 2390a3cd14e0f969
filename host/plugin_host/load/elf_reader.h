#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace adomcp::plugin_host {

/// Names of the defined dynamic symbols that begin with `prefix`, read from a shared library of
/// `size` bytes without loading it. Every offset in the file is checked and every table is
/// bounded, so the file may be hostile. The error says why it is no shared library of this
/// machine.
Result<std::vector<std::string>> exported_symbols(std::istream& in, std::uint64_t size,
                                                  std::string_view prefix);

/// The texts in the sections called `name`, which NULs end, as carefully read; none when there is
/// no such section or nothing in it. More than 4 KiB are an error.
Result<std::vector<std::string>> section_texts(std::istream& in, std::uint64_t size,
                                               std::string_view name);

}  // namespace adomcp::plugin_host
