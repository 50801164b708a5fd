#include "workspace/common.hpp"

namespace peregrine {

Common take_common(json::object& params, std::string_view where) {
  json::object common;
  for (const auto name : field_names<Common>()) {
    if (const auto* member = params.if_contains(name)) {
      common[name] = *member;
      params.erase(name);
    }
  }
  return from_json<Common>(common, where);
}

}  // namespace peregrine
