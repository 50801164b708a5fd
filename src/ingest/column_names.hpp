// What columns are usually called: the names by which roles are found without being told.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace peregrine::ingest {

/// Lower case without spaces, `_` and `-`: `Customer ID`, `customer_id` and `customerId` are one name.
std::string fold_name(std::string_view name);

/// Folded names, the likeliest first, of `customer`, `anonymous`, `account`, `time`, `event`, `value` and the other
/// fixed columns of events; empty for a name that is none of them.
std::span<const std::string_view> usual_names(std::string_view role);

/// The fixed columns of events that are found by name alone.
std::span<const std::string_view> fixed_columns();

/// True for a name by which a column is found to be something, and for a trait's: `User ID`,
/// `utm_source`, `trait.country`.
bool names_a_role(std::string_view name);

/// True for names that mean something to the store and therefore cannot name a property.
bool is_reserved(std::string_view name);

/// True when the name says that its digits are a code and not a quantity: `order_id`, `zip`, `phone`.
bool names_a_code(std::string_view name);

/// True when few distinct texts under this name describe the customer or the order, not what happened: `country`.
bool names_a_description(std::string_view name);

/// The property that a column of this name becomes when it is nothing else: `trait.country` of `traits.country`,
/// `column.time` of a name that is reserved.
std::string property_name(std::string_view column);

/// `country` from `trait.country` or `traits.country`, else empty.
std::string_view trait_of(std::string_view name);

}  // namespace peregrine::ingest
