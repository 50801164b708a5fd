# catalog(TARGET): every folder below analyses/ is an analysis. Writes the catalog that names them all into the build tree
# and embeds their pages.
function(catalog target)
  file(GLOB folders LIST_DIRECTORIES true CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/analyses
    ${CMAKE_CURRENT_SOURCE_DIR}/analyses/*)
  set(includes "")
  set(entries "")
  set(pages "")
  foreach(name ${folders})
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/analyses/${name}/${name}.hpp)
      string(APPEND includes "#include \"analyses/${name}/${name}.hpp\"\n")
      string(APPEND entries "  static const StateAnalysis<${name}::State> ${name}_analysis(\"${name}\", page(\"${name}\"));\n")
      string(APPEND list "&${name}_analysis, ")
      list(APPEND pages ${CMAKE_CURRENT_SOURCE_DIR}/analyses/${name}/${name}.md)
    endif()
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/catalog.cpp CONTENT "// Written by cmake/catalog.cmake from the folders of src/analyses.
#include \"base/check.hpp\"
#include \"base/embedded.hpp\"
#include \"fold/analysis.hpp\"
@includes@
namespace peregrine {

namespace embedded {
std::span<const EmbeddedFile> pages();
}

namespace {

std::string_view page(std::string_view name) {
  const std::string file = \"analyses/\" + std::string(name) + \"/\" + std::string(name) + \".md\";
  for (const auto& each : embedded::pages()) {
    if (each.name == file) return each.bytes;
  }
  PEREGRINE_CHECK(!\"an analysis without a page\");
  return {};
}

}  // namespace

std::span<const Analysis* const> catalog() {
@entries@  static const Analysis* const all[] = {@list@};
  return all;
}

}  // namespace peregrine
" @ONLY)
  target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/catalog.cpp)
  embed(${target} pages ${pages})
endfunction()
