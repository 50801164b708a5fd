//   extent  := size rows flags row_base source column*       all uint64; `size` counts the extent's bytes
//   column  := values, padded with zeros to 8 bytes
//
// The columns follow the flags in the order of `Has`, then the properties: count (uint64), and for each
// column | type << 32 (uint64) and its values. Values of money are: how many there are (uint64), the places of the rows
// that have one (uint32), and the values. A text column is: count of names | form << 32 (uint64), the lengths of the
// names (uint8, or uint32 when the form says so), their bytes, and a code (uint32) a row unless the form says that the
// names are those of the rows, one after another.
#include "store/extent.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

#include "base/error.hpp"

namespace peregrine::store {

namespace {

enum Has : std::uint64_t {
  has_customer = 1,
  has_anonymous = 2,
  has_came_anonymous = 4,  // says it of every row, takes no column
  has_value = 8,
  has_sequence = 16,
  has_sources = 32,
  has_row = 64,
  has_place = 128,
  has_message = 256,
  has_event = 512,
  has_narrow_event = 1024,  // as uint16
  has_came_as = 2048,
};

enum TextForm : std::uint64_t {
  long_names = 1,      // some length needs more than a byte
  a_name_for_row = 2,  // row i has name i
};

constexpr std::size_t padded(std::size_t bytes) {
  return (bytes + 7) & ~std::size_t{7};
}

/// memcpy is a call, and most ids are short.
void copy_name(char* to, std::string_view name) {
  const std::size_t size = name.size();
  const auto copy_ends = [&]<class Word>(Word) {
    Word head, tail;
    std::memcpy(&head, name.data(), sizeof head);
    std::memcpy(&tail, name.data() + size - sizeof tail, sizeof tail);
    std::memcpy(to, &head, sizeof head);
    std::memcpy(to + size - sizeof tail, &tail, sizeof tail);
  };
  if (size > 16) {
    std::memcpy(to, name.data(), size);
  } else if (size >= 8) {
    copy_ends(std::uint64_t{});
  } else if (size >= 4) {
    copy_ends(std::uint32_t{});
  } else {
    for (std::size_t i = 0; i < size; ++i) to[i] = name[i];
  }
}

}  // namespace

char* ExtentMemory::room(std::size_t bytes) {
  constexpr std::size_t block_bytes = std::size_t{1} << 20;
  if (blocks_.empty() || end_ + bytes > blocks_[block_].size) {
    const std::size_t begun = end_ - begin_;
    const std::size_t next = blocks_.empty() ? 0 : block_ + 1;
    const std::size_t wanted = std::max(block_bytes, 2 * (begun + bytes));
    if (next == blocks_.size()) blocks_.emplace_back();
    if (blocks_[next].size < wanted) {
      blocks_[next] = {std::make_unique_for_overwrite<char[]>(wanted), wanted};
    }
    if (begun > 0) std::memcpy(blocks_[next].bytes.get(), data(), begun);
    block_ = next;
    begin_ = 0;
    end_ = begun;
  }
  char* const at = blocks_[block_].bytes.get() + end_;
  end_ += bytes;
  return at;
}

std::string_view ExtentWriter::write(const Rows& rows, std::span<const std::uint32_t> chosen) {
  rows_ = &rows;
  chosen_ = chosen;
  properties_.resize(std::max(properties_.size(), rows.properties.size()));
  out_.begin();
  const std::uint64_t flagged = flags();
  put_number(0);
  put_number(chosen.size());
  put_number(flagged);
  put_number(rows.row_base);
  put_number(rows.source);
  put_values(rows.time);
  if ((flagged & has_event) != 0) put_values(rows.event.wide);
  if ((flagged & has_narrow_event) != 0) put_values(rows.event.narrow);
  if ((flagged & has_customer) != 0) put_texts(rows.customer, customers_);
  if ((flagged & has_anonymous) != 0) put_texts(rows.anonymous, anonymous_);
  if ((flagged & has_came_as) != 0) put_texts(rows.came_as, came_as_);
  if ((flagged & has_value) != 0) put_money();
  if ((flagged & has_sequence) != 0) put_values(rows.sequence);
  if ((flagged & has_sources) != 0) put_values(rows.sources);
  if ((flagged & has_row) != 0) put_values(rows.row);
  if ((flagged & has_place) != 0) put_values(rows.place);
  if ((flagged & has_message) != 0) put_values(rows.message);
  put_properties();
  const std::uint64_t size = out_.size();
  std::memcpy(out_.data(), &size, sizeof size);
  return {out_.data(), out_.size()};
}

template <class Claim>
bool ExtentWriter::any(Claim&& claim) const {
  return std::any_of(chosen_.begin(), chosen_.end(), claim);
}

std::uint64_t ExtentWriter::flags() {
  with_value_.clear();
  if (rows_->value != nullptr) {
    for (std::uint32_t i = 0; i < chosen_.size(); ++i) {
      if (rows_->has_value(chosen_[i])) with_value_.push_back(i);
    }
  }
  std::uint64_t flags = 0;
  const auto set = [&](bool on, Has flag) {
    if (on) flags |= flag;
  };
  set(rows_->event.narrow != nullptr, has_narrow_event);
  set(rows_->event.narrow == nullptr && rows_->event.wide != nullptr, has_event);
  set(any([&](auto row) { return rows_->customer.has(row); }), has_customer);
  set(any([&](auto row) { return rows_->anonymous.has(row); }), has_anonymous);
  set(rows_->came_as.exists() && any([&](auto row) { return rows_->came_as.has(row); }), has_came_as);
  set(rows_->came_anonymous, has_came_anonymous);
  set(!with_value_.empty(), has_value);
  set(rows_->sequence != nullptr, has_sequence);
  set(rows_->sources != nullptr, has_sources);
  set(rows_->row != nullptr, has_row);
  set(rows_->place != nullptr, has_place);
  set(rows_->message != nullptr, has_message);
  return flags;
}

template <class T>
T* ExtentWriter::room_for(std::size_t count) {
  const std::size_t bytes = count * sizeof(T);
  char* const at = out_.room(padded(bytes));
  std::memset(at + bytes, 0, padded(bytes) - bytes);
  return reinterpret_cast<T*>(at);
}

void ExtentWriter::put_number(std::uint64_t number) {
  *room_for<std::uint64_t>(1) = number;
}

template <class T>
void ExtentWriter::put_values(const T* values) {
  T* to = room_for<T>(chosen_.size());
  for (const auto row : chosen_) *to++ = values[row];
}

void ExtentWriter::put_money() {
  put_number(with_value_.size());
  std::copy(with_value_.begin(), with_value_.end(), room_for<std::uint32_t>(with_value_.size()));
  auto* to = room_for<std::int64_t>(with_value_.size());
  for (const auto place : with_value_) *to++ = rows_->value_of(chosen_[place]);
}

/// Where codes rise from row to row no text comes twice, as in a column of ids that hardly ever come again.
bool ExtentWriter::find_one_each(const TextRows& texts) {
  names_.resize(chosen_.size());
  std::uint64_t least = 0;
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    const auto code = texts.codes[chosen_[i]];
    if (code < least || code == no_text) return false;
    names_[i] = texts.names[code];
    least = std::uint64_t{code} + 1;
  }
  return true;
}

