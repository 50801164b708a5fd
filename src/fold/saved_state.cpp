#include "fold/saved_state.hpp"

#include "base/hash.hpp"

namespace peregrine {

namespace {

constexpr std::string_view magic = "PGST";
constexpr std::uint32_t format_version = 1;

void put_header(Writer& out, std::string_view analysis, const json::object& params) {
  const auto hash = hash128(json::format(params));
  out.append(magic.data(), magic.size());
  out.put(format_version);
  out.put(analysis);
  out.put(hash.low);
  out.put(hash.high);
}

}  // namespace

std::string save_state(std::string_view analysis, const json::object& params, RunningFold& fold) {
  Writer out;
  put_header(out, analysis, params);
  fold.save(out);
  out.put(hash64(out.bytes()));
  return out.take();
}

void load_state(std::string_view bytes, std::string_view analysis, const json::object& params, RunningFold& fold) {
  const std::string where = "state of " + std::string(analysis);
  const auto corrupt = [&](std::string what) { return Error(ErrorKind::corrupt, where, std::move(what)); };
  if (bytes.size() < sizeof(std::uint64_t)) throw corrupt("ends too early");
  const auto body = bytes.substr(0, bytes.size() - sizeof(std::uint64_t));
  Reader sum(bytes.substr(body.size()), where);
  if (sum.get<std::uint64_t>() != hash64(body)) throw corrupt("was changed after it was saved");

  Reader in(body, where);
  if (in.take(magic.size()) != magic) throw corrupt("is no saved state");
  if (const auto version = in.get<std::uint32_t>(); version != format_version) {
    throw Error(ErrorKind::conflict, where, "has format " + std::to_string(version),
                "this program reads " + std::to_string(format_version));
  }
  if (const auto name = in.text(); name != analysis) {
    throw Error(ErrorKind::conflict, where, "belongs to the analysis " + std::string(name));
  }
  const auto hash = hash128(json::format(params));
  if (in.get<std::uint64_t>() != hash.low || in.get<std::uint64_t>() != hash.high) {
    throw Error(ErrorKind::conflict, where, "was made with other parameters");
  }
  fold.load(in);
  in.expect_end();
}

}  // namespace peregrine
