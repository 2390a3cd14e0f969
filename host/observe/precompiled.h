// What most objects of the host need, compiled once. Only to save the compiler's time: each file
// still includes what it uses, and compiles without this one too.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/cancel_token.h"
#include "core/client_link.h"
#include "core/clock.h"
#include "core/deadline.h"
#include "core/descriptor.h"
#include "core/http_message.h"
#include "core/json.h"
#include "core/log_level.h"
#include "core/operation.h"
#include "core/principal.h"
#include "core/result.h"
#include "core/settings.h"
#include "core/text.h"
#include "core/time_text.h"
#include "observe/logging.h"
