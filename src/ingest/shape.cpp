#include "ingest/shape.hpp"

namespace peregrine::ingest {

namespace {

/// What one key becomes. A path that ends in `*` stands for all that begin so, and `*` in `becomes` for their rest.
/// A `becomes` that begins with `=` is said by the shape, another one is only the name of the column.
struct Rule {
  std::string_view path;
  std::string_view becomes;
  std::string_view otherwise = {};  // empty: the whole path
  std::uint8_t rank = 0;
  Reads reads = Reads::as_it_is;
};

constexpr std::string_view left_out = "!";

/// The HTTP API of Segment, as files of it have it: https://segment.com/docs/connections/spec/common/
constexpr auto segment_rules = std::to_array<Rule>({
    {"userId", "=customer"},
    {"anonymousId", "=anonymous"},
    {"previousId", "=previous_id"},
    {"messageId", "=message_id"},
    {"event", "=event"},
    {"timestamp", "=time", {}, 0, Reads::time},
    {"originalTimestamp", "=time", {}, 1, Reads::time},
    {"sentAt", "=time", {}, 2, Reads::time},
    {"receivedAt", "=time", {}, 3, Reads::time},
    {"groupId", "=account"},
    {"context.groupId", "=account", {}, 1},
    {"context.campaign.source", "=source"},
    {"context.campaign.medium", "=medium"},
    {"context.campaign.name", "=campaign"},
    {"context.campaign.term", "=term"},
    {"context.campaign.content", "=content"},
    {"context.traits.*", "trait.*", {}, 1},
    {"context.ip", left_out},
    {"traits.*", "trait.*"},
    {"properties.revenue", "=value", "revenue"},
    {"properties.value", "=value", "column.value", 1},
    {"properties.total", "=value", "total", 2},
    {"properties.currency", "=currency"},
    {"properties.name", "name", {}, 1},
    {"properties.category", "category", {}, 1},
    {"properties.*", "*", {}, 1},
    {"channel", "column.channel"},
});

constexpr auto segment_group_rules = std::to_array<Rule>({{"traits.*", "account.*"}});

/// The BigQuery export of Google Analytics 4: https://support.google.com/analytics/answer/7029846
constexpr auto ga4_rules = std::to_array<Rule>({
    {"user_id", "=customer"},
    {"user_pseudo_id", "=anonymous"},
    {"event_name", "=event"},
    {"event_timestamp", "=time", {}, 0, Reads::microseconds},
    {"event_previous_timestamp", "event_previous_timestamp", {}, 0, Reads::microseconds},
    {"user_first_touch_timestamp", "user_first_touch_timestamp", {}, 0, Reads::microseconds},
    {"event_bundle_sequence_id", "event_bundle_sequence_id", {}, 0, Reads::integer},
    {"event_server_timestamp_offset", "event_server_timestamp_offset", {}, 0, Reads::integer},
    {"ecommerce.total_item_quantity", "ecommerce.total_item_quantity", {}, 0, Reads::integer},
    {"ecommerce.unique_items", "ecommerce.unique_items", {}, 0, Reads::integer},
    {"ecommerce.purchase_revenue", "=value"},
    {"event_params.value", "=value", "column.value", 1},
    {"event_params.currency", "=currency"},
    {"collected_traffic_source.manual_source", "=source"},
    {"collected_traffic_source.manual_medium", "=medium"},
    {"collected_traffic_source.manual_campaign_name", "=campaign"},
    {"collected_traffic_source.manual_term", "=term"},
    {"collected_traffic_source.manual_content", "=content"},
    {"session_traffic_source_last_click.manual_campaign.source", "=source", {}, 1},
    {"session_traffic_source_last_click.manual_campaign.medium", "=medium", {}, 1},
    {"session_traffic_source_last_click.manual_campaign.campaign_name", "=campaign", {}, 1},
    {"session_traffic_source_last_click.manual_campaign.term", "=term", {}, 1},
    {"session_traffic_source_last_click.manual_campaign.content", "=content", {}, 1},
    {"event_params.source", "=source", {}, 2},
    {"event_params.medium", "=medium", {}, 2},
    {"event_params.campaign", "=campaign", {}, 2},
    {"event_params.term", "=term", {}, 2},
    {"event_params.content", "=content", {}, 2},
    {"event_params.*", "*", {}, 1},
    {"user_properties.*", "trait.*"},
    {"items.0.item_name", "=product"},
    {"items.0.item_id", "=product", {}, 1},
});

/// IEEE 1849: the trace is the customer's journey.
constexpr auto xes_rules = std::to_array<Rule>({
    {"trace.concept:name", "=customer"},
    {"concept:name", "=event"},
    {"time:timestamp", "=time", {}, 0, Reads::time},
    {"trace.*", "trait.*"},
});

std::span<const Rule> rules_of(Shape shape) {
  switch (shape) {
    case Shape::plain: return {};
    case Shape::segment:
    case Shape::segment_identify:
    case Shape::segment_group: return segment_rules;
    case Shape::ga4: return ga4_rules;
    case Shape::xes: return xes_rules;
  }
  return {};
}

const Rule* find(std::span<const Rule> rules, std::string_view path) {
  for (const auto& rule : rules) {
    const bool open = rule.path.back() == '*';
    const auto head = rule.path.substr(0, rule.path.size() - (open ? 1 : 0));
    if (open ? path.size() > head.size() && path.starts_with(head) : path == head) return &rule;
  }
  return nullptr;
}

}  // namespace

Placement place(Shape shape, std::string_view path) {
  const auto* rule = shape == Shape::segment_group ? find(segment_group_rules, path) : nullptr;
  if (rule == nullptr) rule = find(rules_of(shape), path);
  if (rule == nullptr) return {.column = std::string(path), .otherwise = std::string(path) + "_"};
  Placement placed{.otherwise = std::string(rule->otherwise.empty() ? path : rule->otherwise),
                   .rank = rule->rank,
                   .reads = rule->reads};
  if (rule->becomes == left_out) {
    placed.column = path;
    placed.left_out = "addresses of machines are not stored";
  } else if (rule->becomes.front() == '=') {
    placed.column = rule->becomes;
    placed.becomes = rule->becomes.substr(1);
  } else if (const auto star = rule->becomes.find('*'); star != std::string_view::npos) {
    placed.column = rule->becomes.substr(0, star);
    placed.column += path.substr(rule->path.size() - 1);
    const auto* same = find(rules_of(shape), placed.column);  // its name is that of what the shape says itself
    if (same != nullptr && same->becomes.front() == '=') placed.column.insert(0, "column.");
  } else {
    placed.column = rule->becomes;
  }
  return placed;
}

std::span<const std::string_view> keys_of_roles(Shape shape) {
  static constexpr auto segment = std::to_array<std::string_view>(
      {"userId", "anonymousId", "timestamp", "event", "groupId", "properties.revenue", "properties.currency"});
  static constexpr auto ga4 =
      std::to_array<std::string_view>({"user_id", "user_pseudo_id", "event_timestamp", "event_name",
                                       "ecommerce.purchase_revenue", "event_params.currency"});
  static constexpr auto xes = std::to_array<std::string_view>({"trace.concept:name", "time:timestamp", "concept:name"});
  switch (shape) {
    case Shape::plain: return {};
    case Shape::segment:
    case Shape::segment_identify:
    case Shape::segment_group: return segment;
    case Shape::ga4: return ga4;
    case Shape::xes: return xes;
  }
  return {};
}

bool is_list_of_parameters(Shape shape, std::string_view path) {
  return shape == Shape::ga4 && (path == "event_params" || path == "user_properties");
}

}  // namespace peregrine::ingest
