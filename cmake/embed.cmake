# Writes RT_EMBED_OUT.S and RT_EMBED_OUT.cpp for RT_EMBED_FILES (all files under RT_EMBED_ROOT when run as a script).
# Included by RtEmbed.cmake at configure time, run with `cmake -P` for files that exist only at build time.

if(CMAKE_SCRIPT_MODE_FILE)
    file(GLOB_RECURSE RT_EMBED_FILES LIST_DIRECTORIES false "${RT_EMBED_ROOT}/*")
endif()
list(SORT RT_EMBED_FILES)

set(assembly "/* Generated. */\n    .section .rodata\n")
set(rows "")
set(symbols "")
set(index 0)
foreach(file IN LISTS RT_EMBED_FILES)
    file(RELATIVE_PATH relative "${RT_EMBED_ROOT}" "${file}")
    set(symbol "rt_embed_${RT_EMBED_NAME}_${index}")
    string(APPEND assembly "    .balign 16\n    .global ${symbol}\n    .hidden ${symbol}\n${symbol}:\n    .incbin \"${file}\"\n"
        "    .global ${symbol}_end\n    .hidden ${symbol}_end\n${symbol}_end:\n    .byte 0\n")
    string(APPEND symbols "extern const char ${symbol}[];\nextern const char ${symbol}_end[];\n")
    string(APPEND rows "    EmbeddedFile{\"${relative}\", {${symbol}, static_cast<std::size_t>(${symbol}_end - ${symbol})}},\n")
    math(EXPR index "${index} + 1")
endforeach()
string(APPEND assembly "    .section .note.GNU-stack,\"\",@progbits\n")

if(index EQUAL 0)
    set(body "    return {};\n")
else()
    set(body "    static const std::array<EmbeddedFile, ${index}> kFiles = {{\n${rows}    }};\n    return kFiles;\n")
endif()
string(CONCAT source "// Generated.\n#include <array>\n#include <cstddef>\n#include <span>\n\n#include \"base/embedded.h\"\n\n"
    "extern \"C\" {\n${symbols}}\n\nnamespace rt::embedded {\n\nusing base::EmbeddedFile;\n\nstd::span<const EmbeddedFile> ${RT_EMBED_NAME}();\n\n"
    "std::span<const EmbeddedFile> ${RT_EMBED_NAME}() {\n${body}}\n\n}  // namespace rt::embedded\n")

foreach(pair "S;assembly" "cpp;source")
    list(GET pair 0 extension)
    list(GET pair 1 variable)
    set(old "")
    if(EXISTS "${RT_EMBED_OUT}.${extension}")
        file(READ "${RT_EMBED_OUT}.${extension}" old)
    endif()
    if(NOT "${old}" STREQUAL "${${variable}}")
        file(WRITE "${RT_EMBED_OUT}.${extension}" "${${variable}}")
    endif()
endforeach()
