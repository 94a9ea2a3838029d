DROP TABLE active_users;
