#include "ingest/row_sample.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::size_t most_cells = std::size_t{1} << 20;

}  // namespace

void RowSample::add(Shape shape) {
  seen_[static_cast<std::size_t>(shape)] = true;
  values_.resize(layout_.size());
  const auto cells = row_.cells();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].is_none()) continue;
    values_[i].resize(rows_);
    auto& cell = values_[i].emplace_back(cells[i]);
    if (!cell.text.empty()) cell.text = texts_.emplace_back(cell.text);
  }
  ++rows_;
}

bool RowSample::full() const {
  return rows_ >= sample_rows || rows_ * layout_.size() >= most_cells;
}

std::string RowSample::words() const {
  std::string words;
  for (std::size_t i = 1; i < shapes; ++i) {
    const auto title = title_of(static_cast<Shape>(i));
    if (seen_[i] && words.find(title) == std::string::npos) words += (words.empty() ? "" : ", ") + std::string(title);
  }
  return words;
}

std::unique_ptr<FilePlan> RowSample::plan(const Task& task) {
  const auto shapes_met = words();
  if (seen_[0] && !shapes_met.empty() && (task.mapping_only || !task.mapping_file.empty())) {
    throw Error(ErrorKind::invalid, task.file,
                "mixes rows of " + shapes_met + " with rows of no known shape, which one mapping file cannot map",
                "a file for each, or no mapping file");
  }
  const auto met = std::find(seen_.begin(), seen_.end(), true);
  const auto shape = met == seen_.end() ? Shape::plain : static_cast<Shape>(met - seen_.begin());
  for (const auto& column : task.known.names) layout_.add(shape, column, place(shape, column));
  auto sample = layout_.columns();
  values_.resize(sample.size());
  for (std::size_t i = 0; i < sample.size(); ++i) {
    values_[i].resize(rows_);
    sample[i].values = std::move(values_[i]);
  }
  auto file = plan_file(sample, task);
  layout_.settle(*file);
  return file;
}

}  // namespace peregrine::ingest
