# Third-party libraries, each an interface target `third_party_<name>`. Each can be replaced by a folder of your own:
# RT_<NAME>_DIR holds the headers (or include/) and the archives (or lib/). packaging/dependencies/README.md lists them.

set(RT_THIRD_PARTY "")

# What this build links, for `version --json` and the SBOM: NAME VERSION SOURCE triples.
set(RT_LIBRARY_TABLE "")
function(rt_record_library name version source)
    set(RT_LIBRARY_TABLE "${RT_LIBRARY_TABLE}${name} ${version} ${source}\n" PARENT_SCOPE)
endfunction()

function(rt_distribution_version package out)
    execute_process(COMMAND dpkg-query -W -f "\${Version}" ${package} OUTPUT_VARIABLE version ERROR_QUIET RESULT_VARIABLE failed)
    if(failed OR version STREQUAL "")
        set(version unknown)
    endif()
    set(${out} "${version}" PARENT_SCOPE)
endfunction()

# rt_third_party(name PACKAGE distribution-package HEADER file [ARCHIVES a b ...])
function(rt_third_party name)
    cmake_parse_arguments(arg "" "PACKAGE;HEADER" "ARCHIVES;DEFINITIONS" ${ARGN})
    string(TOUPPER ${name} upper)
    set(RT_${upper}_DIR "" CACHE PATH "Folder that replaces the distribution's ${name}")
    add_library(third_party_${name} INTERFACE)
    set(own "${RT_${upper}_DIR}")
    if(own)
        find_path(RT_${upper}_INCLUDE ${arg_HEADER} PATHS "${own}/include" "${own}" NO_DEFAULT_PATH REQUIRED)
        target_include_directories(third_party_${name} SYSTEM INTERFACE "${RT_${upper}_INCLUDE}")
        set(version "own-folder")
    else()
        find_path(RT_${upper}_INCLUDE ${arg_HEADER} REQUIRED)
        rt_distribution_version(${arg_PACKAGE} version)
    endif()
    foreach(archive IN LISTS arg_ARCHIVES)
        string(TOUPPER ${archive} archive_upper)
        if(own)
            find_library(RT_ARCHIVE_${archive_upper} lib${archive}.a PATHS "${own}/lib" "${own}" NO_DEFAULT_PATH REQUIRED)
        else()
            find_library(RT_ARCHIVE_${archive_upper} lib${archive}.a REQUIRED)
        endif()
        target_link_libraries(third_party_${name} INTERFACE "${RT_ARCHIVE_${archive_upper}}")
    endforeach()
    target_compile_definitions(third_party_${name} INTERFACE ${arg_DEFINITIONS})
    if(NOT name STREQUAL "doctest")  # in the tests only
        rt_record_library(${name} "${version}" "${arg_PACKAGE}")
        set(RT_LIBRARY_TABLE "${RT_LIBRARY_TABLE}" PARENT_SCOPE)
    endif()
endfunction()

rt_third_party(openssl PACKAGE libssl-dev HEADER openssl/ssl.h ARCHIVES ssl crypto)
rt_third_party(lmdb PACKAGE liblmdb-dev HEADER lmdb.h ARCHIVES lmdb)
rt_third_party(zlib PACKAGE zlib1g-dev HEADER zlib.h ARCHIVES z)
rt_third_party(zstd PACKAGE libzstd-dev HEADER zstd.h ARCHIVES zstd)
rt_third_party(brotli PACKAGE libbrotli-dev HEADER brotli/encode.h ARCHIVES brotlienc brotlidec brotlicommon)
rt_third_party(libxcrypt PACKAGE libcrypt-dev HEADER crypt.h ARCHIVES crypt)
rt_third_party(cares PACKAGE libc-ares-dev HEADER ares.h ARCHIVES cares)
rt_third_party(utf8proc PACKAGE libutf8proc-dev HEADER utf8proc.h ARCHIVES utf8proc DEFINITIONS UTF8PROC_STATIC)
rt_third_party(minizip PACKAGE libminizip-dev HEADER minizip/unzip.h ARCHIVES minizip)
rt_third_party(expat PACKAGE libexpat1-dev HEADER expat.h ARCHIVES expat)
rt_third_party(json PACKAGE nlohmann-json3-dev HEADER nlohmann/json.hpp)
rt_third_party(toml11 PACKAGE libtoml11-dev HEADER toml.hpp)
rt_third_party(fmt PACKAGE libfmt-dev HEADER fmt/format.h DEFINITIONS FMT_HEADER_ONLY)
rt_third_party(spdlog PACKAGE libspdlog-dev HEADER spdlog/spdlog.h DEFINITIONS SPDLOG_FMT_EXTERNAL)
rt_third_party(doctest PACKAGE doctest-dev HEADER doctest/doctest.h)
target_link_libraries(third_party_spdlog INTERFACE third_party_fmt)
target_link_libraries(third_party_openssl INTERFACE ${CMAKE_DL_LIBS})
target_link_libraries(third_party_minizip INTERFACE third_party_zlib)
target_link_libraries(third_party_expat INTERFACE m)

