#pragma once

#include <string>
#include <vector>

namespace adomcp::config {

/// A place in a YAML file; both numbers start at 1, columns count bytes.
struct Mark {
  int line = 1;
  int column = 1;
};

/// One problem, for a person.
struct Diagnostic {
  std::string file;
  int line = 1;
  int column = 1;
  std::string message;

  /// "file:line:column: message"
  std::string text() const;
};

/// "file:line:column"
std::string place(const std::string& file, Mark mark);

/// Collects the problems of one file, so that all are shown rather than the first only.
class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}

  void add(Mark mark, std::string message);
  std::size_t count() const { return found_.size(); }
  const std::string& file() const { return file_; }
  std::string place(Mark mark) const { return config::place(file_, mark); }

  /// Everything so far, by line and column.
  std::vector<Diagnostic> sorted() const;

 private:
  std::string file_;
  std::vector<Diagnostic> found_;
};

}  // namespace adomcp::config
