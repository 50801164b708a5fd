// ChannelRules put a visit into a channel by its source, medium and campaign: rules that are tried in order, the first
// that matches wins. The default channel group of GA4 ships as data. Rules never change once made, so threads may share
// them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace peregrine {

class ChannelRules {
 public:
  /// The default channel group of GA4 with its list of sources.
  static const ChannelRules& ga4();

  /// Reads rules as written in channels/ga4_rules.yaml, and the list of sources (`source,source_category`) that they
  /// refer to. `where` names the rules in errors.
  static ChannelRules parse(std::string_view rules_yaml, std::string_view sources_csv, std::string_view where);

  ChannelRules(ChannelRules&&) noexcept;
  ChannelRules& operator=(ChannelRules&&) noexcept;
  ~ChannelRules();

  /// The channel's name, valid as long as the rules; a missing text is empty. Takes about a microsecond, so ask once
  /// for each distinct triple.
  std::string_view channel(std::string_view source, std::string_view medium, std::string_view campaign) const;

  /// The names of all channels in the order of their rules; the last is what nothing else matches.
  std::vector<std::string_view> channels() const;

 private:
  struct Rules;
  explicit ChannelRules(std::unique_ptr<Rules> rules);
  std::unique_ptr<Rules> rules_;
};

}  // namespace peregrine
