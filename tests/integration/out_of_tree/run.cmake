# Installs the sdk component of BUILD below WORK and builds the plugin in SOURCE against that alone;
# leaves WORK/plugins/hello.so. CXX, GENERATOR: as in the main build.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(failed)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}\n${said}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${WORK}/sdk)
# Copied away, so that nothing of this repository can be found beside it.
file(COPY ${SOURCE}/CMakeLists.txt ${SOURCE}/hello.cpp DESTINATION ${WORK}/source)
run(${CMAKE_COMMAND} -S ${WORK}/source -B ${WORK}/build -G ${GENERATOR}
  -DCMAKE_PREFIX_PATH=${WORK}/sdk -DCMAKE_CXX_COMPILER=${CXX}
  -DADOMCP_PLUGIN_OUTPUT_DIRECTORY=${WORK}/plugins)
run(${CMAKE_COMMAND} --build ${WORK}/build)

execute_process(COMMAND ${NM} -D --defined-only ${WORK}/plugins/hello.so
  OUTPUT_VARIABLE symbols OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT symbols MATCHES "^[0-9a-f]+ [A-Zuv] adomcp_plugin_v0$" OR symbols MATCHES " u ")
  message(FATAL_ERROR "hello.so must export adomcp_plugin_v0 alone, but exports:\n${symbols}")
endif()
message(STATUS "${WORK}/plugins/hello.so")