/// The same for any column: says whether every row has a text of its own.
bool ExtentWriter::find_names(const TextRows& texts, LocalNames& names) {
  if (find_one_each(texts)) return true;
  names.begin(texts.names.size());
  codes_.resize(chosen_.size());
  bool all = true;
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    const auto code = texts.codes[chosen_[i]];
    all = all && code != no_text;
    codes_[i] = code == no_text ? no_text : names.local(code);
  }
  names_.resize(names.used().size());
  std::transform(names.used().begin(), names.used().end(), names_.begin(),
                 [&](auto code) { return texts.names[code]; });
  return all && names_.size() == chosen_.size();
}

void ExtentWriter::put_texts(const TextRows& texts, LocalNames& names) {
  const bool one_each = find_names(texts, names);
  std::size_t bytes = 0, longest = 0;
  for (const auto name : names_) {
    bytes += name.size();
    longest = std::max(longest, name.size());
  }
  if (bytes > std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorKind::invalid, "import", "a batch holds more than 4 GiB of one text column", "smaller batches");
  }
  const bool long_ones = longest > std::numeric_limits<std::uint8_t>::max();
  std::uint64_t form = 0;
  if (long_ones) form |= long_names;
  if (one_each) form |= a_name_for_row;
  put_number(names_.size() | form << 32);
  const auto put_lengths = [&]<class Length>(Length* to) {
    for (const auto name : names_) *to++ = static_cast<Length>(name.size());
  };
  long_ones ? put_lengths(room_for<std::uint32_t>(names_.size())) : put_lengths(room_for<std::uint8_t>(names_.size()));
  char* to = room_for<char>(bytes);
  for (const auto name : names_) {
    copy_name(to, name);
    to += name.size();
  }
  if (!one_each) std::copy(codes_.begin(), codes_.end(), room_for<std::uint32_t>(codes_.size()));
}

bool ExtentWriter::has_values(const PropertyRows& property) const {
  if (property.type == ColumnType::text) return any([&](auto row) { return property.texts.has(row); });
  return any([&](auto row) { return property.valid[row] != 0; });
}

void ExtentWriter::put_properties() {
  const std::size_t count_at = out_.size();
  put_number(0);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < rows_->properties.size(); ++i) {
    const auto& property = rows_->properties[i];
    if (!has_values(property)) continue;
    ++count;
    put_number(property.column | static_cast<std::uint64_t>(property.type) << 32);
    switch (property.type) {
      case ColumnType::text: put_texts(property.texts, properties_[i]); continue;
      case ColumnType::number: put_values(property.numbers); break;
      case ColumnType::boolean: put_values(property.booleans); break;
      case ColumnType::time:
      case ColumnType::money: put_values(property.integers); break;
    }
    put_values(property.valid);
  }
  std::memcpy(out_.data() + count_at, &count, sizeof count);
}

