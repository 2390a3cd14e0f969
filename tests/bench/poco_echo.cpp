// What adomcp is measured against: Poco's HTTPServer as it comes, a JSON-RPC body parsed and an
// answer of the same size dumped with nlohmann/json; no protocol, checks, policy or audit.
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/ThreadPool.h>
#include <pthread.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

namespace {

constexpr int kThreads = 320;  // one a connection: each keeps its own

std::string answer_to(const nlohmann::json& request) {
  const nlohmann::json echoed = {{"text", request.at("params").at("arguments").at("text")}};
  return nlohmann::json{
      {"jsonrpc", "2.0"},
      {"id", request.at("id")},
      {"result",
       {{"content", {{{"type", "text"}, {"text", echoed.dump()}}}}, {"structuredContent", echoed}}}}
      .dump();
}

class Echo : public Poco::Net::HTTPRequestHandler {
 public:
  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override {
    std::string body;
    Poco::StreamCopier::copyToString(request.stream(), body);
    const nlohmann::json parsed = nlohmann::json::parse(body, nullptr, false);
    if (parsed.is_discarded()) {
      response.setStatusAndReason(Poco::Net::HTTPResponse::HTTP_BAD_REQUEST);
      response.send();
      return;
    }
    const std::string answer = answer_to(parsed);
    response.setContentType("application/json");
    response.sendBuffer(answer.data(), answer.size());
  }
};

class EchoFactory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest& /*request*/) override {
    return new Echo;  // the server deletes it
  }
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: poco_echo PORT\n";
    return 2;
  }
  const int port = std::atoi(arguments[1]);  // NOLINT(cert-err34-c): 0 is refused by bind's range
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);

  Poco::Net::ServerSocket socket(
      Poco::Net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(port)), 512);
  Poco::ThreadPool threads(16, kThreads);
  auto* parameters = new Poco::Net::HTTPServerParams;  // the server owns it
  parameters->setMaxThreads(kThreads);
  parameters->setMaxKeepAliveRequests(0);
  Poco::Net::HTTPServer server(new EchoFactory, threads, socket, parameters);
  server.start();
  int signal = 0;
  sigwait(&stops, &signal);
  server.stopAll(true);
  return 0;
}
