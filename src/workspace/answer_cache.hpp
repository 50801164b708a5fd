// The AnswerCache keeps answers on disk, so that a question asked again of the same data is answered without a scan.
// A file an answer, named <when, µs>-<hash of the key>-<bytes>.answer:
//
//   hash64 of all that follows | key | answer
//
// both as values: a byte for the kind (as boost::json::kind counts them), then the number, or the length and what is
// in it; members of an object are a text and a value. JSON itself would not do: it does not tell 12.0 from 12.
// The key says all that an answer depends on; it is compared whole. A file that is damaged, or of another key, is as if
// it were not there. What cannot be written is not kept: a cache costs time when it fails, never an answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "base/json.hpp"

namespace peregrine {

class AnswerCache {
 public:
  struct Bounds {
    std::int64_t all_bytes = 64 << 20;    // of all files; the oldest go first
    std::int64_t answer_bytes = 8 << 20;  // what is larger is not kept
  };

  /// The directory is made when the first answer is kept. It is listed once, whatever the number of questions.
  AnswerCache(Env& env, std::string directory, Bounds bounds)
      : env_(env), directory_(std::move(directory)), bounds_(bounds) {}
  AnswerCache(Env& env, std::string directory) : AnswerCache(env, std::move(directory), Bounds()) {}

  std::optional<json::object> find(const json::object& key) const;
  void keep(const json::object& key, const json::object& answer);

 private:
  struct Entry {
    std::string name;
    std::string hash;
    std::int64_t bytes = 0;
  };
  std::vector<Entry> list() const;
  /// As they were when this first looked, and what this has changed since.
  const std::vector<Entry>& entries() const;
  std::optional<json::object> read(const Entry& entry, const json::object& key) const;
  void write(const std::string& hash, const std::string& bytes);
  void remove(const std::string& name);

  Env& env_;
  std::string directory_;
  Bounds bounds_;
  mutable std::optional<std::vector<Entry>> entries_;
};

}  // namespace peregrine
