// An Error says where something is wrong, what is wrong and what would be right.
// It is thrown only for what ends a request and caught once at each edge (command line, server, binding).
#pragma once

#include <exception>
#include <span>
#include <string>
#include <string_view>

namespace peregrine {

enum class ErrorKind { invalid, not_found, conflict, unavailable, corrupt, bug };

std::string_view name_of(ErrorKind kind);

class Error : public std::exception {
 public:
  /// `expected` is what would be right, without brackets; empty when there is nothing to say.
  Error(ErrorKind kind, std::string where, std::string what, std::string expected = {});

  const char* what() const noexcept override { return text_.c_str(); }
  ErrorKind kind() const noexcept { return kind_; }
  const std::string& where() const noexcept { return where_; }

 private:
  ErrorKind kind_;
  std::string where_;
  std::string text_;
};

/// The candidate nearest to `name` by edits, or empty when none is near enough to be what was meant.
std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);

/// `did you mean "window"?`, or `one of a, b, c` when nothing is near and the list is short, or empty.
std::string propose(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace peregrine
