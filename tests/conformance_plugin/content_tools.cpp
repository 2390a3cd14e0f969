#include "content_tools.h"

namespace conformance {

std::string simple_text(Call&) {
  return "This is a simple text response for testing.";
}

void image(Call& call) {
  call.content(adomcp::image_block(png(), "image/png"));
}

void audio(Call& call) {
  call.content(adomcp::audio_block(adomcp::Base64{std::string(kWav)}, "audio/wav"));
}

void embedded_resource(Call& call) {
  call.content(adomcp::resource_block("test://embedded-resource", "text/plain",
                                      "This is an embedded resource content."));
}

void mixed_content(Call& call) {
  call.content(adomcp::text_block("Multiple content types test:"));
  call.content(adomcp::image_block(png(), "image/png"));
  call.content(adomcp::resource_block("test://mixed-content-resource", "application/json",
                                      R"({"test":"data","value":123})"));
}

std::string always_fails(Call&) {
  throw adomcp::ToolError("This tool intentionally returns an error for testing");
}

std::string reconnection(Call&) {
  return "Reconnection test completed successfully. There was nothing to reconnect for.";
}

}  // namespace conformance
