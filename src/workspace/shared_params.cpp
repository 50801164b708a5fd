#include "workspace/shared_params.hpp"

namespace peregrine {

SharedParams take_shared(json::object& params, std::string_view where) {
  json::object common;
  for (const auto name : field_names<SharedParams>()) {
    if (const auto* member = params.if_contains(name)) {
      common[name] = *member;
      params.erase(name);
    }
  }
  return from_json<SharedParams>(common, where);
}

}  // namespace peregrine
