# What the packages install, and how CPack wraps it. packaging/make_packages writes the generated files and runs CPack.

set(RT_PACKAGE_FILES "${CMAKE_BINARY_DIR}/package-files")
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(doc share/doc/roundtable)

install(TARGETS roundtable RUNTIME DESTINATION bin)
install(FILES "${CMAKE_BINARY_DIR}/app" DESTINATION bin)
install(FILES packaging/common/config.toml DESTINATION /etc/roundtable)
install(FILES systemd/roundtable.service systemd/roundtable.socket systemd/roundtable-https.socket DESTINATION lib/systemd/system)
install(FILES systemd/roundtable.sysusers.conf DESTINATION lib/sysusers.d RENAME roundtable.conf)
install(FILES systemd/roundtable.tmpfiles.conf DESTINATION lib/tmpfiles.d RENAME roundtable.conf)
install(FILES packaging/common/copyright packaging/common/README.relink DESTINATION ${doc})
install(FILES "${RT_PACKAGE_FILES}/sbom.spdx.json" "${RT_PACKAGE_FILES}/changelog.gz" "${RT_PACKAGE_FILES}/config.toml.example" DESTINATION ${doc})
install(DIRECTORY "${RT_PACKAGE_FILES}/third-party" DESTINATION ${doc})
install(FILES "${RT_PACKAGE_FILES}/roundtable.8.gz" DESTINATION share/man/man8)
install(FILES "${RT_PACKAGE_FILES}/roundtable.bash" DESTINATION share/bash-completion/completions RENAME roundtable)
install(FILES "${RT_PACKAGE_FILES}/app.bash" DESTINATION share/bash-completion/completions RENAME app)
install(FILES packaging/deb/lintian-overrides DESTINATION share/lintian/overrides RENAME roundtable)
install(CODE "
    set(prefix \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
    file(CREATE_LINK roundtable.8.gz \"\${prefix}/share/man/man8/app.8.gz\" SYMBOLIC)")

set(CPACK_PACKAGE_NAME roundtable)
set(CPACK_PACKAGE_VENDOR "Roundtable")
set(CPACK_PACKAGE_CONTACT "Roundtable <maintainers@roundtable.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "team registration and Avalon in one server")
set(CPACK_PACKAGE_DESCRIPTION "Roundtable is the whole server tier of a small deployment in one static
program: HTTP and TLS edge, API, WebSocket and Socket.IO, admin and public
pages, embedded stores, backups, migrations, health, metrics, rate limits.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
set(CPACK_ERROR_ON_ABSOLUTE_INSTALL_DESTINATION OFF)
set(CPACK_STRIP_FILES OFF)
set(CPACK_THREADS 0)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION httpd)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${CMAKE_SOURCE_DIR}/packaging/deb/postinst" "${CMAKE_SOURCE_DIR}/packaging/deb/prerm" "${CMAKE_SOURCE_DIR}/packaging/deb/postrm"
    "${CMAKE_SOURCE_DIR}/packaging/deb/conffiles")

set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_SUMMARY "Team registration and Avalon in one server")
set(CPACK_RPM_PACKAGE_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_RPM_PACKAGE_LICENSE "Apache-2.0")
set(CPACK_RPM_PACKAGE_GROUP "System Environment/Daemons")
set(CPACK_RPM_PACKAGE_AUTOREQPROV OFF)
set(CPACK_RPM_COMPRESSION_TYPE xz)
set(CPACK_RPM_PACKAGE_REQUIRES_PRE "shadow-utils")
set(CPACK_RPM_USER_FILELIST "%config(noreplace) /etc/roundtable/config.toml")
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
    /etc /usr/bin /usr/lib /usr/lib/systemd /usr/lib/systemd/system /usr/lib/sysusers.d /usr/lib/tmpfiles.d /usr/share /usr/share/doc
    /usr/share/man /usr/share/man/man8 /usr/share/bash-completion /usr/share/bash-completion/completions /usr/share/lintian /usr/share/lintian/overrides)
set(CPACK_RPM_PRE_INSTALL_SCRIPT_FILE "${CMAKE_SOURCE_DIR}/packaging/rpm/pre")
set(CPACK_RPM_POST_INSTALL_SCRIPT_FILE "${CMAKE_SOURCE_DIR}/packaging/rpm/post")
set(CPACK_RPM_PRE_UNINSTALL_SCRIPT_FILE "${CMAKE_SOURCE_DIR}/packaging/rpm/preun")
set(CPACK_RPM_POST_UNINSTALL_SCRIPT_FILE "${CMAKE_SOURCE_DIR}/packaging/rpm/postun")
set(CPACK_RPM_SPEC_MORE_DEFINE "%define _buildhost roundtable
%define packager Roundtable <maintainers@roundtable.invalid>
%define use_source_date_epoch_as_buildtime 1
%define clamp_mtime_to_source_date_epoch 1
%define source_date_epoch_from_changelog 0
%define __os_install_post %{nil}
%define _build_id_links none")
include(CPack)
