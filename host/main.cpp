// The command line, and nothing else: app/commands.h says what each command does.
#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <iostream>

#include "app/commands.h"

namespace {

constexpr int kBadUsage = 2;

void declare_audit(CLI::App& cli, adomcp::app::Arguments& given, int& code) {
  CLI::App* audit = cli.add_subcommand("audit", "Look at audit files");
  audit->require_subcommand(1);
  CLI::App* verify = audit->add_subcommand("verify", "Say whether they are as they were written");
  verify->add_option("file", given.files, "The file, with all rotated away from it; or a list")
      ->required();
  verify->add_option("--head", given.head, "SEQ:HASH of an audit_head line");
  verify->callback([&given, &code] { code = adomcp::app::audit_verify(given); });
}

/// Declares the commands; the one that was given leaves its exit code in `code`.
void declare(CLI::App& cli, adomcp::app::Arguments& given, int& code) {
  cli.require_subcommand(1);
  const auto command = [&](const char* name, const char* help,
                           int (*run)(const adomcp::app::Arguments&)) {
    CLI::App* sub = cli.add_subcommand(name, help);
    sub->callback([&given, &code, run] { code = run(given); });
    return sub;
  };
  const auto with_config = [&](CLI::App* sub) {
    sub->add_option("--config", given.config, "The YAML configuration")->required();
    return sub;
  };

  with_config(command("serve", "Serve MCP over HTTP", adomcp::app::serve))
      ->add_option("--port", given.port, "Port to listen on; 0 takes a free one")
      ->check(CLI::Range(0, 65535));
  with_config(
      command("check", "Say all that serve would refuse, without serving", adomcp::app::check));
  CLI::App* call = with_config(command("call", "Call one tool without HTTP", adomcp::app::call));
  call->add_option("tool", given.tool, "The tool's name")->required();
  call->add_option("arguments", given.arguments, "Its arguments as a JSON object");
  with_config(
      command("plugins", "List plugins and tools, and why one isn't served", adomcp::app::plugins));
  command("inspect", "Say what a plugin file is, without running it", adomcp::app::inspect)
      ->add_option("file", given.file, "The .so file")
      ->required();
  declare_audit(cli, given, code);
  command("version", "Print the version", adomcp::app::version);
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
