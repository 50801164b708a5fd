#include "ingest/time_reader.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "ingest/ascii.hpp"

namespace peregrine::ingest {

namespace {

constexpr std::int64_t year_1971 = 31'536'000;  // seconds
constexpr std::int64_t year_2100 = 4'102'444'800;
constexpr std::int64_t day_micros = 86'400'000'000;

/// A date and a clock as written, whether or not they exist.
struct Civil {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t fraction = 0;  // µs
  bool zoned = false;
  std::int64_t offset = 0;  // µs
  bool year_first = true;

  bool exists() const {
    return month > 0 && day > 0 && is_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day)) &&
           hour < 24 && minute < 60 && second < 60;
  }
  std::int64_t micros() const {
    const auto of_day = ((hour * std::int64_t{60} + minute) * 60 + second) * 1'000'000 + fraction;
    return micros_of_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day), of_day) - offset;
  }
};

class CivilText {
 public:
  explicit CivilText(std::string_view text) : left_(text) {}

  /// `a` and `b` are month and day when the year comes first, else what stands first and second.
  std::optional<Civil> read() {
    Civil civil;
    int first = 0;
    int second = 0;
    int third = 0;
    const auto first_digits = number(first, 4);
    if (left_.empty() || (left_[0] != '-' && left_[0] != '/' && left_[0] != '.')) return std::nullopt;
    const char divider = left_[0];
    left_.remove_prefix(1);
    const auto second_digits = number(second, 2);
    if (second_digits == 0 || !take(divider)) return std::nullopt;
    const auto third_digits = number(third, 4);
    if (first_digits == 4 && (third_digits == 1 || third_digits == 2)) {
      civil.year = first, civil.month = second, civil.day = third;
    } else if ((first_digits == 1 || first_digits == 2) && third_digits == 4) {
      civil.day = first, civil.month = second, civil.year = third;
      civil.year_first = false;
    } else {
      return std::nullopt;
    }
    if (left_.empty()) return civil;
    if (left_.size() > 1 && (left_[0] == 'T' || left_[0] == 't' || left_[0] == ' ') && is_digit(left_[1])) {
      left_.remove_prefix(1);
      if (!read_clock(civil)) return std::nullopt;
    }
    return read_zone(civil) ? std::optional(civil) : std::nullopt;
  }

 private:
  std::size_t number(int& value, std::size_t most) {
    std::size_t digits = 0;
    value = 0;
    while (digits < most && digits < left_.size() && is_digit(left_[digits]))
      value = value * 10 + (left_[digits++] - '0');
    left_.remove_prefix(digits);
    return digits;
  }
  bool take(char wanted) {
    if (left_.empty() || left_[0] != wanted) return false;
    left_.remove_prefix(1);
    return true;
  }

  bool read_clock(Civil& civil) {
    if (number(civil.hour, 2) == 0 || !take(':') || number(civil.minute, 2) != 2) return false;
    if (take(':')) {
      if (number(civil.second, 2) != 2) return false;
      if ((take('.') || take(',')) && !read_fraction(civil)) return false;
    }
    return read_half_of_day(civil);
  }

  bool read_fraction(Civil& civil) {
    std::int64_t place = 100'000;
    std::size_t digits = 0;
    for (; digits < left_.size() && is_digit(left_[digits]); ++digits, place /= 10) {
      civil.fraction += place * (left_[digits] - '0');
    }
    left_.remove_prefix(digits);
    return digits > 0 && digits <= 9;
  }

