#include "ingest/cell_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "base/time.hpp"
#include "ingest/reason.hpp"

namespace peregrine::ingest {

std::string_view CellText::written(const Cell& cell) {
  const auto digits = [&](auto number) {
    const auto end = std::to_chars(digits_.data(), digits_.data() + digits_.size(), number).ptr;
    return std::string_view(digits_.data(), static_cast<std::size_t>(end - digits_.data()));
  };
  switch (cell.kind) {
    case Cell::Kind::none: return {};
    case Cell::Kind::text:
    case Cell::Kind::broken: return cell.text;
    case Cell::Kind::integer: return digits(cell.integer);
    case Cell::Kind::boolean: return cell.integer != 0 ? "true" : "false";
    case Cell::Kind::money: return digits(static_cast<double>(cell.integer) / 1e6);
    case Cell::Kind::number:
      if (std::isnan(cell.number)) return {};
      if (std::abs(cell.number) < 9e15 && cell.number == std::floor(cell.number)) {
        return digits(static_cast<std::int64_t>(cell.number));
      }
      return digits(cell.number);
    case Cell::Kind::utc:
    case Cell::Kind::local:
    case Cell::Kind::date: break;
  }
  auto text = format_time(Time{cell.integer});
  if (cell.kind != Cell::Kind::utc) text.pop_back();  // no zone
  if (cell.kind == Cell::Kind::date) text.resize(std::min(text.size(), text.find('T')));
  text.resize(std::min(text.size(), digits_.size()));
  std::copy(text.begin(), text.end(), digits_.begin());
  return {digits_.data(), text.size()};
}

json::value json_of(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::none: return nullptr;
    case Cell::Kind::integer: return cell.integer;
    case Cell::Kind::boolean: return cell.integer != 0;
    case Cell::Kind::number:
      if (std::isfinite(cell.number)) return cell.number;
      [[fallthrough]];
    default: {
      CellText text;
      return boost::json::string(cell.kind == Cell::Kind::broken ? quote_briefly(cell.text) : text.of(cell));
    }
  }
}

}  // namespace peregrine::ingest
