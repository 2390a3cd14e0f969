#include "mcp/checks_constraint.h"

#include <string>
#include <utility>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/constraint_builder.hpp>
#include <valijson/constraints/concrete_constraints.hpp>
#include <valijson/constraints/constraint_visitor.hpp>
#include <valijson/validation_results.hpp>

namespace adomcp::mcp {
namespace {

using valijson::adapters::Adapter;

class ChecksConstraint final : public valijson::constraints::PolyConstraint {
 public:
  explicit ChecksConstraint(std::vector<Check> checks) : checks_(std::move(checks)) {}

  bool validate(const Adapter& target, const std::vector<std::string>& context,
                valijson::ValidationResults* results) const override {
    bool fits = true;
    for (const auto& check : checks_) {
      const auto problem = check(target);
      if (!problem) continue;
      if (results == nullptr) return false;
      results->pushError(context, kOwnMessage + *problem);
      fits = false;
    }
    return fits;
  }

 private:
  valijson::constraints::Constraint* cloneInto(void* memory) const override {
    return new (memory) ChecksConstraint(checks_);
  }
  std::size_t sizeOf() const override { return sizeof(ChecksConstraint); }

  std::vector<Check> checks_;
};

class ChecksBuilder final : public valijson::ConstraintBuilder {
 public:
  explicit ChecksBuilder(const std::vector<Check>& checks) : checks_(checks) {}

  valijson::constraints::Constraint* make(const Adapter& indexes) const override {
    std::vector<Check> chosen;
    indexes.applyToArray([&](const Adapter& index) {
      chosen.push_back(checks_.at(static_cast<std::size_t>(index.getInteger())));
      return true;
    });
    return new ChecksConstraint(std::move(chosen));
  }

 private:
  const std::vector<Check>& checks_;
};

}  // namespace

valijson::ConstraintBuilder* make_checks_builder(const std::vector<Check>& checks) {
  return new ChecksBuilder(checks);
}

}  // namespace adomcp::mcp
