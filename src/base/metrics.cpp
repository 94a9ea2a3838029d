#include "base/metrics.h"

#include <cstdio>

#include "base/check.h"

namespace rt::base {
namespace {

constexpr auto kTable = std::to_array<MetricInfo>({
#define RT_METRIC(name, kind, prometheus_name, labels, help) {MetricKind::kind, prometheus_name, labels, help},
#include "base/metrics.def"
#undef RT_METRIC
});

std::vector<std::string_view> SplitLabels(std::string_view labels) {
    std::vector<std::string_view> names;
    while (!labels.empty()) {
        const auto comma = labels.find(',');
        names.push_back(labels.substr(0, comma));
        labels = comma == std::string_view::npos ? std::string_view() : labels.substr(comma + 1);
    }
    return names;
}

std::string Number(double value) {
    std::array<char, 32> buffer{};
    const int size = std::snprintf(buffer.data(), buffer.size(), "%.10g", value);
    return {buffer.data(), static_cast<std::size_t>(size)};
}

std::string Escape(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

// {a="1",le="0.5"} or nothing.
std::string LabelText(const MetricInfo& info, const std::vector<std::string>& values, std::string_view le) {
    std::string out;
    const auto names = SplitLabels(info.labels);
    for (std::size_t i = 0; i < names.size(); ++i) {
        out.append(out.empty() ? "" : ",").append(names[i]).append("=\"").append(Escape(values[i])).append("\"");
    }
    if (!le.empty()) out.append(out.empty() ? "" : ",").append("le=\"").append(le).append("\"");
    return out.empty() ? out : "{" + out + "}";
}

void AppendLine(std::string& out, std::string_view name, std::string_view suffix, std::string_view labels,
                std::string_view value) {
    out.append(name).append(suffix).append(labels).append(" ").append(value).append("\n");
}

void AppendHistogram(std::string& out, const MetricInfo& info, const std::vector<std::string>& values,
                     const Series& series) {
    const auto snapshot = series.Buckets();
    std::int64_t total = 0;
    for (std::size_t i = 0; i < snapshot.buckets.size(); ++i) {
        total += snapshot.buckets[i];
        const std::string le = i < kBuckets.size() ? Number(kBuckets[i]) : "+Inf";
        AppendLine(out, info.name, "_bucket", LabelText(info, values, le), std::to_string(total));
    }
    const std::string labels = LabelText(info, values, {});
    AppendLine(out, info.name, "_sum", labels, Number(static_cast<double>(snapshot.sum_micros) / 1e6));
    AppendLine(out, info.name, "_count", labels, std::to_string(total));
}

}  // namespace

const MetricInfo& Info(Metric metric) {
    return kTable.at(static_cast<std::size_t>(metric));
}

void Series::ObserveMicros(std::int64_t micros) {
    std::size_t bucket = 0;
    while (bucket < kBuckets.size() && static_cast<double>(micros) > kBuckets[bucket] * 1e6) ++bucket;
    buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_micros_.fetch_add(micros, std::memory_order_relaxed);
}

Series::Snapshot Series::Buckets() const {
    Snapshot snapshot{};
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        snapshot.buckets[i] = buckets_[i].load(std::memory_order_relaxed);
    }
    snapshot.sum_micros = sum_micros_.load(std::memory_order_relaxed);
    return snapshot;
}

Series& Metrics::Get(Metric metric, std::initializer_list<std::string_view> labels) {
    RT_CHECK(SplitLabels(Info(metric).labels).size() == labels.size());
    LabelValues values(labels.begin(), labels.end());
    const std::lock_guard lock(mutex_);
    auto& family = families_[metric];
    if (family.size() >= kSeriesMax && !family.contains(values)) values.assign(labels.size(), "other");
    auto& series = family[values];
    if (!series) series = std::make_unique<Series>();
    return *series;
}

void Metrics::Each(Metric metric, const std::function<void(const std::vector<std::string>&, const Series&)>& fn) const {
    const std::lock_guard lock(mutex_);
    const auto family = families_.find(metric);
    if (family == families_.end()) return;
    for (const auto& [values, series] : family->second) fn(values, *series);
}

std::string Metrics::PrometheusText() const {
    std::string out;
    const std::lock_guard lock(mutex_);
    for (const auto& [metric, family] : families_) {
        const MetricInfo& info = Info(metric);
        static constexpr std::array<std::string_view, 3> kKinds{"counter", "gauge", "histogram"};
        out.append("# HELP ").append(info.name).append(" ").append(info.help).append("\n# TYPE ").append(info.name);
        out.append(" ").append(kKinds.at(static_cast<std::size_t>(info.kind))).append("\n");
        for (const auto& [values, series] : family) {
            if (info.kind == MetricKind::Histogram) {
                AppendHistogram(out, info, values, *series);
            } else {
                AppendLine(out, info.name, "", LabelText(info, values, {}), std::to_string(series->Value()));
            }
        }
    }
    return out;
}

}  // namespace rt::base
