#include "ingest/column_names.hpp"

#include <algorithm>
#include <array>

#include "ingest/ascii.hpp"

namespace peregrine::ingest {

namespace {

using Names = std::string_view;

constexpr auto customer_names = std::to_array<Names>(
    {"customer",   "customerid",     "userid",        "user",      "visitor",  "visitorid",   "clientid",
     "personid",   "person",         "contactid",     "contact",   "memberid", "member",      "subscriberid",
     "customerno", "customernumber", "customeremail", "useremail", "email",    "emailaddress"});
constexpr auto anonymous_names = std::to_array<Names>({"anonymousid", "anonymous", "anonid", "deviceid", "cookieid",
                                                       "cookie", "userpseudoid", "fullvisitorid", "browserid"});
constexpr auto account_names = std::to_array<Names>({"accountid", "account", "companyid", "company", "organisationid",
                                                     "organizationid", "organisation", "organization", "tenantid"});
constexpr auto time_names =
    std::to_array<Names>({"time", "timestamp", "eventtime", "eventtimestamp", "datetime", "occurredat", "happenedat",
                          "ts", "date", "eventdate", "createdat", "invoicedate", "orderdate", "when"});
constexpr auto event_names = std::to_array<Names>(
    {"event", "eventname", "eventtype", "action", "activity", "activityname", "page", "pagename", "name", "type"});

constexpr auto value_names = std::to_array<Names>({"value", "eventvalue", "revenue"});
constexpr auto currency_names = std::to_array<Names>({"currency", "currencycode"});
constexpr auto channel_names = std::to_array<Names>({"channel"});
constexpr auto source_names = std::to_array<Names>({"source", "utmsource"});
constexpr auto medium_names = std::to_array<Names>({"medium", "utmmedium"});
constexpr auto campaign_names = std::to_array<Names>({"campaign", "utmcampaign"});
constexpr auto term_names = std::to_array<Names>({"term", "utmterm"});
constexpr auto content_names = std::to_array<Names>({"content", "utmcontent"});
constexpr auto content_type_names = std::to_array<Names>({"contenttype"});
constexpr auto brand_names = std::to_array<Names>({"brand"});
constexpr auto product_names = std::to_array<Names>({"product"});
constexpr auto score_names = std::to_array<Names>({"score"});
constexpr auto survey_names = std::to_array<Names>({"survey"});
constexpr auto actor_names = std::to_array<Names>({"actor"});
constexpr auto message_names = std::to_array<Names>({"messageid"});
constexpr auto previous_names = std::to_array<Names>({"previousid"});
constexpr auto sequence_names = std::to_array<Names>({"sequence"});

struct Role {
  Names name;
  std::span<const Names> usual;
};
constexpr auto roles = std::to_array<Role>({
    {"customer", customer_names},    {"anonymous", anonymous_names},
    {"account", account_names},      {"time", time_names},
    {"event", event_names},          {"value", value_names},
    {"currency", currency_names},    {"channel", channel_names},
    {"source", source_names},        {"medium", medium_names},
    {"campaign", campaign_names},    {"term", term_names},
    {"content", content_names},      {"content_type", content_type_names},
    {"brand", brand_names},          {"product", product_names},
    {"score", score_names},          {"survey", survey_names},
    {"actor", actor_names},          {"message_id", message_names},
    {"previous_id", previous_names}, {"sequence", sequence_names},
});

constexpr auto fixed = std::to_array<Names>({"value", "currency", "channel", "source", "medium", "campaign", "term",
                                             "content", "content_type", "brand", "product", "score", "survey", "actor",
                                             "message_id", "previous_id", "sequence"});

bool ends_with_any(std::string_view name, std::span<const Names> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](Names ending) { return name.ends_with(ending); });
}

}  // namespace

std::string fold_name(std::string_view name) {
  std::string folded;
  for (const char c : name) {
    if (c == ' ' || c == '_' || c == '-') continue;
    folded += lower(c);
  }
  return folded;
}

std::span<const std::string_view> usual_names(std::string_view role) {
  for (const auto& entry : roles) {
    if (entry.name == role) return entry.usual;
  }
  return {};
}

std::span<const std::string_view> fixed_columns() {
  return fixed;
}

bool names_a_role(std::string_view name) {
  const auto folded = fold_name(name);
  return !trait_of(name).empty() || std::any_of(roles.begin(), roles.end(), [&](const Role& role) {
    return std::find(role.usual.begin(), role.usual.end(), folded) != role.usual.end();
  });
}

bool is_reserved(std::string_view name) {
  if (name == "touchpoint" || name == "role" || name == "kind") return true;
  return std::any_of(roles.begin(), roles.end(), [&](const Role& role) { return role.name == name; });
}

bool names_a_code(std::string_view name) {
  constexpr auto endings = std::to_array<Names>({"id", "code", "sku", "zip", "postcode", "phone", "isbn", "ean"});
  return ends_with_any(fold_name(name), endings);
}

bool names_a_description(std::string_view name) {
  constexpr auto endings =
      std::to_array<Names>({"country",  "city",       "region",   "state", "gender", "language", "locale",  "currency",
                            "device",   "browser",    "platform", "os",    "plan",   "tier",     "segment", "status",
                            "category", "department", "colour",   "color", "size",   "brand"});
  return ends_with_any(fold_name(name), endings);
}

std::string property_name(std::string_view column) {
  if (const auto trait = trait_of(column); !trait.empty()) return "trait." + std::string(trait);
  return (is_reserved(column) ? "column." : "") + std::string(column);
}

std::string_view trait_of(std::string_view name) {
  if (name.starts_with("trait.")) return name.substr(6);
  if (name.starts_with("traits.")) return name.substr(7);
  return {};
}

}  // namespace peregrine::ingest