  bool read_half_of_day(Civil& civil) {
    auto rest = left_;
    if (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
    if (rest.size() < 2 || lower(rest[1]) != 'm' || (lower(rest[0]) != 'a' && lower(rest[0]) != 'p')) return true;
    if (civil.hour < 1 || civil.hour > 12) return false;
    civil.hour = civil.hour % 12 + (lower(rest[0]) == 'p' ? 12 : 0);
    left_ = rest.substr(2);
    return true;
  }

  bool read_zone(Civil& civil) {
    if (left_.empty()) return true;
    take(' ');
    civil.zoned = true;
    if (left_ == "Z" || left_ == "z" || left_ == "UTC" || left_ == "GMT") return true;
    const bool minus = !left_.empty() && left_[0] == '-';
    if (!minus && (left_.empty() || left_[0] != '+')) return false;
    left_.remove_prefix(1);
    int hours = 0;
    int minutes = 0;
    if (number(hours, 2) != 2) return false;
    take(':');
    if (!left_.empty() && number(minutes, 2) != 2) return false;
    if (!left_.empty() || hours > 18 || minutes > 59) return false;
    civil.offset = (hours * std::int64_t{60} + minutes) * (minus ? -60'000'000 : 60'000'000);
    return true;
  }

  std::string_view left_;
};

std::optional<Civil> read_civil(std::string_view text) {
  return CivilText(text).read();
}

struct EpochNumber {
  std::int64_t whole = 0;
  std::int64_t billionths = 0;
};

/// A plain decimal number, such as Python's 1770000000.123.
std::optional<EpochNumber> read_epoch(std::string_view text) {
  EpochNumber number;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number.whole);
  if (read.ec != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  if (text.empty()) return number;
  if (text[0] != '.' || text.size() == 1) return std::nullopt;
  std::int64_t place = 100'000'000;
  for (const char c : text.substr(1)) {
    if (!is_digit(c)) return std::nullopt;
    number.billionths += place * (c - '0');
    place /= 10;
  }
  return number;
}

bool is_epoch(TimeForm form) {
  return form >= TimeForm::seconds;
}

constexpr std::int64_t per_second(TimeForm form) {
  switch (form) {
    case TimeForm::milliseconds: return 1'000;
    case TimeForm::microseconds: return 1'000'000;
    case TimeForm::nanoseconds: return 1'000'000'000;
    default: return 1;
  }
}

bool is_plausible(std::int64_t whole, TimeForm form) {
  return whole >= year_1971 * per_second(form) && whole < year_2100 * per_second(form);
}

constexpr auto epoch_forms =
    std::to_array({TimeForm::seconds, TimeForm::milliseconds, TimeForm::microseconds, TimeForm::nanoseconds});

std::optional<TimeForm> plausible_unit(std::int64_t whole) {
  for (const auto form : epoch_forms) {
    if (is_plausible(whole, form)) return form;
  }
  return std::nullopt;
}

std::optional<EpochNumber> epoch_of(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::text: return read_epoch(trimmed(cell.text));
    case Cell::Kind::integer: return EpochNumber{cell.integer, 0};
    case Cell::Kind::number:
      if (std::abs(cell.number) > 9e18) return std::nullopt;
      return EpochNumber{static_cast<std::int64_t>(std::floor(cell.number)),
                         static_cast<std::int64_t>((cell.number - std::floor(cell.number)) * 1e9)};
    default: return std::nullopt;
  }
}

}  // namespace

std::string_view words_of(TimeForm form) {
  switch (form) {
    case TimeForm::text: return "year-month-day";
    case TimeForm::day_first: return "day/month/year";
    case TimeForm::month_first: return "month/day/year";
    case TimeForm::pattern: return "a pattern";
    case TimeForm::seconds: return "seconds since 1970";
    case TimeForm::milliseconds: return "milliseconds since 1970";
    case TimeForm::microseconds: return "microseconds since 1970";
    case TimeForm::nanoseconds: return "nanoseconds since 1970";
  }
  return "";
}

bool looks_like_time(std::string_view text) {
  return read_civil(trimmed(text)).has_value();
}

