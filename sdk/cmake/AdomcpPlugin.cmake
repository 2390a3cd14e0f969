# adomcp_add_plugin(NAME SOURCES a.cpp … [LIBRARIES lib …] [EMBED page.html …])
#
# Builds NAME.so, loadable by any adomcp host of the same ABI major. The flags keep everything but
# the one entry symbol inside: two plugins with the same inline code must not share it, and dlclose
# must be able to unload (STB_GNU_UNIQUE symbols and default visibility each prevent it).
#
# Each file of EMBED goes into the library to the byte, and again when it has changed. For page.html,
# #include <embedded/page.html.hpp> gives std::string_view embedded::page_html(). The file's name is
# letters, digits, '_', '-' and '.', a letter first.
set(ADOMCP_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)
if(NOT EXISTS ${ADOMCP_PLUGIN_MAP})
  set(ADOMCP_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/../plugin.map)
endif()

set(ADOMCP_EMBED_TEMPLATES ${CMAKE_CURRENT_LIST_DIR})

# Adds to `name` a source that holds `file`, by the assembler's .incbin, and a header that names it.
function(adomcp_embed name file)
  get_filename_component(embed_name ${file} NAME)
  if(NOT embed_name MATCHES "^[A-Za-z][A-Za-z0-9_.-]*$")
    message(FATAL_ERROR "adomcp_add_plugin(${name}): EMBED ${file}: a file's name is letters, digits, "
      "'_', '-' and '.', a letter first; rename it")
  endif()
  get_filename_component(embed_file ${file} ABSOLUTE)
  if(NOT EXISTS ${embed_file})
    message(FATAL_ERROR "adomcp_add_plugin(${name}): EMBED ${file}: there is no such file")
  endif()
  string(REGEX REPLACE "[.-]" "_" embed_word ${embed_name})
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}_embedded)
  configure_file(${ADOMCP_EMBED_TEMPLATES}/embed.hpp.in ${folder}/embedded/${embed_name}.hpp @ONLY)
  configure_file(${ADOMCP_EMBED_TEMPLATES}/embed.cpp.in ${folder}/${embed_name}.cpp @ONLY)
  set_source_files_properties(${folder}/${embed_name}.cpp PROPERTIES
    OBJECT_DEPENDS ${embed_file} SKIP_PRECOMPILE_HEADERS ON)
  target_sources(${name} PRIVATE ${folder}/${embed_name}.cpp)
  target_include_directories(${name} PRIVATE ${folder})
endfunction()

function(adomcp_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES;EMBED")
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "adomcp_add_plugin(${name}): SOURCES is missing")
  endif()
  add_library(${name} MODULE ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES
    PREFIX "" CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS ${ADOMCP_PLUGIN_MAP})
  if(DEFINED ADOMCP_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${ADOMCP_PLUGIN_OUTPUT_DIRECTORY})
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${name} PRIVATE -fno-gnu-unique)
  endif()
  target_link_options(${name} PRIVATE
    -Wl,--version-script=${ADOMCP_PLUGIN_MAP} -Wl,-z,defs -Wl,-z,now -Wl,-z,relro)
  target_link_libraries(${name} PRIVATE Adomcp::sdk ${arg_LIBRARIES})
  foreach(file ${arg_EMBED})
    adomcp_embed(${name} ${file})
  endforeach()
endfunction()

# adomcp_add_plugin_test(NAME PLUGIN plugin SOURCES a.cpp … [LIBRARIES lib …])
#
# A program that tests the built plugin by <adomcp/testing.hpp>, known to ctest as NAME. It finds the
# plugin at ADOMCP_PLUGIN_FILE.
function(adomcp_add_plugin_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PLUGIN" "SOURCES;LIBRARIES")
  if(NOT arg_SOURCES OR NOT arg_PLUGIN)
    message(FATAL_ERROR "adomcp_add_plugin_test(${name}): PLUGIN or SOURCES is missing")
  endif()
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON)
  target_compile_definitions(${name} PRIVATE ADOMCP_PLUGIN_FILE="$<TARGET_FILE:${arg_PLUGIN}>")
  target_link_libraries(${name} PRIVATE Adomcp::sdk ${arg_LIBRARIES} ${CMAKE_DL_LIBS})
  add_dependencies(${name} ${arg_PLUGIN})
  add_test(NAME ${name} COMMAND ${name})
endfunction()
