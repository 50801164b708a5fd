#include "ingest/inputs.hpp"

#include <array>
#include <optional>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "ingest/file_kind.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t max_depth = 64;

bool is_pattern(std::string_view path) {
  return path.find_first_of("*?[") != std::string_view::npos;
}

/// The names in a folder, or nothing when the path is no folder.
std::optional<std::vector<std::string>> names_in(Env& env, const std::string& path) {
  try {
    return env.list(path);
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// Why a name in a folder is passed over without a look inside, or empty.
std::string_view mark_of(std::string_view name) {
  if (name.starts_with('.')) return "hidden";
  if (name.starts_with('_')) return "a mark of the program that wrote the folder";
  return {};
}

class Finder {
 public:
  explicit Finder(Env& env) : env_(env) {}

  void find(const std::string& path) {
    expanded_.clear();
    if (env_.exists(path)) return find_existing(path);
    if (!is_pattern(path)) {
      throw Error(ErrorKind::not_found, path, "is not there", "a file, a folder or a pattern such as exports/*.json");
    }
    const auto before = inputs_.files.size() + inputs_.left_out.size() + again_;
    const bool rooted = path.starts_with('/');
    expand(rooted ? "/" : "", std::string_view(path).substr(rooted ? 1 : 0), 0);
    if (inputs_.files.size() + inputs_.left_out.size() + again_ == before) {
      throw Error(ErrorKind::not_found, path, "fits no file",
                  "a pattern such as exports/*.json that fits at least one");
    }
  }

  Inputs take() { return std::move(inputs_); }

 private:
  void find_existing(const std::string& path) {
    const auto names = names_in(env_, path);
    if (!names) return add(path);
    const auto before = inputs_.files.size() + again_;
    find_in_root(path, *names);
    if (inputs_.files.size() + again_ == before) {
      throw Error(ErrorKind::not_found, path, "is a folder without a file that can be imported", readable_formats);
    }
  }

  /// A folder that the caller named, or that fits their pattern.
  void find_in_root(const std::string& folder, const std::vector<std::string>& names) {
    entered_ = {env_.without_links(folder)};
    find_in_folder(folder, names, 0);
  }

  void find_in_folder(const std::string& folder, const std::vector<std::string>& names, std::size_t depth) {
    for (const auto& name : names) {
      const auto path = join_path(folder, name);
      if (const auto mark = mark_of(name); !mark.empty()) {
        inputs_.left_out.push_back({path, std::string(mark)});
      } else if (const auto inside = names_in(env_, path); inside) {
        if (!entered_.insert(env_.without_links(path)).second) {
          inputs_.left_out.push_back({path, "a link to a folder that is read already"});
        } else if (depth < max_depth) {
          find_in_folder(path, *inside, depth + 1);
        }
      } else if (auto why = why_not(path); !why.empty()) {
        inputs_.left_out.push_back({path, std::move(why)});
      } else {
        add(path);
      }
    }
  }

  /// Why a file of a folder cannot be imported, or empty. Whether what looks right is right shows when it is read.
  std::string why_not(const std::string& path) {
    try {
      const auto file = env_.open(path);
      std::array<char, 4096> first{};
      return why_not_importable({first.data(), file->read_at(0, first)}, path);
    } catch (const Error& error) {
      return error.what();
    }
  }

  void expand(const std::string& folder, std::string_view rest, std::size_t depth) {
    const auto slash = rest.find('/');
    const auto part = rest.substr(0, slash);
    const bool last = slash == std::string_view::npos;
    const auto after = last ? std::string_view() : rest.substr(slash + 1);
    if (part == "**" && !last) {
      const auto here = env_.without_links(folder.empty() ? "." : folder);
      if (!expanded_.insert({here, rest.size()}).second) return;  // a link led back
      expand(folder, after, depth);
      for_each_in(folder, [&](const std::string& name, const std::string& path) {
        if (!name.starts_with('.') && depth < max_depth && names_in(env_, path)) expand(path, rest, depth + 1);
      });
      return;
    }
    if (!is_pattern(part)) {
      const auto path = folder.empty() ? std::string(part) : join_path(folder, part);
      if (part.empty() || !env_.exists(path)) return;
      return last ? find_existing(path) : expand(path, after, depth);
    }
    for_each_in(folder, [&](const std::string& name, const std::string& path) {
      if (!fits(part, name)) return;
      if (last) {
        take_match(name, path);
      } else {
        expand(path, after, depth);
      }
    });
  }

  template <class Each>
  void for_each_in(const std::string& folder, const Each& each) {
    const auto names = names_in(env_, folder.empty() ? "." : folder);
    if (!names) return;
    for (const auto& name : *names) each(name, folder.empty() ? name : join_path(folder, name));
  }

  void take_match(const std::string& name, const std::string& path) {
    if (const auto names = names_in(env_, path)) return find_in_root(path, *names);
    if (const auto mark = mark_of(name); !mark.empty()) {
      inputs_.left_out.push_back({path, std::string(mark)});
    } else {
      add(path);
    }
  }

  void add(const std::string& path) {
    if (taken_.insert(path).second) {
      inputs_.files.push_back(path);
    } else {
      ++again_;
    }
  }

  Env& env_;
  Inputs inputs_;
  std::set<std::string> taken_;
  std::set<std::string> entered_;                           // folders below the present root, without links
  std::set<std::pair<std::string, std::size_t>> expanded_;  // the same by what is left of the pattern
  std::size_t again_ = 0;
};

/// Where the `]` of a class is, or npos.
std::size_t end_of_class(std::string_view pattern) {
  return pattern.find(']', pattern.size() > 1 && pattern[1] == '!' ? 3 : 2);
}

bool is_in_class(std::string_view members, char c) {
  const bool negated = members.starts_with('!');
  if (negated) members.remove_prefix(1);
  bool found = false;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i + 2 < members.size() && members[i + 1] == '-') {
      found |= members[i] <= c && c <= members[i + 2];
      i += 2;
    } else {
      found |= members[i] == c;
    }
  }
  return found != negated;
}

}  // namespace

/// `*` is tried for ever longer runs, but only the last one: no pattern takes longer than name times pattern.
bool fits(std::string_view pattern, std::string_view name) {
  if (name.starts_with('.') && !pattern.starts_with('.')) return false;
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t from = 0;
  while (n < name.size()) {
    const auto rest = pattern.substr(p);
    const auto closed = rest.starts_with('[') ? end_of_class(rest) : std::string_view::npos;
    if (rest.starts_with('*')) {
      star = p++;
      from = n;
    } else if (closed != std::string_view::npos && is_in_class(rest.substr(1, closed - 1), name[n])) {
      p += closed + 1;
      ++n;
    } else if (closed == std::string_view::npos && !rest.empty() && (rest[0] == '?' || rest[0] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Inputs find_inputs(Env& env, const std::vector<std::string>& paths) {
  Finder finder(env);
  for (const auto& path : paths) finder.find(path);
  return finder.take();
}

}  // namespace peregrine::ingest
