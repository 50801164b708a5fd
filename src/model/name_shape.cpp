#include "model/name_shape.hpp"

#include <algorithm>

namespace peregrine {

namespace {

constexpr std::size_t shortest_hexadecimal = 8;
constexpr std::size_t letters_of_a_pattern = 3;

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

bool is_letter(char letter) {
  const auto small = static_cast<char>(letter | 0x20);
  return (small >= 'a' && small <= 'z') || static_cast<unsigned char>(letter) >= 0x80;
}

bool is_hexadecimal(char letter) {
  const auto small = static_cast<char>(letter | 0x20);
  return is_digit(letter) || (small >= 'a' && small <= 'f');
}

template <class Holds>
std::size_t run_length(std::string_view text, Holds holds) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), holds) - text.begin());
}

/// Length of a UUID at the start of the text, or 0.
std::size_t uuid_length(std::string_view text) {
  std::size_t place = 0;
  for (const std::size_t part : {8u, 4u, 4u, 4u, 12u}) {
    if (place > 0 && (place >= text.size() || text[place++] != '-')) return 0;
    if (run_length(text.substr(std::min(place, text.size())), is_hexadecimal) != part) return 0;
    place += part;
  }
  return place;
}

/// Length of an e-mail address at the start of the text, or 0.
std::size_t address_length(std::string_view text) {
  const auto part = [](char letter) {
    return is_letter(letter) || is_digit(letter) || letter == '.' || letter == '_' || letter == '-' || letter == '+';
  };
  const auto user = run_length(text, part);
  if (user == 0 || user >= text.size() || text[user] != '@') return 0;
  const auto host = run_length(text.substr(user + 1), part);
  return host == 0 ? 0 : user + 1 + host;
}

/// Length of the id at the start of a word, or 0.
std::size_t id_length(std::string_view text) {
  if (const auto length = address_length(text); length > 0) return length;
  if (const auto length = uuid_length(text); length > 0) return length;
  const auto word = run_length(text, [](char letter) { return is_letter(letter) || is_digit(letter); });
  const auto hexadecimal = run_length(text, is_hexadecimal);
  if (hexadecimal == word && word >= shortest_hexadecimal &&
      std::any_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(word), is_digit)) {
    return word;
  }
  return 0;
}

}  // namespace

std::string name_shape(std::string_view name) {
  std::string shape;
  bool in_word = false;
  for (std::size_t place = 0; place < name.size();) {
    const auto rest = name.substr(place);
    const auto length = in_word ? 0 : id_length(rest);
    const auto taken = length > 0 ? length : run_length(rest, is_digit);
    if (taken > 0) {
      if (shape.empty() || shape.back() != '*') shape += '*';
      place += taken;
      in_word = true;
      continue;
    }
    in_word = is_letter(rest.front());
    shape += rest.front();
    ++place;
  }
  return shape;
}

bool is_pattern(std::string_view shape) {
  const auto letters = std::count_if(shape.begin(), shape.end(), is_letter);
  return shape.find('*') != std::string_view::npos && static_cast<std::size_t>(letters) >= letters_of_a_pattern;
}

}  // namespace peregrine
