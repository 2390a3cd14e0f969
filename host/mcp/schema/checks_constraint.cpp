#include "mcp/schema/checks_constraint.h"

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
  explicit ChecksConstraint(std::vector<PlacedCheck> checks) : checks_(std::move(checks)) {}

  bool validate(const Adapter& target, const std::vector<std::string>& context,
                valijson::ValidationResults* results) const override {
    bool fits = true;
    for (const auto& [check, choice_depth] : checks_) {
      for (const auto& misfit : check(target)) {
        if (results == nullptr) return false;
        push(misfit, choice_depth, context, *results);
        fits = false;
      }
    }
    return fits;
  }

 private:
  valijson::constraints::Constraint* cloneInto(void* memory) const override {
    return new (memory) ChecksConstraint(checks_);
  }
  std::size_t sizeOf() const override { return sizeof(ChecksConstraint); }

  /// `context` has the root and one step for each level.
  static void push(const Misfit& misfit, const std::optional<std::size_t>& choice_depth,
                   std::vector<std::string> context, valijson::ValidationResults& results) {
    const auto depth = context.size() - 1 + (misfit.is_there ? 1 : 0);
    if (choice_depth && depth <= *choice_depth) return;
    if (!misfit.member.empty() || misfit.is_there) context.push_back("[" + misfit.member + "]");
    std::string message = {kOwnMessage, choice_depth ? kInChoice : '.',
                           misfit.tells_value ? kTellsValue : '.'};
    message += misfit.words;
    results.pushError(context, message);
  }

  std::vector<PlacedCheck> checks_;
};

class ChecksBuilder final : public valijson::ConstraintBuilder {
 public:
  explicit ChecksBuilder(const std::vector<PlacedCheck>& checks) : checks_(checks) {}

  valijson::constraints::Constraint* make(const Adapter& indexes) const override {
    std::vector<PlacedCheck> chosen;
    indexes.applyToArray([&](const Adapter& index) {
      chosen.push_back(checks_.at(static_cast<std::size_t>(index.getInteger())));
      return true;
    });
    return new ChecksConstraint(std::move(chosen));
  }

 private:
  const std::vector<PlacedCheck>& checks_;
};

}  // namespace

valijson::ConstraintBuilder* make_checks_builder(const std::vector<PlacedCheck>& checks) {
  return new ChecksBuilder(checks);
}

}  // namespace adomcp::mcp
