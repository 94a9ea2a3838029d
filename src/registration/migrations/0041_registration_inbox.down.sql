DROP TABLE deadline_told;
DROP TABLE message_preference;
DROP TABLE announcement;
DROP TABLE inbox;
