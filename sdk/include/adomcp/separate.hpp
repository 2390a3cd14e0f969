// adomcp/separate.hpp - which of the SDK's functions this source compiles. By itself all of them,
// inline: a plugin is one source and one command. A plugin of many sources saves its compiler time
// when ADOMCP_SDK_SEPARATE is defined for all of them; then one source defines
// ADOMCP_SDK_SEPARATE_BODIES too, and includes the headers that the others use.
#pragma once

#if defined(ADOMCP_SDK_SEPARATE)
#define ADOMCP_SDK_FUNCTION
#else
#define ADOMCP_SDK_FUNCTION inline
#endif

#if defined(ADOMCP_SDK_SEPARATE) && !defined(ADOMCP_SDK_SEPARATE_BODIES)
#define ADOMCP_SDK_BODIES 0
#else
#define ADOMCP_SDK_BODIES 1
#endif
