# What `cmake --install` puts in place: tools, libraries, headers (generated ones
# included), TableGen sources, and a CMake package by which find_package(SCNN)
# gives the imported targets SCNN::<library>.

include(CMakePackageConfigHelpers)

set(scnn_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/SCNN)
get_property(scnn_libraries GLOBAL PROPERTY SCNN_LIBRARIES)

install(TARGETS ${scnn_libraries} EXPORT SCNNTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
set(scnn_tools scnn-opt scnn-translate scnn-compile scnn-sim scnn-lsp-server)
# Installed tools find libMLIR where the build found it.
set_target_properties(${scnn_tools} PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
# scnn-opt is in the package because plugins are checked against it.
install(TARGETS scnn-opt EXPORT SCNNTargets
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
list(REMOVE_ITEM scnn_tools scnn-opt)
install(TARGETS ${scnn_tools}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/scnn
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.fbs")
install(DIRECTORY ${PROJECT_BINARY_DIR}/include/scnn
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.inc"
  PATTERN "CMakeFiles" EXCLUDE)

install(EXPORT SCNNTargets NAMESPACE SCNN:: DESTINATION ${scnn_package_dir})
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/SCNNConfig.cmake.in
  ${PROJECT_BINARY_DIR}/SCNNConfig.cmake
  INSTALL_DESTINATION ${scnn_package_dir}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/SCNNConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/SCNNConfig.cmake
  ${PROJECT_BINARY_DIR}/SCNNConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/SCNNPassPlugin.cmake
  DESTINATION ${scnn_package_dir})
