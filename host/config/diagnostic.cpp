#include "config/diagnostic.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace adomcp::config {

std::string place(const std::string& file, Mark mark) {
  return file + ":" + std::to_string(mark.line) + ":" + std::to_string(mark.column);
}

std::string Diagnostic::text() const {
  return place(file, {line, column}) + ": " + message;
}

void Problems::add(Mark mark, std::string message) {
  found_.push_back({file_, mark.line, mark.column, std::move(message)});
}

std::vector<Diagnostic> Problems::sorted() const {
  auto out = found_;
  std::stable_sort(out.begin(), out.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return out;
}

}  // namespace adomcp::config
