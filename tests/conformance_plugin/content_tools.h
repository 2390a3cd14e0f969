// Results of every kind of content.
#pragma once

#include <array>
#include <string>

#include "fixture.h"

namespace conformance {

std::string simple_text(Call& call);
void image(Call& call);
void audio(Call& call);
void embedded_resource(Call& call);
void mixed_content(Call& call);
std::string always_fails(Call& call);
std::string reconnection(Call& call);

inline constexpr std::array kContentTools = {
    tool<simple_text>("test_simple_text", "Answers one text."),
    tool<image>("test_image_content", "Answers one image."),
    tool<audio>("test_audio_content", "Answers one sound."),
    tool<embedded_resource>("test_embedded_resource", "Answers a resource's content."),
    tool<mixed_content>("test_multiple_content_types", "Answers text, an image and a resource."),
    tool<always_fails>("test_error_handling", "Always fails."),
    tool<reconnection>("test_reconnection", "Answers at once, so that nothing is left to resume."),
};

}  // namespace conformance
