// The command line, and nothing else: app/commands.h says what each command does.
#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>

#include "app/cli/commands.h"
#include "app/cli/pin_command.h"
#include "app/cli/plugin_trial.h"
#include "app/cli/registry_command.h"
#include "app/reload/client_report.h"

namespace {

constexpr int kBadUsage = 2;

void declare_audit(CLI::App& cli, adomcp::app::Arguments& given, int& code) {
  CLI::App* audit = cli.add_subcommand("audit", "Look at audit files");
  audit->require_subcommand(1);
  CLI::App* verify = audit->add_subcommand("verify", "Say whether they are as they were written");
  verify->add_option("file", given.files, "The file, with all rotated away from it; or a list")
      ->required();
  // As a script's variable is when it was never set.
  const CLI::Validator not_empty(
      [](const std::string& text) {
        return text.empty() ? std::string("nothing is given") : std::string();
      },
      "");
  verify->add_option("--head", given.head, "SEQ:HASH of an audit_head line")->check(not_empty);
  verify
      ->add_option("--from", given.from,
                   "What nothing may be missing after: 1, or SEQ:HASH of an audit_head line")
      ->check(not_empty);
  verify->callback([&given, &code] { code = adomcp::app::audit_verify(given); });
}

/// Makes subcommands that leave their exit code in `code`.
class Commands {
 public:
  Commands(CLI::App& cli, adomcp::app::Arguments& given, int& code)
      : cli_(cli), given_(given), code_(code) {}

  CLI::App* add(const char* name, const char* help, int (*run)(const adomcp::app::Arguments&)) {
    CLI::App* sub = cli_.add_subcommand(name, help);
    sub->callback([&given = given_, &code = code_, run] { code = run(given); });
    return sub;
  }

  CLI::App* with_config(CLI::App* sub) {
    sub->add_option("--config", given_.config, "The YAML configuration")->required();
    return sub;
  }

  CLI::App* with_limit(CLI::App* sub) {
    constexpr unsigned kMost = 600;
    sub->add_option("--time-limit", given_.time_limit,
                    "Seconds that one plugin may take to load, start and stop; 15 unless given")
        ->check(CLI::Range(1U, kMost));
    return sub;
  }

  /// What this program runs itself with, so that plugins crash elsewhere.
  void add_for_children() {
    const auto hidden = [&](const char* name, int (*run)(const adomcp::app::Arguments&)) {
      CLI::App* sub = with_config(add(name, "", run))->group("");
      sub->add_option("--time-limit", given_.time_limit)->required();
      sub->add_option("--plugin", given_.plugins);
      sub->add_option("--client", given_.clients);
    };
    hidden("try-plugin", adomcp::app::try_plugin);
    hidden("check-rest", adomcp::app::check_rest);
    hidden("plugins-rest", adomcp::app::plugins_rest);
  }

 private:
  CLI::App& cli_;
  adomcp::app::Arguments& given_;
  int& code_;
};

void declare_check(Commands& commands, adomcp::app::Arguments& given) {
  CLI::App* check = commands.with_limit(commands.with_config(commands.add(
      "check", "Say all that serve would refuse, without serving", adomcp::app::check)));
  check
      ->add_option("--client", given.clients,
                   "Also say what this client doesn't take of the tools, and fail where there is "
                   "something; may be repeated")
      ->check(CLI::IsMember(adomcp::app::client_names()))
      ->allow_extra_args(false);
}

void declare_registry(Commands& commands, adomcp::app::Arguments& given) {
  CLI::App* registry = commands.with_config(
      commands.add("registry", "Print what registries and clients need to find this server",
                   adomcp::app::registry));
  registry
      ->add_option("--format", given.format,
                   "server.json to publish, vscode for its mcp.json, or v0.1 as a registry answers")
      ->check(CLI::IsMember(adomcp::app::registry_formats()));
  registry->add_option("--name", given.name,
                       "In reverse DNS, such as com.example/adomcp; made of server.public_url "
                       "unless given");
}

/// Declares the commands; the one that was given leaves its exit code in `code`.
void declare(CLI::App& cli, adomcp::app::Arguments& given, int& code) {
  cli.require_subcommand(1);
  Commands commands(cli, given, code);

  CLI::App* serve = commands.with_config(commands.add(
      "serve", "Serve MCP over HTTP, or to the client that starts this", adomcp::app::serve));
  CLI::Option* port =
      serve->add_option("--port", given.port, "Port to listen on; 0 takes a free one")
          ->check(CLI::Range(0, 65535));
  serve
      ->add_flag("--stdio", given.stdio,
                 "Speak on standard input and output; opens no port. With auth.mode bearer the "
                 "environment variable ADOMCP_TOKEN says who calls")
      ->excludes(port);
  declare_check(commands, given);
  CLI::App* call =
      commands.with_config(commands.add("call", "Call one tool without HTTP", adomcp::app::call));
  call->add_option("tool", given.tool, "The tool's name")->required();
  call->add_option("arguments", given.arguments, "Its arguments as a JSON object");
  commands.with_limit(commands.with_config(commands.add(
      "plugins", "List plugins and tools, and why one isn't served", adomcp::app::plugins)));
  CLI::App* inspect = commands.add("inspect", "Say what a plugin file is, without running it",
                                   adomcp::app::inspect);
  inspect->add_option("file", given.file, "The .so file")->required();
  inspect->add_option("--key", given.keys, "PEM file of a public key that may have signed it");
  CLI::App* pin = commands.with_config(commands.add(
      "pin", "Write the sha256 of the plugins' libraries into the YAML", adomcp::app::pin));
  pin->add_option("plugin", given.plugins, "Ids of plugins; all unless given");
  pin->add_flag("--check", given.only_check, "Write nothing; fail where pin would write");
  declare_registry(commands, given);
  declare_audit(cli, given, code);
  commands.add("version", "Print the version", adomcp::app::version);
  commands.add_for_children();
}

}  // namespace

int main(int argc, char** argv) {
  // A peer that closes its connection is an error code where it is written to, not the end.
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App cli("adomcp: a remote MCP host for Azure DevOps pipelines", "adomcp");
  adomcp::app::Arguments given;
  int code = 0;
  try {
    declare(cli, given, code);
    cli.parse(argc, argv);
    return code;
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : kBadUsage;
  } catch (const std::exception& error) {
    std::cerr << "adomcp: " << error.what() << '\n';
    return 1;
  }
}
