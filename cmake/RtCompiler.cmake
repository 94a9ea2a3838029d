# Language level, warnings, hardening, sanitizers, compiler cache. Everything of our own links the interface target `rt_flags`.

set(RT_STATIC OFF CACHE BOOL "Link a static-pie binary")
set(RT_SANITIZE "" CACHE STRING "Value of -fsanitize= (empty: none)")
set(RT_LTO OFF CACHE BOOL "Optimise the modules of the request path across files")
set(RT_WERROR ON CACHE BOOL "Warnings are errors")
set(RT_PRECOMPILED_HEADERS OFF CACHE BOOL "Parse common headers once (tests/lint sees to it that every file includes what it uses all the same)")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(CMAKE_C_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_C_FLAGS_DEV "-O1 -g1")
set(CMAKE_CXX_FLAGS_DEV "-O1 -g1")
set(CMAKE_C_FLAGS_DEBUG "-Og -g1 -fno-omit-frame-pointer")
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g1 -fno-omit-frame-pointer")

# Paths inside the objects are relative to the source tree: builds are reproducible, and the compiler cache is shared by work trees.
# The compiler cache hands the compiler paths relative to build/<preset>; both spellings come out the same.
add_compile_options("-ffile-prefix-map=${CMAKE_SOURCE_DIR}=." "-ffile-prefix-map=../..=.")
find_program(RT_CCACHE ccache)
if(RT_CCACHE)
    set(RT_LAUNCHER ${CMAKE_COMMAND} -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros "CCACHE_MAXSIZE=5G" ${RT_CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${RT_LAUNCHER})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${RT_LAUNCHER})
endif()

# C and C++ of third parties gets these too (through add_compile_options): they protect, they do not warn.
add_compile_options(-ffunction-sections -fdata-sections -fstack-protector-strong -fstack-clash-protection)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_compile_options(-fcf-protection)
endif()
if(RT_SANITIZE)
    add_link_options("-fsanitize=${RT_SANITIZE}")
    set(RT_SANITIZE_FLAGS "-fsanitize=${RT_SANITIZE}" -fno-sanitize-recover=all)
    if(RT_SANITIZE MATCHES "address.*undefined")
        # Checks before every access that AddressSanitizer reports as well when they matter; they took a third of the time of a build.
        list(APPEND RT_SANITIZE_FLAGS -fno-sanitize=null,object-size,alignment)
    endif()
else()
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
add_compile_definitions($<$<COMPILE_LANGUAGE:CXX>:_GLIBCXX_ASSERTIONS>)

add_link_options(-Wl,--gc-sections -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
find_program(RT_LLD ld.lld)
if(RT_LLD AND NOT RT_STATIC)
    add_link_options(-fuse-ld=lld)
endif()

add_library(rt_flags INTERFACE)
target_include_directories(rt_flags INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_options(rt_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
    -Wcast-align -Wno-missing-field-initializers -Wformat -Wformat-security -Wimplicit-fallthrough -Wvla
    # GCC 12 reports these wrongly on std::string (GCC bugs 105651, 105329).
    -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds -Wno-maybe-uninitialized
    $<$<BOOL:${RT_WERROR}>:-Werror>
    ${RT_SANITIZE_FLAGS})

find_package(Threads REQUIRED)
target_link_libraries(rt_flags INTERFACE Threads::Threads)

# rt_precompile(target [HEADERS more]): the standard library's common headers, and those named, parsed once for `target` and for who reuses its result.
function(rt_precompile target)
    cmake_parse_arguments(arg "" "" "HEADERS" ${ARGN})
    if(RT_PRECOMPILED_HEADERS)
        target_precompile_headers(${target} PRIVATE
            <algorithm> <array> <atomic> <chrono> <condition_variable> <cstdint> <deque> <functional> <map> <memory> <mutex> <optional> <set> <span>
            <string> <string_view> <thread> <unordered_map> <utility> <variant> <vector> ${arg_HEADERS})
        # What ccache needs to keep such objects.
        target_compile_options(${target} PRIVATE -fpch-preprocess)
    endif()
endfunction()

# rt_precompile_modules(first more...): modules with the same options for the compiler.
function(rt_precompile_modules first)
    rt_precompile(rt_${first})
    foreach(module IN LISTS ARGN)
        rt_reuse_precompiled(rt_${module} rt_${first})
    endforeach()
endfunction()

# rt_reuse_precompiled(target from)
function(rt_reuse_precompiled target from)
    if(RT_PRECOMPILED_HEADERS)
        target_precompile_headers(${target} REUSE_FROM ${from})
        target_compile_options(${target} PRIVATE -fpch-preprocess)
        get_target_property(kind ${target} TYPE)
        if(kind STREQUAL "EXECUTABLE")
            # Its own -fPIE would not fit what the library parsed.
            target_compile_options(${target} PRIVATE -fPIC)
        endif()
    endif()
endfunction()
