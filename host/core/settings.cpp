#include "core/settings.h"

namespace adomcp {

Settings::Settings() = default;
Settings::Settings(const Settings&) = default;
Settings::Settings(Settings&&) noexcept = default;
Settings& Settings::operator=(const Settings&) = default;
Settings& Settings::operator=(Settings&&) noexcept = default;
Settings::~Settings() = default;
bool Settings::operator==(const Settings&) const = default;

}  // namespace adomcp
