# embed(TARGET NAME files...): puts the bytes of files into a target as `std::span<const peregrine::EmbeddedFile> peregrine::embedded::NAME()`.
# A file's name in the table is its path below the calling folder.
function(embed target name)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND python3 ${CMAKE_SOURCE_DIR}/cmake/embed.py ${name} ${output} ${CMAKE_CURRENT_SOURCE_DIR} ${ARGN}
    DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/cmake/embed.py
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
