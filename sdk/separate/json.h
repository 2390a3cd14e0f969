// nlohmann/json for a precompiled header, without the bodies of its literals `"…"_json` and
// `"…"_json_pointer`. Every object would instantiate the parser for them, in vain: 0.3 s each.
#pragma once

#include <cstddef>

// clang-format off
#define JSON_USE_GLOBAL_UDLS 0
#define _json _json(const char*, std::size_t); template <class Never> json json_literal
#define _json_pointer _json_pointer(const char*, std::size_t); template <class Never> json::json_pointer pointer_literal
#include <nlohmann/json.hpp>
#undef _json
#undef _json_pointer
// clang-format on
