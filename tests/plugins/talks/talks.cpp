// A plugin that uses every way to its client that the SDK has, in the plainest form each.
#define ADOMCP_NEEDS_MINOR 1  // also on hosts without any of these ways
#include <adomcp/arguments.hpp>
#include <adomcp/changes.hpp>
#include <adomcp/completion.hpp>
#include <adomcp/legacy.hpp>
#include <adomcp/prompts.hpp>
#include <adomcp/resources.hpp>
#include <adomcp/tasks.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using adomcp::Answer;
using adomcp::Call;
using adomcp::Json;
using adomcp::Reply;
using adomcp::Start;
using adomcp::ToolError;
using std::chrono::hours;
using std::chrono::seconds;

constexpr std::string_view kName = R"({"type": "object", "properties": {"name": {"type": "string"}},
  "required": ["name"]})";
constexpr std::string_view kColor = R"({"type": "object",
  "properties": {"color": {"type": "string"}, "shade": {"type": "integer"},
                 "glossy": {"type": "boolean"}}})";

void show(Call& call) {
  call.content(adomcp::text_block("one"));
  call.content(adomcp::image_block("\x89PNG", "image/png"));
  call.content(adomcp::audio_block(adomcp::Base64{"UklGRg=="}, "audio/wav"));
  call.content(adomcp::resource_block("a://b", "text/plain", "two"));
  call.content(adomcp::resource_block("a://c", "image/png", adomcp::base64("three")));
  call.content(adomcp::link_block("a://d", "d", "The fourth.", "text/plain"));
}

std::string words(Call& call) {
  if (call.has("fail")) throw ToolError("It was asked to fail.", ADOMCP_NOT_FOUND);
  const bool shown = call.content(adomcp::text_block("more"));
  return shown ? "words" : "words and more";
}

struct Both {
  std::string name;
  static constexpr auto arguments() {
    return adomcp::arguments(
        adomcp::argument::field("name", &Both::name, "A name.").max_length(100));
  }
};
Reply both(Call&, const Both& wanted) {
  return {"It is " + wanted.name + ".", {{"name", wanted.name}}};
}

std::string ask(Call& call) {
  const Answer name = call.elicit("name", "What is your name?", kName);
  if (!name.accepted()) throw ToolError("Nobody wanted to say, but to " + name.action() + ".");
  const Answer color = call.elicit("color", "Which color?", kColor);
  return name.text("name") + " likes " + color.text("color", "none") + " " +
         std::to_string(color.integer("shade")) + (color.flag("glossy") ? " glossy" : "");
}

/// A handler that catches what it can must not catch the way out.
std::string ask_carefully(Call& call) {
  try {
    return call.elicit("name", "What is your name?", kName).text("name");
  } catch (const std::exception& error) {
    return std::string("caught ") + error.what();
  }
}

Json ask_all(Call& call) {
  const auto answers =
      call.ask_all({adomcp::elicitation("name", "What is your name?", kName),
                    adomcp::legacy::sampling("greeting", {{"maxTokens", 50}}).if_supported(),
                    adomcp::legacy::list_roots("roots").if_supported()});
  Json out = Json::object();
  for (const auto& [key, answer] : answers) out[key] = answer.json;
  return out;
}

std::string ask_if_possible(Call& call) {
  const auto answer = call.try_elicit("name", "What is your name?", kName);
  return answer ? answer->text("name") : "somebody";
}

std::string ask_wrongly(Call& call) {
  return call.elicit("name", "What is your name?", R"({"type": "array"})").text("name");
}

std::string keep(Call& call) {
  const std::string before = call.kept();
  call.keep(call.has("much") ? std::string(10000, 'x') : before + "+");
  call.elicit("first", "Go on?", kName);
  call.elicit("second", "Go on?", kName);
  return "kept " + before;
}

Json deprecated(Call& call) {
  adomcp::legacy::log(call, "info", "talks", {{"step", 1}});
  const Answer said = adomcp::legacy::sample(call, "said", {{"maxTokens", 10}});
  const Answer roots = adomcp::legacy::roots(call, "roots");
  return {{"said", said.json}, {"roots", roots.json}};
}

std::string progress(Call& call) {
  call.progress(0, 2);
  std::thread([&] { call.progress(1, 2, "half"); }).join();
  call.progress(2, 2, "all");
  return "done";
}

Json go_on(Call& call) {
  const bool task = adomcp::begin_task(call, hours(1), seconds(5));
  const std::int64_t left = call.remaining_ms();
  const Answer name = call.elicit("name", "What is your name?", kName);
  return {{"task", task}, {"left", left}, {"name", name.text("name")}};
}
std::string only_a_task(Call& call) {
  adomcp::need_task(call, hours(call.integer("hours", 1)), seconds(5));
  return "done";
}

std::string change(Call&) {
  adomcp::tools_changed();
  adomcp::prompts_changed();
  adomcp::resources_changed();
  std::thread([] { adomcp::resource_changed("a://b"); }).join();
  return "told";
}

