#include "ingest/reason.hpp"

#include "ingest/utf8.hpp"

namespace peregrine::ingest {

namespace {

consteval bool table_is_in_order() {
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (static_cast<std::size_t>(reasons[i].reason) != i) return false;
  }
  return true;
}
static_assert(table_is_in_order());

}  // namespace

std::string quote_briefly(std::string_view text) {
  constexpr std::size_t most = 60;
  auto head = text.substr(0, most);
  while (head.size() < text.size() && !head.empty() && (static_cast<unsigned char>(text[head.size()]) & 0xC0) == 0x80) {
    head.remove_suffix(1);  // not in the middle of a character
  }
  const bool readable = is_utf8(head);
  std::string out = "\"";
  for (const char c : head) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !readable) ? '?' : c;
  }
  return out + (head.size() < text.size() ? "...\"" : "\"");
}

std::string reasons_as_markdown() {
  std::string out = "| code | severity | meaning |\n|---|---|---|\n";
  for (const auto& entry : reasons) {
    out += "| `" + std::string(entry.name) + "` | " + std::string(entry.severity) + " | " +
           std::string(entry.sentence) + " |\n";
  }
  return out;
}

}  // namespace peregrine::ingest