TimeGuess guess_time_form(const std::vector<Cell>& values, std::optional<bool> day_first) {
  std::size_t all = 0;
  std::size_t year_first = 0;
  std::size_t day_must_be_first = 0;
  std::size_t month_must_be_first = 0;
  std::size_t either = 0;
  std::array<std::size_t, epoch_forms.size()> units{};
  TimeGuess guess;
  for (const auto& cell : values) {
    if (cell.is_none()) continue;
    ++all;
    if (cell.is_time()) {
      ++year_first;
    } else if (const auto epoch = epoch_of(cell)) {
      const auto unit = plausible_unit(epoch->whole);
      if (unit) ++units[static_cast<std::size_t>(*unit) - static_cast<std::size_t>(TimeForm::seconds)];
    } else if (cell.kind == Cell::Kind::text) {
      const auto civil = read_civil(trimmed(cell.text));
      if (!civil) continue;
      if (civil->year_first) {
        ++year_first;
      } else if (civil->day > 12 && civil->month <= 12) {
        ++day_must_be_first;
      } else if (civil->month > 12 && civil->day <= 12) {
        ++month_must_be_first;
      } else {
        if (either++ == 0) guess.example = cell.text;
      }
    }
  }
  if (all == 0) return guess;
  const auto settle = [&](TimeForm form, std::size_t count) {
    const auto share = static_cast<double>(count) / static_cast<double>(all);
    if (count > 0 && share > guess.share) guess.form = form, guess.share = share;
  };
  settle(TimeForm::text, year_first);
  for (std::size_t i = 0; i < units.size(); ++i) settle(epoch_forms[i], units[i]);
  const bool day = day_first.value_or(day_must_be_first >= month_must_be_first);
  const auto divided = day_must_be_first + month_must_be_first + either;
  const auto before = guess.share;
  settle(day ? TimeForm::day_first : TimeForm::month_first, divided);
  const bool contradictory = day_must_be_first > 0 && month_must_be_first > 0;
  guess.undecided =
      guess.share > before && !day_first && (contradictory || day_must_be_first + month_must_be_first == 0);
  return guess;
}

/// Local wall clock to UTC with what is odd about it. The rules of a zone are asked once for each quarter of an hour,
/// of which 4,096 are kept: no zone changes its clocks within one since 1973, and where one does it is asked every
/// time.
class TimeReader::LocalTimes {
 public:
  explicit LocalTimes(const Zone& zone) : zone_(zone), kept_(zone.name() == "UTC" ? 0 : 4096) {}

  ReadTime to_utc(std::int64_t local) {
    if (kept_.empty()) return {local, std::nullopt};
    const auto quarter = local >= 0 ? local / quarter_micros : -((-local + quarter_micros - 1) / quarter_micros);
    auto& kept = kept_[static_cast<std::size_t>(quarter) % kept_.size()];
    if (kept.quarter != quarter) kept = ask(quarter);
    if (!kept.constant) return resolve(local);
    return {local - kept.offset, kept.finding};
  }

 private:
  static constexpr std::int64_t quarter_micros = 900'000'000;
  struct Kept {
    std::int64_t quarter = std::numeric_limits<std::int64_t>::min();
    std::int64_t offset = 0;
    std::optional<Reason> finding;
    bool constant = false;
  };

  Kept ask(std::int64_t quarter) const {
    const auto from = quarter * quarter_micros;
    const auto to = from + quarter_micros - 1;
    const auto first = resolve(from);
    const auto last = resolve(to);
    return {quarter, from - first.micros, first.finding,
            from - first.micros == to - last.micros && first.finding == last.finding};
  }

  ReadTime resolve(std::int64_t local) const {
    const auto utc = zone_.to_utc(local);
    if (zone_.to_local(utc) != local) return {utc, Reason::time_in_gap};
    for (const std::int64_t minutes : {30, 60, 120}) {
      if (zone_.to_local(utc + minutes * 60'000'000) == local) return {utc, Reason::time_ambiguous};
    }
    return {utc, std::nullopt};
  }

  Zone zone_;
  std::vector<Kept> kept_;
};

