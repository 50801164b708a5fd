// What people say of who is who: links between ids, and taking them back. The store does the work.
#pragma once

#include <string>

#include "workspace/workspace.hpp"

namespace peregrine {

/// Says that what came with the id `previous` (a customer's or a device's) is the customer's, or takes that back, for
/// the past and for all later imports. Throws `invalid` for ids that many share.
void link_identities(Workspace& workspace, const std::string& previous, const std::string& customer, bool undone);

/// Gives all events to their customers anew by the rules of workspace.yaml; does nothing when they are those by which
/// the store was made. Returns whether there was anything to do.
bool apply_identity(Workspace& workspace);

}  // namespace peregrine
