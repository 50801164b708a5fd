#include "ingest/json_values.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t no_end = std::string_view::npos;

}  // namespace

bool JsonValues::divides(char c) const {
  constexpr char record_separator = '\x1E';  // of JSON text sequences, RFC 7464
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == record_separator ||
         (in_array_ && (c == '[' || c == ']'));
}

std::optional<JsonPiece> JsonValues::next() {
  auto begin = at_;
  while (begin < text_.size() && divides(text_[begin])) ++begin;
  at_ = begin;
  if (begin == text_.size()) return std::nullopt;
  const char first = text_[begin];
  auto end = first == '{' || first == '[' ? end_of_brackets(begin)
             : first == '"'               ? end_of_string(begin)
                                          : end_of_word(begin);
  const bool whole = end != no_end;
  if (!whole) end = text_.size();
  at_ = end;
  return JsonPiece{text_.substr(begin, end - begin), begin, whole};
}

std::size_t JsonValues::end_of_string(std::size_t from) const {
  for (auto at = text_.find('"', from + 1); at != no_end; at = text_.find('"', at + 1)) {
    auto slashes = at;
    while (text_[slashes - 1] == '\\') --slashes;
    if ((at - slashes) % 2 == 0) return at + 1;
  }
  return no_end;
}

std::size_t JsonValues::end_of_brackets(std::size_t from) const {
  std::size_t depth = 0;
  for (auto at = from; at < text_.size(); ++at) {
    switch (text_[at]) {
      case '{':
      case '[': ++depth; break;
      case '}':
      case ']':
        if (--depth == 0) return at + 1;
        break;
      case '"': {
        const auto end = end_of_string(at);
        if (end == no_end) return no_end;
        at = end - 1;
        break;
      }
      default: break;
    }
  }
  return no_end;
}

std::size_t JsonValues::end_of_word(std::size_t from) const {
  auto at = from + 1;
  while (at < text_.size() && !divides(text_[at]) && text_[at] != '{' && text_[at] != '[') ++at;
  return at == text_.size() ? no_end : at;  // it may go on
}

}  // namespace peregrine::ingest
