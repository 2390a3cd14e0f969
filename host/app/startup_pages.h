#pragma once

namespace adomcp::app {

/// Tells the kernel that what starting up has read of the program and its libraries isn't needed
/// now. Those pages are the files' own: what a request needs comes back from the page cache,
/// without a disk, and the rest isn't counted as this process's memory any more.
void give_back_startup_pages();

}  // namespace adomcp::app
