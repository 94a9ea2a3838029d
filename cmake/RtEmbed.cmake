# Files inside the binary. rt_embed(target Name ROOT folder FILES a b ...) adds to `target` a function
#   std::span<const rt::base::EmbeddedFile> rt::embedded::Name();
# with one entry a file, sorted by name; a name is the path relative to ROOT. See src/base/embedded.h.

set(RT_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/embed.cmake")

function(rt_embed target name)
    cmake_parse_arguments(arg "" "ROOT" "FILES" ${ARGN})
    set(RT_EMBED_NAME ${name})
    set(RT_EMBED_ROOT "${arg_ROOT}")
    set(RT_EMBED_FILES "${arg_FILES}")
    set(RT_EMBED_OUT "${CMAKE_BINARY_DIR}/generated/embedded/${name}")
    include("${RT_EMBED_SCRIPT}")
    set_source_files_properties("${RT_EMBED_OUT}.S" PROPERTIES OBJECT_DEPENDS "${arg_FILES}")
    target_sources(${target} PRIVATE "${RT_EMBED_OUT}.S" "${RT_EMBED_OUT}.cpp")
endfunction()
