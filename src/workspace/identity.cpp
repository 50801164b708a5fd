#include "workspace/identity.hpp"

#include "base/error.hpp"
#include "ingest/batch_builder.hpp"

namespace peregrine {

namespace {

void publish(store::Import& import) {
  const std::atomic<bool> never{false};
  import.publish({}, {}, never);
}

void expect_own(std::string_view what, const std::string& id) {
  if (!ingest::is_placeholder(id) && !id.empty()) return;
  throw Error(ErrorKind::invalid, std::string(what), "\"" + id + "\" is a placeholder that many share",
              "the id of one customer or device");
}

}  // namespace

void link_identities(Workspace& workspace, const std::string& previous, const std::string& customer, bool undone) {
  expect_own("previous id", previous);
  expect_own("customer", customer);
  if (previous == customer) {
    throw Error(ErrorKind::invalid, "customer", "is the previous id itself", "two ids of one customer");
  }
  const auto import = workspace.store().begin_import({.identity = workspace.settings().identity});
  import->link({previous, customer, workspace.now(), true, undone});
  publish(*import);
}

bool apply_identity(Workspace& workspace) {
  const auto& rules = workspace.settings().identity;
  if (workspace.snapshot()->identity() == rules) return false;
  publish(*workspace.store().begin_import({.identity = rules}));
  return true;
}

}  // namespace peregrine
