#include "app/startup.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace rt::app {

Status Startup::Run(std::string_view name, std::string_view remedy, const std::function<Status()>& step) {
    const std::int64_t began = clock_.MonotonicMicros();
    Status status = step();
    StepReport report{std::string(name), clock_.MonotonicMicros() - began, {}};
    if (status.ok()) {
        reports_.push_back(std::move(report));
        return Ok();
    }
    Error error = std::move(status).error();
    report.problem = error.detail.empty() ? std::string(error.MessageFor(base::Locale::kEn)) : error.detail;
    for (const base::FieldError& field : error.fields)  // options: they are the remedy themselves
        report.problem.append("; ").append(field.field).append(": ").append(field.reason.en);
    error.detail = std::string(name) + ": " + report.problem;
    if (!remedy.empty() && error.fields.empty()) error.detail.append("\n  what to do: ").append(remedy);
    reports_.push_back(std::move(report));
    return error;
}

std::string Startup::Text() const {
    std::string out;
    for (const StepReport& report : reports_) {
        std::array<char, 96> line{};
        const int size = std::snprintf(line.data(), line.size(), "  %-32s %8.1f ms  %s", report.name.c_str(),
                                       static_cast<double>(report.micros) / 1000.0, report.problem.empty() ? "ok" : "");
        out.append(line.data(), std::min(static_cast<std::size_t>(size), line.size() - 1))
            .append(report.problem)
            .append("\n");
    }
    return out;
}

Status CheckComponents(const std::vector<Component>& components) {
    for (auto one = components.begin(); one != components.end(); ++one) {
        for (const std::string_view need : one->needs) {
            const bool before =
                std::any_of(components.begin(), one, [&](const Component& c) { return c.name == need; });
            if (before) continue;
            return Fail(Code::kInternal,
                        std::string(one->name) + " needs " + std::string(need) + ", which is not built before it");
        }
    }
    return Ok();
}

std::string ExplainComponents(const std::vector<Component>& components) {
    std::string out;
    for (const Component& component : components) {
        out.append(component.name);
        out.append(component.name.size() < 14 ? 14 - component.name.size() : 1, ' ');
        for (std::size_t i = 0; i < component.needs.size(); ++i)
            out.append(i == 0 ? "<- " : ", ").append(component.needs[i]);
        while (out.back() == ' ') out.pop_back();
        out.append("\n");
    }
    return out;
}

}  // namespace rt::app
