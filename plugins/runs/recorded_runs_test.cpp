// Timelines that the service really answered, where they lie beside the checkout.
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <filesystem>
#include <map>
#include <string>

#include "plugin_file.h"
#include "runs/run_builder.h"

namespace adomcp::runs {
namespace {

namespace fs = std::filesystem;
using fake::Host;
using fake::Outcome;
using nlohmann::json;

json unzipped(const fs::path& file) {
  std::string out;
  gzFile in = gzopen(file.c_str(), "rb");
  if (in == nullptr) return nullptr;
  std::array<char, 16384> piece{};
  for (int got = 0; (got = gzread(in, piece.data(), piece.size())) > 0;) {
    out.append(piece.data(), static_cast<std::size_t>(got));
  }
  gzclose(in);
  return json::parse(out, nullptr, false);
}

std::map<std::string, json> timelines() {
  std::map<std::string, json> out;
  const fs::path root(ADOMCP_RECORDINGS);
  if (!fs::is_directory(root)) return out;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".gz") continue;
    json value = unzipped(entry.path());
    if (value.is_object() && value.contains("records")) {
      out.emplace(entry.path().filename().string(), std::move(value));
    }
  }
  return out;
}

std::int64_t count_of(const json& timeline, const char* type) {
  std::int64_t count = 0;
  for (const json& record : timeline["records"]) count += record["type"] == type ? 1 : 0;
  return count;
}

TEST(RecordedRuns, FitIntoAnAnswerThatTellsWhatFailed) {
  const auto all = timelines();
  if (all.empty()) GTEST_SKIP() << "no recorded timelines in " << ADOMCP_RECORDINGS;
  for (const auto& [name, timeline] : all) {
    Host host(plugin_file("runs"));
    serve(host, build_json(7, "completed", "failed"), timeline);
    const Outcome out = host.call("get_run", {{"run_id", 7}});
    ASSERT_EQ(out.status, ADOMCP_OK) << name << out.text;
    EXPECT_LE(out.raw.size(), 16384U - 400U) << name;
    EXPECT_LE(out.answer["totals"]["jobs"], count_of(timeline, "Job")) << name;
    EXPECT_LE(out.answer["totals"]["stages"], count_of(timeline, "Stage")) << name;
    for (const json& record : timeline["records"]) {
      if (record["type"] != "Job" || record["result"] != "failed") continue;
      const bool told =
          out.answer.dump().find(record["name"].get<std::string>()) != std::string::npos;
      EXPECT_TRUE(told) << name << record["name"];
    }
  }
}

TEST(RecordedRuns, CompareWithEachOther) {
  const auto all = timelines();
  if (all.empty()) GTEST_SKIP() << "no recorded timelines in " << ADOMCP_RECORDINGS;
  Host host(plugin_file("runs"));
  for (const auto& [name, timeline] : all) {
    serve(host, build_json(7, "completed", "failed"), timeline);
    serve(host, build_json(5, "completed", "succeeded"), all.begin()->second);
    const Outcome out = host.call("compare_runs", {{"run_id", 7}, {"other_run_id", 5}});
    ASSERT_EQ(out.status, ADOMCP_OK) << name << out.text;
    EXPECT_LE(out.raw.size(), 12288U - 400U) << name;
    if (timeline == all.begin()->second) {
      EXPECT_TRUE(out.answer["results"].empty()) << name;
      EXPECT_TRUE(out.answer["durations"].empty()) << name;
    }
  }
}

}  // namespace
}  // namespace adomcp::runs
