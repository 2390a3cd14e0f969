#include "plugin_host/load/elf_reader.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace adomcp::plugin_host {
namespace {

#if defined(__x86_64__)
constexpr Elf64_Half kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
#else
#error "plugins are built for x86-64 and arm64"
#endif

constexpr std::uint64_t kMaxSections = 4096;
constexpr std::uint64_t kMaxTableBytes = std::uint64_t{16} * 1024 * 1024;
constexpr std::uint64_t kMaxTextBytes = 4096;
constexpr const char* kBadSections = "its section table is missing or damaged";

Error refused(std::string why) {
  return {ErrorCode::kInvalid, std::move(why), ""};
}

/// The file as a sequence of structs at checked offsets.
class Reader {
 public:
  Reader(std::istream& in, std::uint64_t size) : in_(in), size_(size) {}

  template <typename T>
  std::optional<std::vector<T>> read(std::uint64_t offset, std::uint64_t count) {
    if (offset > size_ || count > (size_ - offset) / sizeof(T)) return std::nullopt;
    std::vector<T> out(count);
    const auto bytes = static_cast<std::streamsize>(count * sizeof(T));
    in_.clear();
    in_.seekg(static_cast<std::streamoff>(offset));
    in_.read(reinterpret_cast<char*>(out.data()), bytes);
    if (in_.gcount() != bytes) return std::nullopt;
    return out;
  }

 private:
  std::istream& in_;
  std::uint64_t size_;
};

const char* wrong_kind(const Elf64_Ehdr& header) {
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return "it is not an ELF file";
  if (header.e_ident[EI_CLASS] != ELFCLASS64) return "it is not a 64-bit ELF file";
  if (header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_machine != kMachine) {
    return "it was built for another processor";
  }
  if (header.e_type != ET_DYN) return "it is an ELF file, but no shared library";
  if (header.e_shentsize != sizeof(Elf64_Shdr) || header.e_shnum == 0 ||
      header.e_shnum > kMaxSections) {
    return kBadSections;
  }
  return nullptr;
}

struct SectionTable {
  std::vector<Elf64_Shdr> sections;
  Elf64_Half names = 0;  ///< which of them holds their names; may be out of range
};

Result<SectionTable> read_sections(Reader& reader) {
  const auto header = reader.read<Elf64_Ehdr>(0, 1);
  if (!header) return refused("it is not an ELF file");
  if (const char* why = wrong_kind(header->front())) return refused(why);
  auto sections = reader.read<Elf64_Shdr>(header->front().e_shoff, header->front().e_shnum);
  if (!sections) return refused(kBadSections);
  return SectionTable{std::move(*sections), header->front().e_shstrndx};
}

/// A string table's entry; empty when there is no such entry.
std::string_view string_at(const std::vector<char>& table, std::uint64_t offset) {
  if (offset >= table.size()) return {};
  const auto rest = std::string_view(table.data(), table.size()).substr(offset);
  return rest.substr(0, rest.find('\0'));
}

void add_texts(std::string_view bytes, std::vector<std::string>& out) {
  while (!bytes.empty()) {
    const auto text = bytes.substr(0, bytes.find('\0'));
    if (!text.empty()) out.emplace_back(text);
    bytes.remove_prefix(std::min(bytes.size(), text.size() + 1));
  }
}

bool is_exported(const Elf64_Sym& symbol) {
  const auto binding = ELF64_ST_BIND(symbol.st_info);
  return symbol.st_shndx != SHN_UNDEF && binding != STB_LOCAL;
}

std::vector<std::string> matching(const std::vector<Elf64_Sym>& symbols,
                                  const std::vector<char>& names, std::string_view prefix) {
  std::vector<std::string> found;
  const std::string_view all(names.data(), names.size());
  for (const Elf64_Sym& symbol : symbols) {
    if (!is_exported(symbol) || symbol.st_name >= all.size()) continue;
    std::string_view name = all.substr(symbol.st_name);
    if (name.substr(0, prefix.size()) != prefix) continue;
    name = name.substr(0, name.find('\0'));
    if (name.size() < 256 && found.size() < 64) found.emplace_back(name);
  }
  return found;
}

}  // namespace

Result<std::vector<std::string>> exported_symbols(std::istream& in, std::uint64_t size,
                                                  std::string_view prefix) {
  Reader reader(in, size);
  const auto table = read_sections(reader);
  if (!table) return table.error();
  const auto& sections = table->sections;
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_type != SHT_DYNSYM) continue;
    if (section.sh_entsize != sizeof(Elf64_Sym) || section.sh_link >= sections.size()) break;
    const Elf64_Shdr& strings = sections[section.sh_link];
    if (section.sh_size > kMaxTableBytes || strings.sh_size > kMaxTableBytes) break;
    const auto symbols =
        reader.read<Elf64_Sym>(section.sh_offset, section.sh_size / sizeof(Elf64_Sym));
    const auto names = reader.read<char>(strings.sh_offset, strings.sh_size);
    if (!symbols || !names) break;
    return matching(*symbols, *names, prefix);
  }
  return refused("its symbol table is missing or damaged");
}

Result<std::vector<std::string>> section_texts(std::istream& in, std::uint64_t size,
                                               std::string_view name) {
  Reader reader(in, size);
  const auto table = read_sections(reader);
  if (!table) return table.error();
  const auto& sections = table->sections;
  if (table->names >= sections.size()) return refused(kBadSections);
  const Elf64_Shdr& strings = sections[table->names];
  if (strings.sh_size > kMaxTableBytes) return refused(kBadSections);
  const auto names = reader.read<char>(strings.sh_offset, strings.sh_size);
  if (!names) return refused(kBadSections);

  std::vector<std::string> texts;
  std::uint64_t total = 0;
  for (const Elf64_Shdr& section : sections) {
    if (string_at(*names, section.sh_name) != name) continue;
    const std::string called = "its section " + std::string(name);
    if (section.sh_size > kMaxTextBytes - total) {
      return refused(called + " holds more than " + std::to_string(kMaxTextBytes) + " bytes");
    }
    total += section.sh_size;
    if (section.sh_type != SHT_PROGBITS) return refused(called + " is damaged");
    const auto bytes = reader.read<char>(section.sh_offset, section.sh_size);
    if (!bytes) return refused(called + " is damaged");
    add_texts({bytes->data(), bytes->size()}, texts);
  }
  return texts;
}

}  // namespace adomcp::plugin_host
