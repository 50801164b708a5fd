// A spill file of a run, temporary, read by the process that wrote it and by no other:
//
//   spill   := extent*                     by partition; where each begins is known in memory
//   extent  := size rows flags row_base source column*       all uint64; `size` counts the extent's bytes
//   column  := values, padded with zeros to 8 bytes
//
// The columns follow the flags in the order of `Has`, then the properties: count (uint64), and for each
// column | type << 32 (uint64) and its values. A text column is: count of names (uint64), count + 1 ends (uint32),
// the names' bytes, and a code (uint32) a row.
#include "store/run.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

#include "base/check.hpp"
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
};

/// Codes of one extent: each name of the whole column that the extent uses gets the next number.
class LocalNames {
 public:
  std::uint32_t local(std::uint32_t code) {
    if (code >= stamps_.size()) stamps_.resize(std::size_t{code} + 1);
    auto& stamp = stamps_[code];
    if (stamp.round != round_) {
      stamp = {round_, static_cast<std::uint32_t>(used_.size())};
      used_.push_back(code);
    }
    return stamp.local;
  }
  const std::vector<std::uint32_t>& used() const { return used_; }
  void clear() {
    ++round_;
    used_.clear();
  }

 private:
  struct Stamp {
    std::uint32_t round = 0;
    std::uint32_t local = 0;
  };
  std::vector<Stamp> stamps_;
  std::vector<std::uint32_t> used_;
  std::uint32_t round_ = 1;
};

/// Writes one extent: the rows `chosen` of `rows`.
class ExtentWriter {
 public:
  ExtentWriter(std::string& out, const Rows& rows) : out_(out), rows_(rows), properties_(rows.properties.size()) {}

  void write(std::span<const std::uint32_t> chosen) {
    chosen_ = chosen;
    out_.clear();
    const std::uint64_t flags = flags_of();
    put_number(0);
    put_number(chosen.size());
    put_number(flags);
    put_number(rows_.row_base);
    put_number(rows_.source);
    put_values(rows_.time);
    if ((flags & has_event) != 0) put_events();
    if ((flags & has_customer) != 0) put_texts(rows_.customer, customers_);
    if ((flags & has_anonymous) != 0) put_texts(rows_.anonymous, anonymous_);
    if ((flags & has_value) != 0) {
      put_values(rows_.value);
      put_values(rows_.value_valid);
    }
    if ((flags & has_sequence) != 0) put_values(rows_.sequence);
    if ((flags & has_sources) != 0) put_values(rows_.sources);
    if ((flags & has_row) != 0) put_values(rows_.row);
    if ((flags & has_place) != 0) put_values(rows_.place);
    if ((flags & has_message) != 0) put_values(rows_.message);
    put_properties();
    const std::uint64_t size = out_.size();
    std::memcpy(out_.data(), &size, sizeof size);
  }

 private:
  template <class Claim>
  bool any(Claim&& claim) const {
    return std::any_of(chosen_.begin(), chosen_.end(), claim);
  }

  std::uint64_t flags_of() const {
    std::uint64_t flags = 0;
    const auto set = [&](bool on, Has flag) {
      if (on) flags |= flag;
    };
    set(rows_.event.narrow != nullptr || rows_.event.wide != nullptr, has_event);
    set(rows_.customer.exists() && any([&](auto row) { return rows_.customer.has(row); }), has_customer);
    set(rows_.anonymous.exists() && any([&](auto row) { return rows_.anonymous.has(row); }), has_anonymous);
    set(rows_.came_anonymous, has_came_anonymous);
    set(rows_.value != nullptr && any([&](auto row) { return rows_.value_valid[row] != 0; }), has_value);
    set(rows_.sequence != nullptr, has_sequence);
    set(rows_.sources != nullptr, has_sources);
    set(rows_.row != nullptr, has_row);
    set(rows_.place != nullptr, has_place);
    set(rows_.message != nullptr, has_message);
    return flags;
  }

