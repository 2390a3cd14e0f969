#pragma once

#include <elf.h>

#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace adomcp::plugin_host {

inline std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A healthy shared library, for tests to damage in one place.
class ElfFile {
 public:
  explicit ElfFile(const std::string& path) : bytes_(bytes_of(path)) {}

  const std::string& bytes() const { return bytes_; }
  Elf64_Ehdr& header() { return at<Elf64_Ehdr>(0); }
  /// Throws when there is no section of that name.
  Elf64_Shdr& section(std::string_view name) {
    for (std::size_t i = 0; i < header().e_shnum; ++i) {
      if (bytes_.data() + name_offset(nth(i)) == name) return nth(i);
    }
    throw std::out_of_range("no section " + std::string(name));
  }
  std::span<char> text_of(std::string_view name) {
    const Elf64_Shdr& found = section(name);
    return {bytes_.data() + found.sh_offset, found.sh_size};
  }
  /// To a name of the same length.
  void rename_section(std::string_view name, std::string_view to) {
    bytes_.replace(name_offset(section(name)), to.size(), to);
  }

 private:
  template <typename T>
  T& at(std::size_t offset) {
    return *reinterpret_cast<T*>(bytes_.data() + offset);
  }
  Elf64_Shdr& nth(std::size_t index) {
    return at<Elf64_Shdr>(header().e_shoff + index * sizeof(Elf64_Shdr));
  }
  std::size_t name_offset(const Elf64_Shdr& section) {
    return nth(header().e_shstrndx).sh_offset + section.sh_name;
  }

  std::string bytes_;
};

}  // namespace adomcp::plugin_host
