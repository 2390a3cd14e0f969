# find_package(AdomcpSdk): the target Adomcp::sdk and adomcp_add_plugin().
include(CMakeFindDependencyMacro)
find_dependency(nlohmann_json)
include(${CMAKE_CURRENT_LIST_DIR}/AdomcpSdkTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/AdomcpPlugin.cmake)