adomcp::Messages greet(Call& call) {
  const Answer name = call.elicit("name", "What is your name?", kName);
  return adomcp::Messages()
      .describe("A greeting.")
      .user("Greet " + name.text("name") + " in " + call.text("language") + ".")
      .assistant(adomcp::image_block("x", "image/png"));
}

adomcp::Contents latest(Call& call, const adomcp::ResourceRequest& asked) {
  adomcp::Contents contents =
      adomcp::text_contents(asked.uri, "text/plain", call.send({"build/latest"}).body);
  return contents.add(adomcp::blob_contents("a://blob", "image/png", "bytes"));
}
adomcp::Contents log_of(Call&, const adomcp::ResourceRequest& asked) {
  const std::string id = asked.argument("id");
  if (id == "0") throw ToolError("There is no such run.", ADOMCP_NOT_FOUND);
  return adomcp::text_contents(asked.uri, "text/plain", "log " + asked.argument("n") + " of " + id);
}

adomcp::Completion languages(Call&, const adomcp::CompletionRequest& typed) {
  if (typed.argument != "language") return {};
  std::vector<std::string> all;
  for (int i = 0; i < 120; ++i) all.push_back(typed.value + std::to_string(i));
  return adomcp::completion(std::move(all));
}
adomcp::Completion runs(Call&, const adomcp::CompletionRequest& typed) {
  return {{typed.value + "7", typed.context.value("n", std::string())}};
}

constexpr std::string_view kAny = R"({"type": "object"})";
constexpr adomcp_tool tools[] = {
    adomcp::tool<show>("show", "Show", "d", ADOMCP_READ_ONLY, kAny),
    adomcp::tool<words>("words", "Words", "d", ADOMCP_READ_ONLY, kAny),
    adomcp::tool<both>("both", "Both", "d", ADOMCP_READ_ONLY),
    adomcp::tool<ask>("ask", "Ask", "d", ADOMCP_READ_ONLY, kAny),
    adomcp::tool<ask_carefully>("ask_carefully", "Ask", "d", ADOMCP_READ_ONLY, kAny),
    adomcp::tool<ask_all>("ask_all", "Ask", "d", ADOMCP_READ_ONLY, kAny),
    adomcp::tool<ask_if_possible>("ask_if_possible", "Ask", "d", ADOMCP_READ_ONLY, kAny),
    adomcp::tool<ask_wrongly>("ask_wrongly", "Ask", "d", ADOMCP_READ_ONLY, kAny),
    adomcp::tool<keep>("keep", "Keep", "d", ADOMCP_READ_ONLY, kAny),
    adomcp::tool<deprecated>("deprecated", "Deprecated", "d", ADOMCP_READ_ONLY, kAny),
    adomcp::tool<progress>("progress", "Progress", "d", ADOMCP_READ_ONLY, kAny),
    adomcp::tool<go_on>("go_on", "Go on", "d", ADOMCP_READ_ONLY, kAny),
    adomcp::tool<only_a_task>("only_a_task", "Only a task", "d", ADOMCP_READ_ONLY, kAny),
    adomcp::tool<change>("change", "Change", "d", ADOMCP_READ_ONLY, kAny)};

/// A thread of the plugin's own, which stop() must have joined.
class Worker {
 public:
  Worker() : thread_([this] { run(); }) {}
  void stop() {
    stopped_ = true;
    stopped_.notify_all();
    thread_.join();
  }

 private:
  void run() {
    adomcp::resource_changed("a://from-a-thread");
    stopped_.wait(false);
  }
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

void declare(Start& start) {
  const Json settings = start.settings();
  if (!start.has(ADOMCP_PROMPTS)) return;
  const std::string language = settings.value("language", "language");  // gone when it returns
  start.add(adomcp::prompt<greet>("greet", "Greet", "Greets.",
                                  Json::array({{{"name", language}, {"required", true}}}).dump()));
  start.add(adomcp::resource<latest>("a://latest", "latest", "Latest", "d", "text/plain"));
  start.add(adomcp::resource_template<log_of>("a://{id}/log/{n}", "log", "Log", "d", "text/plain"));
  start.add(adomcp::prompt_completer<languages>("greet"));
  start.add(adomcp::template_completer<runs>("a://{id}/log/{n}"));
  start.may_be_task("go_on");
  start.may_be_task("only_a_task");
  start.at_stop([] { adomcp::resource_changed("a://stopped-last"); });
  const auto worker = std::make_shared<Worker>();
  start.at_stop([worker] { worker->stop(); });
  if (settings.value("refuse", false)) throw std::runtime_error("the setting refuse is set");
  if (settings.value("twice", false)) start.add(adomcp::prompt<greet>("greet", "Greet", "d"));
}

}  // namespace

ADOMCP_PLUGIN_WITH("talks", "1.0.0", tools, declare)