TimeReader::TimeReader(TimeForm form, const Zone& zone, Time now, std::optional<TimePattern> pattern)
    : form_(form),
      latest_(now.micros + day_micros),
      pattern_(std::move(pattern)),
      local_times_(std::make_unique<LocalTimes>(zone)) {}
TimeReader::~TimeReader() = default;
TimeReader::TimeReader(TimeReader&&) noexcept = default;

ReadTime TimeReader::read(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::none: return {0, Reason::time_missing};
    case Cell::Kind::utc: return checked({cell.integer, std::nullopt});
    case Cell::Kind::local:
    case Cell::Kind::date: return checked(from_local(cell.integer));
    case Cell::Kind::text:
      if (form_ == TimeForm::pattern) return read_pattern(trimmed(cell.text));
      if (!is_epoch(form_)) return read_date(cell.text);
      break;
    case Cell::Kind::integer:
      if (form_ == TimeForm::pattern) return read_pattern(std::to_string(cell.integer));
      [[fallthrough]];
    default:
      if (!is_epoch(form_)) return {0, Reason::time_unreadable};
      break;
  }
  const auto epoch = epoch_of(cell);
  if (!epoch) return {0, Reason::time_unreadable};
  return checked(read_number(epoch->whole, epoch->billionths));
}

std::optional<std::int64_t> TimeReader::read_property(std::string_view text) {
  if (const auto usual = usual_.read(text)) return usual->zoned ? usual->micros : from_local(usual->micros).micros;
  const auto civil = read_civil(trimmed(text));
  if (!civil || !civil->year_first || !civil->exists()) return std::nullopt;
  return civil->zoned ? civil->micros() : from_local(civil->micros()).micros;
}

ReadTime TimeReader::read_date(std::string_view text) {
  const auto usual = usual_.read(text);
  if (!usual) return checked(read_text(trimmed(text)));
  return checked(usual->zoned ? ReadTime{usual->micros, std::nullopt} : from_local(usual->micros));
}

ReadTime TimeReader::read_text(std::string_view text) {
  if (text.empty()) return {0, Reason::time_missing};
  auto civil = read_civil(text);
  if (!civil || (!civil->year_first && form_ == TimeForm::text)) return {0, Reason::time_unreadable};
  if (!civil->year_first && form_ == TimeForm::month_first) std::swap(civil->day, civil->month);
  if (!civil->exists()) return {0, Reason::time_does_not_exist};
  if (civil->zoned) return {civil->micros(), std::nullopt};
  return from_local(civil->micros());
}

ReadTime TimeReader::read_pattern(std::string_view text) {
  if (text.empty()) return {0, Reason::time_missing};
  const auto time = pattern_->read(text);
  if (!time) return {0, Reason::time_unreadable};
  if (!time->exists) return {0, Reason::time_does_not_exist};
  return checked(time->zoned ? ReadTime{time->micros, std::nullopt} : from_local(time->micros));
}

ReadTime TimeReader::read_number(std::int64_t whole, std::int64_t billionths) const {
  if (!is_plausible(whole, form_) && plausible_unit(whole)) return {0, Reason::timestamp_unit_mixed};
  const auto units = per_second(form_);
  if (units > 1'000'000) return {whole / 1'000, std::nullopt};
  std::int64_t micros = 0;
  if (__builtin_mul_overflow(whole, 1'000'000 / units, &micros)) {
    return {0, whole < 0 ? Reason::time_before_1971 : Reason::time_in_future};
  }
  return {micros + billionths / (1'000 * units), std::nullopt};
}

ReadTime TimeReader::from_local(std::int64_t micros) {
  return local_times_->to_utc(micros);
}

ReadTime TimeReader::checked(ReadTime time) const {
  if (time.finding && is_rejection(*time.finding)) return time;
  if (time.micros < year_1971 * 1'000'000) return {0, Reason::time_before_1971};
  if (time.micros > latest_) return {0, Reason::time_in_future};
  return time;
}

}  // namespace peregrine::ingest
