#include "fold/analysis.hpp"

#include <vector>

#include "base/error.hpp"

namespace peregrine {

std::string Analysis::summary() const {
  // The page begins with "# name" and a blank line; its first paragraph answers what it is for.
  auto text = page();
  if (text.starts_with("# ")) text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
  text.remove_prefix(std::min(text.size(), text.find_first_not_of('\n')));
  const auto end = std::min({text.find(". "), text.find(".\n"), text.find("\n\n")});
  std::string sentence(text.substr(0, end));
  while (sentence.ends_with('\n')) sentence.pop_back();
  if (sentence.ends_with('.')) sentence.pop_back();
  for (auto& letter : sentence) letter = letter == '\n' ? ' ' : letter;
  return sentence;
}

const Analysis& find_analysis(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto* analysis : catalog()) {
    if (analysis->name() == name) return *analysis;
    names.push_back(analysis->name());
  }
  throw Error(ErrorKind::not_found, std::string(name), "there is no such analysis", propose(name, names));
}

}  // namespace peregrine
