// What a question may need from outside the events. The workspace offers it; a Params that has
// `void resolve(const Resources&)` takes what it needs before it is hashed and before anything is read.
#pragma once

#include <string_view>

#include "model/framework.hpp"
#include "model/session.hpp"

namespace peregrine {

class Resources {
 public:
  virtual ~Resources() = default;
  /// The framework of that name, the workspace's own when empty; throws `not_found` with proposals.
  virtual const Framework& framework(std::string_view name, std::string_view where) const = 0;
  /// What ends a session, where a question does not say.
  virtual SessionRule session() const { return {}; }
};

}  // namespace peregrine
