# Fails unless what ADOMCP_METADATA writes is still in a library that was optimised, rid of unused
# sections, linked with the version script and stripped. COMPILE: the compiler, its language flags
# and the SOURCE's language; EXPECTED: the section's text.
set(library ${WORK}.so)
execute_process(
  COMMAND ${COMPILE} ${SOURCE} -x none -I${SDK}/include -O1 -fPIC -shared -fvisibility=hidden
    -ffunction-sections -fdata-sections -Wl,--gc-sections -Wl,--version-script=${SDK}/plugin.map
    -o ${library}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${STRIP} --strip-all ${library} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${READELF} --string-dump=adomcp ${library}
  OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
string(FIND "${said}" "${EXPECTED}" found)
if(found EQUAL -1)
  message(FATAL_ERROR "${library} should say ${EXPECTED}, but its section adomcp is:\n${said}")
endif()