void ExtentViews::forget() {
  chunk_ = used_ = 0;
}

std::span<std::string_view> ExtentViews::names(std::size_t count) {
  constexpr std::size_t chunk_names = std::size_t{1} << 16;
  while (chunk_ < chunks_.size() && used_ + count > chunks_[chunk_].size) {
    ++chunk_;
    used_ = 0;
  }
  if (chunk_ == chunks_.size()) {
    const std::size_t size = std::max(chunk_names, count);
    chunks_.push_back({std::make_unique<std::string_view[]>(size), size});
  }
  const std::span<std::string_view> names(chunks_[chunk_].names.get() + used_, count);
  used_ += count;
  return names;
}

void ExtentViews::expect(std::size_t largest_extent) {
  if (places_.size() >= largest_extent) return;
  places_.resize(largest_extent);
  std::iota(places_.begin(), places_.end(), 0U);
}

namespace {

class ExtentReader {
 public:
  ExtentReader(const char* bytes, ExtentViews& views) : at_(bytes), views_(views) {}

  Rows read() {
    get_number();
    Rows rows;
    rows.size = rows_ = get_number();
    const std::uint64_t flags = get_number();
    rows.row_base = get_number();
    rows.source = static_cast<std::uint32_t>(get_number());
    rows.time = get_values<std::int64_t>();
    rows.came_anonymous = (flags & has_came_anonymous) != 0;
    if ((flags & has_event) != 0) rows.event.wide = get_values<std::uint32_t>();
    if ((flags & has_narrow_event) != 0) rows.event.narrow = get_values<std::uint16_t>();
    if ((flags & has_customer) != 0) rows.customer = get_texts();
    if ((flags & has_anonymous) != 0) rows.anonymous = get_texts();
    if ((flags & has_came_as) != 0) rows.came_as = get_texts();
    if ((flags & has_value) != 0) {
      rows.values = get_number();
      rows.value_rows = get<std::uint32_t>(rows.values);
      rows.value = get<std::int64_t>(rows.values);
    }
    if ((flags & has_sequence) != 0) rows.sequence = get_values<std::int64_t>();
    if ((flags & has_sources) != 0) rows.sources = get_values<std::uint32_t>();
    if ((flags & has_row) != 0) rows.row = get_values<std::uint32_t>();
    if ((flags & has_place) != 0) rows.place = get_values<std::uint64_t>();
    if ((flags & has_message) != 0) rows.message = get_values<Hash128>();
    const auto properties = get_number();
    rows.properties.reserve(properties);
    for (std::uint64_t i = 0; i < properties; ++i) rows.properties.push_back(get_property());
    return rows;
  }

 private:
  template <class T>
  const T* get(std::size_t count) {
    const char* taken = at_;
    at_ += padded(count * sizeof(T));
    return reinterpret_cast<const T*>(taken);
  }
  template <class T>
  const T* get_values() {
    return get<T>(rows_);
  }
  std::uint64_t get_number() { return *get<std::uint64_t>(1); }

  TextRows get_texts() {
    const auto head = get_number();
    const std::size_t count = static_cast<std::uint32_t>(head);
    const auto form = head >> 32;
    const auto names = views_.names(count);
    if ((form & long_names) != 0) {
      get_names(names, get<std::uint32_t>(count));
    } else {
      get_names(names, get<std::uint8_t>(count));
    }
    return {names, (form & a_name_for_row) != 0 ? views_.places() : get_values<std::uint32_t>()};
  }
  template <class Length>
  void get_names(std::span<std::string_view> names, const Length* lengths) {
    const char* at = at_;
    for (std::size_t i = 0; i < names.size(); ++i) {
      names[i] = {at, lengths[i]};
      at += lengths[i];
    }
    get<char>(static_cast<std::size_t>(at - at_));
  }

  PropertyRows get_property() {
    PropertyRows property;
    const auto kind = get_number();
    property.column = static_cast<std::uint32_t>(kind);
    property.type = static_cast<ColumnType>(kind >> 32);
    switch (property.type) {
      case ColumnType::text: property.texts = get_texts(); return property;
      case ColumnType::number: property.numbers = get_values<double>(); break;
      case ColumnType::boolean: property.booleans = get_values<std::uint8_t>(); break;
      case ColumnType::time:
      case ColumnType::money: property.integers = get_values<std::int64_t>(); break;
    }
    property.valid = get_values<std::uint8_t>();
    return property;
  }

  const char* at_;
  std::size_t rows_ = 0;
  ExtentViews& views_;
};

}  // namespace

Rows read_extent(const char* bytes, ExtentViews& views) {
  return ExtentReader(bytes, views).read();
}

}  // namespace peregrine::store
