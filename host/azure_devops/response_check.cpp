#include "azure_devops/response_check.h"

#include <nlohmann/json.hpp>

#include "core/json_sax.h"
#include "core/text.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

/// Follows where in the document the parser is, as deep as a project can be named.
class ProjectReader : public nlohmann::json_sax<json> {
 public:
  explicit ProjectReader(std::string_view project_id) : project_id_(project_id) {}

  bool other_project() const { return other_project_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return scalar_id(); }
  bool number_unsigned(number_unsigned_t) override { return scalar_id(); }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool string(string_t& value) override {
    if (here() == Place::kProject && key_ == Key::kId)
      other_project_ = !iequals(value, project_id_);
    return !other_project_;
  }
  bool start_object(std::size_t) override {
    enter(child(true));
    return depth_ <= kMaxDepth;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    enter(child(false));
    return depth_ <= kMaxDepth;
  }
  bool end_array() override { return end_object(); }
  bool key(string_t& name) override {
    key_ = Key::kOther;
    if (name == "id") key_ = Key::kId;
    if (name == "value") key_ = Key::kValue;
    if (name == "project" || name == "projectReference" || name == "teamProject") {
      key_ = Key::kProject;
    }
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override {
    return false;
  }

 private:
  enum class Place { kOutside, kRoot, kList, kElement, kProject, kElsewhere };
  enum class Key { kOther, kId, kValue, kProject };
  static constexpr std::size_t kTracked = 4;  // root, value, element, project
  static constexpr std::size_t kMaxDepth = 200;

  Place here() const {
    if (depth_ == 0) return Place::kOutside;
    return depth_ > kTracked ? Place::kElsewhere : places_[depth_ - 1];
  }

  /// What an object or array that starts here is.
  Place child(bool object) const {
    switch (here()) {
      case Place::kOutside:
        return object ? Place::kRoot : Place::kList;
      case Place::kRoot:
        if (!object) return key_ == Key::kValue ? Place::kList : Place::kElsewhere;
        return key_ == Key::kProject ? Place::kProject : Place::kElsewhere;
      case Place::kList:
        return object ? Place::kElement : Place::kElsewhere;
      case Place::kElement:
        return object && key_ == Key::kProject ? Place::kProject : Place::kElsewhere;
      default:
        return Place::kElsewhere;
    }
  }

  void enter(Place place) {
    if (depth_ < kTracked) places_[depth_] = place;
    ++depth_;
  }

  /// A number is never a project's id.
  bool scalar_id() {
    other_project_ = here() == Place::kProject && key_ == Key::kId;
    return !other_project_;
  }

  std::string_view project_id_;
  Place places_[kTracked] = {};
  std::size_t depth_ = 0;
  Key key_ = Key::kOther;
  bool other_project_ = false;
};

}  // namespace

ResponseVerdict check_response(std::string_view text, std::string_view project_id) {
  ProjectReader reader(project_id);
  if (read_json(text, reader)) return ResponseVerdict::kGood;
  return reader.other_project() ? ResponseVerdict::kOtherProject : ResponseVerdict::kBroken;
}

}  // namespace adomcp::azure_devops