  char* room(std::size_t bytes) {
    const std::size_t at = out_.size();
    out_.resize(at + ((bytes + 7) & ~std::size_t{7}));
    return out_.data() + at;
  }
  void put_number(std::uint64_t number) { std::memcpy(room(sizeof number), &number, sizeof number); }

  template <class T>
  void put_values(const T* values) {
    auto* to = reinterpret_cast<T*>(room(chosen_.size() * sizeof(T)));
    for (const auto row : chosen_) *to++ = values[row];
  }
  void put_events() {
    auto* to = reinterpret_cast<std::uint32_t*>(room(chosen_.size() * sizeof(std::uint32_t)));
    for (const auto row : chosen_) *to++ = rows_.event[row];
  }
  void put_texts(const TextRows& texts, LocalNames& names) {
    names.clear();
    codes_.resize(chosen_.size());
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      const auto code = texts.codes[chosen_[i]];
      codes_[i] = code == no_text ? no_text : names.local(code);
    }
    put_number(names.used().size());
    auto* ends = reinterpret_cast<std::uint32_t*>(room((names.used().size() + 1) * sizeof(std::uint32_t)));
    std::size_t bytes = 0;
    *ends++ = 0;
    for (const auto code : names.used()) {
      bytes += texts.names[code].size();
      *ends++ = static_cast<std::uint32_t>(bytes);
    }
    if (bytes > std::numeric_limits<std::uint32_t>::max()) {
      throw Error(ErrorKind::invalid, "import", "a batch holds more than 4 GiB of one text column", "smaller batches");
    }
    char* to = room(bytes);
    for (const auto code : names.used()) {
      const auto name = texts.names[code];
      if (!name.empty()) std::memcpy(to, name.data(), name.size());
      to += name.size();
    }
    if (!codes_.empty())
      std::memcpy(room(codes_.size() * sizeof(std::uint32_t)), codes_.data(), codes_.size() * sizeof(std::uint32_t));
  }
  bool has_values(const PropertyRows& property) const {
    if (property.type == ColumnType::text) return any([&](auto row) { return property.texts.has(row); });
    return any([&](auto row) { return property.valid[row] != 0; });
  }
  void put_properties() {
    const std::size_t count_at = out_.size();
    put_number(0);
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < rows_.properties.size(); ++i) {
      const auto& property = rows_.properties[i];
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

  std::string& out_;
  const Rows& rows_;
  std::span<const std::uint32_t> chosen_;
  LocalNames customers_;
  LocalNames anonymous_;
  std::vector<LocalNames> properties_;
  std::vector<std::uint32_t> codes_;
};

/// Reads an extent in place. Its bytes were written by this process, so sizes are CHECKed, not refused.
class ExtentReader {
 public:
  using Names = std::vector<std::unique_ptr<std::vector<std::string_view>>>;

  ExtentReader(const char* bytes, Names& names) : at_(bytes), names_(names) {}

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
    if ((flags & has_customer) != 0) rows.customer = get_texts();
    if ((flags & has_anonymous) != 0) rows.anonymous = get_texts();
    if ((flags & has_value) != 0) {
      rows.value = get_values<std::int64_t>();
      rows.value_valid = get_values<std::uint8_t>();
    }
    if ((flags & has_sequence) != 0) rows.sequence = get_values<std::int64_t>();
    if ((flags & has_sources) != 0) rows.sources = get_values<std::uint32_t>();
    if ((flags & has_row) != 0) rows.row = get_values<std::uint32_t>();
    if ((flags & has_place) != 0) rows.place = get_values<std::uint64_t>();
    if ((flags & has_message) != 0) rows.message = get_values<Hash128>();
    const auto properties = get_number();
    for (std::uint64_t i = 0; i < properties; ++i) rows.properties.push_back(get_property());
    return rows;
  }

 private:
  const char* take(std::size_t bytes) {
    const char* taken = at_;
    at_ += (bytes + 7) & ~std::size_t{7};
    return taken;
  }
  std::uint64_t get_number() {
    std::uint64_t number = 0;
    std::memcpy(&number, take(sizeof number), sizeof number);
    return number;
  }
  template <class T>
  const T* get_values() {
    return reinterpret_cast<const T*>(take(rows_ * sizeof(T)));
  }
  TextRows get_texts() {
    const auto count = get_number();
    const auto* ends = reinterpret_cast<const std::uint32_t*>(take((count + 1) * sizeof(std::uint32_t)));
    const char* bytes = take(ends[count]);
    auto names = std::make_unique<std::vector<std::string_view>>();
    names->reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) names->emplace_back(bytes + ends[i], ends[i + 1] - ends[i]);
    const TextRows texts{*names, get_values<std::uint32_t>()};
    names_.push_back(std::move(names));
    return texts;
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
  Names& names_;
};

}  // namespace

