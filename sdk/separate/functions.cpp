// The large functions of the SDK, compiled once: see adomcp/separate.hpp.
#define ADOMCP_SDK_SEPARATE_BODIES
#include <adomcp/arguments.hpp>
#include <adomcp/quoted.hpp>
#include <adomcp/runs.hpp>
