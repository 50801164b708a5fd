#include "model/period_table.hpp"

namespace peregrine {

namespace {

std::int64_t usual_length(Bucket period) {
  switch (period) {
    case Bucket::day: return days(1).micros;
    case Bucket::week: return days(7).micros;
    case Bucket::month: return days(1'461).micros / 48;  // of four years
    case Bucket::quarter: return days(1'461).micros / 16;
    case Bucket::year: return days(1'461).micros / 4;
  }
  return 1;
}

}  // namespace

PeriodTable::PeriodTable(Bucket period, const Zone& zone, Time first, Time last) : usual_length_(usual_length(period)) {
  if (last < first) return;
  for (int later = 0;; ++later) {
    borders_.push_back(begin_of_bucket(first, period, zone, later).micros);
    if (borders_.back() > last.micros) return;
  }
}

}  // namespace peregrine
