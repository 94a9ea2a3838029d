# The pages of web/, built with npm, compressed, embedded as rt::embedded::WebAssets() in the library rt_web_assets.
# The result is kept by the hash of its sources in the dependency cache, so presets and work trees share one build.

function(rt_web_assets)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS LIST_DIRECTORIES false "${CMAKE_SOURCE_DIR}/web/*")
    list(FILTER sources EXCLUDE REGEX "/web/(node_modules|dist)/")
    set(out "${CMAKE_BINARY_DIR}/generated/embedded/WebAssets")
    if(NOT EXISTS "${CMAKE_SOURCE_DIR}/web/package.json")
        add_library(rt_web_assets STATIC)
        rt_embed(rt_web_assets WebAssets ROOT "${CMAKE_SOURCE_DIR}/web" FILES)
    else()
        add_custom_command(
            OUTPUT "${out}.S" "${out}.cpp"
            COMMAND "${CMAKE_SOURCE_DIR}/cmake/web_build.sh" "${CMAKE_SOURCE_DIR}/web" "${CMAKE_BINARY_DIR}/web"
            COMMAND ${CMAKE_COMMAND} -D RT_EMBED_NAME=WebAssets "-DRT_EMBED_ROOT=${CMAKE_BINARY_DIR}/web"
                "-DRT_EMBED_OUT=${out}" -P "${RT_EMBED_SCRIPT}"
            # embed.cmake leaves an unchanged file alone; the command ran all the same.
            COMMAND ${CMAKE_COMMAND} -E touch "${out}.S" "${out}.cpp"
            DEPENDS ${sources} "${CMAKE_SOURCE_DIR}/cmake/web_build.sh" "${CMAKE_SOURCE_DIR}/cmake/precompress.mjs" "${RT_EMBED_SCRIPT}"
            COMMENT "Building the pages (npm)" VERBATIM)
        add_library(rt_web_assets STATIC "${out}.S" "${out}.cpp")
    endif()
    target_link_libraries(rt_web_assets PRIVATE rt_flags)
    get_target_property(app_kind rt_app TYPE)
    if(app_kind STREQUAL "INTERFACE_LIBRARY")
        target_link_libraries(rt_app INTERFACE rt_web_assets)
    else()
        target_link_libraries(rt_app PRIVATE rt_web_assets)
    endif()
endfunction()
