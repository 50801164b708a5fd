// A MemorySnapshot is a store's Snapshot over parts in memory, for tests. It counts how often a partition is read.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/memory_summary.hpp"
#include "model/requested_part.hpp"
#include "store/store.hpp"

namespace peregrine::engine {

class MemorySnapshot : public store::Snapshot {
 public:
  /// Customers are dealt out to `partitions` by the order of their names.
  MemorySnapshot(const std::vector<MemoryEvent>& events, std::size_t partitions) {
    std::vector<std::string> customers;
    for (const auto& event : events) {
      customers.push_back(event.customer);
      names_.push_back(event.event);
    }
    for (auto* list : {&customers, &names_}) {
      std::sort(list->begin(), list->end());
      list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    shown_.assign(names_.begin(), names_.end());
    labels_ = vocabulary_.label(shown_);
    std::vector<std::vector<MemoryEvent>> dealt(partitions);
    for (const auto& event : events) {
      const auto place = std::lower_bound(customers.begin(), customers.end(), event.customer) - customers.begin();
      dealt[static_cast<std::size_t>(place) % partitions].push_back(event);
      newest_ = std::max(newest_, event.time);
    }
    for (auto& each : dealt) parts_.push_back(MemoryPart::of(std::move(each)));
  }

  Labels labels() const { return labels_; }
  int reads() const { return reads_; }

  std::int64_t events() const override {
    return sum([](const MemoryPart& part) { return part.events(); });
  }
  std::int64_t journeys() const override {
    return sum([](const MemoryPart& part) { return part.journeys(); });
  }
  std::int64_t known_customers() const override { return journeys(); }
  Time oldest() const override { return {}; }
  Time newest() const override { return newest_; }
  NameList event_names() const override { return shown_; }
  const std::vector<store::ColumnEntry>& properties() const override { return properties_; }
  const std::vector<store::Ledger>& ledgers() const override { return ledgers_; }
  std::int64_t quarantined() const override { return 0; }
  void for_each_quarantined(const std::function<bool(store::Quarantined)>&) const override {}
  std::uint64_t version() const override { return 1; }
  std::size_t partitions() const override { return parts_.size(); }
  std::unique_ptr<Part> part(std::size_t partition, const ColumnRequest& request, Labels labels) const override {
    ++reads_;
    return std::make_unique<View>(parts_[partition], request, labels);
  }
  std::optional<PartSummary> summary(std::size_t partition, Labels) const override {
    if (!summarizes_) return std::nullopt;
    return summary_of(parts_[partition]);
  }
  /// From now on nothing is known of partitions but what is in them.
  void forget_summaries() { summarizes_ = false; }

 private:
  /// With the codes of the whole snapshot's dictionary.
  class View final : public RequestedPart {
   public:
    View(const MemoryPart& all, const ColumnRequest& request, Labels dictionary) : RequestedPart(all, request) {
      labels = dictionary;
      event = {};
      if (!request.event) return;
      for (std::size_t row = 0; row < all.events(); ++row) {
        const auto name = all.labels[all.event[row]].event;
        const auto found =
            std::find_if(dictionary.begin(), dictionary.end(), [&](const Label& label) { return label.event == name; });
        codes_.push_back(static_cast<std::uint32_t>(found - dictionary.begin()));
      }
      event.wide = codes_.data();
    }

   private:
    std::vector<std::uint32_t> codes_;
  };

  template <class Size>
  std::int64_t sum(Size&& size) const {
    std::size_t sum = 0;
    for (const auto& part : parts_) sum += size(part);
    return static_cast<std::int64_t>(sum);
  }

  Vocabulary vocabulary_;
  std::vector<std::string> names_;
  std::vector<std::string_view> shown_;
  std::vector<Label> labels_;
  std::vector<MemoryPart> parts_;
  Time newest_{};
  bool summarizes_ = true;
  std::vector<store::ColumnEntry> properties_;
  std::vector<store::Ledger> ledgers_;
  mutable std::atomic<int> reads_{0};
};

}  // namespace peregrine::engine
