#include "model/like_pattern.hpp"

namespace peregrine {

namespace {

/// The first byte after the letter that begins at `at`.
std::size_t after_letter(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
  return at;
}

}  // namespace

LikePattern::LikePattern(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '%' || text[i + 1] == '_');
    if (escaped) ++i;
    if (!escaped && text[i] == '%') {
      parts_.push_back({.is = Part::Is::run});
    } else if (!escaped && text[i] == '_') {
      parts_.push_back({.is = Part::Is::letter});
    } else {
      parts_.push_back({.is = Part::Is::byte, .byte = text[i]});
    }
  }
}

bool LikePattern::matches(std::string_view text) const {
  std::size_t part = 0;
  std::size_t at = 0;
  std::size_t run = parts_.size();  // the last run that was met; none yet
  std::size_t run_end = 0;          // where what it stands for ends
  while (at < text.size()) {
    if (part < parts_.size() && parts_[part].is == Part::Is::run) {
      run = part++;
      run_end = at;
    } else if (part < parts_.size() && parts_[part].is == Part::Is::letter) {
      ++part;
      at = after_letter(text, at);
    } else if (part < parts_.size() && parts_[part].byte == text[at]) {
      ++part;
      ++at;
    } else if (run < parts_.size()) {  // the run takes one letter more
      part = run + 1;
      at = run_end = after_letter(text, run_end);
    } else {
      return false;
    }
  }
  while (part < parts_.size() && parts_[part].is == Part::Is::run) ++part;
  return part == parts_.size();
}

}  // namespace peregrine
