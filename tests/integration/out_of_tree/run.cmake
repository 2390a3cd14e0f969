# Installs the sdk component of BUILD below WORK and builds the plugins in SOURCE against that alone;
# leaves WORK/plugins/hello.so. A page goes into its plugin to the byte, again whenever it changes. CXX, GENERATOR: as in the main build.
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
file(COPY ${SOURCE}/CMakeLists.txt ${SOURCE}/hello.cpp ${SOURCE}/page.cpp ${SOURCE}/page.html
  DESTINATION ${WORK}/source)
run(${CMAKE_COMMAND} -S ${WORK}/source -B ${WORK}/build -G ${GENERATOR}
  -DCMAKE_PREFIX_PATH=${WORK}/sdk -DCMAKE_CXX_COMPILER=${CXX}
  -DADOMCP_PLUGIN_OUTPUT_DIRECTORY=${WORK}/plugins)
run(${CMAKE_COMMAND} --build ${WORK}/build)

# Gives the digest of page.so after a build with `text` as the page, which it must hold.
function(build_with text digest)
  file(WRITE ${WORK}/source/page.html "${text}")
  run(${CMAKE_COMMAND} --build ${WORK}/build)
  file(READ ${WORK}/plugins/page.so library HEX)
  string(HEX "${text}" page)
  string(FIND "${library}" "${page}" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "page.so does not hold page.html as it is now")
  endif()
  file(SHA256 ${WORK}/plugins/page.so made)
  set(${digest} ${made} PARENT_SCOPE)
endfunction()

file(READ ${SOURCE}/page.html page)
build_with("${page}" first)
build_with("${page}<p>More.</p>" other)
build_with("${page}" again)
if(first STREQUAL other OR NOT first STREQUAL again)
  message(FATAL_ERROR "the same page must make the same library, and another page another")
endif()

execute_process(COMMAND ${NM} -D --defined-only ${WORK}/plugins/hello.so
  OUTPUT_VARIABLE symbols OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT symbols MATCHES "^[0-9a-f]+ [A-Zuv] adomcp_plugin_v0$" OR symbols MATCHES " u ")
  message(FATAL_ERROR "hello.so must export adomcp_plugin_v0 alone, but exports:\n${symbols}")
endif()
message(STATUS "${WORK}/plugins/hello.so")
