#pragma once

namespace adomcp::app {

/// Descriptors to read from and to write to.
struct StandardStreams {
  int in = 0;
  int out = 1;
};

// Plugins run in this process, and may print or read. What matters on a standard stream is moved
// to a descriptor that nobody else knows, before any of them is loaded.

/// Standard output's target on a descriptor of its own; what anything else in this process prints
/// comes out at standard error from now on. Standard output itself when that fails.
int take_standard_output();

/// Standard input on a descriptor of its own; whoever else reads it finds it empty. Standard input
/// itself when that fails.
int take_standard_input();

}  // namespace adomcp::app