# cpp-httplib, SQLite and libxlsxwriter are fetched as sources into a cache outside the repository (packaging/dependencies/fetch).
set(RT_HTTPLIB_DIR "" CACHE PATH "Folder that replaces the fetched cpp-httplib (holds httplib.h)")
set(RT_SQLITE_DIR "" CACHE PATH "Folder that replaces the fetched SQLite amalgamation (holds sqlite3.c, sqlite3.h)")
set(RT_DEPENDENCY_LOCK "${CMAKE_SOURCE_DIR}/packaging/dependencies/sources.lock")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${RT_DEPENDENCY_LOCK}")

function(rt_fetched name own_folder out)
    if(own_folder)
        set(${out} "${own_folder}")
        set(version "own-folder")
    else()
        execute_process(COMMAND "${CMAKE_SOURCE_DIR}/packaging/dependencies/fetch" ${name}
            OUTPUT_VARIABLE line OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
        if(failed OR NOT line MATCHES "^${name}=([^=]+)=(.+)$")
            message(FATAL_ERROR "${name} cannot be had (the line above says why)")
        endif()
        set(${out} "${CMAKE_MATCH_1}")
        set(version "${CMAKE_MATCH_2}")
    endif()
    # The npm package that carries SQLite has a version of its own; what counts is SQLite's.
    if(name STREQUAL "sqlite")
        file(STRINGS "${${out}}/sqlite3.h" line REGEX "^#define SQLITE_VERSION +\"" LIMIT_COUNT 1)
        string(REGEX REPLACE ".*\"([^\"]+)\".*" "\\1" version "${line}")
    endif()
    set(${out} "${${out}}" PARENT_SCOPE)
    rt_record_library(${name} "${version}" fetched)
    set(RT_LIBRARY_TABLE "${RT_LIBRARY_TABLE}" PARENT_SCOPE)
endfunction()

rt_fetched(cpp-httplib "${RT_HTTPLIB_DIR}" RT_HTTPLIB_FOLDER)
add_library(third_party_httplib INTERFACE)
target_include_directories(third_party_httplib SYSTEM INTERFACE "${RT_HTTPLIB_FOLDER}")
# The same for every file that includes it, or the linker would mix two libraries. Form bodies: the reactor has applied the route's own limit, and
# the library's 8 KB would refuse legal ones. Expect: 100-continue would wait for a socket that the library does not have.
target_compile_definitions(third_party_httplib INTERFACE CPPHTTPLIB_USE_POLL CPPHTTPLIB_OPENSSL_SUPPORT
    "CPPHTTPLIB_FORM_URL_ENCODED_PAYLOAD_MAX_LENGTH=(64*1024*1024)" CPPHTTPLIB_EXPECT_100_THRESHOLD=0)
target_link_libraries(third_party_httplib INTERFACE third_party_openssl)

rt_fetched(sqlite "${RT_SQLITE_DIR}" RT_SQLITE_FOLDER)
add_library(third_party_sqlite STATIC EXCLUDE_FROM_ALL "${RT_SQLITE_FOLDER}/sqlite3.c")
target_include_directories(third_party_sqlite SYSTEM INTERFACE "${RT_SQLITE_FOLDER}")
# HAVE_FDATASYNC: without it SQLite calls fsync. The progress callback stays in: query time limits need it.
target_compile_definitions(third_party_sqlite PRIVATE
    HAVE_FDATASYNC=1 SQLITE_DQS=0 SQLITE_DEFAULT_MEMSTATUS=0 SQLITE_DEFAULT_FOREIGN_KEYS=1
    SQLITE_LIKE_DOESNT_MATCH_BLOBS SQLITE_OMIT_DEPRECATED SQLITE_OMIT_SHARED_CACHE SQLITE_USE_ALLOCA SQLITE_ENABLE_FTS5
    SQLITE_ENABLE_DBSTAT_VTAB SQLITE_ENABLE_STMTVTAB
    PUBLIC SQLITE_THREADSAFE=2 SQLITE_OMIT_LOAD_EXTENSION SQLITE_ENABLE_COLUMN_METADATA)
target_compile_options(third_party_sqlite PRIVATE -w -O2)
if(RT_SANITIZE MATCHES "thread")
    target_compile_options(third_party_sqlite PRIVATE -fsanitize=thread)
endif()
target_link_libraries(third_party_sqlite PRIVATE m)

# Writes XLSX, over the distribution's minizip. Its copy of MD5, for pictures only, has the names of OpenSSL's.
set(RT_XLSXWRITER_DIR "" CACHE PATH "Folder that replaces the fetched libxlsxwriter (holds src/, include/, third_party/)")
rt_fetched(libxlsxwriter "${RT_XLSXWRITER_DIR}" RT_XLSXWRITER_FOLDER)
file(GLOB RT_XLSXWRITER_SOURCES "${RT_XLSXWRITER_FOLDER}/src/*.c")
# 1.1.4 copies the formula of a list of choices twice and loses one of the copies: the second goes.
file(READ "${RT_XLSXWRITER_FOLDER}/src/worksheet.c" RT_XLSXWRITER_WORKSHEET)
string(REGEX REPLACE "if .validation->validate == LXW_VALIDATION_TYPE_LIST_FORMULA. {[^}]*}" "" RT_XLSXWRITER_MENDED "${RT_XLSXWRITER_WORKSHEET}")
if(RT_XLSXWRITER_MENDED STREQUAL RT_XLSXWRITER_WORKSHEET)
    message(FATAL_ERROR "libxlsxwriter: worksheet.c is not the one that cmake/RtDependencies.cmake mends")
endif()
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/generated/xlsxwriter_worksheet.c" CONTENT "${RT_XLSXWRITER_MENDED}" @ONLY)
list(FILTER RT_XLSXWRITER_SOURCES EXCLUDE REGEX "/worksheet\\.c$")
list(APPEND RT_XLSXWRITER_SOURCES "${CMAKE_BINARY_DIR}/generated/xlsxwriter_worksheet.c")
add_library(third_party_xlsxwriter STATIC EXCLUDE_FROM_ALL ${RT_XLSXWRITER_SOURCES}
    "${RT_XLSXWRITER_FOLDER}/third_party/tmpfileplus/tmpfileplus.c")
target_include_directories(third_party_xlsxwriter SYSTEM PUBLIC "${RT_XLSXWRITER_FOLDER}/include")
target_compile_definitions(third_party_xlsxwriter PRIVATE USE_SYSTEM_MINIZIP USE_NO_MD5)
target_compile_options(third_party_xlsxwriter PRIVATE -w -O2)
target_link_libraries(third_party_xlsxwriter PUBLIC third_party_minizip)

# The run-time libraries that a static binary carries too.
string(REGEX MATCH "^[0-9]+" compiler_major "${CMAKE_CXX_COMPILER_VERSION}")
foreach(pair "glibc;libc6-dev" "libstdc++;libstdc++-${compiler_major}-dev" "libgcc;libgcc-${compiler_major}-dev")
    list(GET pair 0 name)
    list(GET pair 1 package)
    rt_distribution_version("${package}" version)
    rt_record_library(${name} "${version}" "${package}")
endforeach()
