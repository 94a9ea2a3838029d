DROP TABLE setup_link;
DROP TABLE auth_generation;
DROP TABLE "user";
