// A BatchWriter turns the rows of whole people into an EventBatch, column by column, with only the names that occur.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "demo/person.hpp"
#include "demo/script.hpp"
#include "model/event_batch.hpp"

namespace peregrine::demo {

class BatchWriter {
 public:
  BatchWriter(const Script& script, std::int64_t seed) : script_(script), seed_(seed) {}

  /// `account` is the number of the person's organisation; not used where there are none.
  void add(const Person& person, std::int64_t account);
  std::size_t rows() const { return rows_.size(); }
  /// The batch, whose rows count from 0; the writer is empty again.
  EventBatch take();

 private:
  struct Whose {
    std::uint32_t person, account;
    std::uint8_t country, segment, role;
  };
  std::string device_id(std::int64_t person, int which) const;
  void add_ids(EventBatch& batch) const;
  template <class Code>
  TextColumn column(const std::vector<std::string_view>& names, Code&& code_of) const;
  template <class Code>
  void add_property(EventBatch& batch, std::string name, const std::vector<std::string_view>& names, Code&& code) const;

  const Script& script_;
  std::int64_t seed_;
  std::vector<Row> rows_;
  std::vector<Whose> whose_;
  std::vector<std::int64_t> people_;  // by code within the batch
  std::vector<std::int64_t> accounts_;
};

}  // namespace peregrine::demo
