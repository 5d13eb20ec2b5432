# add_scnn_library(NAME sources… [LINK libs…] [DEPENDS targets…])
# A static library of ours, exported for those who build on it.
function(add_scnn_library name)
  cmake_parse_arguments(ARG "" "" "LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  scnn_configure_target(${name})
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  set_property(GLOBAL APPEND PROPERTY SCNN_LIBRARIES ${name})
endfunction()

# add_scnn_executable(NAME sources… [LINK libs…])
function(add_scnn_executable name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  scnn_configure_target(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
endfunction()

# Flags of every target: LLVM is built without exceptions; header asserts stay
# on in our code, also in release builds.
function(scnn_configure_target name)
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wno-unused-parameter
    -fno-exceptions -UNDEBUG)
endfunction()
