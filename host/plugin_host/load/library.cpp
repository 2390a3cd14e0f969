#include "plugin_host/load/library.h"

#include <dlfcn.h>
#include <link.h>

#include <boost/dll/shared_library.hpp>
#include <exception>
#include <filesystem>
#include <utility>

namespace adomcp::plugin_host {

Library::Library(std::string path, std::unique_ptr<boost::dll::shared_library> handle)
    : path_(std::move(path)), handle_(std::move(handle)) {}
Library::Library(Library&&) noexcept = default;
Library& Library::operator=(Library&&) noexcept = default;
Library::~Library() = default;

Result<Library> Library::open(const std::string& path) {
  if (!std::filesystem::path(path).is_absolute()) {
    return Error{ErrorCode::kInvalid, "the path is not absolute", ""};
  }
  namespace dll = boost::dll;
  try {
    // The throwing overload: the error_code one loses what dlerror said.
    return Library(path, std::make_unique<dll::shared_library>(
                             path, dll::load_mode::rtld_now | dll::load_mode::rtld_local));
  } catch (const std::exception& error) {
    return Error{ErrorCode::kInvalid, std::string("it cannot be loaded: ") + error.what(), ""};
  }
}

void Library::keep_loaded() {
  // Known by its name, whether or not the file is still there. The mark stays when it is closed.
  void* const again = ::dlopen(path_.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
  if (again != nullptr) ::dlclose(again);
}

const void* Library::find(const std::string& symbol) const {
  if (!handle_->has(symbol)) return nullptr;
  return &handle_->get<const char>(symbol);
}

bool is_mapped(const std::string& path) {
  const auto is_it = [](dl_phdr_info* info, std::size_t, void* wanted) {
    return static_cast<int>(info->dlpi_name == *static_cast<const std::string*>(wanted));
  };
  std::string wanted = path;
  return dl_iterate_phdr(is_it, &wanted) != 0;
}

}  // namespace adomcp::plugin_host
