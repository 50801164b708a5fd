// The file dictionary/events-n, n the manifest that brought it:
//
//   events := count (uint64) name*        by code
//   name   := length (uint64) UTF-8
//
// Its checksums are in the manifest. A dictionary with more names is a new file that begins with the same names.
#include "store/event_dictionary.hpp"

#include "base/bytes.hpp"
#include "store/checksum.hpp"
#include "store/layout.hpp"

namespace peregrine::store {

EventDictionary EventDictionary::read(Env& env, const std::string& directory, const FileEntry& entry) {
  const std::string path = join_path(join_path(directory, dictionary_name), entry.name);
  const ChecksummedFile file(env, path, entry);
  file.verify(0, file.bytes().size());
  Reader in(file.bytes(), path);
  EventDictionary dictionary;
  const auto count = in.size(sizeof(std::uint64_t));
  for (std::size_t i = 0; i < count; ++i) dictionary.code(in.text());
  in.expect_end();
  if (dictionary.names().size() != count) in.fail("names an event twice");
  return dictionary;
}

FileEntry EventDictionary::write(Env& env, const std::string& directory, std::int64_t version) const {
  Writer out;
  out.put<std::uint64_t>(names_.size());
  for (const auto name : names_) out.put(name);
  const std::string name = "events-" + std::to_string(version);
  const std::string folder = join_path(directory, dictionary_name);
  ChecksummedWriter file(env, join_path(folder, name));
  file.append(out.bytes());
  auto entry = file.finish(name);
  env.sync_directory(folder);
  return entry;
}

std::uint32_t EventDictionary::code(std::string_view name) {
  if (const auto found = code_of_.find(name); found != code_of_.end()) return found->second;
  const auto code = static_cast<std::uint32_t>(names_.size());
  names_.push_back(texts_.emplace_back(name));
  code_of_.emplace(names_.back(), code);
  return code;
}

}  // namespace peregrine::store
