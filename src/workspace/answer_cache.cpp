#include "workspace/answer_cache.hpp"

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"

namespace peregrine {

namespace {

constexpr std::string_view suffix = ".answer";

std::string name_of_key(const json::object& key) {
  return format_hash(hash128(json::format(key)));
}

void put(Writer& out, const json::value& value) {
  using boost::json::kind;
  out.put(static_cast<std::uint8_t>(value.kind()));
  switch (value.kind()) {
    case kind::null: break;
    case kind::bool_: out.put(value.get_bool()); break;
    case kind::int64: out.put(value.get_int64()); break;
    case kind::uint64: out.put(value.get_uint64()); break;
    case kind::double_: out.put(value.get_double()); break;
    case kind::string: out.put(json::text_of(value.get_string())); break;
    case kind::array:
      out.put<std::uint64_t>(value.get_array().size());
      for (const auto& item : value.get_array()) put(out, item);
      break;
    case kind::object:
      out.put<std::uint64_t>(value.get_object().size());
      for (const auto& member : value.get_object()) {
        out.put(std::string_view(member.key()));
        put(out, member.value());
      }
      break;
  }
}

json::value get(Reader& in) {
  using boost::json::kind;
  switch (static_cast<kind>(in.get<std::uint8_t>())) {
    case kind::null: return nullptr;
    case kind::bool_: return in.get<bool>();
    case kind::int64: return in.get<std::int64_t>();
    case kind::uint64: return in.get<std::uint64_t>();
    case kind::double_: return in.get<double>();
    case kind::string: return boost::json::string(in.text());
    case kind::array: {
      json::array array;
      for (auto left = in.size(1); left > 0; --left) array.push_back(get(in));
      return array;
    }
    case kind::object: {
      json::object object;
      for (auto left = in.size(1); left > 0; --left) {
        const auto name = in.text();
        object[name] = get(in);
      }
      return object;
    }
  }
  in.fail("holds a value of no kind");
}

}  // namespace

/// Oldest first, with what a killed process left behind.
std::vector<AnswerCache::Entry> AnswerCache::list() const {
  std::vector<Entry> entries;
  if (!env_.exists(directory_)) return entries;
  for (auto& name : env_.list(directory_)) {
    const auto hash = name.find('-') + 1;
    const auto bytes = name.find('-', hash) + 1;
    Entry entry{.hash = hash == 0 || bytes == 0 ? std::string() : name.substr(hash, bytes - 1 - hash)};
    std::uint32_t size = 0;  // without a sign; what is not a size counts as none
    std::from_chars(name.data() + bytes, name.data() + name.size(), size);
    entry.bytes = size;
    entry.name = std::move(name);
    entries.push_back(std::move(entry));
  }
  return entries;
}

const std::vector<AnswerCache::Entry>& AnswerCache::entries() const {
  if (!entries_) entries_ = list();
  return *entries_;
}

std::optional<json::object> AnswerCache::find(const json::object& key) const {
  try {
    const auto hash = name_of_key(key);
    for (const auto& entry : entries()) {
      if (entry.hash != hash || !entry.name.ends_with(suffix)) continue;
      if (auto answer = read(entry, key)) return answer;
    }
  } catch (const Error&) {  // it cannot be read: another process may have removed it meanwhile
  }
  return std::nullopt;
}

std::optional<json::object> AnswerCache::read(const Entry& entry, const json::object& key) const {
  const auto bytes = read_file(env_, join_path(directory_, entry.name));
  Reader in(bytes, entry.name);
  const auto hash = in.get<std::uint64_t>();
  if (hash != hash64(std::string_view(bytes).substr(sizeof hash))) return std::nullopt;
  if (get(in) != json::value(key)) return std::nullopt;
  return get(in).as_object();
}

void AnswerCache::keep(const json::object& key, const json::object& answer) {
  try {
    Writer body;
    put(body, key);
    put(body, answer);
    Writer file;
    file.put(hash64(body.bytes()));
    file.append(body.bytes().data(), body.bytes().size());
    if (static_cast<std::int64_t>(file.bytes().size()) <= bounds_.answer_bytes) write(name_of_key(key), file.bytes());
  } catch (const Error&) {  // no room, or no right to write here: the next question reads the events again
  }
}

void AnswerCache::write(const std::string& hash, const std::string& bytes) {
  env_.make_directories(directory_);
  auto total = static_cast<std::int64_t>(bytes.size());
  std::vector<Entry> kept;
  for (const auto& entry : entries()) total += entry.bytes;
  for (const auto& entry : *entries_) {
    if (total <= bounds_.all_bytes && entry.hash != hash) {
      kept.push_back(entry);
      continue;
    }
    remove(entry.name);
    total -= entry.bytes;
  }
  const auto when = std::to_string(env_.now().micros);
  const std::string padding(20 - std::min<std::size_t>(20, when.size()), '0');  // names sort by time
  const auto name = padding + when + "-" + hash + "-" + std::to_string(bytes.size()) + std::string(suffix);
  const auto path = join_path(directory_, name);
  const auto file = env_.create(path + ".new");
  file->append(bytes);  // not synced: what a power failure damages is seen by its hash
  file->close();
  env_.rename(path + ".new", path);
  kept.push_back({.name = name, .hash = hash, .bytes = static_cast<std::int64_t>(bytes.size())});
  entries_ = std::move(kept);
}

/// Another process may have done so already.
void AnswerCache::remove(const std::string& name) {
  try {
    env_.remove_file(join_path(directory_, name));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
  }
}

}  // namespace peregrine
