#include "demo/batch_writer.hpp"

#include <algorithm>

namespace peregrine::demo {
namespace {

constexpr std::uint32_t none = TextColumn::none;

std::uint32_t code_or_none(std::uint8_t code) {
  return code == unset ? none : code;
}
std::uint32_t code_or_none(std::uint16_t code) {
  return code == nothing ? none : code;
}

std::string numbered(char letter, std::int64_t number) {
  return std::string(1, letter).append(std::to_string(number));
}

template <class T, class Name>
std::vector<std::string_view> names_of(const std::vector<T>& things, Name name) {
  std::vector<std::string_view> names;
  for (const auto& thing : things) names.push_back(thing.*name);
  return names;
}

}  // namespace

void BatchWriter::add(const Person& person, std::int64_t account) {
  if (person.rows.empty()) return;
  if (accounts_.empty() || accounts_.back() != account) accounts_.push_back(account);
  people_.push_back(person.number);
  const Whose whose{.person = static_cast<std::uint32_t>(people_.size() - 1),
                    .account = static_cast<std::uint32_t>(accounts_.size() - 1),
                    .country = person.traits.country,
                    .segment = person.traits.segment,
                    .role = person.traits.role};
  rows_.insert(rows_.end(), person.rows.begin(), person.rows.end());
  whose_.resize(rows_.size(), whose);
}

std::string BatchWriter::device_id(std::int64_t person, int which) const {
  auto bits = Chance(seed_, Purpose::device, 2 * person + which).next();
  std::string id = "d-0000000000000000";
  for (std::size_t i = id.size(); i-- > 2; bits >>= 4) id[i] = "0123456789abcdef"[bits & 15];
  return id;
}

// Codes as they come, and of the names only those that occur, in the order in which they do.
template <class Code>
TextColumn BatchWriter::column(const std::vector<std::string_view>& names, Code&& code_of) const {
  std::vector<std::uint32_t> place(names.size(), none);
  std::vector<std::string> used;
  std::vector<std::uint32_t> codes(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const std::uint32_t code = code_of(i);
    if (code != none && place[code] == none) {
      place[code] = static_cast<std::uint32_t>(used.size());
      used.emplace_back(names[code]);
    }
    codes[i] = code == none ? none : place[code];
  }
  return TextColumn::of(std::move(used), std::move(codes));
}

template <class Code>
void BatchWriter::add_property(EventBatch& batch, std::string name, const std::vector<std::string_view>& names,
                               Code&& code) const {
  // Several codes may have one name (two channels of one source): the first of them stands for all.
  std::vector<std::uint32_t> first(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    first[i] = static_cast<std::uint32_t>(std::find(names.begin(), names.end(), names[i]) - names.begin());
  }
  PropertyColumn property;
  property.texts = column(names, [&](std::size_t i) {
    const std::uint32_t is = code(i);
    return is == none ? none : first[is];
  });
  if (!property.texts.names().empty()) batch.properties.emplace(std::move(name), std::move(property));
}

void BatchWriter::add_ids(EventBatch& batch) const {
  std::vector<std::string> customers, devices, accounts;
  for (const auto person : people_) customers.push_back(numbered('C', person));
  for (const auto person : people_) {
    devices.push_back(device_id(person, 0));
    devices.push_back(device_id(person, 1));
  }
  for (const auto account : accounts_) accounts.push_back(numbered('A', account));
  const auto views = [](const std::vector<std::string>& texts) {
    return std::vector<std::string_view>(texts.begin(), texts.end());
  };
  batch.customer = column(views(customers), [&](std::size_t i) {
    const auto identity = rows_[i].identity;
    const bool says = identity != Identity::anonymous && identity != Identity::other_device;
    return says ? whose_[i].person : none;
  });
  batch.anonymous = column(views(devices), [&](std::size_t i) {
    switch (rows_[i].identity) {
      case Identity::customer: return none;
      case Identity::anonymous:
      case Identity::both: return 2 * whose_[i].person;
      case Identity::other_device:
      case Identity::other_device_both: break;
    }
    return 2 * whose_[i].person + 1;
  });
  if (script_.story.has_accounts) {
    batch.account = column(views(accounts), [&](std::size_t i) { return whose_[i].account; });
  }
}

EventBatch BatchWriter::take() {
  const Story& story = script_.story;
  EventBatch batch;
  const std::size_t count = rows_.size();
  batch.row.resize(count);
  batch.time.resize(count);
  batch.value.resize(count);
  batch.value_valid.resize(count);
  PropertyColumn scores;
  scores.type = ColumnType::number;
  scores.fill(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Row& row = rows_[i];
    batch.row[i] = static_cast<std::uint32_t>(i);
    batch.time[i] = row.time;
    batch.value[i] = row.value == no_value ? 0 : row.value;
    batch.value_valid[i] = row.value == no_value ? 0 : 1;
    if (row.score != unset) scores.numbers[i] = row.score;
    scores.valid[i] = row.score == unset ? 0 : 1;
  }
  batch.properties.emplace("score", std::move(scores));
  add_ids(batch);

  const auto row = [&](auto member) {
    return [this, member](std::size_t i) { return code_or_none(rows_[i].*member); };
  };
  const auto trait = [&](auto member) {
    return [this, member](std::size_t i) { return rows_[i].says_traits ? whose_[i].*member : none; };
  };
  batch.event = column(script_.events.names(), row(&Row::event));
  add_property(batch, "channel", names_of(story.channels, &ChannelScript::name), row(&Row::channel));
  add_property(batch, "source", names_of(story.channels, &ChannelScript::source), row(&Row::channel));
  add_property(batch, "medium", names_of(story.channels, &ChannelScript::medium), row(&Row::channel));
  add_property(batch, "campaign", names_of(story.channels, &ChannelScript::campaign), [&](std::size_t i) {
    const auto channel = rows_[i].channel;
    return channel == unset || story.channels[channel].campaign.empty() ? none : channel;
  });
  add_property(batch, "content", names_of(script_.pieces, &Piece::name), row(&Row::piece));
  add_property(batch, "content_type", names_of(script_.pieces, &Piece::type), row(&Row::piece));
  add_property(batch, "brand", story.rivals, row(&Row::brand));
  add_property(batch, "product", names_of(story.products, &Product::name), row(&Row::product));
  add_property(batch, "device", story.devices, row(&Row::device));
  add_property(batch, "actor", {"customer", "company"}, [&](std::size_t i) { return rows_[i].by_company ? 1u : 0u; });
  add_property(batch, "currency", {story.currency},
               [&](std::size_t i) { return rows_[i].value == no_value ? none : 0u; });
  add_property(batch, "trait.country", story.countries, trait(&Whose::country));
  add_property(batch, "trait.segment", story.segments, trait(&Whose::segment));
  if (story.has_accounts) {
    add_property(batch, "trait.buying_role", names_of(story.roles, &BuyingRole::name), trait(&Whose::role));
  }
  add_property(batch, "trait.plan", story.plans, row(&Row::plan));
  add_property(batch, "trait.onboarding_mail", {"no", "yes"}, row(&Row::mail));

  rows_.clear();
  whose_.clear();
  people_.clear();
  accounts_.clear();
  return batch;
}

}  // namespace peregrine::demo
