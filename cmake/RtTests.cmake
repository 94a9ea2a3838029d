# Tests are found by folder; nobody edits a list. RT_TESTS says what this build tree registers:
#   cxx      the doctest executables (unit, component, api, sim, fault)
#   system   what needs the binary or the tree only: fuzz smoke, server, clients, browser, packaging, lint
#   all      both

set(RT_TESTS "all" CACHE STRING "Tests registered by this build tree: cxx, system, all, none")
enable_testing()

# rt_cxx_tests(kind [TIMEOUT seconds]): tests/<kind>/*.cpp -> executable <kind>_tests and one ctest a source file, label <kind>.
function(rt_cxx_tests kind)
    cmake_parse_arguments(arg "" "TIMEOUT" "" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/${kind}/*.cpp")
    if(NOT sources)
        return()
    endif()
    add_executable(${kind}_tests ${sources})
    target_link_libraries(${kind}_tests PRIVATE rt_test_support)
    target_include_directories(${kind}_tests PRIVATE "${CMAKE_SOURCE_DIR}/tests")
    rt_reuse_precompiled(${kind}_tests rt_test_support)
    foreach(source IN LISTS sources)
        get_filename_component(stem "${source}" NAME_WE)
        # support/doctest_main.cpp fails a run in which no test case was executed.
        add_test(NAME ${kind}.${stem} COMMAND ${kind}_tests "--source-file=*/${stem}.cpp" WORKING_DIRECTORY "${CMAKE_BINARY_DIR}")
        set_tests_properties(${kind}.${stem} PROPERTIES LABELS ${kind} TIMEOUT ${arg_TIMEOUT}
            ENVIRONMENT "RT_SOURCE_DIR=${CMAKE_SOURCE_DIR};RT_BINARY=${CMAKE_BINARY_DIR}/roundtable")
    endforeach()
endfunction()

# rt_fuzz_targets(): tests/fuzz/*.cpp (LLVMFuzzerTestOneInput) -> executable fuzz_<name> with the driver of tests/fuzz/driver, run over
# tests/fuzz/corpus/<name>/ and a fixed number of mutations. With RT_LIBFUZZER (clang) the driver is libFuzzer.
function(rt_fuzz_targets)
    option(RT_LIBFUZZER "Build the fuzz targets for libFuzzer (clang only)" OFF)
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/fuzz/*.cpp")
    if(NOT RT_LIBFUZZER)
        add_library(fuzz_driver OBJECT "${CMAKE_SOURCE_DIR}/tests/fuzz/driver/main.cpp")
        target_link_libraries(fuzz_driver PRIVATE rt_flags)
        target_include_directories(fuzz_driver PRIVATE "${CMAKE_SOURCE_DIR}/tests")
    endif()
    foreach(source IN LISTS sources)
        get_filename_component(stem "${source}" NAME_WE)
        if(RT_LIBFUZZER)
            add_executable(fuzz_${stem} "${source}")
            target_link_options(fuzz_${stem} PRIVATE -fsanitize=fuzzer)
        else()
            add_executable(fuzz_${stem} "${source}" $<TARGET_OBJECTS:fuzz_driver>)
        endif()
        target_link_libraries(fuzz_${stem} PRIVATE ${RT_ALL_MODULES} rt_flags)
        target_include_directories(fuzz_${stem} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
        add_test(NAME fuzz.${stem} COMMAND fuzz_${stem} --runs=20000 --seed=1 --seconds=20 "${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${stem}")
        set_tests_properties(fuzz.${stem} PROPERTIES LABELS fuzz TIMEOUT 120)
    endforeach()
endfunction()

# rt_python_tests(folder TIMEOUT seconds [SERIAL]): tests/<folder>/test_*.py, one ctest each, unittest of the standard library.
function(rt_python_tests folder)
    cmake_parse_arguments(arg "SERIAL" "TIMEOUT" "" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/${folder}/test_*.py")
    foreach(source IN LISTS sources)
        get_filename_component(stem "${source}" NAME_WE)
        string(REGEX REPLACE "^test_" "" stem "${stem}")
        add_test(NAME ${folder}.${stem} COMMAND python3 "${CMAKE_SOURCE_DIR}/tests/support/run_unittest.py" "${source}"
            WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}/tests/${folder}")
        set_tests_properties(${folder}.${stem} PROPERTIES LABELS ${folder} TIMEOUT ${arg_TIMEOUT}
            ENVIRONMENT "RT_SOURCE_DIR=${CMAKE_SOURCE_DIR};RT_BUILD_DIR=${CMAKE_BINARY_DIR};RT_BINARY=${CMAKE_BINARY_DIR}/roundtable;PYTHONDONTWRITEBYTECODE=1")
        if(arg_SERIAL)
            set_tests_properties(${folder}.${stem} PROPERTIES RUN_SERIAL ON)
        endif()
    endforeach()
endfunction()

# rt_node_tests(folder TIMEOUT seconds [SERIAL]): tests/<folder>/*.test.mjs, one ctest each, with the packages of tests/package.json.
# SERIAL: one of the folder at a time, beside tests of other folders.
function(rt_node_tests folder)
    cmake_parse_arguments(arg "SERIAL" "TIMEOUT" "" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/${folder}/*.test.mjs")
    foreach(source IN LISTS sources)
        get_filename_component(stem "${source}" NAME)
        string(REGEX REPLACE "\\.test\\.mjs$" "" stem "${stem}")
        add_test(NAME ${folder}.${stem} COMMAND node --test "${source}" WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}/tests/${folder}")
        set_tests_properties(${folder}.${stem} PROPERTIES LABELS ${folder} TIMEOUT ${arg_TIMEOUT} FIXTURES_REQUIRED node_packages
            ENVIRONMENT "RT_SOURCE_DIR=${CMAKE_SOURCE_DIR};RT_BUILD_DIR=${CMAKE_BINARY_DIR};RT_BINARY=${CMAKE_BINARY_DIR}/roundtable")
        if(arg_SERIAL)
            # One after another they take longest: begun first, the other tests run beside them.
            set_tests_properties(${folder}.${stem} PROPERTIES RESOURCE_LOCK ${folder} COST 1000)
        endif()
    endforeach()
endfunction()