Run::Run(Env& env, std::string path, std::size_t partitions, std::size_t memory_bytes)
    : env_(env),
      path_(std::move(path)),
      memory_bytes_(memory_bytes),
      extents_(partitions),
      rows_(partitions),
      bytes_(partitions) {}

void Run::add(const Rows& rows, std::span<const std::uint32_t> partition_of_row) {
  PEREGRINE_CHECK(partition_of_row.size() == rows.size);
  const std::size_t partitions = rows_.size();
  std::vector<std::uint32_t> ends(partitions + 1);
  for (const auto partition : partition_of_row) {
    if (partition != no_partition) ++ends[partition + 1];
  }
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  std::vector<std::uint32_t> order(ends.back());
  auto next = ends;
  for (std::uint32_t i = 0; i < rows.size; ++i) {
    if (partition_of_row[i] != no_partition) order[next[partition_of_row[i]]++] = i;
  }
  ExtentWriter writer(scratch_, rows);
  for (std::size_t partition = 0; partition < partitions; ++partition) {
    const auto chosen = std::span(order).subspan(ends[partition], ends[partition + 1] - ends[partition]);
    if (chosen.empty()) continue;
    writer.write(chosen);
    extents_[partition].emplace_back(scratch_);
    rows_[partition] += chosen.size();
    bytes_[partition] += scratch_.size();
    held_ += scratch_.size();
  }
  if (held_ > memory_bytes_) spill();
}

void Run::spill() {
  const std::string path = path_ + "-" + std::to_string(spills_.size());
  const auto file = env_.create(path);
  Spill spilled;
  std::uint64_t offset = 0;
  for (auto& extents : extents_) {
    spilled.offsets.push_back(offset);
    for (const auto& extent : extents) {
      file->append(extent);
      offset += extent.size();
    }
    std::vector<std::string>().swap(extents);
  }
  spilled.offsets.push_back(offset);
  file->close();
  spilled.file = env_.open(path);
  spills_.push_back(std::move(spilled));
  held_ = 0;
}

LoadedRows Run::load(std::size_t partition) const {
  LoadedRows loaded;
  const auto read = [&](std::string_view bytes) {
    while (!bytes.empty()) {
      std::uint64_t size = 0;
      std::memcpy(&size, bytes.data(), sizeof size);
      PEREGRINE_CHECK(size > 0 && size <= bytes.size());
      loaded.extents.push_back(ExtentReader(bytes.data(), loaded.names_).read());
      bytes.remove_prefix(size);
    }
  };
  for (const auto& spilled : spills_) {
    const auto begin = spilled.offsets[partition];
    std::string bytes(spilled.offsets[partition + 1] - begin, '\0');
    if (spilled.file->read_at(begin, {bytes.data(), bytes.size()}) != bytes.size()) {
      throw Error(ErrorKind::unavailable, path_, "a temporary file of the import became shorter");
    }
    loaded.buffers_.push_back(std::move(bytes));
  }
  for (const auto& buffer : loaded.buffers_) read(buffer);
  for (const auto& extent : extents_[partition]) read(extent);
  return loaded;
}

}  // namespace peregrine::store
