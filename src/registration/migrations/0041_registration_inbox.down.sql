DROP TABLE message_preference;
DROP TABLE inbox;
