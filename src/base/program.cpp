#include "base/program.hpp"

#include <elf.h>
#include <link.h>

#include <cstdint>
#include <cstring>
#include <string_view>

namespace peregrine {

namespace {

/// The description of the note "GNU" of that type among some notes; empty when there is none.
std::string_view find_note(std::string_view notes, std::uint32_t type) {
  const auto padded = [](std::size_t size) { return (size + 3) / 4 * 4; };
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    std::memcpy(&header, notes.data(), sizeof header);
    const auto name_at = sizeof header;
    const auto text_at = name_at + padded(header.n_namesz);
    const auto end = text_at + padded(header.n_descsz);
    if (end > notes.size()) break;
    if (header.n_type == type && notes.substr(name_at, header.n_namesz) == std::string_view("GNU", 4)) {
      return notes.substr(text_at, header.n_descsz);
    }
    notes.remove_prefix(end);
  }
  return {};
}

int read_program(dl_phdr_info* object, std::size_t, void* into) {
  for (ElfW(Half) i = 0; i < object->dlpi_phnum; ++i) {
    const auto& header = object->dlpi_phdr[i];
    if (header.p_type != PT_NOTE) continue;
    const auto* notes = reinterpret_cast<const char*>(object->dlpi_addr + header.p_vaddr);
    const auto id = find_note({notes, header.p_memsz}, NT_GNU_BUILD_ID);
    constexpr std::string_view digits = "0123456789abcdef";
    for (const char byte : id) {
      *static_cast<std::string*>(into) += digits[static_cast<unsigned char>(byte) >> 4];
      *static_cast<std::string*>(into) += digits[static_cast<unsigned char>(byte) & 15];
    }
    if (!id.empty()) break;
  }
  return 1;  // the first object is the program itself
}

}  // namespace

std::string build_id() {
  std::string id;
  dl_iterate_phdr(read_program, &id);
  return id;
}

}  // namespace peregrine
